"""Whose columns they are: the task's are replaced, the user's never."""

from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.errors import FrameError
from sciml_magics.frames import STATUSES, check_columns, result_columns
from sciml_magics.frames.naming import (
    has_provenance,
    is_annotated,
    provenance_columns,
    put_column,
)
from sciml_magics.tasks import Task

TASK = Task("topic", ("note",))


def annotated() -> pd.DataFrame:
    rows = {"note": ["a", "b"], "topic": ["x", None], "topic_score": [0.5, 0.1]}
    return pd.DataFrame({**rows, "topic_status": ["suggested", "abstained"]})


def test_names() -> None:
    assert result_columns(TASK) == ("topic", "topic_score", "topic_status")
    assert STATUSES == ("suggested", "abstained", "missing", "unreadable", "pending")
    assert provenance_columns(TASK)[:2] == ("topic_model", "topic_revision")


def test_a_frame_without_such_columns_passes() -> None:
    check_columns(pd.DataFrame({"note": ["a"], "topics": [1]}), TASK, provenance=True)


def test_columns_of_an_earlier_run_pass_with_rows_added_since() -> None:
    frame = pd.concat([annotated(), pd.DataFrame({"note": ["c"]})])
    check_columns(frame, TASK)
    assert is_annotated(frame, TASK)


@pytest.mark.parametrize("own", ["topic", "topic_score", "topic_status"])
def test_a_column_of_the_user_is_kept(own: str) -> None:
    frame = pd.DataFrame({"note": ["a"], own: ["mine"]})
    with pytest.raises(FrameError, match=f"a column '{own}' of its own: choose another --task"):
        check_columns(frame, TASK)


def test_three_columns_of_the_user_are_not_an_earlier_run() -> None:
    frame = annotated().assign(topic_status=["done", "open"])
    with pytest.raises(FrameError, match="'topic'"):
        check_columns(frame, TASK)


def test_doubled_columns_are_not_an_earlier_run() -> None:
    frame = annotated()[["note", "topic", "topic_score", "topic_status", "topic_status"]]
    with pytest.raises(FrameError, match="'topic'"):
        check_columns(frame, TASK)


def test_a_column_named_like_provenance_is_in_the_way_of_provenance_alone() -> None:
    frame = annotated().assign(topic_time=["noon", "night"])
    check_columns(frame, TASK)
    with pytest.raises(FrameError, match="'topic_time' of its own"):
        check_columns(frame, TASK, provenance=True)
    assert not has_provenance(frame, TASK)
    whole = frame.assign(**dict.fromkeys(provenance_columns(TASK), "x"))
    check_columns(whole, TASK, provenance=True)
    assert has_provenance(whole, TASK)


def test_a_task_does_not_replace_what_it_reads() -> None:
    with pytest.raises(FrameError, match="would replace the column 'topic' that it reads"):
        check_columns(annotated(), Task("topic", ("topic",)))


@pytest.mark.parametrize(
    "columns",
    [
        pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")], names=["up", "down"]),
        pd.CategoricalIndex(["a", "b"]),
        pd.Index([3, 4]),
        pd.date_range("2024", periods=2),
    ],
    ids=["levels", "categorical", "numbers", "dates"],
)
def test_a_column_is_put_beside_columns_of_any_sort(columns: pd.Index) -> None:
    frame = pd.DataFrame([[1, 2]], columns=columns)
    put_column(frame, "topic", ["x"])
    assert frame["topic"].tolist() == ["x"]
    assert frame.iloc[:, :2].to_numpy().tolist() == [[1, 2]]
    put_column(frame, "topic", ["y"])
    assert frame["topic"].tolist() == ["y"]
    assert frame.shape == (1, 3)
