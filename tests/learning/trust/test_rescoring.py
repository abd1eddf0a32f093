"""Calibrated scores in frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.calibrating import calibrate
from sciml_magics.learning.trust.rescoring import Rescoring
from sciml_magics.review.frame import labels_frame
from sciml_magics.store import Store, open_store
from tests.learning.calibration_made import MODEL, made_task, reviewed

TASK = made_task()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def test_scores_change_and_values_stay(store):
    frame = reviewed(store, 200, 300)
    raw = labels_frame(frame, TASK, store)
    calibrate(store, TASK, MODEL, by="Ada")
    rescoring = Rescoring(store)
    done = labels_frame(frame, TASK, store, calibrate=rescoring)
    assert done["topic"].tolist() == raw["topic"].tolist()
    assert done["topic_status"].tolist() == raw["topic_status"].tolist()
    unanswered = slice(200, 300)
    before, after = (one["topic_score"].to_numpy()[unanswered] for one in (raw, done))
    assert (after < before + 1e-6).all()
    assert (after < 0.5).sum() > (before < 0.5).sum()
    assert after.mean() < before.mean() - 0.1
    assert rescoring.held is not None


def test_answers_above_a_score_are_trusted_and_those_of_people_stay_theirs(store):
    frame = reviewed(store, 200, 600)
    calibrate(store, TASK, MODEL, by="Ada")
    rescoring = Rescoring(store, needed=True)
    done = labels_frame(frame, TASK, store, accept_above=0.7, calibrate=rescoring)
    status, score = done["topic_status"].astype(str), done["topic_score"]
    assert set(status[:200]) == {"accepted", "corrected"}
    trusted = status == "trusted"
    assert (score[trusted] >= np.float32(0.7)).all()
    assert (score[status == "suggested"] < np.float32(0.7)).all()
    assert 20 < trusted.sum() < 380


def test_raw_scores_are_not_trusted(store):
    frame = reviewed(store, 40)
    with pytest.raises(LearningError, match=r"are not calibrated: %calibrate topic first"):
        labels_frame(frame, TASK, store, accept_above=0.7, calibrate=Rescoring(store, needed=True))


def test_where_scores_are_right_as_they_are_they_stay_to_the_last_digit(store):
    frame = reviewed(store, 40)
    raw = labels_frame(frame, TASK, store)
    rescoring = Rescoring(store)
    done = labels_frame(frame, TASK, store, calibrate=rescoring)
    assert rescoring.held is None
    assert done["topic_score"].equals(raw["topic_score"])


def test_a_threshold_that_is_given_is_one_for_calibrated_scores(store):
    frame = reviewed(store, 200, 300)
    calibrate(store, TASK, MODEL, by="Ada")
    rescoring = Rescoring(store, threshold=0.6)
    done = labels_frame(frame, TASK, store, threshold=0.6, calibrate=rescoring)[200:]
    abstained = done["topic_status"] == "abstained"
    assert (done["topic_score"][abstained] < np.float32(0.6)).all()
    assert (done["topic_score"][~abstained] >= np.float32(0.6)).all()
    assert 20 < abstained.sum() < 80
