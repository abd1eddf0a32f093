"""A task is a whole question, and its version changes with what is asked."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import TaskError
from sciml_magics.tasks import KINDS, Label, Task

TASK = Task("topic", ("title", "note"), labels=(Label("a", "x", ("A",)), Label("b")))


def test_a_task_knows_its_labels() -> None:
    assert TASK.label_names == ("a", "b")
    assert [label.meaning for label in TASK.labels] == ["x", "b"]


def test_a_task_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TASK.name = "other"  # type: ignore[misc]  # that it cannot be set is what is tested


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "the task has no name: give one with --task"),
        ({"name": " \n"}, "no name"),
        ({"name": "a\ud800"}, "holds half a character"),
        ({"columns": ()}, "reads no column: name one with --column"),
        (
            {"kind": "lable"},
            "no task kind 'lable': choose one of label, .*, value",
        ),
        ({"input": "sound"}, "no input 'sound': choose one of text, image"),
        ({"kind": "spans"}, "marks spans reads exactly one text column"),
        ({"kind": "spans", "columns": ("a",), "input": "image"}, "exactly one text column"),
        ({"kind": "text"}, "a free-text task has no labels"),
        ({"kind": "value"}, "reads text columns and has no labels"),
        ({"kind": "value", "labels": (), "input": "image"}, "reads text columns"),
        ({"overlapping": True}, "only marked spans can overlap"),
        ({"labels": (Label("a"), Label("a"))}, "label 'a' stands twice"),
        ({"labels": (Label(""),)}, "a label has an empty name"),
        ({"labels": (Label("\udc00"),)}, "holds half a character"),
        ({"labels": tuple(Label(str(i)) for i in range(10_001))}, "10,001 labels are more"),
    ],
)
def test_what_is_no_question_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(TaskError, match=says):
        replace(TASK, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"columns": ("note", "title")},
        {"columns": ("title",)},
        {"kind": "labels"},
        {"input": "image", "columns": ("title",)},
        {"labels": TASK.labels[::-1]},
        {"labels": TASK.labels[:1]},
        {"labels": (Label("a", "y", ("A",)), Label("b"))},
        {"labels": (Label("a", "x"), Label("b"))},
        {"instructions": "Read twice."},
    ],
)
def test_what_is_asked_makes_the_version(change: dict[str, Any]) -> None:
    assert replace(TASK, **change).fingerprint != TASK.fingerprint


def test_spans_that_may_overlap_make_another_version() -> None:
    names = Task("names", ("note",), kind="spans", labels=(Label("person"),))
    overlapping = replace(names, overlapping=True)
    assert overlapping.fingerprint != names.fingerprint
    assert Task.from_json(overlapping.to_json()) == overlapping


def test_tasks_of_older_stores_keep_their_fingerprints() -> None:
    assert "overlapping" not in TASK.to_json()
    assert TASK.fingerprint == "7d62819ea29ddb36a75675ec3d05b8c6"


def test_the_name_does_not_make_the_version() -> None:
    assert replace(TASK, name="other").fingerprint == TASK.fingerprint
    assert len(TASK.fingerprint) == 32


TEXT = st.text(max_size=8)
WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAME = WRITTEN.filter(lambda text: text.strip() != "")


@given(
    name=NAME,
    kind=st.sampled_from([kind for kind in KINDS if kind not in ("text", "value")]),
    column=TEXT,
    labels=st.lists(
        st.builds(Label, NAME, TEXT, st.lists(TEXT, max_size=2).map(tuple)),
        unique_by=lambda label: label.name,
        max_size=4,
    ).map(tuple),
    instructions=TEXT,
)
def test_a_task_survives_json(**parts: Any) -> None:
    task = Task(columns=(parts.pop("column"),), **parts)
    again = Task.from_json(json.loads(json.dumps(task.to_json())))
    assert again == task
    assert again.fingerprint == task.fingerprint
