"""Records of rows and of cells: what people are asked about, addressed by what stands there.

A row is addressed by the texts of all its cells, so that what people said of it survives sorting,
filtering and reloading. A cell is addressed by its table, its row's key, its column and its text:
repairing one cell of a row leaves what was said of the others in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sciml_magics.errors import QualityError
from sciml_magics.frames import Records, read_records
from sciml_magics.quality.findings import WHOLE_ROW, Rows
from sciml_magics.quality.table import Column, Table
from sciml_magics.tasks import Label, Record, Task, record_id
from sciml_magics.tasks.task import MAX_LABELS

CONTEXT = 11
# The name under which a cell's record holds the key of its row.
KEY = WHOLE_ROW

_WRONG = (
    "Which cells of this row are wrong? Accept none if all are right. "
    f"{WHOLE_ROW} is for a row that should not be there, such as one that is there twice."
)
_RIGHT = "What should stand in this cell? Reject if it is right as it is. Empty makes it missing."

# So few rows are compared by their addresses, without looking at one column after the other.
_FEW = 1_000
# Of more records than one for so many rows, all rows are read once: to find one takes as long.
_ROWS_READ = 100


class Cell(NamedTuple):
    """A cell as its record tells of it.

    Parameters
    ----------
    key
        The key of its row.
    column
        Name of its column.
    text
        What stood there; empty if nothing did.
    """

    key: str
    column: str
    text: str


def errors_task(table: Table) -> Task:
    """The question which cells of a row are wrong.

    Raises
    ------
    QualityError
        If the table has no columns.

    Examples
    --------
    >>> task = errors_task(Table(pd.DataFrame({"city": ["Rome"], "n": [1]}), "places"))
    >>> task.name, task.label_names
    ('places.errors', ('city', 'n', '(row)'))
    """
    names = [column.name for column in table]
    fits = len(names) < MAX_LABELS and all(map(_can_be_label, names)) and WHOLE_ROW not in names
    labels = tuple(Label(name) for name in (*names, WHOLE_ROW)) if fits else ()
    return Task(f"{table.name}.errors", _columns(table), "labels", "text", labels, _WRONG)


def repairs_task(table: Table) -> Task:
    """The question what should stand in a cell."""
    return Task(f"{table.name}.repairs", _columns(table), "value", instructions=_RIGHT)


def changes_task(table: Table) -> Task:
    """The cells that were changed: a rejected one is taken back."""
    what = "This cell was changed. Reject to take the change back."
    return Task(f"{table.name}.changes", _columns(table), "value", instructions=what)


def row_records(table: Table, rows: Rows) -> Records:
    """The records of the rows at some positions; rows that hold nothing have none.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"city": ["Rome", None, "Rome"]}))
    >>> records = row_records(table, np.arange(3))
    >>> records.inverse.tolist(), records[0].content
    ([0, -1, 0], (('city', 'Rome'),))
    """
    texts = {column.name: column.texts_at(rows) for column in table}
    frame = pd.DataFrame(texts, dtype=object, columns=list(texts))
    task = Task(table.name, _columns(table))
    return read_records(frame, task, np.arange(len(rows), dtype=np.int64))


def rows_of(table: Table, wanted: Sequence[Record]) -> dict[bytes, Rows]:
    """Positions of the rows that each record was read from, by its address; none is left out.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"city": ["Rome", "Oslo", "Rome"]}))
    >>> record = row_records(table, np.arange(1))[0]
    >>> rows_of(table, [record])[record.id].tolist()
    [0, 2]
    """
    if len(wanted) * _ROWS_READ > len(table):
        return _among_all(table, {record.id for record in wanted})
    columns = sorted(table, key=lambda column: len(column.values))
    found = {record.id: _rows(table, columns, record) for record in wanted}
    return {address: rows for address, rows in found.items() if len(rows)}


def cell_records(table: Table, cells: Sequence[tuple[int, str]]) -> list[Record]:
    """The records of cells, each given by the position of its row and the name of its column.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"city": ["Rome"], "zip": ["001"]}), "places")
    >>> [record] = cell_records(table, [(0, "zip")])
    >>> record.content, cell_of(record)
    ((('zip', '001'), ('city', 'Rome'), ('(row)', '0')), Cell(key='0', column='zip', text='001'))
    """
    rows = np.array(sorted({row for row, _ in cells}), dtype=np.int64)
    place = {row: at for at, row in enumerate(rows.tolist())}
    read: dict[str, list[str]] = {}

    def text(row: int, column: Column) -> str:
        if column.name not in read:
            read[column.name] = column.texts_at(rows)
        return read[column.name][place[row]]

    def record(row: int, name: str) -> Record:
        column, key = table[name], table.keys[row]
        old = text(row, column)
        beside = [(near.name, text(row, near)) for near in _near(table, column.at)]
        content = ((name, old), *(pair for pair in beside if pair[1]), (KEY, key))
        return Record(cell_address(table.name, Cell(key, name, old)), content)

    return [record(row, name) for row, name in cells]


def cell_address(table: str, cell: Cell) -> bytes:
    """The address of a cell's record."""
    return record_id("cell", table, cell.key, cell.column, cell.text)


def cell_of(record: Record) -> Cell:
    """The cell that a record of `cell_records` tells of."""
    column, text = record.content[0]
    return Cell(record.content[-1][1], column, text)


def _columns(table: Table) -> tuple[str, ...]:
    if not table.columns:
        raise QualityError(f"'{table.name}' has no columns: there is nothing to look at")
    return tuple(column.name for column in table)


def _can_be_label(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return bool(name.strip())


def _near(table: Table, at: int) -> Iterable[Column]:
    """The columns around one: with many columns those that stand next to it."""
    first = max(0, min(at - CONTEXT // 2, len(table.columns) - CONTEXT - 1))
    return (each for each in table.columns[first : first + CONTEXT + 1] if each.at != at)


def _rows(table: Table, columns: Sequence[Column], record: Record) -> Rows:
    texts = dict(record.content)
    rows: Rows | None = None
    for column in columns:
        code = column.code_of(texts.get(column.name, ""))
        if code is None:
            return np.empty(0, dtype=np.int64)
        if rows is None:
            rows = np.flatnonzero(column.codes == code)
        else:
            rows = rows[column.codes[rows] == code]
        if len(rows) <= _FEW:
            break
    if rows is None or not len(rows):
        return np.empty(0, dtype=np.int64)
    return rows[_is(row_records(table, rows), record.id)]


def _is(records: Records, address: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    at = [one == address for one in records.ids.tolist()]
    return np.array([*at, False], dtype=bool)[records.inverse]


def _among_all(table: Table, wanted: set[bytes]) -> dict[bytes, Rows]:
    records = row_records(table, np.arange(len(table), dtype=np.int64))
    order = np.argsort(records.inverse, kind="stable")
    held = records.inverse[order]
    found = {}
    for at, address in enumerate(records.ids.tolist()):
        if address in wanted:
            first, last = np.searchsorted(held, (at, at + 1))
            found[address] = order[first:last]
    return found
