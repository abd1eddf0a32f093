"""Whether the rows of a table are time series at all, and what to say where they are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sciml_magics.quality.series.clock import INDEX, Clock, clock_of, find_clock
from sciml_magics.quality.table import Table

LEAST_ROWS = 30
"""A table with fewer rows is not looked at as a series."""

_REGULAR = 0.5  # of the steps are about as long as the usual one
_ABOUT = 0.25
_REPEATED = 0.2  # of the stamps of one series may stand in it before


def is_series(clock: Clock) -> bool:
    """Whether stamps follow one another as those of a series do, rather than as dates of birth.

    Within each series hardly any stamp is repeated, and at least half of the steps are about as
    long as the usual one. The order of the rows does not matter.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=60)
    >>> born = pd.Timestamp("1950-01-01") + pd.to_timedelta(np.arange(60) ** 3 % 20_011, "D")
    >>> [is_series(find_clock(Table(pd.DataFrame({"at": at})))) for at in (days, born)]
    [True, False]
    """
    rows = steps = regular = repeated = 0
    for of_one in clock.series(3):
        every = np.diff(clock.stamps[of_one])
        longer = every[every > 0]
        rows += len(of_one)
        repeated += len(every) - len(longer)
        if len(longer):
            usual = float(np.median(longer))
            steps += len(longer)
            regular += int(np.count_nonzero(np.abs(longer - usual) <= _ABOUT * usual))
    return steps > 0 and repeated <= _REPEATED * rows and regular >= _REGULAR * steps


class Timed:
    """A detector that needs to know when the rows were taken.

    Parameters
    ----------
    time, by
        As of `sciml_magics.quality.series.clock.find_clock`. Where a person says neither, a time
        that was guessed has to be that of a series: see `is_series`.
    """

    def __init__(
        self, time: str | Sequence[str] | None = None, by: Sequence[str] | None = None
    ) -> None:
        self.time = time
        self.by = by
        self.notes: tuple[str, ...] = ()

    def clock(self, table: Table) -> Clock | None:
        """When the rows were taken; ``None`` where they are no series, and then a note says so."""
        self.notes = ()
        if self.time is not None or self.by is not None:
            return find_clock(table, self.time, self.by)
        found = clock_of(table)
        if found is not None and is_series(found):
            return found
        if len(table) >= LEAST_ROWS and any(
            column.numeric and len(column.values) > 1 for column in table
        ):
            self.notes = (_skipped(found),)
        return None


def _skipped(clock: Clock | None) -> str:
    if clock is None:
        return "not looked at as a time series: no column of times (--time COLUMN names one)"
    name = " and ".join(f"'{name}'" for name in clock.names)
    which = f"the times of {name}" if clock.names != (INDEX,) else "the times of the index"
    ask = ",".join(clock.names) if clock.names != (INDEX,) else "COLUMN"
    return (
        f"not looked at as a time series: {which} repeat or have no usual step "
        f"(--time {ask} looks all the same)"
    )
