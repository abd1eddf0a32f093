"""Take changes back: one cell, one column or everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import uuid4

import pandas as pd
from pandas.api.types import pandas_dtype

from sciml_magics.errors import QualityError
from sciml_magics.quality.cleaning.changes import Change
from sciml_magics.quality.cleaning.dropped import (
    CARRIED_OUT,
    Dropped,
    dropped_task,
    rows_by_key,
    stands,
)
from sciml_magics.quality.cleaning.editing import Edit, Refused, edited, sort_out
from sciml_magics.quality.cleaning.lineage import Made, made_of
from sciml_magics.quality.cleaning.listing import changes_frame
from sciml_magics.quality.cleaning.restoring import with_rows
from sciml_magics.quality.records import changes_task
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import counted
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
        parts = [f"{self.name}: {counted(len(self.changes), 'change')} taken back"]
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
    every = made_of(store, table.name)
    wanted = [
        one
        for one in every
        if one.taken_back is None and row in (None, one.key) and column in (None, one.column)
    ]
    if not wanted:
        where = " of ".join(
            [*([f"column '{column}'"] if column else []), *([f"row {row}"] if row else [])]
        )
        raise QualityError(
            f"no change{' in ' + where if where else ''} to take back: "
            f"%changes {table.name} lists those that hold"
        )
    frame, done, refused = _undo(table, wanted, every)
    addresses = note_undone(table, store, done, by)
    told = [one for one in made_of(store, table.name) if one.address(table.name) in addresses]
    return TakenBack(table.name, frame, changes_frame(told), refused)


def note_undone(table: Table, store: Store, done: Sequence[Made], by: str) -> set[bytes]:
    """Keep who took changes back; their addresses."""
    said: dict[bool, dict[bytes, Response]] = {True: {}, False: {}}
    for one in done:
        address = one.address(table.name)
        said[isinstance(one, Dropped)][address] = Response(
            uuid4().hex, address, "rejected", None, by, note=CARRIED_OUT
        )
    for task, responses in ((dropped_task, said[True]), (changes_task, said[False])):
        if responses:
            store.respond(store.task(task(table)), list(responses.values()))
    return {*said[True], *said[False]}


def restored(table: Table, changes: Sequence[Made]) -> tuple[pd.DataFrame, list[Made]]:
    """A frame without the changes that were rejected in their review, and which these were.

    A cell that still holds what was put there is as it was before. A row is put back once.
    """
    rejected = [
        one
        for one in changes
        if one.taken_back is not None and not (isinstance(one, Dropped) and one.is_back)
    ]
    frame, done, _ = _undo(table, rejected, changes)
    return frame, done


def _undo(
    table: Table, changes: Sequence[Made], every: Sequence[Made]
) -> tuple[pd.DataFrame, list[Made], list[Refused]]:
    """Undo changes, the newest first, since one may stand on another."""
    done: list[Made] = []
    refused: list[Refused] = []
    newest_first = sorted(changes, key=attrgetter("run"), reverse=True)
    for _, group in groupby(newest_first, key=attrgetter("run")):
        of_run = list(group)
        rows = [one for one in of_run if isinstance(one, Dropped)]
        cells = [one for one in of_run if isinstance(one, Change)]
        frame, undone = _with_rows(table, rows, every, done) if rows else (table.frame, [])
        done += undone
        table = Table(frame, table.name)
        frame, changed, kept = _without(table, cells) if cells else (frame, [], [])
        done, refused = [*done, *changed], [*refused, *kept]
        table = Table(frame, table.name)
    cells_done = {(one.key, one.column) for one in done}
    return table.frame, done, [one for one in refused if one.edit.cell[:2] not in cells_done]


def _with_rows(
    table: Table, rows: Sequence[Dropped], every: Sequence[Made], done: Sequence[Made]
) -> tuple[pd.DataFrame, list[Made]]:
    """Put rows back, but for those that stand in the table."""
    there = rows_by_key(table)
    gone = [one for one in rows if not stands(table, one, there)]
    drops, back = ([one for one in some if isinstance(one, Dropped)] for some in (every, done))
    return with_rows(table, gone, drops, back) if gone else table.frame, list(gone)


def _without(
    table: Table, changes: Sequence[Change]
) -> tuple[pd.DataFrame, list[Made], Sequence[Refused]]:
    """Put old values back into cells."""
    edits = {
        Edit(one.cell._replace(text=one.new), one.cell.text, one.original): one for one in changes
    }
    found = sort_out(table, list(edits))
    undone = [edits[edit] for part in found.possible.values() for _, edit in part]
    frame = edited(table, found.possible).frame
    _narrow(frame, table, undone)
    return frame, list(undone), found.refused


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
