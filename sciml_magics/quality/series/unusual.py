"""Moments at which the course of a series is unlike anything before."""

from __future__ import annotations

import numpy as np

from sciml_magics.quality.findings import detector
from sciml_magics.quality.series.course import Course, OfSeries, Said
from sciml_magics.quality.series.surprise import surprise

MOST_VALUES = 40_000
"""So many values of a table are looked at, the last ones of each series and column."""

_WARM = 0.15
_LONGEST_WARM = 750
_SHORTEST = 100
_LEAST = 15.0  # deviations, of the four looks together
_EVEN = 18.0  # as likely something as nothing
_SEASON = 0.1  # of the values looked at: a day that is longer has too few before it
_TIMES = 3.0  # the usual surprise of the series
_MOST = 8  # alarms of a series


@detector("unusual course")
class UnusualCourse(OfSeries):
    """Flags the first of the values that surprise most after those before them.

    How surprising a value is, `sciml_magics.quality.series.surprise.surprise` says; what follows is
    never used, so that the same detector serves while the series is being recorded. Flagged is what
    surprises far more than anything else in the series; what goes on is told once. A table of more
    values than `MOST_VALUES` is looked at in part, and one of very many series not at all.

    Examples
    --------
    >>> import pandas as pd
    >>> from sciml_magics.quality.table import Table
    >>> values = np.sin(np.arange(960) * 2 * np.pi / 24)
    >>> values += np.random.default_rng(0).normal(0, 0.1, 960)
    >>> values[700:720] = 0.2
    >>> hours = pd.date_range("2024-01-01", periods=960, freq="h")
    >>> frame = pd.DataFrame({"hour": hours, "v": values})
    >>> for found in UnusualCourse().find(Table(frame)):
    ...     print(found.column, found.rows[:1], found.why(0).partition(":")[0])
    v [703] from here the course is unlike anything before
    """

    name = "unusual course"

    def look(self, course: Course) -> Said:
        """Where the surprise stands apart."""
        most = min(MOST_VALUES // 2, MOST_VALUES // course.courses)
        skipped = max(0, len(course.values) - most)
        values = course.values[skipped:]
        none = Said(np.empty(0, dtype=np.int64), np.empty(0), [])
        if len(values) < _SHORTEST or np.ptp(values) == 0:
            return none
        warm = int(min(_WARM * len(values), _LONGEST_WARM))
        day = course.per_day
        season = day if day is not None and day <= _SEASON * len(values) else None
        found = surprise(values, warm, season, quiet=warm // 3)
        alarms = found[found > 0]
        if not len(alarms):
            return none
        usual = float(np.median(alarms))
        within = f"among the last {most:,} values " if skipped else ""
        places = np.flatnonzero(found >= max(_LEAST, _TIMES * usual))
        places = np.sort(places[np.argsort(-found[places], kind="stable")][:_MOST])
        words = [
            f"from here the course is unlike anything before: {within}a surprise of "
            f"{found[at]:.0f} deviations, where {usual:.0f} is usual for what is told at all"
            for at in places.tolist()
        ]
        scores = 0.8 / (1 + np.exp((_EVEN - found[places]) / 4))
        return Said(places + skipped, scores, words)
