"""Frames are split into new ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import FrameError, LearningError
from sciml_magics.learning.splitting.dividing import split_frame


def papers(rows: int = 40) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": [f"text {at}" for at in range(rows)],
            "label": ["a" if at % 4 else "b" for at in range(rows)],
            "patient": [f"p{at // 4}" for at in range(rows)],
        },
        index=pd.Index([0] * rows),
    )


def test_the_users_frame_stays_and_the_new_one_has_a_typed_column():
    frame = papers()
    before = frame.copy(deep=True)
    done = split_frame(frame, "text", by="label")
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(done.frame.drop(columns="split"), before)
    assert done.frame["split"].dtype == pd.CategoricalDtype(["train", "validation", "test"])
    assert done.counts.to_numpy().tolist() == [[32, 4, 4], [24, 3, 3], [8, 1, 1]]
    assert list(done.counts.index) == ["all rows", "a", "b"]
    assert done.notes == ()


def test_no_group_is_on_two_sides():
    done = split_frame(papers(), "text", by="label", group="patient", shares={"x": 3, "y": 1})
    sides = done.frame.groupby("patient", observed=True)["split"].nunique()
    assert (sides == 1).all()
    assert set(done.frame["split"]) == {"x", "y"}


def test_without_a_column_all_but_the_answers_are_read():
    frame = pd.DataFrame(
        {"a": ["x", "x", "y", "z", None], "b": [1, 1, 2, 3, np.nan], "label": list("ppqqp")}
    )
    done = split_frame(frame, by="label", shares={"one": 1, "two": 1})
    assert done.frame["split"][0] == done.frame["split"][1]
    assert pd.isna(done.frame["split"][4])
    assert done.notes[0] == "1 row has nothing to read: no part"


def test_several_labels_are_shared_out():
    frame = papers()
    frame["label"] = pd.Series([["a", "b"] if at % 2 else ["a"] for at in range(40)]).to_numpy()
    done = split_frame(frame, "text", by="label", shares={"x": 3, "y": 1})
    assert [done.counts[part]["b"] for part in ("x", "y")] == [15, 5]


def test_answers_that_are_all_different_are_not_gone_by_and_that_is_said():
    done = split_frame(papers().assign(label=range(40)), "text", by="label")
    assert done.frame["split"].value_counts().tolist() == [32, 4, 4]
    assert done.notes == ("no two rows have the same 'label': the split does not go by it",)


def test_a_split_is_replaced_by_another_and_never_a_column_of_the_users():
    once = split_frame(papers(), "text").frame
    again = split_frame(once, "text", seed=1).frame
    assert list(again.columns) == list(once.columns)
    assert (again["split"] != once["split"]).any()
    with pytest.raises(FrameError, match="has a column 'label' of its own"):
        split_frame(papers(), "text", name="label")


def test_an_earlier_split_is_not_read_as_text():
    frame = papers().drop(columns="label")
    once = split_frame(frame).frame
    again = split_frame(once).frame
    assert again["split"].tolist() == once["split"].tolist()


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (papers(), {"column": "txt"}, "no column 'txt': did you mean 'text'"),
        (papers(), {"by": "topic"}, "no column 'topic'"),
        (papers()[["label"]], {"by": "label"}, "nothing to read but its answers"),
        ([1], {"column": "a"}, "no pandas frame"),
    ],
)
def test_mistakes_are_one_line(frame: Any, options: dict[str, Any], message: str):
    with pytest.raises(FrameError, match=message):
        split_frame(frame, **options)


def test_too_few_rows_are_said():
    with pytest.raises(LearningError, match="2 different texts cannot make 3 parts"):
        split_frame(papers(2), "text")


def test_columns_of_several_levels_and_numbers_are_found():
    frame = papers().set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]), axis=1)
    done = split_frame(frame, "a/1", by="a/2").frame
    assert ("split", "") in done.columns
