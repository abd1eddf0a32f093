"""Moments and spans of time in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sciml_magics.quality.series.clock import Clock

_UNITS = (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0), ("second", 1.0))


def moment(clock: Clock, row: int) -> str:
    """The stamp of a row.

    Examples
    --------
    >>> stamps = np.array([0.0, 90.0])
    >>> moment(Clock(("at",), stamps, True, (), np.zeros(2, dtype=np.int64)), 1)
    '1970-01-01 00:01:30'
    """
    stamp = float(clock.stamps[row])
    if not clock.calendar:
        return f"{stamp:.10g}"
    shown = np.datetime64(round(stamp * 1000), "ms").astype("datetime64[s]")
    return str(shown).replace("T", " ").removesuffix(" 00:00:00")


def span(clock: Clock, length: float) -> str:
    """A span of time on this clock.

    Examples
    --------
    >>> clock = Clock(("at",), np.zeros(1), True, (), np.zeros(1, dtype=np.int64))
    >>> span(clock, 5400), span(clock, 86400), span(clock, 0.25)
    ('1.5 hours', '1 day', '0.25 seconds')
    """
    if not clock.calendar:
        return f"{length:.6g}"
    for name, seconds in _UNITS:
        if length >= seconds or name == "second":
            many = length / seconds
            return f"{many:.4g} {name}{'' if many == 1 else 's'}"
    return ""


def rows_per_day(clock: Clock, rows: pd.Index | np.ndarray) -> int | None:
    """How many rows of a series make a day, by its usual step; ``None`` where that says nothing."""
    if not clock.calendar or len(rows) < 3:
        return None
    steps = np.diff(clock.stamps[np.asarray(rows)])
    steps = steps[steps > 0]
    if not len(steps):
        return None
    count = round(86_400 / float(np.median(steps)))
    return count if count >= 2 else None
