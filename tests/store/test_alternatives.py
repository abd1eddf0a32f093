"""Suggestions with what is kept of their distributions."""

from __future__ import annotations

import numpy as np
import pytest

from sciml_magics.store import open_store
from sciml_magics.store.alternatives import some_suggested, suggested
from sciml_magics.tasks import ModelIdentity
from tests.store.examples import MODEL, TOPIC, add, begin, ids_of


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def test_values_scores_and_alternatives_stand_at_their_positions(store):
    add(store, begin(store), ["a", "b"])
    ids = ids_of(["x", "b", "a", "b"])
    [found] = suggested(store.database, store.task(TOPIC), MODEL, ids)
    assert sorted(found.positions.tolist()) == [1, 2, 3]
    assert found.values == ["genes"] * 3
    assert found.scores.tolist() == [0.75] * 3
    assert found.alternatives == [(("genes", 0.75), ("cells", 0.25))] * 3


def test_an_unknown_model_suggested_nothing(store):
    unknown = ModelIdentity("other", "1" * 40, "encoder")
    task_id = store.task(TOPIC)
    assert list(suggested(store.database, task_id, unknown, ids_of(["a"]))) == []
    assert len(some_suggested(store.database, task_id, unknown, 10).scores) == 0


def test_some_are_drawn_evenly_from_all(store):
    run = begin(store)
    for start in range(0, 1_000, 100):
        add(store, run, [f"text {at}" for at in range(start, start + 100)])
    task_id = store.task(TOPIC)
    assert len(some_suggested(store.database, task_id, MODEL, 5_000).scores) == 1_000
    found = some_suggested(store.database, task_id, MODEL, 300)
    assert 200 <= len(found.scores) <= 300
    assert np.unique(found.scores).tolist() == [0.75]
