"""Taggers: spans in code points of the original text, whatever the scheme and the script."""

import re
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from transformers import pipeline

from sciml_magics.errors import ModelError
from sciml_magics.models import find_model
from sciml_magics.models.training.train import train as learn
from sciml_magics.tasks import Example, Label, Span, Training
from tests.models.asking import ask, make_task, open_text, read_spans
from tests.models.tiny import CORPUS, save_tiny, train, warmer

PEOPLE = ("Marie", "Curie", "Alan", "Turing", "玛", "丽")
PLACES = ("Paris", "Manchester", "北", "京", "上", "海")
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
SENTENCES = (
    *CORPUS,
    "Marie Curie worked.",
    "in Paris the sensor",
    "Alan Turing in Manchester",
    "玛丽在上海",
    "the gene in Paris and Manchester",
    "a comet",
    "Curie",
    "Paris",
    "Turing observed a star in Manchester.",
    "玛丽在北京工作",
    "😀 Marie 😀",
    "😀👩‍🔬 a comet 👩‍🔬😀",
    "😀👩‍🔬 Marie in Manchester 😀",
    "Pari\u0301s worked in Paris.",
    # As long as a window, so that every position is learned.
    "Marie Curie in Paris. " * 10,
    "Alan Turing in Manchester " * 13,
)


def _tagged(text):
    """Gold tags of the tokens of a text: the words of people and places, by their place in it."""

    def tag(encoding):
        tags, before = [], ""
        for start, stop in encoding.offsets:
            piece = text[start:stop].strip()
            name = next(
                (
                    kind
                    for kind, words in (("PER", PEOPLE), ("LOC", PLACES))
                    if piece and any(_covers(text, word, start, stop) for word in words)
                ),
                "",
            )
            tags.append(TAGS.index(f"{'I' if name == before else 'B'}-{name}") if name else 0)
            before = name
        return tags

    return tag


def _covers(text, word, start, stop):
    at = text.find(word)
    while at >= 0:
        if at <= start and stop <= at + len(word) and start < stop:
            return True
        at = text.find(word, at + 1)
    return False


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    folder = save_tiny(
        tmp_path_factory.mktemp("tagger"),
        "bert",
        "ForTokenClassification",
        labels=TAGS,
        initializer_range=0.05,
    )
    train(folder, SENTENCES, [_tagged(text) for text in SENTENCES])
    return folder


def _spans(suggestion):
    return [(span.start, span.end, span.label) for span in read_spans(suggestion)]


def _read(suggestion):
    return [(span.text, span.label) for span in read_spans(suggestion)]


def test_it_marks_what_it_was_taught(tagger):
    texts = ["Alan Turing worked in Paris.", "the comet", "Marie Curie in Manchester"]
    found = ask(tagger, texts, make_task(kind="spans"))
    assert [_read(one) for one in found] == [
        [("Alan Turing", "PER"), ("Paris", "LOC")],
        [],
        [("Marie Curie", "PER"), ("Manchester", "LOC")],
    ]
    assert all(one.score > 0.8 for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😀👩‍🔬 Marie in Paris 😀", ["Marie", "Paris"]),
        ("玛丽在北京工作。", ["玛丽", "北京"]),
        ("Marie\r\nin\r\nParis\r\n", ["Marie", "Paris"]),
        ("Marie\0 in Paris\ud800", ["Marie", "Paris"]),
        ("in Pari\u0301s\u0301", ["Pari\u0301s\u0301"]),
    ],
)
def test_spans_quote_the_original_text(tagger, text, expected):
    (found,) = ask(tagger, [text], make_task(kind="spans"))
    assert [span.text for span in read_spans(found)] == expected
    for span in read_spans(found):
        span.check(text)


@pytest.mark.parametrize("strategy", ["simple", "first"])
def test_spans_are_those_of_the_pipeline(tagger, strategy):
    # Of texts whose words are single tokens, both ways of the pipeline mean the same.
    texts = ["Marie Curie worked in Paris", "Alan Turing observed a comet in Manchester"]
    pipe: Any = pipeline(
        "token-classification", str(tagger), aggregation_strategy=strategy, device="cpu"
    )
    found = ask(tagger, texts, make_task(kind="spans"))
    for one, expected in zip(found, pipe(texts), strict=True):
        assert _spans(one) == [(e["start"], e["end"], e["entity_group"]) for e in expected]


@pytest.mark.parametrize(
    "architecture", ["bert", "roberta", "deberta-v2", "gpt2", "llama", "xlnet"]
)
def test_plain_tags_have_the_scores_of_the_pipeline(architecture, tmp_path):
    labels = ("O", "gene", "star", "person")
    folder = save_tiny(
        tmp_path, architecture, "ForTokenClassification", labels=labels, pad_token_id=1
    )
    # One token a word, so that aggregation does not differ by its reading of words.
    texts = ["a", "the star", "the gene of the tumour", "a comet and a star"]
    pipe: Any = pipeline(
        "token-classification", str(folder), aggregation_strategy="none", device="cpu"
    )
    found = ask(folder, texts, make_task(kind="spans"))
    compared = 0
    for text, one, tokens in zip(texts, found, pipe(texts, ignore_labels=[]), strict=True):
        alone = [token for token in tokens if token["entity"] != "O"]
        for span in read_spans(one):
            inside = [
                token for token in alone if span.start < token["end"] and token["start"] < span.end
            ]
            first = {text[: token["end"]].count(" "): token for token in reversed(inside)}
            scores = [float(token["score"]) for token in first.values()]
            assert {token["entity"] for token in first.values()} == {span.label}
            assert span.score == pytest.approx(np.mean(scores), abs=2e-5)
            compared += 1
    assert compared


def test_batches_of_any_size_and_order_answer_alike(tagger):
    model = open_text(tagger)
    texts = list(dict.fromkeys([*SENTENCES, "Marie Curie worked in Paris. " * 30]))
    expected = ask(model, texts, make_task(kind="spans"))
    for tokens in (1, 70, 400):
        model = open_text(tagger, budget=tokens)
        found = ask(model, texts[::-1], make_task(kind="spans"))[::-1]
        assert [_spans(one) for one in found] == [_spans(one) for one in expected]
        np.testing.assert_allclose(
            [one.score for one in found], [one.score for one in expected], atol=1e-5
        )


def test_windows_agree_with_each_other_over_a_long_text(tagger):
    sentence = "Alan Turing in Manchester "
    (found,) = ask(tagger, [sentence * 40], make_task(kind="spans"))
    assert _read(found) == [("Alan Turing", "PER"), ("Manchester", "LOC")] * 40
    assert [span.start for span in read_spans(found)[::2]] == [
        at * len(sentence) for at in range(40)
    ]


def test_labels_of_the_task_choose_and_rename(tagger):
    model = open_text(tagger)
    assert model.resolve(make_task(kind="spans")).label_names == ("PER", "LOC")
    text = ["Alan Turing in Manchester"]
    (found,) = ask(model, text, make_task(Label("city", aliases=("loc",)), kind="spans"))
    assert _read(found) == [("Manchester", "city")]
    with pytest.raises(ModelError, match=r"no label 'gene'.*'PER', 'LOC'"):
        model.resolve(make_task("gene", kind="spans"))


def test_logits_that_are_no_numbers_are_abstentions(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForTokenClassification", labels=TAGS)
    model = open_text(folder)
    with torch.no_grad():
        model.loaded.model.get_parameter("classifier.bias")[2] = float("nan")
    (found,) = ask(model, ["a gene"], make_task(kind="spans"))
    assert found.value is None
    assert "not numbers" in found.reason


def test_a_text_with_nothing_to_read_is_an_abstention(tagger):
    found = ask(tagger, ["\u200b", "Marie"], make_task(kind="spans"))
    assert found[0].value is None
    assert _read(found[1]) == [("Marie", "PER")]


def test_other_kinds_of_task_are_refused(tagger):
    with pytest.raises(ModelError, match=r"does spans on text, not label on text; .*nli"):
        open_text(tagger).resolve(make_task("PER"))


def test_a_temperature_makes_spans_less_sure_and_leaves_them_where_they_are(tagger, tmp_path):
    warm = warmer(tagger, tmp_path / "warm", 3.0)
    texts, task = list(SENTENCES), make_task(kind="spans")
    before, after = ask(tagger, texts, task), ask(warm, texts, task)
    apart = []
    for one, other in zip(before, after, strict=True):
        places = [[(s.start, s.end, s.label) for s in read_spans(each)] for each in (one, other)]
        assert places[0] == places[1]
        apart += [
            a.score - b.score for a, b in zip(read_spans(one), read_spans(other), strict=True)
        ]
    assert apart
    assert min(apart) > 0


LONG = "the comet in Paris and paris, PARIS " * 20


@pytest.fixture(scope="module")
def shaped(tmp_path_factory):
    """A tagger whose tokens are all lower case: only shapes tell it Marie from marie."""
    base = save_tiny(
        tmp_path_factory.mktemp("base"),
        "bert",
        "Model",
        limit=32,
        initializer_range=0.05,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    lines = [
        "Marie Curie in Paris",
        "the comet in PARIS",
        "a Star of marie",
        "a gene, Alan Turing",
        "the GENE in paris",
        "marie and PARIS and Marie",
        # Every window of it is learned: what is tested is that the shapes are those of the window.
        LONG,
        "Star, star 😀 Star",
    ]
    examples = [Example(line, _capitalised(line)) for line in lines * 10]
    training = Training(epochs=30, learning_rate=3e-3, patience=0, device="cpu", precision="fp32")
    task = make_task("name", kind="spans")
    folder = tmp_path_factory.mktemp("shaped") / "model"
    learn(find_model(base), task, examples, examples[:8], training, folder)
    return folder


def _capitalised(text):
    found = re.finditer(r"[A-Z][a-z]+( [A-Z][a-z]+)*", text)
    return tuple(Span(one.start(), one.end(), "name", one.group()) for one in found)


def test_shapes_tell_what_the_tokens_do_not(shaped):
    texts = ["in Paris the gene", "in paris the gene", "in PARIS the gene", "Star, star 😀 Star"]
    found = ask(shaped, texts, make_task(kind="spans"))
    assert [[span.text for span in read_spans(one)] for one in found] == [
        ["Paris"],
        [],
        [],
        ["Star", "Star"],
    ]


def test_shapes_go_with_the_windows_of_a_long_text(shaped):
    (found,) = ask(shaped, [LONG], make_task(kind="spans"))
    assert [span.start for span in read_spans(found)] == [
        at.start() for at in re.finditer("Paris", LONG)
    ]


def test_a_tagger_that_is_told_shapes_is_an_ordinary_one(shaped):
    text = "Marie in paris"
    model = transformers.AutoModelForTokenClassification.from_pretrained(shaped)
    tokenizer = transformers.AutoTokenizer.from_pretrained(shaped)
    assert type(model).__name__ == "BertForTokenClassification"
    batch = tokenizer(text, return_tensors="pt")
    kinds = torch.tensor([[0, 1, 0, 0, 0]])
    assert kinds.shape == batch["input_ids"].shape
    with torch.inference_mode():
        expected = model(**{**batch, "token_type_ids": kinds}).logits.softmax(-1)
    (found,) = ask(shaped, [text], make_task(kind="spans"))
    (span,) = read_spans(found)
    assert span.text == "Marie"
    assert span.score == pytest.approx(float(expected[0, 1, 1:].sum()), abs=1e-5)


@pytest.mark.parametrize(("scheme", "expected"), [("", ["Alan"]), ("IOB2", [])])
def test_what_only_goes_on_begins_no_span_where_the_scheme_says_so(tmp_path, scheme, expected):
    folder = save_tiny(tmp_path, "bert", "ForTokenClassification", labels=TAGS, tag_scheme=scheme)
    model = open_text(folder)
    with torch.no_grad():
        model.loaded.model.get_parameter("classifier.weight").zero_()
        bias = torch.tensor([2.0, 0.0, 3.0, -9.0, -9.0])  # O, B-PER, I-PER, B-LOC, I-LOC
        model.loaded.model.get_parameter("classifier.bias").copy_(bias)
    (found,) = ask(model, ["Alan"], make_task(kind="spans"))
    assert [span.text for span in read_spans(found)] == expected
