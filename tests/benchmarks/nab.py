"""The score of the Numenta Anomaly Benchmark, by its published rules, standard profile.

A. Lavin and S. Ahmad, Evaluating Real-time Anomaly Detection Algorithms, ICMLA 2015, and the wiki
of the benchmark. Of all alarms in a window the earliest counts, by a sigmoid from 1 at its left
edge to 0 at its right; a window without any costs 1. An alarm outside costs 0.11, less shortly
behind a window. The first 15 % of a series, at most 750 values, are learned from and not judged.
One threshold for all series is the one with the best sum, as the benchmark optimises it for each
detector. That sum is put between a detector that never alarms, 0, and a perfect one, 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FALSE_ALARM = 0.11
PROBATION = 0.15
LONGEST = 5_000  # values of which the probation is reckoned at most

Values = npt.NDArray[np.float64]
Windows = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Scored:
    """A detector's score over a set of series.

    Parameters
    ----------
    score
        0 for a detector that never alarms, 100 for a perfect one.
    threshold
        The threshold that gave it.
    found
        Windows with an alarm.
    windows
        All windows.
    false_alarms
        Alarms outside of windows.
    """

    score: float
    threshold: float
    found: int
    windows: int
    false_alarms: int


def probation(count: int) -> int:
    """How many of so many values are not judged."""
    return int(min(np.floor(PROBATION * count), PROBATION * LONGEST))


def sigmoid(position: Values) -> Values:
    """1 well before a window's right edge, 0 at the edge, -1 well behind it.

    Examples
    --------
    >>> sigmoid(np.array([-1.0, -0.5, 0.0, 1.0, 3.0])).round(5).tolist()
    [0.98661, 0.84828, 0.0, -0.98661, -1.0]
    """
    return np.where(position >= 3, -1.0, 2 / (1 + np.exp(5 * np.minimum(position, 3))) - 1)


def credits(count: int, windows: Windows) -> tuple[Values, npt.NDArray[np.int64]]:
    """What an alarm at each value is worth, and in which window it is: -1 for none.

    Parameters
    ----------
    count
        Values of the series.
    windows
        First and last value of each, in order.
    """
    worth = np.full(count, -FALSE_ALARM)
    inside = np.full(count, -1)
    full = float(sigmoid(np.array([-1.0]))[0])
    nexts = [first for first, _ in windows[1:]] + [count]
    for number, ((first, last), following) in enumerate(zip(windows, nexts, strict=True)):
        width = last - first + 1
        within = np.arange(first, last + 1)
        worth[within] = sigmoid(-(last - within + 1) / width) / full
        inside[within] = number
        behind = np.arange(last + 1, following)
        worth[behind] = FALSE_ALARM * sigmoid((behind - last) / max(width - 1, 1))
    return worth, inside


def nab_score(series: Sequence[tuple[Values, Windows]]) -> Scored:
    """The score of anomaly scores, higher is more anomalous, over series with their windows."""
    parts, total = [], 0
    for scores, windows in series:
        worth, inside = credits(len(scores), windows)
        judged = slice(probation(len(scores)), None)
        parts.append((scores[judged], worth[judged], _numbered(inside[judged], total)))
        total += len(windows)
    scores, worth, inside = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(-scores, kind="stable")
    scores, worth, inside = scores[order], worth[order], inside[order]
    gain = np.where(inside < 0, worth, 0.0)
    best = np.full(total, -1.0)
    for at in np.flatnonzero(inside >= 0).tolist():
        if worth[at] > best[inside[at]]:
            gain[at] = worth[at] - best[inside[at]]
            best[inside[at]] = worth[at]
    sums = np.cumsum(gain) - total
    ends = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    end = int(ends[np.argmax(sums[ends])])
    if sums[end] <= -total:
        return Scored(0.0, float("inf"), 0, total, 0)
    alarms = inside[: end + 1]
    return Scored(
        float(100 * (sums[end] + total) / (2 * total)),
        float(scores[end]),
        len(np.unique(alarms[alarms >= 0])),
        total,
        int(np.count_nonzero(alarms < 0)),
    )


def _numbered(inside: npt.NDArray[np.int64], before: int) -> npt.NDArray[np.int64]:
    return np.where(inside >= 0, inside + before, -1)
