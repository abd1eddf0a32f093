"""Base models: which can be trained, and what of them is new."""

import json
from dataclasses import replace

import pytest
import torch

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models import find_model, open_model
from sciml_magics.models.training.bases import copy_tokenizer, load_base, read_with
from sciml_magics.models.training.classifying import One
from sciml_magics.tasks import Label, Span, Task
from sciml_magics.tasks.training import Example
from tests.models.tiny import save_tiny, save_tiny_vit
from tests.models.training.lessons_for_tests import ONE, base_model, one_label, train, training

pytestmark = pytest.mark.usefixtures("one_thread")

LESSON = One(("genes", "stars", "law"), [], [])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


def test_an_encoder_gets_a_head_that_is_fresh(files):
    base = load_base(files, LESSON, 1, "eager")

    assert base.fresh == ("classifier.bias", "classifier.weight")
    assert base.whole == ("classifier",)
    assert base.model.config.id2label == {0: "genes", 1: "stars", 2: "law"}
    assert base.model.dtype == torch.float32


def test_what_the_base_lacks_besides_goes_with_an_adapter(tmp_path):
    save_tiny(tmp_path, "bert", "ForMaskedLM")  # saved without a pooler

    base = load_base(find_model(tmp_path), LESSON, 1, None)

    assert base.whole == ("classifier", "bert.pooler.dense")


def test_a_head_with_other_labels_is_drawn_anew(tmp_path):
    save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=("genes", "stars", "law"))
    files = find_model(tmp_path)
    same = load_base(files, LESSON, 1, None)
    torch.manual_seed(1)
    other = load_base(files, One(("law", "genes", "stars"), [], []), 1, None)
    fewer = load_base(files, One(("law", "genes"), [], []), 1, None)

    assert same.fresh == ()
    assert same.whole == ("classifier",)
    assert other.fresh == fewer.fresh == ("classifier.bias", "classifier.weight")
    one, two = (base.model.get_parameter("classifier.weight") for base in (same, other))
    assert not torch.equal(one, two)


def test_a_model_of_images_cannot_learn_texts(tmp_path):
    files = find_model(save_tiny_vit(tmp_path / "vit", labels=("a", "b")))

    with pytest.raises(ModelError, match=r"reads images, and task .* texts"):
        train(files, ONE, one_label(9), [], training(), tmp_path / "m")
    with pytest.raises(ModelError, match=r"\(ViTForImageClassification\) cannot learn labels"):
        load_base(files, LESSON, 0, None)


def test_weights_of_another_model_are_refused(files, tmp_path):
    config = {**files.config, "model_type": "roberta"}
    for path in files.path.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))

    with pytest.raises(ModelError, match="lacks 16 weights of RobertaForSequenceClassification"):
        load_base(find_model(tmp_path), LESSON, 1, None)


def test_the_limit_is_the_models_or_less(files):
    assert read_with(files, None)[0].limit == 64
    assert read_with(files, 16)[0].limit == 16
    assert read_with(files, 999)[0].limit == 64


def test_a_limit_that_leaves_no_room_is_said(files, tmp_path):
    with pytest.raises(ModelError, match="special tokens take 2 of the 2 tokens"):
        train(files, ONE, one_label(9), [], training(max_length=2), tmp_path / "m")


def test_the_tokenizer_is_copied_as_it_is(files, tmp_path):
    _, tokenizer = read_with(files, None)

    copy_tokenizer(files, tokenizer, tmp_path)

    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (files.path / name).read_bytes()


def test_spans_are_learned_by_the_same_entrance(files, tmp_path):
    task = Task("names", ("text",), kind="spans", labels=(Label("star"), Label("gene")))

    def example(one):
        found, at = [], 0
        for word in one.text.split():
            if word in ("star", "gene"):
                found.append(Span(at, at + len(word), word, word))
            at += len(word) + 1
        return replace(one, value=tuple(found))

    examples = [example(one) for one in one_label(120)]
    held_out = [example(one) for one in one_label(30, seed=1)]

    asked = training(epochs=16, learning_rate=1e-2)
    whole = train(files, task, examples, held_out, asked, tmp_path / "full")
    few = train(files, task, examples, [], training("lora", epochs=2), tmp_path / "lora")

    assert whole.validation > 0.9
    assert few.history[-1].loss < few.history[0].loss
    assert open_model(few.folder).resolve(task) == task


def test_examples_without_a_span_are_said(files, tmp_path):
    task = Task("names", ("text",), kind="spans", labels=(Label("star"),))

    with pytest.raises(LearningError):
        train(files, task, [Example("gene", ())] * 5, [], training(), tmp_path / "m")
