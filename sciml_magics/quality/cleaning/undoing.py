"""Take changes back: one cell, one column or everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pandas as pd
from pandas.api.types import pandas_dtype

from sciml_magics.errors import QualityError
from sciml_magics.quality.cleaning.changes import Change, changes_frame, changes_of
from sciml_magics.quality.cleaning.editing import Edit, Refused, edited, sort_out
from sciml_magics.quality.records import changes_task
from sciml_magics.quality.table import Table
from sciml_magics.store import Store
from sciml_magics.tasks import Response


@dataclass(frozen=True, slots=True, eq=False)
class TakenBack:
    """A frame in which changes are undone.

    Parameters
    ----------
    name
        Name of the table.
    frame
        A new frame.
    changes
        The changes that were taken back, one a row.
    refused
        Those that could not be, with why.
    """

    name: str
    frame: pd.DataFrame
    changes: pd.DataFrame
    refused: Sequence[Refused]

    @property
    def summary(self) -> str:
        """One line: how many changes were taken back, and how many were refused."""
        count = len(self.changes)
        parts = [f"{self.name}: {count:,} change{'s' * (count != 1)} taken back"]
        if self.refused:
            parts.append(f"{len(self.refused):,} refused: {self.refused[0].why}")
        return " · ".join(parts)


def take_back(
    table: Table,
    store: Store,
    *,
    row: str | None = None,
    column: str | None = None,
    by: str = "unknown",
) -> TakenBack:
    """Undo changes in a new frame, and note who did.

    Parameters
    ----------
    table
        The table as it is now; its frame is not changed.
    store
        Where the changes are noted.
    row, column
        Only changes in the row of this key, in the column of this name, or both.
    by
        Who takes them back.

    Raises
    ------
    QualityError
        If there is no such change.
    """
    wanted = [
        one
        for one in changes_of(store, table)
        if one.holds and row in (None, one.cell.key) and column in (None, one.cell.column)
    ]
    if not wanted:
        where = " of ".join(
            [*([f"column '{column}'"] if column else []), *([f"row {row}"] if row else [])]
        )
        raise QualityError(
            f"no change{' in ' + where if where else ''} to take back: "
            f"%changes {table.name} lists those that hold"
        )
    frame, done, refused = _undo(table, wanted)
    task_id = store.task(changes_task(table))
    store.respond(
        task_id,
        [
            Response(uuid4().hex, address, "rejected", None, by)
            for address in dict.fromkeys(one.address(table.name) for one in done)
        ],
    )
    addresses = {one.address(table.name) for one in done}
    told = [one for one in changes_of(store, table) if one.address(table.name) in addresses]
    return TakenBack(table.name, frame, changes_frame(told), refused)


def restored(table: Table, changes: Sequence[Change]) -> tuple[pd.DataFrame, int]:
    """A frame without the changes that still stand in it, and how many these were."""
    frame, done, _ = _undo(table, changes)
    return frame, len(done)


def _undo(
    table: Table, changes: Sequence[Change]
) -> tuple[pd.DataFrame, list[Change], list[Refused]]:
    """Undo changes, the newest first, since one may stand on another."""
    done: list[Change] = []
    refused: list[Refused] = []
    left = list(changes)
    while left:
        # Of each cell the newest.
        newest = {one.cell[:2]: one for one in left}
        left = [one for one in left if newest[one.cell[:2]] is not one]
        edits = {
            Edit(one.cell._replace(text=one.new), one.cell.text, one.original): one
            for one in newest.values()
        }
        found = sort_out(table, list(edits))
        refused += found.refused
        undone = [edits[edit] for part in found.possible.values() for _, edit in part]
        frame = edited(table, found.possible).frame
        _narrow(frame, table, undone)
        table = Table(frame, table.name)
        done += undone
    return table.frame, done, refused


def _narrow(frame: pd.DataFrame, table: Table, undone: Sequence[Change]) -> None:
    """Give columns the type back that they had before, where their cells allow it."""
    widened: dict[str, list[Change]] = {}
    for one in undone:
        if one.becomes:
            widened.setdefault(one.cell.column, []).append(one)
    for name, changes in widened.items():
        at = table[name].at
        column: Any = frame.iloc[:, at]
        try:
            narrow = _narrowed(column, changes)
            same = narrow.astype(column.dtype).equals(column)
        except (TypeError, ValueError, OverflowError):
            continue
        if same:
            frame.isetitem(at, narrow)


def _narrowed(column: Any, changes: Sequence[Change]) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        new = {one.value for one in changes if one.value not in set(column.unique())}
        return column.cat.remove_categories([one for one in column.cat.categories if one in new])
    return column.astype(pandas_dtype(changes[0].dtype))
