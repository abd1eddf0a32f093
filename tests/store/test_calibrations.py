"""Calibrations as rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sciml_magics.store import open_store
from sciml_magics.store.calibrations import add_calibration, newest_calibration
from sciml_magics.tasks import Label, ModelIdentity
from tests.store.examples import MODEL, TOPIC

OTHER = ModelIdentity("other", "1" * 40, "encoder")


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def add(store, task_id, number, model=MODEL):
    add_calibration(
        store.database,
        task_id,
        model,
        method="temperature",
        parameters={"temperature": number},
        snapshot={"count": 40},
        metrics={"ece_after": 0.01},
        by="Ada é",
    )


def test_the_newest_holds_and_is_what_was_written(store):
    task_id = store.task(TOPIC)
    for number in (1.5, 2.5):
        add(store, task_id, number)
    found = newest_calibration(store.database, task_id, MODEL)
    assert found is not None
    assert (found.method, found.parameters, found.snapshot) == (
        "temperature", {"temperature": 2.5}, {"count": 40},
    )  # fmt: skip
    assert (found.metrics, found.by) == ({"ece_after": 0.01}, "Ada é")


def test_each_model_and_each_question_has_its_own(store):
    task_id = store.task(TOPIC)
    add(store, task_id, 1.5)
    assert newest_calibration(store.database, task_id, OTHER) is None
    add(store, task_id, 3.5, OTHER)
    found = newest_calibration(store.database, task_id, MODEL)
    assert found is not None
    assert found.parameters == {"temperature": 1.5}
    another = store.task(replace(TOPIC, name="another"))
    assert newest_calibration(store.database, another, MODEL) is None


def test_it_belongs_to_all_versions_of_a_question(store):
    add(store, store.task(TOPIC), 1.5)
    newer = store.task(replace(TOPIC, labels=(*TOPIC.labels, Label("mice"))))
    assert newest_calibration(store.database, newer, MODEL) is not None
