"""Read the records of a frame: equal rows once, without holding the texts twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.frames.cells import TextColumn
from sciml_magics.frames.different import Ids, different
from sciml_magics.frames.images import Opener, UnreadableImageError, open_later, read_addresses
from sciml_magics.frames.lookup import check_frame, column_at
from sciml_magics.frames.selection import Rows
from sciml_magics.tasks import Record, Task, record_ids

MISSING = -1
UNREADABLE = -2

# Cells that are turned into Python objects at a time.
_CHUNK = 16_384
_NOTED = 3
_NONE = np.empty(0, dtype=np.int32)

Make = Callable[[Sequence[bytes], Rows], Iterable[Record]]


@dataclass(slots=True)
class Records(Sequence[Record]):
    """The different records of some rows of a frame. A record is made when it is asked for.

    Parameters
    ----------
    rows
        Positions of the rows in the frame; int64, shape ``[rows]``.
    inverse
        For each row the index of its record, `MISSING` or `UNREADABLE`; int64, shape ``[rows]``.
    ids
        Addresses; ``V16``, shape ``[records]``.
    first
        Position in the frame of the first row that has the record; int64, shape ``[records]``.
    sizes
        Characters of each record, 1 for an image; int64, shape ``[records]``.
    make
        Makes records from their addresses and rows.
    unreadable
        Why an image could not be read, by position in the frame.
    notes
        What the person should know of the reading, a sentence each.
    """

    rows: Rows
    inverse: npt.NDArray[np.int64]
    ids: Ids
    first: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    make: Make
    unreadable: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        wanted = np.arange(len(self))[index]
        return self.take(wanted) if isinstance(index, slice) else self.take(np.array([wanted]))[0]

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, len(self), _CHUNK):
            yield from self.take(np.arange(start, min(start + _CHUNK, len(self))))

    def take(self, indices: npt.NDArray[np.int64]) -> Sequence[Record]:
        """The records at these indices, made now."""
        return list(self.make(self.ids[indices].tolist(), self.first[indices]))

    def openers(self) -> dict[bytes, Opener]:
        """What opens their images, by their addresses; nothing of texts."""
        return {record.id: record.open_image for record in self if record.open_image}

    def of_rows(self, count: int) -> npt.NDArray[np.int64]:
        """For each of the frame's `count` rows the index of its record, negative if it has none."""
        at = np.full(count, MISSING, dtype=np.int64)
        at[self.rows] = self.inverse
        return at


def read_records(frame: pd.DataFrame, task: Task, rows: Rows) -> Records:
    """Read the records of the rows at positions `rows`.

    A record's address is `record_id` of ``"text"``, the names of the task's columns and the texts
    of the row, or of ``"file"`` and the bytes of an image. Missing, empty and blank cells are read
    as nothing; a row with nothing in any of the task's columns has no record.

    Raises
    ------
    FrameError
        If a column is not there, or holds what the task cannot read.

    Examples
    --------
    >>> frame = pd.DataFrame({"note": ["ab", None, "ab", "c"]})
    >>> records = read_records(frame, Task("t", ("note",)), np.arange(4))
    >>> records.inverse.tolist(), [record.text for record in records]
    ([0, -1, 0, 1], ['ab', 'c'])
    """
    check_frame(frame, task.columns)
    columns = tuple(
        TextColumn(name, frame.iloc[:, column_at(frame, name)]) for name in task.columns
    )
    if task.input == "text":
        return _read_texts(columns, rows)
    if len(columns) != 1:
        raise FrameError("a task on images reads one column: name just that")
    return _read_images(columns[0], rows)


def _read_texts(columns: Sequence[TextColumn], rows: Rows) -> Records:
    head = ("text", *(column.name for column in columns))
    addresses = bytearray()
    lengths: list[npt.NDArray[np.int32]] = []
    present = np.zeros(len(rows), dtype=bool)
    converted = [0] * len(columns)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        read = [column.read(part) for column in columns]
        converted = [total + more for total, (_, more) in zip(converted, read, strict=True)]
        cells = list(zip(*(texts for texts, _ in read), strict=True))
        filled = [tuple(text or "" for text in row) for row in cells if any(row)]
        present[start : start + _CHUNK] = [any(row) for row in cells]
        addresses += record_ids(head, filled)
        lengths.append(np.array([sum(map(len, row)) for row in filled], dtype=np.int32))
    notes = tuple(
        f"{count:,} cells of '{column.name}' are numbers, dates or truth values, "
        "and were read as they print"
        for column, count in zip(columns, converted, strict=True)
        if count
    )
    make = partial(_make_texts, columns)
    return _records(rows, present, addresses, np.concatenate([*lengths, _NONE]), make, notes=notes)


def _records(
    rows: Rows,
    present: npt.NDArray[np.bool_],
    addresses: bytes | bytearray,
    sizes: npt.NDArray[np.int32],
    make: Make,
    unreadable: dict[int, str] | None = None,
    notes: tuple[str, ...] = (),
) -> Records:
    """Records from the addresses and sizes of those rows that are `present`."""
    found = different(addresses)
    inverse = np.full(len(rows), MISSING, dtype=np.int64)
    inverse[present] = found.codes
    unreadable = unreadable or {}
    if unreadable:
        inverse[np.isin(rows, list(unreadable))] = UNREADABLE
    return Records(
        rows=rows,
        inverse=inverse,
        ids=found.ids,
        first=rows[present][found.first],
        sizes=sizes[found.first].astype(np.int64),
        make=make,
        unreadable=unreadable,
        notes=notes,
    )


def _make_texts(
    columns: Sequence[TextColumn], ids: Sequence[bytes], rows: Rows
) -> Iterator[Record]:
    names = [column.name for column in columns]
    texts = [column.read(rows)[0] for column in columns]
    for address, row in zip(ids, zip(*texts, strict=True), strict=True):
        content = tuple((name, text) for name, text in zip(names, row, strict=True) if text)
        yield Record(address, content)


def _read_images(column: TextColumn, rows: Rows) -> Records:
    present = np.zeros(len(rows), dtype=bool)
    unreadable: dict[int, str] = {}
    addresses = bytearray()
    for at, found in enumerate(read_addresses(column.cells.iloc[rows], rows)):
        if isinstance(found, bytes):
            present[at] = True
            addresses += found
        elif isinstance(found, UnreadableImageError):
            unreadable[int(rows[at])] = str(found)
    notes = [f"row {row}: {why}" for row, why in list(unreadable.items())[:_NOTED]]
    if len(unreadable) > _NOTED:
        notes.append(f"{len(unreadable) - _NOTED:,} more images could not be read")
    sizes = np.ones(int(present.sum()), dtype=np.int32)
    make = partial(_make_images, column)
    return _records(rows, present, addresses, sizes, make, unreadable, tuple(notes))


def _make_images(column: TextColumn, ids: Sequence[bytes], rows: Rows) -> Iterator[Record]:
    values = column.cells.iloc[rows].tolist()
    for address, name, value in zip(ids, repeat(column.name), values, strict=False):
        source, open_image = open_later(value)
        yield Record(address, ((name, source),), open_image)
