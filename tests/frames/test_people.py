"""What people said stands in columns of its own, and goes when the model's answers are written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import FrameError
from sciml_magics.frames import (
    ANSWERED,
    STATUSES,
    Answers,
    People,
    check_columns,
    is_annotated,
    read_records,
    write_columns,
)
from sciml_magics.frames.naming import has_review
from sciml_magics.tasks import Label, Task

TASK = Task("topic", ("note",), labels=(Label("genes"), Label("cells")))
FRAME = pd.DataFrame({"note": ["a", "b", None, "a"]})
NOON = np.datetime64("2026-01-02T12:00:00")


def reviewed(frame: pd.DataFrame, status: str = "corrected") -> pd.DataFrame:
    """The frame, in which Ada and Bo said something of "a"."""
    records = read_records(frame, TASK, np.arange(len(frame)))
    answers, people = Answers(TASK, 2), People(2)
    answers.put(np.array([0, 1]), ["cells", "genes"], np.array([np.nan, 0.9], dtype=np.float32))
    people.put(0, status, ("Ada", "Bo"), NOON)
    return write_columns(frame, TASK, records, answers, 0.5, people)


def annotated(frame: pd.DataFrame) -> pd.DataFrame:
    records = read_records(frame, TASK, np.arange(len(frame)))
    return write_columns(frame, TASK, records, Answers(TASK, 2), 0.5)


def test_statuses_of_people_are_those_of_verdicts():
    from sciml_magics.review.verdicts import STATUSES as VERDICTS

    assert ANSWERED == VERDICTS
    assert not set(ANSWERED) & set(STATUSES)


def test_says_who_and_when_for_every_row_of_the_record():
    done = reviewed(FRAME)
    assert done["topic_status"].tolist() == ["corrected", "suggested", "missing", "corrected"]
    assert done["topic_status"].cat.categories.tolist() == [*STATUSES, *ANSWERED]
    assert done["topic_annotator"].iloc[[0, 3]].tolist() == ["Ada, Bo"] * 2
    assert done["topic_time"].iloc[0] == pd.Timestamp(NOON, tz="UTC")
    assert done["topic_time"].isna().tolist() == [False, True, True, False]
    assert done["topic"].iloc[0] == "cells"


def test_a_reviewed_frame_is_an_annotated_one():
    assert is_annotated(reviewed(FRAME), TASK)
    assert has_review(reviewed(FRAME), TASK)
    assert not has_review(annotated(FRAME), TASK)


def test_writing_the_models_answers_again_takes_the_columns_away():
    assert annotated(reviewed(FRAME)).columns.tolist() == annotated(FRAME).columns.tolist()


@pytest.mark.parametrize("name", ["topic_annotator", "topic_time"])
def test_a_column_of_the_users_own_is_in_the_way(name: str):
    with pytest.raises(FrameError, match=f"'{name}' of its own"):
        check_columns(annotated(FRAME).assign(**{name: 1}), TASK, review=True)
