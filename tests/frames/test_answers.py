"""Answers are held compactly, one per record."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.frames import Answers
from sciml_magics.frames.answers import NO_VALUE, PENDING
from sciml_magics.tasks import Label, Span, Task

TASK = Task("topic", ("note",), labels=(Label("a"), Label("b")))
SPANS = Task("topic", ("note",), kind="spans", labels=(Label("a"),))


def test_codes_follow_the_scheme() -> None:
    answers = Answers(TASK, 4)
    assert answers.codes.tolist() == [PENDING] * 4
    answers.put(np.array([3, 0]), ["b", None], np.array([0.5, np.nan], dtype=np.float32))
    assert answers.codes.tolist() == [NO_VALUE, PENDING, PENDING, 1]
    assert answers.scores[3] == 0.5
    assert answers.values == ["a", "b"]


def test_a_label_outside_the_scheme_is_no_value() -> None:
    answers = Answers(TASK, 1)
    answers.put(np.array([0]), ["c"], np.array([0.9], dtype=np.float32))
    assert answers.codes.tolist() == [NO_VALUE]
    assert answers.values == ["a", "b"]


def test_a_later_answer_replaces_an_earlier_one() -> None:
    answers = Answers(TASK, 1)
    for value in ("a", "b"):
        answers.put(np.array([0]), [value], np.array([0.9], dtype=np.float32))
    assert answers.codes.tolist() == [1]


def test_equal_spans_are_held_once() -> None:
    answers = Answers(SPANS, 3)
    values = [(Span(0, 1, "a", "x"),), (), (Span(0, 1, "a", "x"),)]
    answers.put(np.arange(3), values, np.ones(3, dtype=np.float32))
    assert answers.values == [(Span(0, 1, "a", "x"),), ()]
    assert answers.codes.tolist() == [0, 1, 0]


def test_a_million_labels_take_a_few_megabytes() -> None:
    answers = Answers(TASK, 1_000_000)
    assert answers.codes.nbytes + answers.scores.nbytes == 8_000_000
    assert len(answers) == 1_000_000


VALUES = st.none() | st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple)


@given(st.lists(VALUES, max_size=20), st.randoms())
def test_batches_in_any_order_say_the_same(values: list[tuple[str, ...] | None], draw) -> None:
    task = Task("topic", ("note",), kind="labels")
    order = list(range(len(values)))
    draw.shuffle(order)
    answers = Answers(task, len(values))
    for at in order:
        answers.put(np.array([at]), [values[at]], np.array([0.5], dtype=np.float32))
    read = [answers.values[code] if code >= 0 else None for code in answers.codes]
    assert read == values
