"""Which responses a task allows, and which values still mean something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sciml_magics.errors import TaskError
from sciml_magics.tasks import (
    Label,
    Response,
    Span,
    Task,
    Value,
    check_response,
    possible,
    same_value,
)
from sciml_magics.tasks.allowed import labels_of

LABELS = (Label("genes"), Label("cells"))
TASKS = {
    "label": Task("t", ("a",), labels=LABELS),
    "labels": Task("t", ("a",), kind="labels", labels=LABELS),
    "spans": Task("t", ("a",), kind="spans", labels=LABELS),
    "text": Task("t", ("a",), kind="text"),
    "value": Task("t", ("a", "b"), kind="value"),
}
SOURCE = "🧬 genes in cells"
GENES = Span(2, 7, "genes", "genes")
IN_CELLS = Span(8, 16, "cells", "in cells")
CELLS = Span(11, 16, "cells", "cells")


def _response(value: Value, **change: Any) -> Response:
    made = Response("key", bytes(16), "corrected", value, "Ada")
    return replace(made, **change)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("label", "genes"),
        ("labels", ()),
        ("labels", ("cells", "genes")),
        ("spans", ()),
        ("spans", (CELLS, GENES)),
        ("text", "whatever \x00"),
        ("text", ""),
        ("value", "12.5"),
    ],
)
def test_an_answer_of_the_task_s_kind_is_allowed(kind: str, value: Value) -> None:
    check_response(TASKS[kind], _response(value), SOURCE)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("label", "stars", "no label 'stars'"),
        ("label", "", "no label ''"),
        ("label", ("genes",), "no answer to task 't' of kind 'label'"),
        ("labels", "genes", "no answer to task"),
        ("labels", ("genes", "stars"), "no label 'stars'"),
        ("labels", ("genes", "genes"), "stands twice"),
        ("labels", (GENES,), "no answer to task"),
        ("spans", ("genes",), "no answer to task"),
        ("spans", (replace(GENES, start=1),), "does not quote"),
        ("spans", (replace(GENES, end=70),), "does not quote"),
        ("spans", (replace(GENES, label="stars"),), "no label 'stars'"),
        ("spans", (GENES, replace(GENES, score=0.5)), "stands twice"),
        ("spans", (CELLS, IN_CELLS), "overlap"),
        ("text", ("a",), "no answer to task"),
        ("value", (GENES,), "no answer to task"),
        ("label", None, "an accepted record has a value"),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line(kind: str, value: Value, says: str) -> None:
    with pytest.raises(TaskError, match=says) as caught:
        check_response(TASKS[kind], _response(value), SOURCE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": ""}, "1 to 80 plain characters"),
        ({"key": "k" * 81}, "1 to 80 plain characters"),
        ({"key": "ключ"}, "1 to 80 plain characters"),
        ({"key": "a\nb"}, "1 to 80 plain characters"),
        ({"annotator": " "}, "name an annotator"),
        ({"decision": "liked"}, "no 'liked': choose one of accepted"),
        ({"role": "boss"}, "no 'boss': choose one of annotator"),
        ({"share": "mine"}, "no 'mine': choose one of uncertain"),
        ({"decision": "skipped"}, "a record that is skipped has no value"),
        ({"undoes": "other"}, "'undone', and only then"),
        ({"decision": "undone", "value": None}, "'undone', and only then"),
    ],
)
def test_a_response_that_says_nothing_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(TaskError, match=says):
        check_response(TASKS["label"], _response(**{"value": "genes"} | change), SOURCE)


def test_spans_overlap_where_the_task_lets_them() -> None:
    overlapping = replace(TASKS["spans"], overlapping=True)
    check_response(overlapping, _response((CELLS, IN_CELLS)), SOURCE)


def test_without_a_scheme_any_label_is_allowed() -> None:
    open_task = replace(TASKS["label"], labels=())
    check_response(open_task, _response("whatever the model knows"), SOURCE)
    assert possible(open_task, "whatever the model knows")


def test_a_value_is_possible_while_its_labels_are_there() -> None:
    task = TASKS["spans"]
    assert possible(task, (GENES,))
    assert possible(task, None)
    assert not possible(replace(task, labels=LABELS[1:]), (CELLS, GENES))


def test_values_are_the_same_whatever_their_order_and_scores() -> None:
    assert same_value((GENES, CELLS), (replace(CELLS, score=0.1), GENES))
    assert not same_value((GENES,), (replace(GENES, label="cells"),))
    assert not same_value("genes", ("genes",))
    assert not same_value((), None)
    assert labels_of((GENES, CELLS)) == ["genes", "cells"]
