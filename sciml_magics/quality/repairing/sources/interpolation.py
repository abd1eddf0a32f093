"""Numbers between those before and behind, in tables with an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source
from sciml_magics.quality.table import Codes, Column, Numbers

# Values between neighbours must come nearer to the truth than the column's median by so much.
BETTER = 0.5
# Fewer trusted numbers show no order.
LEAST = 10
# What parts several series in one table: a column whose values stand in so many rows each.
ROWS_OF_SERIES = 5
# A column of texts is one of time when so many of those looked at can be read.
READ, LOOKED_AT = 0.95, 200


@dataclass(frozen=True, eq=False)
class Line:
    """The rows in the order of their time, series by series.

    Parameters
    ----------
    name
        The column of times; empty for the order in which the rows stand.
    times
        Shape ``[rows]``; NaN where there is none.
    series
        Which series each row belongs to; ``[rows]``.
    """

    name: str
    times: Numbers
    series: Codes


@dataclass(frozen=True, eq=False)
class Between:
    """What interpolation gives for every row, from the other rows.

    Parameters
    ----------
    values, low, high
        The value, and those before and behind; NaN where there is none. Shape ``[rows]``.
    exact
        The share of the trusted cells that it gets right as they are written.
    off
        By how much it misses them, in the middle.
    """

    values: Numbers
    low: Numbers
    high: Numbers
    exact: float
    off: float


@source("interpolation")
class Interpolation:
    """Straight lines between the trusted numbers before and behind, where that foretells well."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._found: dict[str, Between | None] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """One number for each cell, with as many decimals as the column has."""
        column = self._sight.table[ask.column]
        if not column.numeric:
            return
        if ask.column not in self._found:
            self._found[ask.column] = self._between(column)
        found = self._found[ask.column]
        if found is None:
            return
        decimals = _decimals(column)
        for at, row in enumerate(ask.rows.tolist()):
            value = found.values[row]
            if np.isfinite(value):
                low, high = (f"{end[row]:.{decimals}f}" for end in (found.low, found.high))
                off = f"such values are off by {found.off:.{decimals + 1}f} in the middle"
                words = f"between {low} before and {high} behind; {off}"
                yield Offer(at, written(value, decimals, column), max(found.exact, 0.05), words)

    def _between(self, column: Column) -> Between | None:
        numbers = self._sight.numbers(column.name)
        trusted = np.isfinite(numbers)
        if np.count_nonzero(trusted) < LEAST:
            return None
        spread = float(np.median(np.abs(numbers[trusted] - np.median(numbers[trusted]))))
        decimals = _decimals(column)
        for line in self._lines():
            values, low, high = _between(numbers, line)
            both = trusted & np.isfinite(values)
            if np.count_nonzero(both) < LEAST:
                continue
            misses = np.abs(values[both] - numbers[both])
            off = float(np.median(misses))
            if off <= BETTER * spread and spread > 0:
                exact = float(np.mean(np.round(misses, decimals + 2) < 0.5 * 10.0**-decimals))
                return Between(values, low, high, exact, off)
        return None

    def _lines(self) -> list[Line]:
        return self._sight.shared("lines", lambda: list(_lines(self._sight)))


def _lines(sight: Sight) -> Iterator[Line]:
    """The orders that a table may have: by each column of times, by its index, as it stands."""
    rows = len(sight)
    for column in sight.table.columns:
        times = _times(column.cells)
        if times is not None:
            yield Line(column.name, times, _series(sight, times))
    index = sight.table.frame.index
    if isinstance(index, pd.DatetimeIndex):
        times = _times(index.to_series())
        if times is not None:
            yield Line("", times, _series(sight, times))
    yield Line("", np.arange(rows, dtype=np.float64), np.zeros(rows, dtype=np.int64))


def _times(cells: pd.Series) -> Numbers | None:
    if not is_datetime64_any_dtype(cells.dtype):
        some = cells.dropna().iloc[:LOOKED_AT]
        texts = [cell for cell in some.tolist() if isinstance(cell, str)]
        if not texts or len(texts) < len(some) or not any(mark in texts[0] for mark in "-/:."):
            return None
        if (
            pd.to_datetime(pd.Series(texts), errors="coerce", format="ISO8601").notna().mean()
            < READ
        ):
            return None
        cells = pd.to_datetime(cells.astype(str), errors="coerce", format="ISO8601", utc=True)
    found = cells.to_numpy(dtype="datetime64[us]").astype(np.int64).astype(np.float64)
    found[cells.isna().to_numpy()] = np.nan
    return found


def _series(sight: Sight, times: Numbers) -> Codes:
    """What parts the rows so that no time stands twice in a part; one part where nothing does."""
    nothing = np.zeros(len(sight), dtype=np.int64)
    if len(np.unique(times)) >= READ * len(times):
        return nothing
    most = len(times) / ROWS_OF_SERIES
    few = [name for name in sight.names[:50] if 1 < sight[name].different <= most]
    for name in sorted(few, key=lambda name: sight[name].different):
        pairs = pd.MultiIndex.from_arrays([sight[name].codes, times])
        if len(pairs.unique()) >= READ * len(times):
            return sight[name].codes
    return nothing


def _between(numbers: Numbers, line: Line) -> tuple[Numbers, Numbers, Numbers]:
    """For each row the number between the nearest others before and behind it, and those two."""
    order = np.lexsort((line.times, line.series))
    order = order[np.isfinite(line.times[order])]
    value, time, part = numbers[order], line.times[order], line.series[order]
    trusted = np.isfinite(value)
    places = np.arange(len(order))
    before = np.maximum.accumulate(np.where(trusted, places, -1))
    before = np.append(-1, before[:-1])
    behind = np.minimum.accumulate(np.where(trusted, places, len(order))[::-1])[::-1]
    behind = np.append(behind[1:], len(order))
    inside = (before >= 0) & (behind < len(order))
    first, last = np.where(inside, before, 0), np.where(inside, behind, 0)
    inside &= (part[first] == part) & (part[last] == part) if len(part) else inside
    gap = np.where(time[last] > time[first], time[last] - time[first], 1.0)
    along = np.where(time[last] > time[first], (time - time[first]) / gap, 0.5)
    found = [np.full(len(numbers), np.nan) for _ in range(3)]
    with np.errstate(over="ignore", invalid="ignore"):
        line_ = value[first] + along * (value[last] - value[first])
    for put, what in zip(found, (line_, value[first], value[last]), strict=True):
        put[order[inside]] = what[inside]
    return found[0], found[1], found[2]


def _decimals(column: Column) -> int:
    """How many decimals most of the first different values have."""
    some = column.values[:LOOKED_AT].tolist()
    counts = Counter(len(_written(value).partition(".")[2]) for value in some)
    return min(counts.most_common(1)[0][0] if counts else 0, 10)


def _written(value: object) -> str:
    text = str(value)
    return text[:-2] if text.endswith(".0") else text


def written(value: float, decimals: int, column: Column) -> str:
    """A number as the column would print it."""
    text = f"{value:.{decimals}f}"
    floats = column.typed and column.cells.dtype.kind == "f"
    return str(float(text)) if floats else text
