"""Zero-shot by entailment gives the numbers of the pipeline of transformers."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from sciml_magics.errors import ModelError
from sciml_magics.models import Options, open_model
from sciml_magics.models.families import nli
from sciml_magics.models.windows import cut_windows
from sciml_magics.tasks import Label
from tests.models.asking import CPU, ask, make_task, open_text
from tests.models.tiny import CORPUS, LIMIT, save_tiny, train

ENTAILS = ("contradiction", "neutral", "entailment")
LABELS = ("genes", Label("sky", "stars and comets"), "weather reports", "people")
NAMES = ("genes", "sky", "weather reports", "people")
MEANINGS = ["genes", "stars and comets", "weather reports", "people"]
TEXTS = list(dict.fromkeys(" ".join(text.split()[: 2 + i]) for i in range(3) for text in CORPUS))


def _scores(suggestions):
    return np.array([[dict(one.alternatives)[name] for name in NAMES] for one in suggestions])


def _from_pipeline(folder, multi):
    pipe = pipeline("zero-shot-classification", str(folder), device="cpu")
    found = [pipe(text, MEANINGS, multi_label=multi) for text in TEXTS]
    return np.array(
        [[dict(zip(f["labels"], f["scores"], strict=True))[m] for m in MEANINGS] for f in found]
    )


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return save_tiny(
        tmp_path_factory.mktemp("nli"), "bert", "ForSequenceClassification", labels=ENTAILS
    )


@pytest.mark.parametrize("kind", ["label", "labels"])
@pytest.mark.parametrize("architecture", ["bert", "roberta", "bart", "deberta-v2"])
def test_probabilities_are_those_of_the_pipeline(architecture, kind, tmp_path):
    folder = save_tiny(tmp_path, architecture, "ForSequenceClassification", labels=ENTAILS)
    found = ask(folder, TEXTS, make_task(*LABELS, kind=kind))
    expected = _from_pipeline(folder, kind == "labels")
    np.testing.assert_allclose(_scores(found), expected, atol=3e-5)
    if kind == "label":
        assert [one.value for one in found] == [NAMES[at] for at in expected.argmax(axis=1)]


def test_two_classes_of_entailment_are_enough(tmp_path):
    labels = ("entailment", "not_entailment")
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=labels)
    found = ask(folder, TEXTS, make_task(*LABELS, kind="labels"))
    np.testing.assert_allclose(_scores(found), _from_pipeline(folder, True), atol=3e-5)


def test_a_single_label_is_entailment_against_contradiction(bert):
    alone = ask(bert, TEXTS, make_task("genes"))
    several = ask(bert, TEXTS, make_task("genes", "people", kind="labels"))
    for one, other in zip(alone, several, strict=True):
        assert one.score == pytest.approx(dict(other.alternatives)["genes"], abs=2e-6)


def test_batches_of_any_size_and_order_answer_alike(bert):
    model = open_text(bert)
    expected = _scores(ask(model, TEXTS, make_task(*LABELS)))
    for tokens in (1, 60, 500):
        model = open_text(bert, budget=tokens)
        found = ask(model, TEXTS[::-1], make_task(*LABELS))[::-1]
        np.testing.assert_allclose(_scores(found), expected, atol=3e-6)


def test_records_are_looked_at_in_pieces_when_labels_are_many(bert, monkeypatch):
    expected = _scores(ask(bert, TEXTS, make_task(*LABELS)))
    monkeypatch.setattr(nli, "_PAIRS", 10)
    np.testing.assert_allclose(_scores(ask(bert, TEXTS, make_task(*LABELS))), expected, atol=3e-6)


def test_texts_and_labels_are_tokenised_once(bert, monkeypatch):
    from sciml_magics.models import text_input

    seen = []
    tokenise = text_input.tokenise

    def counting(tokenizer, texts):
        seen.extend(texts)
        return tokenise(tokenizer, texts)

    monkeypatch.setattr(text_input, "tokenise", counting)
    ask(bert, TEXTS, make_task(*LABELS))
    assert len(seen) == len(set(seen)) == len(TEXTS) + len(LABELS)


@pytest.mark.parametrize("kind", ["label", "labels"])
@pytest.mark.parametrize("window", ["max", "mean"])
def test_long_texts_are_read_to_their_end(bert, window, kind):
    text = "Marie Curie worked in Paris; the sensor reported. " * 12
    found = ask(bert, [text], make_task(*LABELS, kind=kind), replace(CPU, window=window))
    each, count = _window_logits(bert, text)
    if kind == "labels":
        each = np.exp(each[..., 0]) / np.exp(each).sum(axis=-1)
        expected = each.max(axis=0) if window == "max" else each.mean(axis=0)
    elif window == "max":
        powers = np.exp(each[..., 0].max(axis=0))
        expected = powers / powers.sum()
    else:
        powers = np.exp(each[..., 0])
        expected = (powers / powers.sum(axis=1, keepdims=True)).mean(axis=0)
    assert found[0].evidence == {"windows": count, "over": window}
    assert count > 2
    np.testing.assert_allclose(_scores(found)[0], expected, atol=5e-6)


def _window_logits(folder, text):
    """Entailment and contradiction of every window with every label, one pair at a time."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()

    def tokens(some):
        return tokenizer(some, add_special_tokens=False)["input_ids"]

    begin, end = [tokenizer.cls_token_id], [tokenizer.sep_token_id]
    labels = [tokens(f"This example is {meaning}.") for meaning in MEANINGS]
    ids = tokens(text)
    cuts = cut_windows([len(ids)], LIMIT - 3 - max(map(len, labels)))
    logits = np.empty((len(cuts), len(labels), 2))
    for row, (start, stop) in enumerate(zip(cuts.starts, cuts.stops, strict=True)):
        for column, label in enumerate(labels):
            first, second = begin + ids[start:stop] + end, label + end
            with torch.inference_mode():
                found = model(
                    torch.tensor([first + second]),
                    token_type_ids=torch.tensor([[0] * len(first) + [1] * len(second)]),
                )
            logits[row, column] = found.logits[0, [2, 0]].numpy()
    return logits, len(cuts)


def test_it_learns_what_entailment_is(tmp_path):
    folder = save_tiny(
        tmp_path,
        "bert",
        "ForSequenceClassification",
        labels=("contradiction", "entailment"),
        initializer_range=0.05,
    )
    things = ("gene", "star", "comet")
    pairs = [
        (f"{a} the {thing} {b}", f"This example is {said}.", int(thing == said))
        for thing in things
        for said in things
        for a in ("", "a", "Marie", "in Paris")
        for b in ("was here", "worked", "", "of a sensor")
    ]
    train(
        folder, [(text, said) for text, said, _ in pairs], [pair[2] for pair in pairs], loss=0.002
    )
    texts = ["12 the comet was here", "Marie the gene of 12 samples"]
    found = ask(folder, texts, make_task(*things))
    assert [one.value for one in found] == ["comet", "gene"]


def test_logits_that_are_no_numbers_are_abstentions(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=ENTAILS)
    model = open_text(folder)
    with torch.no_grad():
        model.loaded.model.get_parameter("classifier.bias")[2] = float("-inf")
    (found,) = ask(model, ["a gene"], make_task(*LABELS))
    assert found.value is None
    assert "not numbers" in found.reason


def test_empty_and_strange_texts(bert):
    labels = ('a, "gene"', "{braces}", "星", "<b>😀</b>")
    found = ask(bert, ["\u200b", "a\ud800\0b"], make_task(*labels))
    assert found[0].value is None
    assert found[0].reason
    assert found[1].value in labels


def test_a_shortlist_compares_the_nearest_labels_only(bert):
    labels = [*(f"number {i}" for i in range(20)), "stars and comets", "genes and tumours"]
    texts = ["a star and a comet", "the genes of the tumour"]
    options = replace(CPU, shortlist=4)
    for kind in ("label", "labels"):
        task = make_task(*labels, kind=kind)
        found = ask(bert, texts, task, options)
        for one, near in zip(found, labels[-2:], strict=True):
            probabilities = {label: p for label, p in one.alternatives if p > 0}
            assert near in probabilities
            assert len(probabilities) == one.evidence["shortlist"] == 4
            (alone,) = ask(bert, [texts[found.index(one)]], make_task(*probabilities, kind=kind))
            assert probabilities == pytest.approx(dict(alone.alternatives), abs=3e-5)


def test_a_shortlist_as_long_as_the_labels_changes_nothing(bert):
    task = make_task(*LABELS)
    found = ask(bert, TEXTS[:4], task, replace(CPU, shortlist=9))
    expected = ask(bert, TEXTS[:4], task)
    np.testing.assert_allclose(_scores(found), _scores(expected), atol=3e-6)
    assert all("shortlist" not in one.evidence for one in found)
    assert open_model(bert, replace(CPU, shortlist=9)).identity != open_model(bert, CPU).identity


def test_a_label_longer_than_the_model_reads_is_one_line(bert):
    long = Label("long", "a gene and a star " * 40)
    model = open_text(bert)
    with pytest.raises(ModelError, match=re.escape(f"of the {LIMIT} tokens")):
        ask(model, ["a"], make_task(long, "star"))


def test_labels_have_to_be_given(bert):
    with pytest.raises(ModelError, match="give the task its labels"):
        open_text(bert).resolve(make_task())


def test_the_hypothesis_and_the_window_are_part_of_what_it_is(bert):
    identity = open_model(bert, Options(window="mean")).identity
    assert identity.family == "nli"
    assert "This example is {}." in identity.settings
    assert '"mean"' in identity.settings
