"""Columns are found by name, and what is no frame is refused with a way out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sciml_magics.errors import FrameError
from sciml_magics.frames import check_frame
from sciml_magics.frames.lookup import column_at


@pytest.mark.parametrize(
    ("columns", "name", "at"),
    [
        (["a", "b"], "b", 1),
        ([0, 1], "1", 1),
        (["1", 1], "1", 0),
        ([1.5, None], "1.5", 0),
        ([pd.NA, "a"], "a", 1),
        ([pd.Timestamp("2024-01-02"), "x"], "2024-01-02 00:00:00", 0),
        (["摘要", "😀 b"], "😀 b", 1),
        ([("a", "x"), ("a", "y")], "a/y", 1),
        ([("a", "x"), ("a", "y")], "('a', 'x')", 0),
        ([("a", ""), ("b", "y")], "a", 0),
        ([("a", 1), ("a", 2)], "a/2", 1),
    ],
)
def test_a_column_is_found_by_what_its_name_prints(columns, name: str, at: int) -> None:
    frame = pd.DataFrame(np.zeros((2, len(columns))))
    several = all(isinstance(column, tuple) for column in columns)
    frame.columns = pd.MultiIndex.from_tuples(columns) if several else pd.Index(columns, dtype="O")
    assert column_at(frame, name) == at


@pytest.mark.parametrize(
    ("columns", "name", "says"),
    [
        (["abstract", "title"], "abstrct", "no column 'abstrct': did you mean 'abstract'?"),
        (["Abstract"], "abstract", "did you mean 'Abstract'?"),
        (["a", "b"], "zzz", "no column 'zzz': the frame has 'a', 'b'"),
        ([], "a", "no column 'a': the frame has none"),
        (["a", "a"], "a", "2 columns are called 'a': rename all but one"),
        ([f"c{i:02}" for i in range(40)], "text", "'c11' and 28 more"),
    ],
)
def test_no_such_column_is_told_in_one_line(columns, name: str, says: str) -> None:
    frame = pd.DataFrame(np.zeros((1, len(columns))), columns=pd.Index(columns, dtype="O"))
    with pytest.raises(FrameError) as caught:
        check_frame(frame, [name])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_levels_that_read_alike_are_ambiguous() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b/c"), ("a/b", "c")]))
    with pytest.raises(FrameError, match="2 columns are called 'a/b/c': rename"):
        column_at(frame, "a/b/c")
    assert column_at(frame, "('a/b', 'c')") == 1


class _Polars:
    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame()


@pytest.mark.parametrize(
    ("thing", "says"),
    [
        (pd.Series([1]), r"this is a pandas.Series, no pandas frame: call \.to_frame\(\)"),
        (pa.table({"a": [1]}), r"this is a pyarrow\..*Table, .*call \.to_pandas\(\)"),
        (_Polars(), r"call \.to_pandas\(\)"),
        ([1, 2], r"this is a list, no pandas frame: wrap it in pd\.DataFrame"),
        ({"a": [1]}, "this is a dict"),
        (np.zeros(3), r"this is a numpy\.ndarray"),
        (None, "this is a NoneType"),
        ("df", "this is a str"),
        (3, "this is a int"),
    ],
)
def test_what_is_no_frame_is_refused_with_a_way_out(thing: object, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        check_frame(thing, ["a"])
