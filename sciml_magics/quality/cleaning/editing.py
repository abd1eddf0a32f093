"""Edit a copy of a frame cell by cell, and refuse what no longer fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from sciml_magics.quality.cleaning.cells import put, typed
from sciml_magics.quality.records import Cell
from sciml_magics.quality.table import Table

GONE = "the row is no longer there"
NO_COLUMN = "the column is no longer there"


class Edit(NamedTuple):
    """A new text for a cell.

    Parameters
    ----------
    cell
        The cell, and the text that must stand there now.
    new
        The text to put there.
    original
        What to put there where its text does not say it all, else ``None``.
    """

    cell: Cell
    new: str
    original: Any = None


class Refused(NamedTuple):
    """An edit that cannot be made, and why."""

    edit: Edit
    why: str


@dataclass(slots=True)
class Sorted:
    """Edits by what can become of them.

    Parameters
    ----------
    possible
        With the position of the row; by column.
    done
        How many cells hold the new text already.
    refused
        With the reason.
    """

    possible: dict[str, list[tuple[int, Edit]]] = field(default_factory=dict)
    done: int = 0
    refused: list[Refused] = field(default_factory=list)


def sort_out(table: Table, edits: Sequence[Edit]) -> Sorted:
    """Which edits a table allows."""
    rows = {key: row for row, key in enumerate(table.keys)}
    found = Sorted()
    for edit in edits:
        cell, row = edit.cell, rows.get(edit.cell.key)
        if row is None or cell.column not in table:
            found.refused.append(Refused(edit, GONE if row is None else NO_COLUMN))
            continue
        now = table[cell.column].text(row)
        if now == cell.text:
            found.possible.setdefault(cell.column, []).append((row, edit))
        elif now == edit.new or _same(table[cell.column].cells, row, now, edit.new):
            found.done += 1
        else:
            found.refused.append(Refused(edit, f"the cell has changed since: it holds {now!r}"))
    return found


def _same(column: pd.Series, row: int, now: str, new: str) -> bool:
    """Whether two texts are one value of a column, such as "12" and "12.0" of one of numbers."""
    first, second = (typed(column, [row], [text]) for text in (now, new))
    return bool(now) and first == second


@dataclass(slots=True)
class Edited:
    """What came of edits.

    Parameters
    ----------
    frame
        A new frame; the columns that were not edited are the old ones.
    values
        What was put, by position of the row and name of the column.
    """

    frame: pd.DataFrame
    values: dict[tuple[int, str], Any] = field(default_factory=dict)


def edited(table: Table, possible: dict[str, list[tuple[int, Edit]]]) -> Edited:
    """A new frame with these edits made."""
    done = Edited(table.frame.copy(deep=False))
    for name, edits in possible.items():
        column = table[name]
        rows, texts = [row for row, _ in edits], [edit.new for _, edit in edits]
        values, dtype = typed(column.cells, rows, texts)
        values = [
            value if edit.original is None else edit.original
            for value, (_, edit) in zip(values, edits, strict=True)
        ]
        old = [edit.cell.text for _, edit in edits]
        put(
            done.frame,
            column.at,
            dict(zip(rows, zip(old, values, strict=True), strict=True)),
            dtype,
        )
        done.values.update({(row, name): value for row, value in zip(rows, values, strict=True)})
    return done
