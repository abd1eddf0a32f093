"""A frame as the jobs on data quality read it: every column once, by its different values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_complex_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
)

from sciml_magics.frames import check_frame
from sciml_magics.frames.lookup import spelt_label

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Unlike the names of all other columns of the table: where several columns of a frame are
        called the same, those after the first get a number.
    at
        Position in the frame.
    cells
        The column itself, not a copy.
    """

    name: str
    at: int
    cells: pd.Series = field(repr=False)

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def typed(self) -> bool:
        """Whether pandas itself holds numbers, truth values or dates, rather than texts.

        Complex numbers have no order, so that they are read as they print.
        """
        kind = self.cells.dtype
        if is_complex_dtype(kind):
            return False
        return is_numeric_dtype(kind) or is_bool_dtype(kind) or is_datetime64_any_dtype(kind)

    @cached_property
    def _parts(self) -> tuple[Codes, npt.NDArray[Any]]:
        cells = self.cells
        if isinstance(cells.dtype, pd.CategoricalDtype):
            cells = cells.astype(cells.cat.categories.dtype)
        try:
            codes, values = pd.factorize(cells, use_na_sentinel=True)
        except TypeError:  # lists, dictionaries and other cells without a hash
            texts = [None if _is_missing(cell) else str(cell) for cell in cells]
            codes, values = pd.factorize(pd.Series(texts, dtype=object), use_na_sentinel=True)
        found = np.asarray(values, dtype=None if self.typed else object)
        if self.typed:
            return codes.astype(np.int64), found
        blank = np.array([isinstance(v, str) and (not v or v.isspace()) for v in found], dtype=bool)
        if blank.any():
            places = np.cumsum(~blank) - 1
            places[blank] = -1
            codes = np.where(codes < 0, -1, places[codes])
            found = found[~blank]
        return codes.astype(np.int64), found

    @property
    def codes(self) -> Codes:
        """For each row the index of its value in `values`; -1 where there is none. ``[rows]``."""
        return self._parts[0]

    @property
    def values(self) -> npt.NDArray[Any]:
        """The different values, in the order in which they first stand. Shape ``[values]``."""
        return self._parts[1]

    @cached_property
    def texts(self) -> list[str]:
        """The different values as they print. Long for a column of many numbers: avoid it there."""
        return printed(self.values)

    @cached_property
    def counts(self) -> Codes:
        """How many rows have each of the different values; ``[values]``."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @cached_property
    def missing(self) -> Mask:
        """Where nothing stands, or only blanks; ``[rows]``."""
        return np.asarray(self.codes < 0)

    def text(self, row: int) -> str:
        """The cell at a position of the frame as it prints; empty where it is missing."""
        code = int(self.codes[row])
        if code < 0:
            return ""
        return printed(self.values[code : code + 1])[0]

    def texts_at(self, rows: Codes) -> list[str]:
        """The cells at some positions as they print; empty where they are missing."""
        codes, places = np.unique(self.codes[rows], return_inverse=True)
        held = codes[codes >= 0]
        texts = [""] * (len(codes) - len(held)) + printed(self.values[held])
        return [texts[place] for place in places.tolist()]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {text: code for code, text in reversed(list(enumerate(self.texts)))}

    def code_of(self, text: str) -> int | None:
        """The index in `values` of what prints so; -1 for the empty text, ``None`` for no value."""
        return self._places.get(text) if text else -1

    @cached_property
    def numbers(self) -> Numbers:
        """The cells as numbers; NaN where a cell is missing or is none. Shape ``[rows]``.

        Texts count where Python's ``float`` reads them whole; infinite values stay infinite.
        """
        if self.typed and not is_datetime64_any_dtype(self.cells.dtype):
            numbers = self.cells.to_numpy(dtype=np.float64, na_value=np.nan)
            return np.asarray(numbers)
        if is_datetime64_any_dtype(self.cells.dtype):
            return np.full(len(self), np.nan)
        parsed = np.append([_as_number(value) for value in self.values.tolist()], np.nan)
        return np.asarray(parsed[self.codes], dtype=np.float64)

    @cached_property
    def numeric(self) -> bool:
        """Whether at least nine in ten of the cells that hold anything are numbers."""
        held = int(np.count_nonzero(~self.missing))
        return held > 0 and int(np.count_nonzero(~np.isnan(self.numbers))) >= 0.9 * held


@dataclass(frozen=True)
class Table:
    """A frame, read column by column.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    name
        What the person calls it: the tasks on it are named after it.

    Raises
    ------
    FrameError
        If it is no frame.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"city": ["Rome", " ", "Rome"], "n": [1, 2, 2]}), "places")
    >>> table["city"].texts, table["city"].codes.tolist(), table["n"].numbers.tolist()
    (['Rome'], [0, -1, 0], [1.0, 2.0, 2.0])
    """

    frame: pd.DataFrame = field(repr=False)
    name: str = "table"

    def __post_init__(self) -> None:
        check_frame(self.frame, ())

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in their order."""
        names = unlike([spelt_label(name) for name in self.frame.columns])
        return tuple(Column(name, at, self.frame.iloc[:, at]) for at, name in enumerate(names))

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def keys(self) -> list[str]:
        """What names each row, unlike every other: its label in the index, as it prints.

        Where labels are equal those after the first get their count: ``"7"``, ``"7 (2)"``.
        """
        index = self.frame.index
        if index.dtype.kind in "iu" and index.is_unique:  # as nearly always
            return list(map(str, index.tolist()))
        return unlike([spelt_label(label) for label in index.tolist()])


def unlike(names: Sequence[str]) -> list[str]:
    """Tell equal names apart by a count behind those after the first.

    Examples
    --------
    >>> unlike(["a", "b", "a", "a"])
    ['a', 'b', 'a (2)', 'a (3)']
    """
    taken = set(names)
    if len(taken) == len(names):
        return list(names)
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        new = name
        if seen[name] > 1:
            while (new := f"{name} ({seen[name]})") in taken:
                seen[name] += 1
            taken.add(new)
        found.append(new)
    return found


def printed(values: npt.NDArray[Any]) -> list[str]:
    """Values of a column as they print.

    Examples
    --------
    >>> printed(np.array(["2024-05-01"], dtype="datetime64[ns]")), printed(np.array([1.50]))
    (['2024-05-01 00:00:00'], ['1.5'])
    """
    # NumPy gives nanoseconds as whole numbers, pandas as dates.
    cells = pd.Series(values).tolist() if values.dtype.kind == "M" else values.tolist()
    return [value if type(value) is str else str(value) for value in cells]


def _is_missing(cell: object) -> bool:
    found = pd.isna(cell)  # type: ignore[call-overload]
    return bool(found) if isinstance(found, bool | np.bool_) else False


def _as_number(value: object) -> float:
    if isinstance(value, str):
        if value[:1].isalpha() or value[-1:].isalpha():
            return float("nan")  # most texts end here, ten times as fast as by an exception
        try:
            # Python reads "1_000" and "nan", too: no person writes numbers so.
            return float(value) if "_" not in value and "n" not in value.lower() else float("nan")
        except ValueError:
            return float("nan")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return float("nan")
