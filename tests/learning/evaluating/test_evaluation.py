"""Scores agree with other libraries, and intervals hold what they promise."""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciml_magics.errors import LearningError
from sciml_magics.learning.evaluating.comparison import compare
from sciml_magics.learning.evaluating.evaluation import evaluate
from sciml_magics.tasks import Label, Span, Task, Value

NAMES = ("genes", "cells", "brains")
LABEL = Task("topic", ("text",), labels=tuple(map(Label, NAMES)))
LABELS = Task("topics", ("text",), kind="labels", labels=tuple(map(Label, NAMES)))
SPANS = Task("entities", ("text",), kind="spans", labels=(Label("PER"), Label("LOC")))

TEXT = "Ada Lovelace met Bo in Paris, near the river Seine."
WORDS = ["Ada", "Lovelace", "met", "Bo", "in", "Paris", ",", "near", "the", "river", "Seine", "."]


def span(quoted: str, label: str, score: float = 1.0, text: str = TEXT) -> Span:
    start = text.index(quoted)
    return Span(start, start + len(quoted), label, quoted, score)


def row(table: pd.DataFrame, name: str, *columns: str) -> list[float]:
    """Some cells of one row."""
    return [float(table[column][name]) for column in columns]


one_label = st.sampled_from(NAMES)
pairs_of_one = st.lists(st.tuples(one_label, one_label), min_size=1, max_size=40)
some_labels = st.sets(one_label).map(lambda found: tuple(sorted(found)))
pairs_of_some = st.lists(st.tuples(some_labels, some_labels), min_size=1, max_size=30)


@given(pairs_of_one)
@settings(max_examples=40)
def test_one_label_is_scored_as_by_scikit_learn(pairs):
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    gold, predicted = zip(*pairs, strict=True)
    found = evaluate(gold, predicted, LABEL, resamples=10)
    theirs = precision_recall_fscore_support(gold, predicted, labels=NAMES, zero_division=0)
    for column, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert found.classes[column].tolist() == pytest.approx(list(values))
    there = sorted({*gold, *predicted})
    for average in ("micro", "macro", "weighted"):
        *theirs, _ = precision_recall_fscore_support(
            gold, predicted, labels=there, average=average, zero_division=0
        )
        assert row(found.frame(), average, "precision", "recall", "f1") == pytest.approx(theirs)
    assert found.accuracy == pytest.approx(accuracy_score(gold, predicted))
    assert found.score == found.frame().loc["macro", "f1"]


@given(pairs_of_some)
@settings(max_examples=40)
def test_several_labels_are_scored_as_by_scikit_learn(pairs):
    from sklearn.metrics import f1_score, precision_recall_fscore_support
    from sklearn.preprocessing import MultiLabelBinarizer

    gold, predicted = zip(*pairs, strict=True)
    found = evaluate(gold, predicted, LABELS, resamples=10)
    binary = MultiLabelBinarizer(classes=list(NAMES)).fit([NAMES])
    so, said = binary.transform(gold), binary.transform(predicted)
    theirs = precision_recall_fscore_support(so, said, zero_division=0)
    for column, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert found.classes[column].tolist() == pytest.approx(list(values))
    samples = f1_score(so, said, average="samples", zero_division=1)
    assert found.frame().loc["samples", "f1"] == pytest.approx(samples)
    assert found.frame().loc["weighted", "f1"] == pytest.approx(
        f1_score(so, said, average="weighted", zero_division=0)
    )
    assert found.accuracy == pytest.approx((so == said).all(axis=1).mean())


def test_entities_are_scored_strictly():
    gold = [(span("Ada Lovelace", "PER"), span("Bo", "PER"), span("Paris", "LOC"))]
    predicted = [(span("Ada", "PER"), span("Bo", "PER"), span("Paris", "PER"))]
    found = evaluate(gold, predicted, SPANS, texts=[TEXT], resamples=10)
    table = found.frame()
    assert row(table, "PER", "precision", "recall") == pytest.approx([1 / 3, 1 / 2])
    assert row(table, "LOC", "precision", "recall", "f1") == [0, 0, 0]
    assert found.measure == "entity F1"
    assert found.score == pytest.approx(1 / 3)
    assert row(found.confusion, "PER", "found", "missed", "wrong") == [1, 1, 2]


def test_the_table_of_tags_is_that_of_single_words():
    gold = [(span("Ada Lovelace", "PER"), span("Paris", "LOC"))]
    predicted = [(span("Ada Lovelace", "PER"), span("Bo", "PER"))]
    found = evaluate(gold, predicted, SPANS, texts=[TEXT], resamples=10)
    assert found.tokens is not None
    table = found.tokens.set_index("tag")
    assert list(table.index) == ["B-PER", "B-LOC", "I-PER", "O", "micro", "macro", "weighted"]
    assert table["support"].tolist() == [1, 1, 1, 9, 12, 12, 12]
    assert row(table, "B-PER", "precision", "recall") == [0.5, 1.0]
    assert table.loc["micro", "f1"] == pytest.approx(10 / 12)


def test_words_may_be_given():
    text = "non-EU"
    task = Task("entities", ("text",), kind="spans", labels=(Label("ORG"),))
    marked: list[Value] = [(span("EU", "ORG", text=text),)]
    by_rule = evaluate(marked, marked, task, texts=[text], resamples=5).tokens
    given_words = evaluate(marked, marked, task, texts=[text], words=[[(0, 4), (4, 6)]]).tokens
    assert by_rule is not None
    assert given_words is not None
    assert by_rule["support"].tolist()[-1] == 1
    assert given_words["support"].tolist()[-1] == 2


@st.composite
def marked(draw: st.DrawFn) -> tuple[Span, ...]:
    borders = sorted(draw(st.sets(st.integers(0, len(TEXT)), max_size=8)))
    found = []
    for start, end in zip(borders[::2], borders[1::2], strict=False):
        found.append(Span(start, end, draw(st.sampled_from(["PER", "LOC"])), TEXT[start:end]))
    return tuple(found)


@given(st.lists(st.tuples(marked(), marked()), min_size=1, max_size=5))
@settings(max_examples=60)
def test_seqeval_counts_entities_as_sets_do(pairs):
    gold, predicted = ([pair[at] for pair in pairs] for at in (0, 1))
    counted = evaluate(gold, predicted, SPANS, texts=[TEXT] * len(pairs), resamples=2).classes
    sets = evaluate(gold, predicted, SPANS, resamples=2).classes
    for column in ("precision", "recall", "f1"):
        assert counted[column].tolist() == pytest.approx(sets[column].tolist())


def test_spans_that_overlap_are_scored_without_tags():
    task = Task("e", ("text",), kind="spans", labels=(Label("PER"), Label("LOC")), overlapping=True)
    both: list[Value] = [(span("Ada Lovelace", "PER"), span("Lovelace", "LOC"))]
    found = evaluate(both, both, task, texts=[TEXT], resamples=5)
    assert found.score == 1
    assert found.classes["f1"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("task", "gold"), [(LABEL, "genes"), (LABELS, ()), (LABELS, ("genes",)), (SPANS, ())]
)
def test_an_abstention_is_never_right(task: Task, gold: Value):
    found = evaluate([gold, gold], [gold, None], task, resamples=5)
    assert (found.n, found.abstained, found.accuracy) == (2, 1, 0.5)


def test_abstentions_have_a_column_of_their_own_whatever_labels_are_called():
    task = Task("t", ("text",), labels=(Label("(none)"), Label("a")))
    found = evaluate(["(none)", "a", "a"], ["(none)", None, "a"], task, resamples=5)
    assert list(found.confusion.columns) == ["(none)", "a", "((none))"]
    assert found.confusion.to_numpy().tolist() == [[1, 0, 0], [0, 1, 1]]
    assert found.confusion.to_numpy().sum() == found.n


def test_labels_that_are_nowhere_raise_no_warning_and_are_told():
    found = evaluate(["genes"] * 3, ["genes"] * 3, LABEL)
    assert found.score == 1
    assert math.isnan(found.low)
    assert found.notes == (
        "no right answer is 'cells', 'brains': nothing is known of their recall",
    )
    accuracy = found.intervals.set_index("measure").loc["accuracy"]
    assert 0.4 < accuracy["low"] < 0.5


def test_a_label_that_is_always_right_has_no_interval_however_rare():
    gold = ["genes"] * 20 + ["cells"] * 20 + ["brains"]
    given_answers = ["genes"] * 18 + ["cells"] * 22 + ["brains"]
    table = evaluate(gold, given_answers, LABEL).classes.set_index("label")
    assert math.isnan(table["low"]["brains"])
    assert table["low"]["genes"] < table["f1"]["genes"] < table["high"]["genes"]


def test_what_has_no_right_answer_is_left_out_and_counted():
    found = evaluate(["genes", None], ["genes", "cells"], LABEL, resamples=5)
    assert found.n == 1
    assert found.notes[0] == "1 record has no right answer: left out"


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([None], ["genes"], "nothing to evaluate"),
        ([], [], "nothing to evaluate"),
        (["stars"], ["genes"], "right answers name 'stars', which task 'topic' does not have"),
        (["genes"], ["stars"], "given answers name 'stars'"),
    ],
)
def test_what_cannot_be_evaluated_is_said(gold, predicted, message):
    with pytest.raises(LearningError, match=message):
        evaluate(gold, predicted, LABEL)


def test_free_answers_have_their_accuracy_alone():
    task = Task("fixed", ("cell",), kind="value")
    found = evaluate(["a", "b"], ["a", "c"], task, slices=["x", "y"], resamples=5)
    assert (found.measure, found.score) == ("accuracy", 0.5)
    assert len(found.classes) == 0
    assert found.slices is not None
    assert found.slices["accuracy"].tolist() == [1, 0]
    assert found.summary == "fixed: 2 records · accuracy 0.500 (0.095 to 0.905)"


def test_slices_are_told_largest_first():
    gold = ["genes", "genes", "cells", "cells", "genes"]
    predicted = ["genes", "cells", "cells", None, "genes"]
    found = evaluate(gold, predicted, LABEL, slices=[1, 1, 1, 2, 2], resamples=50).slices
    assert found is not None
    assert found[["slice", "n", "abstained"]].to_numpy().tolist() == [[1, 3, 0], [2, 2, 1]]
    assert found["accuracy"].tolist() == pytest.approx([2 / 3, 1 / 2])


def test_calibration_is_told_from_scores_labels_or_spans():
    one = evaluate(["genes", "cells"], ["genes", "genes"], LABEL, scores=[0.8, 0.6], resamples=5)
    assert one.ece == pytest.approx((0.2 + 0.6) / 2)
    several = evaluate(
        [("genes",)],
        [("genes",)],
        LABELS,
        probabilities=[[("genes", 0.9), ("cells", 0.3)]],
        resamples=5,
    )
    assert several.ece == pytest.approx((0.1 + 0.3) / 2)
    spans = evaluate(
        [(span("Ada", "PER"),)],
        [(span("Ada", "PER", 0.9), span("Bo", "PER", 0.4))],
        SPANS,
        resamples=5,
    )
    assert spans.ece == pytest.approx((0.1 + 0.4) / 2)
    assert math.isnan(evaluate(["genes"], ["genes"], LABEL, resamples=5).ece)


def noisy(random: np.random.Generator, number: int, right: float) -> tuple[list[str], list[str]]:
    gold = random.choice(NAMES, size=number, p=[0.5, 0.3, 0.2])
    other = random.choice(NAMES, size=number)
    kept = random.random(number) < right
    return gold.tolist(), np.where(kept, gold, other).tolist()


def test_intervals_hold_the_truth_as_often_as_they_promise():
    source = np.random.default_rng(1)
    truth = evaluate(*noisy(source, 500_000, 0.7), LABEL, resamples=2).score
    found = [evaluate(*noisy(source, 150, 0.7), LABEL) for _ in range(200)]
    held = np.mean([one.low <= truth <= one.high for one in found])
    assert 0.91 <= held <= 0.99


def test_a_thousand_resamples_of_many_rows_take_little_time():
    random = np.random.default_rng(0)
    names = [f"label {at}" for at in range(77)]
    task = Task("many", ("text",), labels=tuple(map(Label, names)))
    gold = random.choice(names, size=5_000).tolist()
    predicted = [name if random.random() < 0.8 else names[0] for name in gold]
    began = time.process_time()
    evaluate(gold, predicted, task)
    assert time.process_time() - began < 4


def test_the_same_seed_gives_the_same_intervals():
    gold, predicted = noisy(np.random.default_rng(1), 100, 0.6)
    first, again, other = (
        evaluate(gold, predicted, LABEL, seed=seed, resamples=200) for seed in (0, 0, 1)
    )
    assert (first.low, first.high) == (again.low, again.high)
    assert (first.low, first.high) != (other.low, other.high)


def answers(gold: Sequence[str], right: float, seed: int) -> list[Value]:
    rng = random.Random(seed)
    return [name if rng.random() < right else rng.choice(NAMES) for name in gold]


def test_a_comparison_tells_what_is_better():
    gold = [NAMES[at % 3] for at in range(300)]
    one, other = answers(gold, 0.5, 1), answers(gold, 0.9, 2)
    found = compare(gold, one, other, LABEL)
    assert found.one == pytest.approx(evaluate(gold, one, LABEL, resamples=2).score)
    assert found.other == pytest.approx(evaluate(gold, other, LABEL, resamples=2).score)
    assert found.difference == pytest.approx(found.other - found.one)
    assert 0 < found.low < found.difference < found.high
    back = compare(gold, other, one, LABEL)
    assert back.high < 0
    assert re.search(r"difference \+0\.\d{3} \(95 %: \+0\.\d{3} to \+0\.\d{3}\)$", found.summary)


def test_a_paired_comparison_is_surer_than_two_intervals():
    gold = [NAMES[at % 3] for at in range(200)]
    one = answers(gold, 0.6, 1)
    other = [
        right if at % 20 == 0 else said
        for at, (right, said) in enumerate(zip(gold, one, strict=True))
    ]
    found = compare(gold, one, other, LABEL)
    apart = evaluate(gold, one, LABEL)
    assert found.high - found.low < (apart.high - apart.low) / 2


def test_equal_answers_differ_by_nothing():
    found = compare(["genes", "cells"], ["genes", "genes"], ["genes", "genes"], LABEL)
    assert found.difference == 0
    assert math.isnan(found.low)
    assert json.loads(json.dumps(found.to_json()))["low"] is None


def test_the_numbers_can_be_kept_as_json():
    found = evaluate(["genes", "cells"], ["genes", None], LABEL, resamples=5)
    kept = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert (kept["n"], kept["abstained"], kept["ece"]) == (2, 1, None)
    assert kept["labels"]["genes"] == {"f1": 1.0, "support": 1}
    assert kept["macro_f1"] == kept["score"]
