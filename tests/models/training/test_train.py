"""Training as a whole: every method, what is saved, and how it ends."""

from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, TrainerCallback

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models import find_model, open_model
from sciml_magics.tasks import Record, Task, record_id
from sciml_magics.tasks.training import Example, Moment
from tests.models.training.lessons_for_tests import (
    ONE,
    SEVERAL,
    STILL,
    base_model,
    one_label,
    several_labels,
    tensors,
    train,
    training,
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


def _suggested(folder, task, examples):
    records = [Record(record_id(one.text), (("text", one.text),)) for one in examples]
    found = {
        one.record_id: one for batch in open_model(folder).suggest(records, task) for one in batch
    }
    return [found[record.id].value for record in records]


@pytest.mark.parametrize("method", ["full", "lora", "adalora", "adapter"])
def test_each_method_learns_and_its_folder_suggests(files, tmp_path, method):
    held_out = one_label(30, seed=1)

    asked = training(method, epochs=16, learning_rate=1e-2 if method == "adalora" else 3e-3)
    fit = train(files, ONE, one_label(90), held_out, asked, tmp_path / "m")

    assert fit.ending == "done"
    assert fit.validation > 0.9
    right = [one.value for one in held_out]
    found = _suggested(tmp_path / "m", ONE, held_out)
    assert sum(a == b for a, b in zip(right, found, strict=True)) >= 27


def test_several_labels_are_learned(files, tmp_path):
    held_out = several_labels(30, seed=1)

    fit = train(files, SEVERAL, several_labels(120), held_out, training(epochs=20), tmp_path / "m")

    found = _suggested(tmp_path / "m", SEVERAL, held_out)
    right = [
        set(one.value or ()) == set(got or ()) for one, got in zip(held_out, found, strict=True)
    ]
    assert fit.validation > 0.9
    assert sum(right) >= 24


def test_the_folder_is_an_ordinary_one(files, tmp_path):
    train(files, ONE, one_label(30), [], training(epochs=1), tmp_path / "m")

    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "m")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "m")

    assert list(model.config.id2label.values()) == list(ONE.label_names)
    assert model.config.architectures == ["BertForSequenceClassification"]
    assert tokenizer("the gene")["input_ids"]
    assert not list((tmp_path / "m").rglob("*.bin"))
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_the_embedded_model_learns_from_few_texts(tmp_path):
    asked = training(epochs=4, learning_rate=5e-4, precision="auto")

    fit = train(find_model(), ONE, one_label(24), one_label(12, 1), asked, tmp_path / "m")

    assert fit.validation > 0.9
    assert _suggested(fit.folder, ONE, one_label(3)) == ["genes", "stars", "law"]


@pytest.mark.parametrize("architecture", ["roberta", "distilbert", "deberta-v2", "modernbert"])
def test_other_encoders_learn_too(tmp_path, architecture):
    files = base_model(tmp_path / "base", architecture=architecture)

    fit = train(files, ONE, one_label(60), one_label(15, 1), training(epochs=8), tmp_path / "m")

    assert fit.history[-1].loss < fit.history[0].loss
    assert set(_suggested(tmp_path / "m", ONE, one_label(6))) <= set(ONE.label_names)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_the_same_seed_gives_the_same_weights(files, tmp_path, method):
    once, again, other = (
        train(files, ONE, one_label(30), [], training(method, epochs=2, seed=seed), tmp_path / name)
        for name, seed in (("once", 7), ("again", 7), ("other", 8))
    )

    one, two, three = (tensors(fit.folder) for fit in (once, again, other))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert any(not torch.equal(one[name], three[name]) for name in one)


def test_the_randomness_of_the_notebook_stays_as_it_was(files, tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)

    train(files, ONE, one_label(30), [], training(epochs=1), tmp_path / "m")

    assert torch.equal(torch.rand(3), expected)


def test_a_watcher_is_told_of_every_epoch(files, tmp_path):
    moments: list[Moment] = []

    fit = train(
        files,
        ONE,
        one_label(30),
        one_label(9, 1),
        training(epochs=3),
        tmp_path / "m",
        moments.append,
    )

    assert [moment.epoch for moment in fit.history] == [1, 2, 3]
    assert set(fit.history) <= set(moments)
    assert moments[0].step == 0
    assert moments[-1].step == moments[-1].steps
    assert fit.tokens_per_second > 0


def test_nothing_is_printed(files, tmp_path, capfd):
    train(files, ONE, one_label(30), one_label(9, 1), training(epochs=1), tmp_path / "m")

    assert capfd.readouterr() == ("", "")


def test_training_stops_early_and_keeps_the_best(files, tmp_path):
    asked = training(epochs=30, patience=2)

    fit = train(files, ONE, one_label(60), one_label(15, 1), asked, tmp_path / "m")

    assert fit.ending == "early"
    scores = [moment.validation for moment in fit.history]
    assert scores.index(fit.validation) == len(scores) - 3
    assert fit.validation == max(scores)


def test_an_interrupt_keeps_the_best_so_far(files, tmp_path):
    def watch(moment):
        if moment.epoch == 3:
            raise KeyboardInterrupt

    fit = train(files, ONE, one_label(60), one_label(15, 1), training(), tmp_path / "m", watch)

    assert fit.ending == "stopped"
    assert len(fit.history) == 3
    assert fit.validation == max(moment.validation for moment in fit.history)
    assert _suggested(fit.folder, ONE, one_label(3))


def test_an_interrupt_before_the_first_step_leaves_nothing(files, tmp_path):
    def watch(moment):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(files, ONE, one_label(60), [], training(), tmp_path / "m", watch)

    assert list(tmp_path.iterdir()) == []


def test_callbacks_are_given_to_the_trainer(files, tmp_path):
    class Listener(TrainerCallback):
        def __init__(self):
            self.losses, self.scores = [], []

        def on_log(self, args, state, control, logs=None, **kwargs):
            self.losses += [logs["loss"]] if "loss" in logs else []

        def on_evaluate(self, args, state, control, **kwargs):
            self.scores.append(kwargs["metrics"]["eval_score"])

    heard = Listener()
    fit = train(
        files,
        ONE,
        one_label(30),
        one_label(9, 1),
        training(epochs=2),
        tmp_path / "m",
        callbacks=[heard],
    )

    assert len(heard.losses) > 2
    assert heard.scores == [moment.validation for moment in fit.history]


def test_a_trained_model_is_trained_further_with_its_head(files, tmp_path):
    first = train(files, ONE, one_label(60), [], training(epochs=8), tmp_path / "one")
    base = find_model(first.folder)

    again = train(
        base,
        ONE,
        one_label(60),
        one_label(30, 1),
        training(epochs=1, learning_rate=1e-6),
        tmp_path / "two",
    )
    relabelled = replace(ONE, labels=ONE.labels[::-1])
    turned = train(
        base,
        relabelled,
        one_label(60),
        one_label(30, 1),
        training(epochs=1, learning_rate=1e-6),
        tmp_path / "three",
    )

    assert again.validation > 0.9
    assert turned.validation < 0.9  # its outputs stood for other labels: they are drawn anew


def test_accumulated_batches_make_the_step_of_one(tmp_path):
    files = base_model(tmp_path / "base", **STILL)
    # Six texts of five tokens, special ones included.
    texts = {"gene dna cell": "genes", "star comet star": "stars", "court judge trial": "law"}
    examples = [Example(*one) for one in [*texts.items()] * 2]
    whole = training(epochs=3, batch_tokens=6 * 5)
    halved = training(epochs=3, batch_tokens=3 * 5, accumulate=2)

    one, two = (
        train(files, ONE, examples, [], asked, tmp_path / str(asked.accumulate))
        for asked in (whole, halved)
    )

    assert one.history[-1].steps == two.history[-1].steps == 3
    first, second = tensors(one.folder), tensors(two.folder)
    before = tensors(files.path)["embeddings.word_embeddings.weight"]
    assert not torch.allclose(first["bert.embeddings.word_embeddings.weight"], before, atol=1e-3)
    # A key's bias changes no answer: its gradient is mere rounding, which Adam makes a step of.
    names = [name for name in first if "key.bias" not in name]
    assert all(torch.allclose(first[name], second[name], atol=1e-4) for name in names)


def test_texts_are_cut_at_the_limit_and_that_is_said(files, tmp_path):
    long = [Example("gene " * 100, "genes"), *one_label(30)]

    fit = train(files, ONE, long, [], training(epochs=1, max_length=16), tmp_path / "m")

    assert "longer than 16 tokens, and cut there: 1 of 31 texts" in fit.notes


def test_bf16_learns_too(files, tmp_path):
    asked = training(epochs=8, precision="bf16")

    fit = train(files, ONE, one_label(90), one_label(30, 1), asked, tmp_path / "m")

    assert fit.validation > 0.9


def test_a_method_that_is_not_known_is_named(files, tmp_path):
    with pytest.raises(LearningError, match="no method 'magic': choose one of head, fewshot"):
        train(files, ONE, one_label(9), [], training("magic"), tmp_path / "m")


def test_a_kind_that_cannot_be_trained_is_named(files, tmp_path):
    task = Task("answer", ("text",), kind="text")

    with pytest.raises(LearningError, match="task 'answer' asks for text on text"):
        train(files, task, one_label(9), [], training(), tmp_path / "m")


def test_fp16_needs_another_device_than_a_cpu(files, tmp_path):
    with pytest.raises(ModelError, match="cannot"):
        train(files, ONE, one_label(9), [], training(precision="fp16"), tmp_path / "m")
