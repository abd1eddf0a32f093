"""What people said is kept once, whole and for ever."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select as sql_select

from sciml_magics.errors import TaskError
from sciml_magics.review import holding
from sciml_magics.store import Store
from sciml_magics.store.schema import selected, selections
from sciml_magics.tasks import KeptResponse, Label, Record, Response, Span, Task, record_id
from tests.store.examples import TOPIC, add, any_name, any_text, begin, ids_of, record


def said(key: str, text: str = "a", **change: Any) -> Response:
    made = Response(key, record_id(text), "accepted", "genes", "Ada")
    return replace(made, **change)


def undo(key: str, undoes: str, text: str = "a", **change: Any) -> Response:
    return said(key, text, decision="undone", value=None, undoes=undoes, **change)


@pytest.fixture
def task_id(store: Store) -> int:
    """A task with suggestions for the records ``a``, ``b`` and ``c``."""
    add(store, begin(store), ["a", "b", "c"])
    return store.task(TOPIC)


def test_a_response_is_kept_as_it_was_given(store: Store, task_id: int) -> None:
    [suggested] = store.suggestions_of(record_id("a"), task_id)
    given = said(
        "k1",
        role="adjudicator",
        suggestion=suggested.id,
        share="blind",
        blind=True,
        seconds=1.5,
        note="sure? \x00\ud800",
    )
    [kept] = store.respond(task_id, [given])
    assert kept.response == given
    assert (kept.task_version, kept.created.tzname()) == (1, "UTC")
    assert store.responses("topic") == [kept]


def test_a_known_key_adds_nothing_and_returns_what_is_stored(store: Store, task_id: int) -> None:
    [first] = store.respond(task_id, [said("k1")])
    again = store.respond(task_id, [said("k1", "b", value="cells"), said("k2"), said("k2", "b")])
    assert again[0] == first
    assert again[1] == again[2]
    assert again[1].response.record_id == record_id("a")
    assert len(store.responses("topic")) == 2
    assert store.respond(task_id, []) == []


def test_all_are_kept_or_none(store: Store, task_id: int) -> None:
    for wrong, says in [
        (said("k2", value="stars"), "no label 'stars'"),
        (said("k2", "unknown"), "does not hold"),
        (said("k2", suggestion=12_345), "not of its record"),
        (undo("k2", "nothing"), "no response nothing to this record"),
    ]:
        with pytest.raises(TaskError, match=says):
            store.respond(task_id, [said("k1"), wrong])
    [of_b] = store.suggestions_of(record_id("b"), task_id)
    with pytest.raises(TaskError, match="not of its record"):
        store.respond(task_id, [said("k1", suggestion=of_b.id)])
    assert store.responses("topic") == []


def test_only_who_said_it_takes_it_back_and_once(store: Store, task_id: int) -> None:
    store.respond(task_id, [said("k1"), said("k2", "b")])
    for wrong, says in [
        (undo("u1", "k1", annotator="Bob"), "taken back by who gave it"),
        (undo("u1", "k2"), "no response k2 to this record"),
    ]:
        with pytest.raises(TaskError, match=says):
            store.respond(task_id, [wrong])
    with pytest.raises(TaskError, match="once"):
        store.respond(task_id, [undo("u1", "k1"), undo("u2", "k1")])
    store.respond(task_id, [undo("u1", "k1")])
    store.respond(task_id, [undo("u1", "k1")])
    with pytest.raises(TaskError, match="taken back already"):
        store.respond(task_id, [undo("u2", "k1")])
    with pytest.raises(TaskError, match="what was taken back stays so"):
        store.respond(task_id, [undo("u2", "u1")])
    assert [kept.response.undoes for kept in store.responses("topic")] == [None, None, "k1"]
    assert list(holding(store.responses("topic"))) == [record_id("b")]


def test_responses_of_all_versions_come_in_the_order_of_their_storing(store: Store) -> None:
    add(store, begin(store), ["a", "b"])
    changed = replace(TOPIC, labels=TOPIC.labels[:1])
    other_kind = replace(TOPIC, kind="labels")
    for number, task in enumerate([TOPIC, changed, TOPIC]):
        store.respond(store.task(task), [said(f"k{number}", "ab"[number % 2])])
    store.respond(store.task(other_kind), [said("k3", "b", value=("genes",))])
    store.respond(store.task(replace(TOPIC, name="other")), [said("k4")])
    kept = store.responses("topic")
    assert [one.response.key for one in kept] == ["k0", "k1", "k2", "k3"]
    assert [one.task_version for one in kept] == [1, 2, 1, 3]
    assert [one.response.key for one in store.responses("topic", "label")] == ["k0", "k1", "k2"]
    assert store.responses("topic", "spans") == []
    of_b = store.responses("topic", "label", ids_of(["?", "b", "b"]))
    assert [one.response.key for one in of_b] == ["k1"]
    assert store.responses("topic", ids=ids_of([])) == []
    assert store.responses("nothing") == []


SOURCE = "e\u0301 中 😀\r\n" * 3


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(note=any_text, name=any_name, cuts=st.sets(st.integers(0, len(SOURCE)), min_size=2))
def test_whatever_people_write_comes_back(
    store: Store, note: str, name: str, cuts: set[int]
) -> None:
    label = Label(name)
    task = Task("marks", ("text",), kind="spans", labels=(label,))
    task_id = store.task(task)
    run = begin(store, task)
    record = Record(record_id(SOURCE), (("text", SOURCE),))
    store.append(run, [record], [])
    edges = sorted(cuts)
    spans = tuple(Span(start, end, name, SOURCE[start:end], 0.5) for start, end in pairwise(edges))
    number = len(store.responses("marks"))
    given = Response(f"k{number}", record.id, "corrected", spans, name, note=note)
    [kept] = store.respond(task_id, [given])
    assert kept.response == given


def test_thousands_at_once(store: Store) -> None:
    texts = [str(number) for number in range(2_500)]
    add(store, begin(store), texts)
    task_id = store.task(TOPIC)
    kept = store.respond(task_id, [said(f"k{text}", text) for text in texts])
    assert [one.response.key for one in kept] == [f"k{text}" for text in texts]
    store.respond(task_id, [undo(f"u{text}", f"k{text}", text) for text in texts])
    assert holding(store.responses("topic")) == {}


def test_a_selection_has_one_name_whatever_its_order(store: Store, task_id: int) -> None:
    first = store.select(task_id, ids_of(["a", "c", "?"]))
    assert first == store.select(task_id, ids_of(["c", "a", "a"]))
    assert first != store.select(task_id, ids_of(["a"]))
    assert store.select(task_id, np.array([], dtype="V16")) != first
    with store.database.read() as connection:
        sizes = [row.size for row in connection.execute(sql_select(selections))]
        rows = connection.execute(sql_select(selected)).all()
    assert (sizes, len(rows)) == ([2, 1, 0], 3)


def test_a_suggestion_tells_its_id_and_model(store: Store, task_id: int) -> None:
    [kept] = store.suggestions_of(record_id("a"), task_id)
    assert kept.id > 0
    assert kept.model.id == "all-MiniLM-L6-v2"
    assert store.record(record_id("a")) == record("a")


def test_ids_rise_in_the_order_of_storing(store: Store, task_id: int) -> None:
    kept: list[KeptResponse] = []
    for number in range(5):
        kept += store.respond(task_id, [said(f"k{number}")])
    assert [one.id for one in kept] == sorted({one.id for one in kept})
