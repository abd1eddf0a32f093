"""Rows are selected by position: a query, then a sample, then the first few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import FrameError
from sciml_magics.frames import select_rows


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [1999, 2005, 2011, 2020],
            "my text": ["a", "b", None, "d"],
            "known": pd.array([True, None, False, True], dtype="boolean"),
            "mixed": [True, None, False, True],
        },
        index=[7, 7, 7, 8],
    )


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("year > 2000", [1, 2, 3]),
        ("year > 2000 and year < 2015", [1, 2]),
        ("year in [1999, 2020]", [0, 3]),
        ("`my text` == 'b'", [1]),
        ("`my text`.isna()", [2]),
        ("known", [0, 3]),
        ("~known", [2]),
        ("mixed", [0, 3]),
        ("year > 3000", []),
        ("index == 8", [3]),
    ],
)
def test_a_query_selects_positions(frame: pd.DataFrame, where: str, rows: list[int]) -> None:
    assert select_rows(frame, where=where).tolist() == rows


def test_variables_come_from_the_caller_alone(frame: pd.DataFrame) -> None:
    assert select_rows(frame, where="year > @least", variables={"least": 2010}).tolist() == [2, 3]
    for name in ("frame", "where", "np", "_WRONG"):
        with pytest.raises(FrameError, match=name):
            select_rows(frame, where=f"year > @{name}")


@pytest.mark.parametrize(
    "where",
    [
        "", " ", "year >", "yaer > 3", "year > (", "year > 'a", "year > @nobody", "year",
        "year + 1",
        "my text == 'a'", "year > 'text'", "1 > 0", "year = 3", "x = year\ny = x", "year.nothing",
        "`my text`.str.contains('(')", "`my text`", "year[", "import os", "year > 1; year",
        "@pd.nothing(year)", "year.loc['x'] > 1", "known.iloc[:2]",
    ],
)  # fmt: skip
def test_a_query_that_does_not_work_is_told_in_one_line(frame: pd.DataFrame, where: str) -> None:
    with pytest.raises(FrameError) as caught:
        select_rows(frame, where=where, variables={"pd": pd})
    assert "\n" not in str(caught.value)
    assert "--where" in str(caught.value)


def test_the_frame_is_not_changed_by_a_query(frame: pd.DataFrame) -> None:
    before = frame.copy(deep=True)
    with pytest.raises(FrameError):
        select_rows(frame, where="year = 3")
    pd.testing.assert_frame_equal(frame, before)


def test_an_empty_frame_has_no_rows(frame: pd.DataFrame) -> None:
    empty = frame.head(0)
    assert select_rows(empty).tolist() == []
    assert select_rows(empty, where="year > 1", sample=3, limit=2).tolist() == []


def test_a_negative_number_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(FrameError, match="--sample -1 is negative"):
        select_rows(frame, sample=-1)
    with pytest.raises(FrameError, match="--limit -2 is negative"):
        select_rows(frame, limit=-2)


@given(
    rows=st.integers(0, 50),
    sample=st.none() | st.integers(0, 80),
    limit=st.none() | st.integers(0, 80),
    seed=st.integers(0, 5),
)
def test_sample_and_limit_give_what_there_is(
    rows: int, sample: int | None, limit: int | None, seed: int
) -> None:
    frame = pd.DataFrame({"n": range(rows)}, index=[0] * rows)
    picked = select_rows(frame, sample=sample, limit=limit, seed=seed)
    wanted = min(value for value in (rows, sample, limit) if value is not None)
    assert len(picked) == wanted
    assert picked.dtype == np.int64
    assert (np.diff(picked) > 0).all()
    assert np.array_equal(picked, select_rows(frame, sample=sample, limit=limit, seed=seed))


def test_the_seed_draws_the_sample(frame: pd.DataFrame) -> None:
    many = pd.DataFrame({"n": range(1_000)})
    first, second = (select_rows(many, sample=20, seed=seed).tolist() for seed in (1, 2))
    assert first != second
