"""A calibration is learnt, kept, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.calibrating import METHODS, calibrate, held, judged_scores
from sciml_magics.magics.calibrate_arguments import CALIBRATIONS
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, ModelIdentity
from tests.learning.calibration_made import MODEL, made_task, reviewed

TASK = made_task()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def test_the_error_falls_and_the_calibration_holds_from_then_on(store):
    reviewed(store, 300, 500)
    assert held(store, TASK, MODEL) is None
    found = calibrate(store, TASK, MODEL, by="Ada")
    assert found.after.ece < 0.5 * found.before.ece
    assert found.calibrator.method == "temperature"
    assert found.answers == 300
    kept = held(store, TASK, MODEL)
    assert kept is not None
    assert kept.calibrator == found.calibrator
    assert kept.words.startswith("scores calibrated on 300 answers (temperature 2.")


def test_the_newest_holds(store):
    reviewed(store, 300)
    calibrate(store, TASK, MODEL, "isotonic", by="Ada")
    calibrate(store, TASK, MODEL, "temperature", by="Ada")
    kept = held(store, TASK, MODEL)
    assert kept is not None
    assert kept.calibrator.method == "temperature"


def test_it_holds_for_no_other_model_and_for_no_other_labels(store):
    reviewed(store, 100)
    calibrate(store, TASK, MODEL, by="Ada")
    assert held(store, TASK, ModelIdentity("other", "2" * 40, "encoder")) is None
    other = replace(TASK, labels=(*TASK.labels, Label("mice")))
    store.task(other)
    assert held(store, other, MODEL) is None


def test_agreement_is_taken_from_answers_drawn_at_random_where_there_are_enough(store):
    reviewed(store, 100)
    found = calibrate(store, TASK, MODEL, by="Ada")
    assert found.acceptance.random
    assert found.notes == ("agreement is taken from 100 answers that were drawn at random",)


def test_otherwise_it_is_taken_from_all_and_that_is_said(store):
    reviewed(store, 100, share="uncertain")
    found = calibrate(store, TASK, MODEL, by="Ada")
    assert not found.acceptance.random
    assert found.acceptance.answers == 100
    assert "only 0 of the answers were drawn at random" in found.notes[0]


def test_shares_are_of_all_answers_of_the_model(store):
    reviewed(store, 100, 900)
    found = calibrate(store, TASK, MODEL, by="Ada")
    table = found.acceptance.frame()
    assert table["share"].is_monotonic_decreasing
    assert table["share"].iloc[0] == pytest.approx(1, abs=0.05)
    scores, right, random = judged_scores(store, TASK, MODEL, found.calibrator)
    assert random
    np.testing.assert_allclose(scores, found.judged[0])
    assert right.mean() == found.judged[1].mean()


def test_too_few_answers_and_unknown_methods_are_refused(store):
    reviewed(store, 20)
    with pytest.raises(LearningError, match="30 or more"):
        calibrate(store, TASK, MODEL, by="Ada")
    with pytest.raises(LearningError, match="choose one of auto, temperature, isotonic"):
        calibrate(store, TASK, MODEL, "platt", by="Ada")  # type: ignore[arg-type]  # on purpose


def test_what_the_magic_knows_without_importing_is_the_same():
    assert CALIBRATIONS == METHODS
