from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.frames import read_records
from sciml_magics.quality import records as made
from sciml_magics.quality.records import (
    CONTEXT,
    cell_of,
    cell_records,
    errors_task,
    repairs_task,
    row_records,
    rows_of,
)
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city": ["Rome", "Oslo", "Rome", None],
            "n": [1, 2, 1, 4],
            "x": [0.5, np.nan, 0.5, np.inf],
            "day": pd.to_datetime(["2020-01-01"] * 4).astype("datetime64[ns]"),
        },
        index=[7, 7, 8, 9],
    )


def test_a_row_has_the_address_that_any_task_over_these_columns_gives_it(
    frame: pd.DataFrame,
) -> None:
    table = Table(frame, "places")
    own = row_records(table, np.arange(4))
    read = read_records(frame, errors_task(table), np.arange(4))
    assert own.ids.tolist() == read.ids.tolist()
    assert own[0].content == read[0].content
    assert own.inverse.tolist() == [0, 1, 0, 2]


def test_rows_are_found_again_after_sorting_and_in_another_part(frame: pd.DataFrame) -> None:
    wanted = list(row_records(Table(frame), np.arange(4)))
    mixed = frame.sort_values("n", ascending=False).reset_index(drop=True)
    found = rows_of(Table(mixed), wanted)
    assert [found[record.id].tolist() for record in wanted] == [[2, 3], [1], [0]]
    assert rows_of(Table(mixed.iloc[:1]), wanted).keys() == {wanted[2].id}


def test_few_records_are_found_column_by_column(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = list(row_records(Table(frame), np.arange(4)))
    found = rows_of(Table(frame), wanted)
    monkeypatch.setattr(made, "_ROWS_READ", 0)
    by_columns = rows_of(Table(frame), wanted)
    assert {at: rows.tolist() for at, rows in found.items()} == {
        at: rows.tolist() for at, rows in by_columns.items()
    }


def test_a_cell_keeps_its_address_when_its_row_is_repaired(frame: pd.DataFrame) -> None:
    before = cell_records(Table(frame, "places"), [(1, "city"), (0, "city")])
    assert [cell_of(one).key for one in before] == ["7 (2)", "7"]
    repaired = frame.assign(n=9)
    after = cell_records(Table(repaired, "places"), [(1, "city"), (0, "city")])
    assert [one.id for one in before] == [one.id for one in after]
    assert before[0].content != after[0].content
    other = cell_records(Table(frame, "others"), [(1, "city")])
    assert other[0].id != before[0].id


def test_a_cell_shows_no_more_than_the_columns_around_it() -> None:
    wide = pd.DataFrame([range(40)], columns=[f"c{at}" for at in range(40)])
    for column in ("c0", "c20", "c39"):
        [record] = cell_records(Table(wide), [(0, column)])
        assert len(record.content) == CONTEXT + 2
        assert record.content[0][0] == column


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(QualityError, match="'bare' has no columns"):
        errors_task(Table(HOSTILE["no columns"](), "bare"))


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"no columns"}))
def test_hostile_frames_are_read(name: str) -> None:
    table = Table(HOSTILE[name](), "hostile")
    rows = np.arange(min(len(table), 5))
    records = row_records(table, rows)
    assert set(rows_of(table, list(records))) == set(records.ids.tolist())
    cells = [(row, column.name) for row in rows.tolist() for column in table.columns[:5]]
    assert [cell_of(record).column for record in cell_records(table, cells)] == [
        column for _, column in cells
    ]
    assert errors_task(table).kind == "labels"
    assert repairs_task(table).columns


def test_names_that_cannot_be_labels_leave_the_scheme_open() -> None:
    assert errors_task(Table(pd.DataFrame({"": [1]}))).labels == ()
    assert errors_task(Table(pd.DataFrame({"(row)": [1]}))).labels == ()
