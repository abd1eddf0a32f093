"""A model suggests for all records of a task that the store holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sciml_magics.annotation import Request, annotate
from sciml_magics.errors import Stopped
from sciml_magics.learning.again import records_frame, suggest_again
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, ModelIdentity, Task
from tests.learning.lessons_made import BASE, TASK, Ruled, annotated

NEW = ModelIdentity("new", "r1", "keywords")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "mine.db") as opened:
        yield opened


def test_every_record_is_suggested_again_in_an_ordinary_run(store: Store) -> None:
    annotated(store, 50)
    outcome = suggest_again(store, TASK, Ruled(True, NEW), "Ada")
    assert outcome is not None
    assert outcome.run.counts.computed == 50
    assert store.runs()[-1].model == NEW
    assert {held.model: held.suggestions for held in store.holdings()} == {BASE: 50, NEW: 50}


def test_what_is_known_is_not_computed_again(store: Store) -> None:
    annotated(store, 50)
    suggest_again(store, TASK, Ruled(True, NEW), "Ada")
    model = Ruled(True, NEW)
    assert suggest_again(store, TASK, model, "Ada") is None
    annotated(store, 60)
    suggest_again(store, TASK, model, "Ada")
    assert len(model.read) == 10


def test_a_run_that_was_stopped_goes_on(store: Store) -> None:
    annotated(store, 50)
    with pytest.raises(Stopped):
        suggest_again(store, TASK, Ruled(True, NEW, fail_after=20), "Ada")
    model = Ruled(True, NEW)
    suggest_again(store, TASK, model, "Ada")
    assert len(model.read) == 30


def test_records_keep_their_addresses(store: Store) -> None:
    task = Task("pair", ("title", "text"), labels=(Label("gene"), Label("star")))
    rows = {"title": ["gene a", "gene \ud800😀", None, "gene d"], "text": ["x\r\n", None, "y", " "]}
    frame = pd.DataFrame(rows, dtype=object)
    annotate(frame, Request(task, by="Ada"), Ruled(False, BASE), store)
    found = records_frame(store, task)
    assert len(found) == 4
    model = Ruled(False, BASE)
    annotate(found, Request(task, by="Ada"), model, store)
    assert model.read == []


def test_records_of_versions_that_read_the_same_come_along(store: Store) -> None:
    annotated(store, 50)
    wider = replace(TASK, labels=(*TASK.labels, Label("sea")))
    store.task(wider)
    assert len(records_frame(store, wider)) == 50
    assert len(records_frame(store, replace(wider, columns=("other",)))) == 0
