"""What a column of numbers depends on: the groups within which it is spread much less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.quality.outliers.deviations import Numbers
from sciml_magics.quality.series.clock import Clock, clock_of
from sciml_magics.quality.table import Table

Codes = npt.NDArray[np.int64]

_MOST_VALUES = 100
_LEAST_ROWS = 30  # of a group, on the average
_LEAST_GAIN = 0.2
_MOST_COLUMNS = 60
_SAMPLE = 20_000


@dataclass(frozen=True)
class Grouping:
    """Rows put together by what they have in common.

    Parameters
    ----------
    names
        What that is: names of columns, or "month" and "hour" of the time.
    codes
        The group of each row, -1 where it has none; ``[rows]``.
    """

    names: tuple[str, ...]
    codes: Codes


def candidates(table: Table) -> dict[str, Codes]:
    """Everything that rows could be put together by: columns of few values, month and hour.

    Examples
    --------
    >>> frame = pd.DataFrame({"site": ["a", "b"] * 40, "x": range(80)})
    >>> list(candidates(Table(frame)))
    ['site']
    """
    found: dict[str, Codes] = {}
    clock = clock_of(table)
    if clock is not None and clock.calendar:
        found |= _of_time(clock)
    for column in table:
        if len(found) >= _MOST_COLUMNS:
            break
        count = len(column.values)
        if clock is not None and column.name in clock.names:
            continue
        if column.typed and column.cells.dtype.kind == "f":
            continue
        if 2 <= count <= _MOST_VALUES and len(table) >= _LEAST_ROWS * count:
            found[column.name] = column.codes
    return found


def _of_time(clock: Clock) -> dict[str, Codes]:
    held = np.isfinite(clock.stamps)
    if not held.any():
        return {}
    seconds = np.where(held, clock.stamps, 0.0)
    found = {}
    months = seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
    hours = (seconds % 86_400 // 3_600).astype(np.int64)
    for name, read in (("month", months), ("hour", hours)):
        codes = np.where(held, read, -1)
        count = len(np.unique(codes[held]))
        if count > 1 and len(codes) >= _LEAST_ROWS * count:
            found[name] = codes
    return found


def best_grouping(
    numbers: Numbers, by: Mapping[str, Codes], except_for: Sequence[str] = ()
) -> Grouping | None:
    """The one thing, or the two, within whose groups numbers are spread least.

    Chosen on a sample of rows; ``None`` where none makes them a fifth narrower.

    Examples
    --------
    >>> site = np.repeat([0, 1], 100)
    >>> numbers = site * 50.0 + np.random.default_rng(0).normal(size=200)
    >>> best_grouping(numbers, {"site": site}).names
    ('site',)
    """
    rows = np.flatnonzero(np.isfinite(numbers))
    if len(rows) < 2 * _LEAST_ROWS:
        return None
    if len(rows) > _SAMPLE:
        rows = np.random.default_rng(0).choice(rows, _SAMPLE, replace=False)
    held = numbers[rows]
    names: tuple[str, ...] = ()
    codes: Codes | None = None
    spread = _within(held, np.zeros(len(rows), dtype=np.int64))
    for _ in range(2):
        best = None
        for name, groups in by.items():
            if name in names or name in except_for:
                continue
            joined = groups if codes is None else _joined(codes, groups)
            within = _within(held, joined[rows])
            if within < (1 - _LEAST_GAIN) * spread and (best is None or within < best[0]):
                best = within, name, joined
        if best is None:
            break
        spread, name, codes = best
        names = (*names, name)
    return None if codes is None else Grouping(names, codes)


def _joined(one: Codes, other: Codes) -> Codes:
    both = one * (int(other.max(initial=0)) + 1) + other
    return np.where((one < 0) | (other < 0), -1, both)


def _within(held: Numbers, groups: Codes) -> float:
    """The median distance from the median of the group; infinite where the groups are too small."""
    known = groups >= 0
    if known.mean() < 0.9:
        return float("inf")
    held, groups = held[known], groups[known]
    of_group = pd.Series(held).groupby(groups)
    if len(held) < _LEAST_ROWS / 2 * of_group.ngroups:
        return float("inf")
    return float(np.median(np.abs(held - of_group.transform("median").to_numpy())))
