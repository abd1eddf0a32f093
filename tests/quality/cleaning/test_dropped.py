"""Rows that are dropped are changes: listed, taken back, and in the script."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.cleaning import Doomed, changes_of, clean, drop_rows, script_of, take_back
from sciml_magics.quality.cleaning.listing import changes_frame
from sciml_magics.quality.findings import WHOLE_ROW
from sciml_magics.quality.table import Table
from sciml_magics.review import Reviewer
from sciml_magics.store import Store
from tests.quality.cleaning.conftest import Propose
from tests.quality.cleaning.scripts import run_script
from tests.quality.hostile import HOSTILE


def doomed(*rows: int) -> list[Doomed]:
    return [Doomed(row, "0", "the same as row 0", "ada", 0.9) for row in rows]


def dropped(frame: pd.DataFrame, store: Store, *rows: int) -> pd.DataFrame:
    return drop_rows(Table(frame, "places"), store, doomed(*rows))


@pytest.fixture
def many() -> pd.DataFrame:
    """Ten rows of values that their texts do not tell."""
    stamps = pd.date_range("2024-01-01", periods=10, tz="Asia/Shanghai")
    return pd.DataFrame(
        {
            "n": np.arange(2**53, 2**53 + 10),
            "text": pd.Series([None, "北京", "🙂", "a\n'b\"", " ", *"vwxyz"], dtype=object),
            "kind": pd.Categorical(["b", "a", None, *"abababa"], ["b", "a"], ordered=True),
            "when": stamps.where(np.arange(10) != 3),
            "any": [None, pd.NaT, np.nan, 1, 1.5, True, Decimal("1.10"), datetime.date(1, 1, 1),
                    [1], (2, "b")],
            "maybe": pd.array([1, None, *range(8)], dtype="Int8"),
        }
    )  # fmt: skip


def test_dropped_rows_are_listed_with_who_and_why(store: Store, many: pd.DataFrame) -> None:
    left = dropped(many, store, 3, 7)
    assert left.index.tolist() == [0, 1, 2, 4, 5, 6, 8, 9]
    told = changes_frame(changes_of(store, Table(left, "places")))
    assert told["row"].tolist() == ["3", "7"]
    assert set(told["column"]) == {WHOLE_ROW}
    assert told["old"].iloc[0].startswith("9007199254740995 · a\n'b\"")
    for name, value in {"new": "(dropped)", "who": "ada", "state": "applied"}.items():
        assert set(told[name]) == {value}
    assert set(told["reason"]) == {"the same as row 0"}


@pytest.mark.parametrize("first", [(0, 3, 9), (1,), tuple(range(10))])
def test_all_rows_taken_back_are_where_and_what_they_were(
    store: Store, many: pd.DataFrame, first: tuple[int, ...]
) -> None:
    left = dropped(many, store, *first)
    if len(left) > 4:
        left = dropped(left, store, 0, 4)
    back = take_back(Table(left, "places"), store)
    pd.testing.assert_frame_equal(back.frame, many, check_exact=True)
    assert [type(one) for one in back.frame["any"]] == [type(one) for one in many["any"]]
    assert not any(one.holds for one in changes_of(store, Table(many, "places")))


def test_one_row_is_taken_back_to_its_place_whatever_was_dropped_since(
    store: Store, many: pd.DataFrame, tmp_path: Path
) -> None:
    left = dropped(dropped(many, store, 3, 4, 5), store, 2, 3, 4)
    assert left.index.tolist() == [0, 1, 8, 9]
    for row, there in (("4", [0, 1, 4, 8, 9]), ("6", [0, 1, 4, 6, 8, 9]), ("2", [0, 1, 2, 4, 6])):
        back = take_back(Table(left, "places"), store, row=row, column=WHOLE_ROW)
        assert back.summary == "places: 1 change taken back"
        left = back.frame
        assert left.index.tolist()[: len(there)] == there
    pd.testing.assert_frame_equal(left, many.loc[left.index])
    code = script_of("places", changes_of(store, Table(left, "places")))
    pd.testing.assert_frame_equal(run_script(code, many, tmp_path), left)


def test_cells_and_rows_are_undone_in_turn(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    propose(frame, (1, "city", [("Rome", 0.99)]))
    first = clean(Table(frame, "places"), store, above=0.9).frame
    second = dropped(first, store, 1)
    propose(second, (1, "n", [("", 0.99)]))
    third = clean(Table(second, "places"), store, above=0.9).frame
    assert third["n"].dtype == "Int64"
    code = script_of("places", changes_of(store, Table(third, "places")))
    assert "# the same as row 0 · ada" in code
    pd.testing.assert_frame_equal(run_script(code, frame, tmp_path), third)
    gone = take_back(Table(third, "places"), store, row="x", column="city")
    assert "the row is no longer there" in gone.summary
    back = take_back(Table(third, "places"), store)
    pd.testing.assert_frame_equal(back.frame, frame)


def test_a_row_that_is_rejected_in_its_review_is_put_back_once(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, (0, "n", [("7", 0.5)]))
    left = dropped(frame, store, 1, 2)
    reviewer = Reviewer(store, "places.dropped", "ben")
    item = next(item for item in reviewer.next(5).items if dict(item.record.content)["n"] == "30")
    reviewer.respond("a key of its own", item.record.id, "reject")
    done = clean(Table(left, "places"), store, above=0.9)
    assert done.frame.index.tolist() == ["w", "y", "z"]
    assert done.notes == ("1 change that was rejected in the review is taken back",)
    deleted = clean(Table(done.frame.drop(index="y"), "places"), store, above=0.9)
    assert deleted.frame.index.tolist() == ["w", "z"]


def test_rows_are_put_back_among_others_that_came_since(store: Store, frame: pd.DataFrame) -> None:
    left = dropped(frame, store, 0)
    more = pd.concat([left, left.set_axis(["a", "b", "c"])]).assign(new=1)
    back = take_back(Table(more, "places"), store)
    assert back.frame.index.tolist() == ["w", "x", "y", "z", "a", "b", "c"]
    assert back.frame["new"].isna().tolist() == [True, *[False] * 6]
    assert back.frame["new"].dtype == "Int64"


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"no columns", "no rows"}))
def test_any_row_is_dropped_and_taken_back(store: Store, tmp_path: Path, name: str) -> None:
    frame = HOSTILE[name]()
    left = dropped(frame, store, *range(0, len(frame), 2))
    code = script_of("places", changes_of(store, Table(left, "places")))
    pd.testing.assert_frame_equal(run_script(code, frame, tmp_path), left)
    back = take_back(Table(left, "places"), store).frame
    pd.testing.assert_frame_equal(back, frame)
