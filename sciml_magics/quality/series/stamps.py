"""Stamps that look wrong: out of order, repeated, off the grid, or after a gap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import WHOLE_ROW, Finding, detector
from sciml_magics.quality.outliers.deviations import apart, deviations
from sciml_magics.quality.series.clock import INDEX, Clock, Codes, Stamps
from sciml_magics.quality.series.regular import Timed
from sciml_magics.quality.series.spans import moment, span
from sciml_magics.quality.table import Table

_LEAST = 10  # stamps of a series
_REGULAR = 0.8  # share of equal steps from which a series has a grid
_USUAL = 0.02  # share of steps from which a longer one is no gap but a habit, as weekends are
_MOST = 0.3  # share of rows beyond which it is the nature of the series
_OFF_GRID = 0.02  # of a step


@detector("stamps")
class WrongStamps(Timed):
    """Flags rows whose stamp is out of order, repeated, off the grid, or follows on a gap.

    Parameters
    ----------
    time, by
        As in `sciml_magics.quality.series.clock.find_clock`; guessed where not given.

    Examples
    --------
    >>> import pandas as pd
    >>> hours = pd.date_range("2024-05-01", periods=40, freq="h").delete([7, 8])
    >>> for found in WrongStamps().find(Table(pd.DataFrame({"at": hours, "n": range(38)}))):
    ...     print(found.column, found.rows, found.why(0))
    at [7] 2 stamps are missing before this one: 3 hours after the one before, where 1 hour is usual
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """At most one finding for each kind of mistake."""
        clock = self.clock(table)
        if clock is None:
            return
        column = WHOLE_ROW if clock.names[0] == INDEX else clock.names[0]
        for look in (_unsorted, _repeated, _steps):
            for rows, score, words in look(clock):
                order = np.argsort(rows, kind="stable")
                yield Finding(
                    "stamps",
                    column,
                    rows[order],
                    np.full(len(rows), score, dtype=np.float32),
                    [words[at] for at in order.tolist()],
                )


_Said = Iterator[tuple[Codes, float, list[str]]]


def _unsorted(clock: Clock) -> _Said:
    """Rows earlier than the one above, or later than the one below, in the order of the frame."""
    held = np.flatnonzero(np.isfinite(clock.stamps))
    rows = held[np.argsort(clock.groups[held], kind="stable")]
    stamps, groups = clock.stamps[rows], clock.groups[rows]
    if len(rows) < _LEAST:
        return
    steps = np.where(groups[1:] == groups[:-1], np.diff(stamps), 0.0)
    down = steps < 0
    if np.mean(down) > 0.5:  # newest first
        steps, down = -steps, steps > 0
        stamps = -stamps
    places = np.flatnonzero(down) + 1
    if not len(places) or len(places) > _MOST * len(rows):
        return
    # Of two in the wrong order, the first is the wrong one if it is later than the next one too,
    # while the second fits behind the one before.
    after = stamps[np.minimum(places + 1, len(stamps) - 1)]
    before = stamps[np.maximum(places - 2, 0)]
    first = (stamps[places - 1] > after) & (stamps[places] >= before)
    wrong = np.unique(np.where(first, places - 1, places))
    words = [
        f"{moment(clock, row)} is not in the order of time that the rows around it have"
        for row in rows[wrong].tolist()
    ]
    yield rows[wrong].astype(np.int64), 0.5, words


def _repeated(clock: Clock) -> _Said:
    """All but the first row of a series that have the same stamp."""
    order = clock.order
    if len(order) < _LEAST:
        return
    same = (np.diff(clock.stamps[order]) == 0) & (np.diff(clock.groups[order]) == 0)
    rows = order[1:][same]
    if not len(rows) or len(rows) > _MOST * len(order):
        return
    within = f" for its {' and '.join(clock.by)}" if clock.by else ""
    words = [f"{moment(clock, row)} stands more than once{within}" for row in rows.tolist()]
    yield rows, 0.4, words


def _steps(clock: Clock) -> _Said:
    """Rows after a gap, and rows off the grid, series by series."""
    gaps: list[Codes] = []
    gap_words: list[str] = []
    off: list[Codes] = []
    off_words: list[str] = []
    for every in clock.series(_LEAST):
        rows = every[np.append(True, np.diff(clock.stamps[every]) > 0)]
        stamps = clock.stamps[rows]
        steps = np.diff(stamps)
        if len(steps) < _LEAST - 1:
            continue
        usual = float(np.median(steps))
        regular = float(np.mean(np.abs(steps - usual) <= _OFF_GRID * usual)) >= _REGULAR
        late = np.flatnonzero(_gaps(steps, usual, regular))
        gaps.append(rows[late + 1])
        gap_words += [_gap_words(clock, step, usual, regular) for step in steps[late].tolist()]
        if regular:
            aside = np.flatnonzero(_off_grid(stamps, usual))
            off.append(rows[aside])
            step = span(clock, usual)
            off_words += [
                f"{moment(clock, row)} is not on the grid of {step} that the others keep to"
                for row in rows[aside].tolist()
            ]
    if gap_words:
        yield np.concatenate(gaps), 0.3, gap_words
    if off_words:
        yield np.concatenate(off), 0.3, off_words


def _gaps(steps: Stamps, usual: float, regular: bool) -> npt.NDArray[np.bool_]:
    """Which steps are gaps: longer than usual, and than what is longer time and again."""
    if not regular:
        return apart(np.maximum(deviations(np.log(steps)), 0), 5.0, _USUAL)
    longer = steps > 1.5 * usual
    counted = np.round(steps / usual).astype(np.int64)
    sizes, places, counts = np.unique(counted, return_inverse=True, return_counts=True)
    habit = (counts > max(_USUAL * len(steps), 3)) & (sizes > 1)
    return np.asarray(longer & ~habit[places])


def _off_grid(stamps: Stamps, usual: float) -> npt.NDArray[np.bool_]:
    """Which stamps are off the grid that the stamps before and after them lie on."""
    phase = (stamps / usual) % 1.0
    middle = np.angle(np.mean(np.exp(2j * np.pi * phase))) / (2 * np.pi)
    away = np.abs((phase - middle + 0.5) % 1.0 - 0.5) > 2 * _OFF_GRID
    none = np.zeros(len(stamps), dtype=bool)
    return none if np.mean(away) > 0.1 else np.asarray(away)


def _gap_words(clock: Clock, step: float, usual: float, regular: bool) -> str:
    after = f"{span(clock, step)} after the one before, where {span(clock, usual)} is usual"
    if not regular:
        return f"a gap: {after}"
    missing = round(step / usual) - 1
    what = "1 stamp is" if missing == 1 else f"{missing:,} stamps are"
    return f"{what} missing before this one: {after}"
