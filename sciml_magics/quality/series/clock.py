"""When the rows of a table were taken, and which of them belong to one series."""

from __future__ import annotations

import re
import warnings
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from sciml_magics.errors import QualityError
from sciml_magics.quality.table import Column, Table

Codes = npt.NDArray[np.int64]
Stamps = npt.NDArray[np.float64]

INDEX = "(index)"
"""Stands for the frame's index where that holds the time."""

_TIME_OF_DAY = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?")
_CLOCK_FORMATS = ("%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M")
_NUMBERS_OF_TIME = {"time", "timestamp", "t", "ts", "unix", "epoch", "seconds", "unixtime"}
_MOST_GROUPS = 2_000
_LEAST_ROWS = 20  # of a group, on the average
_PARSED = 0.9
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True)
class Clock:
    """When each row was taken.

    Parameters
    ----------
    names
        The columns that say so: one, or a date and a time of the day; `INDEX` for the index.
    stamps
        Seconds since 1970, or plain numbers where the column holds such; NaN where there is none.
        Shape ``[rows]``.
    calendar
        Whether the stamps are seconds since 1970.
    by
        The columns that tell the series of a table apart; none where it holds a single one.
    groups
        The series of each row, counted from 0; ``[rows]``.
    """

    names: tuple[str, ...]
    stamps: Stamps
    calendar: bool
    by: tuple[str, ...]
    groups: Codes

    @cached_property
    def order(self) -> Codes:
        """Positions of the rows that have a stamp: series by series, each in order of time."""
        found = np.lexsort((self.stamps, self.groups))
        return found[np.isfinite(self.stamps[found])].astype(np.int64)

    def series(self, least: int = 1) -> Iterator[Codes]:
        """For each series with at least so many stamps the positions of its rows, as time runs."""
        parts = np.flatnonzero(np.diff(self.groups[self.order])) + 1
        for rows in np.split(self.order, parts):
            if len(rows) >= max(1, least):
                yield rows


def find_clock(
    table: Table, time: str | Sequence[str] | None = None, by: Sequence[str] | None = None
) -> Clock | None:
    """When the rows were taken, as the person says or as the columns look.

    Parameters
    ----------
    table
        The table.
    time
        The column that holds the time, or a column of dates and one of times of the day. Without
        it: an index of dates, else the column of dates that has the most different stamps, joined
        with a column of times of the day if there is one.
    by
        Columns that tell the series apart. Without it: the column of fewest values within which no
        stamp is repeated, where stamps repeat.

    Returns
    -------
    Clock or None
        ``None`` where no column looks like a time.

    Raises
    ------
    QualityError
        If there is no such column, or it holds no times.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> frame = pd.DataFrame({"day": [*days, *days], "site": ["a"] * 40 + ["b"] * 40})
    >>> clock = find_clock(Table(frame))
    >>> clock.names, clock.by, [len(rows) for rows in clock.series()]
    (('day',), ('site',), [40, 40])
    """
    if time is None:
        found = _guessed(table)
        if found is None:
            return None
    else:
        found = _told(table, [time] if isinstance(time, str) else list(time))
    names, stamps, calendar = found
    chosen = _grouping(table, names, stamps) if by is None else tuple(by)
    for name in chosen:
        if name not in table:
            raise QualityError(f"there is no column '{name}'; leave out --by, or name one that is")
    return Clock(names, stamps, calendar, chosen, _coded(table, chosen))


_Found = tuple[tuple[str, ...], Stamps, bool]


def _told(table: Table, names: Sequence[str]) -> _Found:
    for name in names:
        if name not in table:
            raise QualityError(f"there is no column '{name}' to read the time from")
    first = table[names[0]]
    stamps = read_dates(first)
    if stamps is None and first.numeric:
        return (first.name,), _finite(first.numbers), False
    if stamps is None:
        raise QualityError(f"column '{first.name}' holds neither dates nor numbers to take as time")
    for name in names[1:]:
        seconds = read_times(table[name])
        if seconds is None:
            raise QualityError(f"column '{name}' holds no times of the day such as 18:30")
        stamps = stamps + seconds
    return tuple(names), stamps, True


def _guessed(table: Table) -> _Found | None:
    index = table.frame.index
    if isinstance(index, pd.DatetimeIndex):
        return (INDEX,), as_seconds(index), True
    best: tuple[int, Column, Stamps] | None = None
    for column in table:
        stamps = read_dates(column)
        if stamps is not None:
            different = len(np.unique(stamps[np.isfinite(stamps)]))
            if different > 2 and (best is None or different > best[0]):
                best = different, column, stamps
    if best is None:
        return _counted(table)
    _, column, stamps = best
    if np.all(stamps[np.isfinite(stamps)] % 86_400 == 0):
        for other in table:
            seconds = None if other is column else read_times(other)
            if seconds is not None:
                return (column.name, other.name), stamps + seconds, True
    return (column.name,), stamps, True


def _counted(table: Table) -> _Found | None:
    """A column of numbers that is called a time."""
    for column in table:
        if column.name.strip().lower() in _NUMBERS_OF_TIME and column.numeric:
            stamps = _finite(column.numbers)
            # Seconds of this century and the last decades of the one before.
            held = stamps[np.isfinite(stamps)]
            calendar = bool(len(held)) and bool(np.all((held > 5e8) & (held < 4e9)))
            return (column.name,), stamps, calendar
    return None


def _finite(numbers: Stamps) -> Stamps:
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _grouping(table: Table, names: tuple[str, ...], stamps: Stamps) -> tuple[str, ...]:
    """The column of fewest values within which hardly any stamp stands twice."""
    held = np.isfinite(stamps)
    rows = int(np.count_nonzero(held))
    if rows < _LEAST_ROWS or len(np.unique(stamps[held])) > 0.8 * rows:
        return ()
    found = []
    for column in table:
        count = len(column.values)
        if column.name in names or not 2 <= count <= min(_MOST_GROUPS, rows // _LEAST_ROWS):
            continue
        if column.typed and column.cells.dtype.kind == "f":
            continue
        pairs = pd.MultiIndex.from_arrays([column.codes[held], stamps[held]])
        if int(pairs.duplicated().sum()) <= 0.02 * rows:
            found.append((count, column.at, column.name))
    return (min(found)[2],) if found else ()


def _coded(table: Table, by: Sequence[str]) -> Codes:
    if not by:
        return np.zeros(len(table), dtype=np.int64)
    parts = [table[name].codes for name in by]
    if len(parts) == 1:
        return parts[0] + 1
    return pd.MultiIndex.from_arrays(parts).factorize()[0].astype(np.int64)


def read_dates(column: Column) -> Stamps | None:
    """The cells as seconds since 1970, NaN where there is no date; ``None`` for other columns.

    Examples
    --------
    >>> column = Table(pd.DataFrame({"day": ["2/1/1970", "13/1/1970", None]}))["day"]
    >>> read_dates(column).tolist()
    [86400.0, 1036800.0, nan]
    """
    if is_datetime64_any_dtype(column.cells.dtype):
        return as_seconds(pd.DatetimeIndex(column.cells))
    if column.typed or not len(column.values):
        return None
    tried = _texts(column, 50)
    if not all(6 <= len(text) <= 40 and text[0].isalnum() for text in tried):
        return None
    if sum(bool(re.search(r"\d.*[-/.:\s].*\d", text)) for text in tried) < len(tried):
        return None
    parsed = _best_format(tried, _texts(column))
    if parsed is None:
        return None
    seconds = np.append(as_seconds(parsed), np.nan)[column.codes]
    held = int(np.count_nonzero(~column.missing))
    return seconds if np.count_nonzero(np.isfinite(seconds)) >= _PARSED * held else None


def _texts(column: Column, most: int | None = None) -> list[str]:
    return [str(value).strip() for value in column.values[:most].tolist()]


def _best_format(tried: Sequence[str], texts: Sequence[str]) -> pd.DatetimeIndex | None:
    """Read by that format of the first texts, the day or the month first, that reads most."""
    from pandas.tseries.api import guess_datetime_format

    formats: dict[str, None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a day comes first is tried, not a surprise
        for text in tried[:5]:
            for day_first in (False, True):
                guess = guess_datetime_format(text, dayfirst=day_first)
                if guess and ("%d" in guess or "%m" in guess or "%b" in guess):
                    formats[guess] = None
    best: pd.DatetimeIndex | None = None
    for guess in formats:
        parsed = pd.to_datetime(list(texts), format=guess, errors="coerce", utc=True)
        if best is None or np.count_nonzero(parsed.notna()) > np.count_nonzero(best.notna()):
            best = parsed
    return best


def read_times(column: Column) -> Stamps | None:
    """Times of the day as seconds since midnight; ``None`` where a column holds other things."""
    if column.typed or not 1 < len(column.values) <= 86_400:
        return None
    texts = _texts(column)
    if not all(_TIME_OF_DAY.fullmatch(text) for text in texts[:50]):
        return None
    for form in _CLOCK_FORMATS:
        parsed = pd.to_datetime(texts, format=form, errors="coerce", utc=True)
        if np.mean(parsed.notna()) >= _PARSED:
            return np.append(as_seconds(parsed) % 86_400, np.nan)[column.codes]
    return None


def as_seconds(dates: pd.DatetimeIndex) -> Stamps:
    """Seconds since 1970, in UTC where a zone is known; NaN where there is no date."""
    if dates.tz is not None:
        dates = dates.tz_convert("UTC").tz_localize(None)
    seconds = dates.asi8 / _PER_SECOND[dates.unit]
    return np.where(dates.isna(), np.nan, seconds)


_known: dict[int, Clock | None] = {}


def clock_of(table: Table) -> Clock | None:
    """What `find_clock` guesses, found once for a table as long as it is kept."""
    if id(table) not in _known:
        _known[id(table)] = find_clock(table)
        weakref.finalize(table, _known.pop, id(table), None)
    return _known[id(table)]
