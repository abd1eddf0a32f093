"""Read the records of a frame: equal rows once, without holding the texts twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames.cells import TextColumn
from sciml_magics.frames.images import UnreadableImageError, read_image
from sciml_magics.frames.lookup import check_frame, column_at
from sciml_magics.frames.selection import Rows
from sciml_magics.tasks import Record, Task, record_id
from sciml_magics.tasks.record import ID_BYTES

MISSING = -1
UNREADABLE = -2

# Cells that are turned into Python objects at a time.
_CHUNK = 16_384

Ids = npt.NDArray[np.void]
Content = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Records(Sequence[Record]):
    """The different records of some rows of a frame. A record is made when it is asked for.

    Parameters
    ----------
    task
        The task that reads them.
    columns
        The columns that it reads, not copies.
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
    unreadable
        Why an image could not be read, by position in the frame.
    notes
        What the person should know of the reading, a sentence each.
    """

    task: Task
    columns: tuple[TextColumn, ...]
    rows: Rows
    inverse: npt.NDArray[np.int64]
    ids: Ids
    first: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    unreadable: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        return next(self._made(np.array([index])))

    def __iter__(self) -> Iterator[Record]:
        return self._made(np.arange(len(self)))

    def take(self, indices: npt.NDArray[np.int64]) -> Sequence[Record]:
        """The records at these indices."""
        return list(self._made(indices))

    @property
    def missing_count(self) -> int:
        """Rows with nothing to read."""
        return int(np.count_nonzero(self.inverse == MISSING))

    @property
    def unreadable_count(self) -> int:
        """Rows whose image could not be read."""
        return len(self.unreadable)

    def _made(self, indices: npt.NDArray[np.int64]) -> Iterator[Record]:
        for start in range(0, len(indices), _CHUNK):
            part = indices[start : start + _CHUNK]
            if self.task.input == "image":
                yield from self._images(part)
                continue
            names = [column.name for column in self.columns]
            texts = [_again(column, self.first[part]) for column in self.columns]
            for i, row in zip(part, zip(*texts, strict=True), strict=True):
                content = tuple(zip(names, row, strict=True))
                yield Record(self.ids[i].tobytes(), content)

    def _images(self, indices: npt.NDArray[np.int64]) -> Iterator[Record]:
        (column,) = self.columns
        cells = column.cells.iloc[self.first[indices]].tolist()
        for i, value in zip(indices, cells, strict=True):
            image = read_image(value)
            yield Record(self.ids[i].tobytes(), ((column.name, image.source),), image.open)


def read_records(frame: pd.DataFrame, task: Task, rows: Rows) -> Records:
    """Read the records of the rows at positions `rows`.

    Missing, empty and blank cells are read as nothing; a row with nothing in any of the task's
    columns has no record.

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
    if task.input == "image":
        return _read_images(task, columns, rows)
    digests, sizes, present = [], [], np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        cells = zip(*(column.read(part) for column in columns), strict=True)
        addresses = bytearray()
        lengths = []
        for offset, row in enumerate(cells):
            if all(cell is None for cell in row):
                continue
            present[start + offset] = True
            addresses += _address(task.columns, row)
            lengths.append(sum(len(cell) for cell in row if cell is not None))
        digests.append(bytes(addresses))
        sizes.append(np.array(lengths, dtype=np.int64))
    found = _different(b"".join(digests), present, rows)
    all_sizes = np.concatenate([*sizes, np.empty(0, dtype=np.int64)])
    first_present = np.cumsum(present)[found.at] - 1
    return Records(
        task, columns, rows, found.inverse, found.ids, rows[found.at], all_sizes[first_present],
        notes=_notes(columns),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Different:
    ids: Ids
    at: npt.NDArray[np.int64]
    inverse: npt.NDArray[np.int64]


def _different(digests: bytes, present: npt.NDArray[np.bool_], rows: Rows) -> _Different:
    """Different addresses in the order of their first row, and which one each row has.

    `digests` holds the address of each present row; `at` are indices into `rows`.
    """
    inverse = np.full(len(rows), MISSING, dtype=np.int64)
    words = np.frombuffer(digests, dtype=np.uint64).reshape(-1, ID_BYTES // 8)
    if not len(words):
        return _Different(np.empty(0, dtype=f"V{ID_BYTES}"), np.empty(0, np.int64), inverse)
    order = np.lexsort((words[:, 1], words[:, 0]))
    ranked = words[order]
    new = np.concatenate(([True], (ranked[1:] != ranked[:-1]).any(axis=1)))
    group = np.empty(len(words), dtype=np.int64)
    group[order] = np.cumsum(new) - 1
    # A stable sort leaves the first row of each group in front.
    first = order[new]
    by_row = np.argsort(first)
    rank = np.empty_like(by_row)
    rank[by_row] = np.arange(len(by_row))
    inverse[present] = rank[group]
    ids = np.frombuffer(digests, dtype=f"V{ID_BYTES}")[first[by_row]]
    return _Different(ids, np.flatnonzero(present)[first[by_row]], inverse)


def _address(columns: Sequence[str], row: Sequence[str | None]) -> bytes:
    if len(row) == 1:
        return record_id("text", columns[0], row[0] or "")
    parts = ["text"]
    for column, cell in zip(columns, row, strict=True):
        parts += [column, cell or ""]
    return record_id(*parts)


def _again(column: TextColumn, rows: Rows) -> list[str]:
    """Cells that were read before, without counting conversions again."""
    return [cell or "" for cell in TextColumn(column.name, column.cells).read(rows)]


def _notes(columns: Sequence[TextColumn]) -> tuple[str, ...]:
    return tuple(
        f"{column.converted:,} cells of '{column.name}' are numbers, dates or truth values "
        "and were read as they print"
        for column in columns
        if column.converted
    )


def _read_images(task: Task, columns: tuple[TextColumn, ...], rows: Rows) -> Records:
    if len(columns) != 1:
        from sciml_magics.errors import FrameError

        raise FrameError("a task on images reads one column: name just that")
    cells = columns[0].cells.iloc[rows]
    empty = cells.isna().to_numpy(bool) | np.array([_blank(cell) for cell in cells], dtype=bool)
    digests = bytearray()
    present = np.zeros(len(rows), dtype=bool)
    unreadable: dict[int, str] = {}
    for i, value in enumerate(cells.tolist()):
        if empty[i]:
            continue
        try:
            digests += read_image(value).address
            present[i] = True
        except UnreadableImageError as error:
            unreadable[int(rows[i])] = str(error)
    found = _different(bytes(digests), present, rows)
    found.inverse[np.isin(rows, list(unreadable))] = UNREADABLE
    notes = tuple(f"row {row}: {reason}" for row, reason in list(unreadable.items())[:3])
    return Records(
        task, columns, rows, found.inverse, found.ids, rows[found.at],
        np.ones(len(found.ids), dtype=np.int64), unreadable, notes,
    )  # fmt: skip


def _blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()
