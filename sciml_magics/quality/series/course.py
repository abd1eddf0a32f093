"""The course of a series: spikes, shifts of its level, drifts, and lines that stay flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.outliers.deviations import apart, deviations
from sciml_magics.quality.series.clock import Clock, Codes
from sciml_magics.quality.series.regular import Timed
from sciml_magics.quality.series.spans import moment, rows_per_day
from sciml_magics.quality.table import Column, Table

Values = npt.NDArray[np.float64]

_LEAST = 30  # values of a series
_NEIGHBOURS = 7  # values around one that say where it should be
_SPIKE = 6.0
_MOST_SPIKES = 0.02
_SHIFT = 6.0
_WINDOWS = 12  # at least so many in a series, or nothing is said of its level
_DRIFT_BLOCKS = 5
_FLAT = 8  # equal values in a row that are never worth a word


class Said(NamedTuple):
    """Places in a series that look wrong: where, how surely, and in what words."""

    places: Codes
    scores: npt.NDArray[np.float64]
    words: list[str]


class Course(NamedTuple):
    """The values of one series in order of time, none missing, and how to speak of them."""

    values: Values
    per_day: int | None
    when: Callable[[int], str]
    courses: int = 1  # that the table has


class OfSeries(Timed):
    """A detector that looks at each column of numbers, series by series."""

    name: str

    def find(self, table: Table) -> Iterator[Finding]:
        """At most one finding for each column of numbers."""
        clock = self.clock(table)
        if clock is None:
            return
        columns = [
            column
            for column in table
            if column.numeric and column.name not in (*clock.names, *clock.by)
        ]
        courses = len(columns) * sum(1 for _ in clock.series(_LEAST))
        for column in columns:
            yield from self._of_column(clock, column, courses)

    def _of_column(self, clock: Clock, column: Column, courses: int) -> Iterator[Finding]:
        rows, scores, words = [], [], []
        for every in clock.series(_LEAST):
            held = every[np.isfinite(column.numbers[every])]
            if len(held) < _LEAST:
                continue
            said = self.look(_course(clock, column, held)._replace(courses=courses))
            rows.append(held[said.places])
            scores.append(said.scores)
            words += said.words
        if not words:
            return
        found = np.concatenate(rows)
        order = np.argsort(found, kind="stable")
        yield Finding(
            self.name,
            column.name,
            found[order],
            np.concatenate(scores)[order].astype(np.float32),
            [words[at] for at in order.tolist()],
        )

    def look(self, course: Course) -> Said:
        """What looks wrong in one series."""
        raise NotImplementedError


def _course(clock: Clock, column: Column, rows: Codes) -> Course:
    return Course(
        column.numbers[rows], rows_per_day(clock, rows), lambda at: moment(clock, int(rows[at]))
    )


@detector("spike")
class Spikes(OfSeries):
    """Flags single values, or few in a row, that leave the course of a series and return to it.

    A value is compared with the median of its neighbours, and flagged where the difference stands
    apart from all other such differences of the series.

    Examples
    --------
    >>> import pandas as pd
    >>> values = np.sin(np.arange(200) / 10)
    >>> values[50] = 9
    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=200), "level": values})
    >>> for found in Spikes().find(Table(frame)):
    ...     print(found.column, found.rows, found.why(0))
    level [50] 9 leaves the course of the series: -0.9258 is what its neighbours have
    """

    name = "spike"

    def look(self, course: Course) -> Said:
        """Values far from the median of their neighbours."""
        from scipy.ndimage import median_filter

        values = course.values
        usual = median_filter(values, size=_NEIGHBOURS, mode="nearest")
        off = values - usual
        if np.mean(off == 0) > 0.5:
            # A smooth or a coarse series: its differences are measured by those that are there.
            there = np.abs(off[off != 0])
            scale = float(np.median(there)) if len(there) > 5 else float(np.ptp(usual)) / _SPIKE
            off = off / scale if scale > 0 else np.zeros(len(off))
        else:
            off = deviations(off)
        places = np.flatnonzero(apart(off, _SPIKE, _MOST_SPIKES))
        words = [
            f"{values[at]:.4g} leaves the course of the series: {usual[at]:.4g} is what its "
            "neighbours have"
            for at in places.tolist()
        ]
        size = np.minimum(np.abs(off[places]), 1e3)
        return Said(places, 1 / (1 + np.exp((10 - size) / 3)), words)


@detector("shift")
class Shifts(OfSeries):
    """Flags where the level of a series jumps and stays, or begins to drift.

    The medians of the stretches before and after are compared, whole days where the rows of a day
    can be counted. It is the row where the change begins that is flagged.

    Examples
    --------
    >>> import pandas as pd
    >>> values = np.random.default_rng(0).normal(20, 1, 600)
    >>> values[300:] += 15
    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=600), "level": values})
    >>> for found in Shifts().find(Table(frame)):
    ...     print(found.column, found.rows, found.why(0))
    level [300] the level moves from 20 to 35.01 here and stays
    """

    name = "shift"

    def look(self, course: Course) -> Said:
        """Rows where the level jumps, and where a drift begins."""
        width = _width(course)
        if width is None:
            return Said(np.empty(0, dtype=np.int64), np.empty(0), [])
        jumps = _jumps(course.values, width)
        drifts = [
            (first, last, low, high)
            for first, last, low, high in _drifts(course.values, width)
            if not any(first - width <= at <= last + width for at, *_ in jumps)
        ]
        words = [f"the level moves from {a:.4g} to {b:.4g} here and stays" for _, a, b, _ in jumps]
        words += [
            f"the level drifts from {low:.4g} to {high:.4g} between here and {course.when(last)}"
            for _, last, low, high in drifts
        ]
        places = [at for at, *_ in jumps] + [first for first, *_ in drifts]
        scores = [1 / (1 + np.exp((8 - size) / 2)) for *_, size in jumps] + [0.3] * len(drifts)
        return Said(np.array(places, dtype=np.int64), np.array(scores), words)


def _width(course: Course) -> int | None:
    """How many values make a stretch, whole days if possible; ``None`` for too short a series."""
    longest = len(course.values) // _WINDOWS
    if longest < 5:
        return None
    usual = min(max(longest // 4, 12), longest)
    day = course.per_day
    return usual if day is None or day > longest else max(day, usual // day * day)


def _medians(values: Values, width: int) -> Values:
    """Medians of stretches, one after the other; ``[len(values) // width]``."""
    count = len(values) // width
    return np.asarray(np.median(values[: count * width].reshape(count, width), axis=1))


def _jumps(values: Values, width: int) -> list[tuple[int, float, float, float]]:
    """Where the level jumps: place, level before and after, and how far that is off."""
    step = max(1, width // 4)
    fine = np.lib.stride_tricks.sliding_window_view(values, width)[::step]
    levels = np.median(fine, axis=1)
    if len(levels) < 12:
        return []
    change = levels[4:] - levels[:-4]
    noise = _typical(np.diff(values)) / np.sqrt(width)
    spread = max(_typical(change), noise)
    if spread <= 0:
        return []
    off = change / spread
    found = []
    strong = np.abs(off) >= _SHIFT
    strong &= apart(off, _SHIFT, 0.1, gap=1.2)
    for group in np.split(
        np.flatnonzero(strong), np.flatnonzero(np.diff(np.flatnonzero(strong)) > 4) + 1
    ):
        if not len(group):
            continue
        best = int(group[np.argmax(np.abs(off[group]))])
        start = best * step
        place = start + _break(values[start : start + 2 * width])
        before = float(np.median(values[max(0, place - width) : place]))
        after = float(np.median(values[place : place + width]))
        # It stays: the stretch after the next one is on the new level, too.
        later = values[place + width : place + 2 * width]
        if (
            len(later) >= width // 2
            and abs(float(np.median(later)) - before) < abs(after - before) / 2
        ):
            continue
        found.append((place, before, after, float(min(abs(off[best]), 1e3))))
    return found


def _break(values: Values) -> int:
    """Where values are best cut in two of different means."""
    count = np.arange(1, len(values))
    sums = np.cumsum(values)
    left, right = sums[:-1] / count, (sums[-1] - sums[:-1]) / (len(values) - count)
    weight = count * (len(values) - count)
    return int(np.argmax(weight * (left - right) ** 2)) + 1


def _typical(change: Values) -> float:
    return float(np.median(np.abs(change - np.median(change)))) / 0.6745


def _drifts(values: Values, width: int) -> list[tuple[int, int, float, float]]:
    """Stretches through which the level goes one way: first, last, level at the ends."""
    levels = _medians(values, width)
    if len(levels) < 2 * _DRIFT_BLOCKS:
        return []
    change = np.diff(levels)
    signs = np.sign(change)
    edges = np.flatnonzero(np.diff(signs)) + 1
    starts, ends = np.append(0, edges), np.append(edges, len(change))
    spread = max(_typical(change), _typical(np.diff(values)) / np.sqrt(width))
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        total = float(levels[end] - levels[start])
        long = _DRIFT_BLOCKS <= end - start <= len(change) // 2
        if long and abs(total) > _SHIFT * spread * np.sqrt(end - start):
            found.append((start * width, end * width, float(levels[start]), float(levels[end])))
    return found


@detector("flat")
class FlatLines(OfSeries):
    """Flags values that repeat far longer than a series like this would: a sensor that is stuck.

    How long is expected follows from how often a value repeats the one before it. A value on which
    the series rests time and again, as zero at night, is left alone.

    Examples
    --------
    >>> import pandas as pd
    >>> values = np.random.default_rng(0).normal(20, 1, 300).round(2)
    >>> values[100:140] = values[100]
    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=300), "level": values})
    >>> for found in FlatLines().find(Table(frame)):
    ...     print(found.column, len(found), found.why(0))
    level 39 20.5 stands 40 times in a row since 2024-04-10; at most 1 in a row is usual
    """

    name = "flat"

    def look(self, course: Course) -> Said:
        """All but the first value of runs that are too long."""
        values = course.values
        edges = np.flatnonzero(np.diff(values) != 0) + 1
        starts = np.append(0, edges)
        lengths = np.diff(np.append(starts, len(values)))
        usual = _longest_usual(lengths)
        least = max(_FLAT, 3 * usual)
        runs = np.flatnonzero(lengths >= least)
        levels, places, counts = np.unique(
            values[starts[runs]], return_inverse=True, return_counts=True
        )
        runs = runs[counts[places] <= 2] if len(levels) else runs
        if lengths[runs].sum() > 0.5 * len(values):
            runs = runs[:0]
        found, scores, words = [], [], []
        for start, length in zip(starts[runs].tolist(), lengths[runs].tolist(), strict=True):
            found.append(np.arange(start + 1, start + length))
            scores.append(np.full(length - 1, min(0.95, 1 - 0.5 * least / length)))
            words += [
                f"{values[start]:.4g} stands {length:,} times in a row since {course.when(start)}; "
                f"at most {usual} in a row is usual"
            ] * (length - 1)
        if not found:
            return Said(np.empty(0, dtype=np.int64), np.empty(0), [])
        return Said(np.concatenate(found), np.concatenate(scores), words)


def _longest_usual(lengths: Codes) -> int:
    """The longest run of equal values that a series of such runs would have by chance.

    The share of repeats is read from the shorter runs, so that a single long one does not explain
    itself; runs by chance get rarer by that share with every step.
    """
    ordinary = lengths[lengths <= max(2, np.quantile(lengths, 0.98))]
    repeats = 1 - len(ordinary) / ordinary.sum()
    if repeats <= 0:
        return 1
    return int(np.ceil(np.log(max(len(lengths), 2)) / -np.log(repeats))) + 1
