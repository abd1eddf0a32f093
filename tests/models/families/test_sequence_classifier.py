"""Trained classifiers: their labels, their probabilities, and what they cannot answer."""

import random
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from sciml_magics.errors import ModelError
from sciml_magics.models import Options, open_model
from sciml_magics.models.windows import cut_windows
from sciml_magics.tasks import Execution, Label
from tests.models.asking import ask, make_task, open_text
from tests.models.tiny import ARCHITECTURES, CORPUS, LIMIT, save_tiny, train, warmer

TOPICS = ("Genes", "Stars", "People")
TEXTS = [" ".join(text.split()[: 3 + i]) for i in range(5) for text in CORPUS]
TEXTS = list(dict.fromkeys(TEXTS))


def _scores(suggestions, labels):
    return np.array([[dict(one.alternatives)[label] for label in labels] for one in suggestions])


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return save_tiny(
        tmp_path_factory.mktemp("bert"), "bert", "ForSequenceClassification", labels=TOPICS
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = save_tiny(
        tmp_path_factory.mktemp("trained"),
        "bert",
        "ForSequenceClassification",
        labels=TOPICS,
        initializer_range=0.05,
    )
    train(folder, *_lessons(240))
    return folder


def _lessons(count):
    """Texts of a few words, one of which tells the topic."""
    draw = random.Random(0)
    words = (("gene", "tumour", "samples"), ("star", "comet", "telescope"), ("Marie", "Turing"))
    filler = ("the", "was", "in", "Paris", "and", "12", "a", "observed", "of", "sensor")
    texts, topics = [], []
    for at in range(count):
        topic = at % 3
        some = [draw.choice(filler) for _ in range(draw.randint(1, 9))]
        some.insert(draw.randrange(len(some) + 1), draw.choice(words[topic]))
        texts.append(" ".join(some))
        topics.append(topic)
    return texts, topics


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_probabilities_are_those_of_reading_each_text_alone(architecture, tmp_path):
    folder = save_tiny(tmp_path, architecture, "ForSequenceClassification", labels=TOPICS)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    names = [name for name in tokenizer.model_input_names if name != "token_type_ids"]
    with torch.inference_mode():
        expected = [
            model(**{name: tokenizer(text, return_tensors="pt")[name] for name in names})
            .logits.softmax(-1)[0]
            .numpy()
            for text in TEXTS
        ]
    found = ask(folder, TEXTS, make_task())
    np.testing.assert_allclose(_scores(found, TOPICS), expected, atol=2e-5)


def test_batches_of_any_size_and_order_answer_alike(bert):
    model = open_text(bert)
    expected = _scores(ask(model, TEXTS, make_task()), TOPICS)
    for tokens in (1, 50, 300):
        model = open_text(bert, budget=tokens)
        found = ask(model, TEXTS[::-1], make_task())[::-1]
        np.testing.assert_allclose(_scores(found, TOPICS), expected, atol=2e-6)


def test_it_says_what_it_was_taught(trained):
    texts = ["a gene of 12 samples", "the comet and the telescope", "Marie worked"]
    found = ask(trained, texts, make_task())
    assert [one.value for one in found] == list(TOPICS)
    assert all(one.score > 0.6 for one in found)


def test_bf16_gives_the_same_labels(trained):
    texts = ["a gene of 12 samples", "the comet and the telescope", "Marie worked"]
    found = ask(trained, texts, make_task(), Options(device="cpu", precision="bf16"))
    assert [one.value for one in found] == list(TOPICS)
    suggester = open_model(trained, Options(device="cpu", precision="bf16"))
    assert suggester.execution == Execution("cpu", "bf16")


def test_a_task_without_labels_takes_those_of_the_model(bert):
    assert open_text(bert).resolve(make_task()).label_names == TOPICS


def test_labels_are_found_by_name_without_case_and_by_alias(trained):
    task = make_task("GENES", Label("astronomy", aliases=("stars",)), "people")
    found = ask(trained, ["a gene of 12 samples", "the comet and the telescope"], task)
    assert [one.value for one in found] == ["GENES", "astronomy"]


def test_a_label_that_stands_for_two_has_both_probabilities(bert):
    sky_and_earth = make_task(Label("things", aliases=("Genes", "Stars")), "People")
    alone = _scores(ask(bert, TEXTS, make_task()), TOPICS)
    found = _scores(ask(bert, TEXTS, sky_and_earth), ["things"])
    np.testing.assert_allclose(found[:, 0], alone[:, :2].sum(axis=1), atol=1e-6)


def test_a_label_that_the_model_does_not_know_is_refused_with_those_it_does(bert):
    with pytest.raises(ModelError, match=r"no label 'Rocks'.*'Genes', 'Stars', 'People'"):
        open_text(bert).resolve(make_task("Genes", "Rocks"))


def test_an_answer_outside_the_task_is_an_abstention(trained):
    (found,) = ask(trained, ["the comet and the telescope"], make_task("Genes", "People"))
    assert found.value is None
    assert np.isnan(found.score)
    assert "'Stars'" in found.reason


def test_several_labels_are_sigmoids(tmp_path):
    folder = save_tiny(
        tmp_path,
        "roberta",
        "ForSequenceClassification",
        labels=TOPICS,
        problem_type="multi_label_classification",
    )
    expected: Any = pipeline("text-classification", str(folder), top_k=None, device="cpu")(TEXTS)
    found = ask(folder, TEXTS, make_task(kind="labels"))
    for one, other in zip(found, expected, strict=True):
        wanted = {item["label"]: item["score"] for item in other}
        assert dict(one.alternatives) == pytest.approx(wanted, abs=2e-5)
        assert one.value == tuple(label for label in TOPICS if wanted[label] >= 0.5)
        assert one.score == pytest.approx(min(max(p, 1 - p) for p in wanted.values()), abs=2e-5)


def test_a_single_output_is_no_label(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=["LABEL_0"])
    with pytest.raises(ModelError, match="foretells a number"):
        open_text(folder).resolve(make_task())


@pytest.mark.parametrize("window", ["max", "mean"])
def test_long_texts_are_read_to_their_end(trained, window):
    text = "the sensor of a " * 30 + "tumour samples"
    tokenizer = AutoTokenizer.from_pretrained(trained)
    model = AutoModelForSequenceClassification.from_pretrained(trained).eval()
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    cuts = cut_windows([len(ids)], LIMIT - 2)
    begin, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    with torch.inference_mode():
        alone = [
            model(torch.tensor([[begin, *ids[start:stop], end]])).logits.softmax(-1)[0].numpy()
            for start, stop in zip(cuts.starts, cuts.stops, strict=True)
        ]
    each = np.array(alone)
    expected = each.mean(axis=0) if window == "mean" else each[each.max(axis=1).argmax()]

    options = Options(device="cpu", precision="fp32", window=window)
    (found,) = ask(trained, [text], make_task(), options)
    assert found.evidence == {"windows": len(each), "over": window}
    assert len(each) > 2
    np.testing.assert_allclose(_scores([found], TOPICS)[0], expected, atol=2e-6)
    assert TOPICS[each[-1].argmax()] == "Genes"


def test_nul_surrogates_and_marks_are_text(bert):
    texts = [
        "gene\0star",
        "gene \ud800 star",
        "gene [SEP] star",
        "gene [PAD] [CLS]",
        "\u200b",
        "😀",
    ]
    found = ask(bert, texts, make_task())
    assert [one.value is None for one in found] == [False] * 4 + [True, False]
    assert found[4].reason == "the model reads nothing in this text"


def test_logits_that_are_no_numbers_are_abstentions(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=TOPICS)
    model = open_text(folder)
    with torch.no_grad():
        model.loaded.model.get_parameter("classifier.bias")[1] = float("inf")
    for one in ask(model, TEXTS[:3], make_task()):
        assert one.value is None
        assert "not numbers" in one.reason


def test_texts_of_a_million_tokens_are_read_in_bounded_memory(bert):
    (found,) = ask(bert, ["a star " * 8_000], make_task())
    assert found.evidence["windows"] > 300


def test_memory_that_runs_out_changes_no_answer(bert, monkeypatch):
    model = open_text(bert)
    expected = _scores(ask(model, TEXTS, make_task()), TOPICS)
    model = open_text(bert, budget=4096)
    forward = type(model.loaded).logits

    def limited(self, rows, others=None):
        if sum(map(len, rows)) > 60:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: tried 1 GB")
        return forward(self, rows, others)

    monkeypatch.setattr(type(model.loaded), "logits", limited)
    found = ask(model, TEXTS, make_task())
    np.testing.assert_allclose(_scores(found, TOPICS), expected, atol=2e-6)
    assert model.loaded.budget.tokens < 200
    with pytest.raises(ModelError, match="more memory than there is"):
        ask(model, [" ".join(TEXTS)], make_task())


def test_logits_are_divided_by_the_temperature_of_the_configuration(bert, tmp_path):
    before = _scores(ask(bert, TEXTS, make_task()), TOPICS)
    warm = warmer(bert, tmp_path / "warm", 4.0)
    powers = before ** (1 / 4)
    after = _scores(ask(warm, TEXTS, make_task()), TOPICS)
    np.testing.assert_allclose(after, powers / powers.sum(axis=1, keepdims=True), atol=2e-5)
