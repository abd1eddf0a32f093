"""How far two batches lie apart, and whether chance alone could have done it."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, exp, inf, log, sqrt

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

LEAST_EXPECTED = 5.0


def distance(before: Sequence[int], after: Sequence[int]) -> float:
    """Jensen-Shannon distance of two distributions, less what chance alone puts between them.

    Parameters
    ----------
    before, after
        How many of each batch fall into each part, in the same order.

    Returns
    -------
    float
        0 for equal ones to 1 for those that share nothing. A shift by a quarter of the standard
        deviation of normal numbers is about 0.1.

    Examples
    --------
    >>> distance([500, 500], [500, 500]), distance([500, 0], [0, 500])
    (0.0, 0.999...)
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    if not first.sum() or not second.sum():
        return 0.0
    parts = int(np.count_nonzero(first + second))
    shares, others = first / first.sum(), second / second.sum()
    middle = (shares + others) / 2
    found = (_divergence(shares, middle) + _divergence(others, middle)) / 2
    # The mean of the estimate where both batches come from one distribution.
    by_chance = (parts - 1) / (8 * log(2)) * (1 / first.sum() + 1 / second.sum())
    return sqrt(min(1.0, max(0.0, found - by_chance)))


def _divergence(shares: Counts, middle: Counts) -> float:
    held = shares > 0
    return float(np.sum(shares[held] * np.log2(shares[held] / middle[held])))


def same_distribution(before: Sequence[int], after: Sequence[int], ordered: bool) -> float:
    """Probability of so great a difference where both batches come from one distribution.

    The chi-square test of two samples. Parts in which too few are expected are joined: with their
    neighbours where the parts have an order, else with each other.

    Examples
    --------
    >>> same_distribution([50, 50], [50, 50], ordered=True)
    1.0
    >>> same_distribution([90, 10], [50, 50], ordered=True) < 0.01
    True
    """
    from scipy.stats import chi2

    table = np.array([before, after], dtype=np.float64)
    totals = table.sum(axis=1)
    if not totals.all():
        return 1.0
    table = _joined(table, ordered)
    if table.shape[1] < 2:
        return 1.0
    expected = totals[:, None] * table.sum(axis=0)[None, :] / totals.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return float(chi2.sf(statistic, table.shape[1] - 1))


def _joined(table: Counts, ordered: bool) -> Counts:
    """Parts joined until enough are expected in each, in the smaller batch."""
    totals = table.sum(axis=1)
    least = LEAST_EXPECTED * totals.sum() / totals.min()
    if not ordered:
        table = table[:, np.argsort(-table.sum(axis=0), kind="stable")]
    parts: list[Counts] = []
    waiting = np.zeros(2)
    for part in table.T:
        waiting = waiting + part
        if waiting.sum() >= least:
            parts.append(waiting)
            waiting = np.zeros(2)
    if parts:
        parts[-1] = parts[-1] + waiting
    return np.array(parts).T.reshape(2, -1)


def same_rate(wrong: int, rows: int, wrong_after: int, rows_after: int) -> float:
    """Probability of so great a difference of two rates where both are equal: Fisher's exact test.

    Examples
    --------
    >>> same_rate(5, 100, 5, 100), same_rate(1, 100, 20, 100) < 0.001
    (1.0, True)
    """
    from scipy.stats import fisher_exact

    if not rows or not rows_after or wrong + wrong_after in (0, rows + rows_after):
        return 1.0
    if min(wrong + wrong_after, rows + rows_after - wrong - wrong_after) > 200:
        return same_distribution(
            (wrong, rows - wrong), (wrong_after, rows_after - wrong_after), True
        )
    table = [[wrong, rows - wrong], [wrong_after, rows_after - wrong_after]]
    return float(fisher_exact(table)[1])


def rate_change(before: float, after: float) -> float:
    """How far two shares lie apart, as Cohen's h: 0.2 is small, 0.5 is medium.

    Examples
    --------
    >>> round(rate_change(0.0, 0.01), 2), round(rate_change(0.5, 0.55), 2)
    (0.2, 0.1)
    """
    return abs(2 * asin(sqrt(after)) - 2 * asin(sqrt(before)))


def unseen(counts: Sequence[int], at: int, before: int, after: int) -> float:
    """Probability that any value as frequent as one falls into the later batch alone, by chance.

    Parameters
    ----------
    counts
        How often each value stands in both batches together.
    at
        How often the value in question stands.
    before, after
        Cells in the batches.

    Examples
    --------
    >>> unseen([40, 40, 20], 20, 50, 50) < 0.001, unseen([50, 49, 1], 1, 50, 50)
    (True, 1.0)
    """
    if not before + after:
        return 1.0
    as_frequent = sum(count >= at for count in counts)
    alone = at * log(after / (before + after)) if after else -inf
    return min(1.0, as_frequent * exp(alone))


def overlooked(rarest: int, before: int, after: int) -> float:
    """Probability that a batch does not hold a value which is as frequent as its rarest one.

    Parameters
    ----------
    rarest
        How often the rarest value of the first batch stands in it.
    before, after
        Cells in the batches: the larger the second is, the rarer are the values that it may hold.

    Examples
    --------
    >>> overlooked(1, 100, 100), overlooked(40, 800, 800) < 1e-17, overlooked(40, 800, 32_000)
    (0.36..., True, 0.36...)
    """
    return exp(-rarest * min(1.0, before / max(after, 1)))


def holm(probabilities: Sequence[float]) -> list[float]:
    """Probabilities of several tests, so that of all that are true one is below p with chance p.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.5])
    [0.03, 0.08, 0.5]
    """
    order = np.argsort(probabilities, kind="stable")
    found = [0.0] * len(order)
    highest = 0.0
    for rank, place in enumerate(order.tolist()):
        highest = max(highest, min(1.0, (len(order) - rank) * probabilities[place]))
        found[place] = highest
    return found
