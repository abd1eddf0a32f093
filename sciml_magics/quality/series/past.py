"""Numbers measured by what came before them, and by nothing that came after."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

_GROWTH = 0.03  # by which the past has grown when stock of it is taken again
_FARTHEST = 50.0
_ENOUGH = 8
_KEPT = 3_000  # earlier vectors that a new one is compared with
_AT_ONCE = 512


def off_the_past(numbers: Values, start: int) -> Values:
    """How many deviations off the median of the past each number is.

    The past is taken stock of at growing distances, so that a long series takes no longer than it
    must; what is measured is never part of it.

    Parameters
    ----------
    numbers
        In order of time, none missing; ``[n]``.
    start
        The first that is measured; those before are 0.

    Returns
    -------
    numpy.ndarray
        Not below 0, capped; ``[n]``.

    Examples
    --------
    >>> float(off_the_past(np.append(np.arange(100) % 10, 30.0), 50)[-1].round(1))
    8.6
    """
    found = np.zeros(len(numbers))
    for first, last in _stock(len(numbers), start):
        low, middle, high = np.quantile(numbers[:first], (0.05, 0.5, 0.95)).tolist()
        least = 1e-6 * (float(np.ptp(numbers[:first])) + 1e-12)
        above, below = max((high - middle) / 1.645, least), max((middle - low) / 1.645, least)
        off = numbers[first:last] - middle
        found[first:last] = np.where(off > 0, off / above, -off / below)
    return np.minimum(found, _FARTHEST)


def above_the_past(sizes: Values, start: int) -> Values:
    """How many deviations above the median of the past each size is; those below are 0.

    Parameters
    ----------
    sizes
        Not negative, 0 before any is known; ``[n]``.
    start
        The first that is measured.

    Examples
    --------
    >>> float(above_the_past(np.append(np.arange(100) % 10, 30.0), 50)[-1].round(1))
    8.3
    """
    found = np.zeros(len(sizes))
    for first, last in _stock(len(sizes), start):
        middle, high = np.quantile(sizes[:first], (0.5, 0.9)).tolist()
        spread = max((high - middle) / 1.2816, 1e-6 * (float(np.ptp(sizes[:first])) + 1e-12))
        found[first:last] = (sizes[first:last] - middle) / spread
    return np.clip(found, 0, _FARTHEST)


def _stock(count: int, start: int) -> list[tuple[int, int]]:
    """Stretches whose numbers are measured by all that stands before the stretch."""
    edges = [max(start, _ENOUGH)]
    while edges[-1] < count:
        edges.append(min(count, edges[-1] + max(1, round(_GROWTH * edges[-1]))))
    return list(pairwise(edges)) if edges[0] < count else []


def to_nearest_past(vectors: Vectors, apart: int, neighbours: int, start: int) -> Values:
    """Mean distance of each vector to the nearest of the vectors before it.

    Parameters
    ----------
    vectors
        One for each moment, in order of time; ``[n, d]``.
    apart
        How many moments before it the nearest may be at most: vectors that share values are near.
    neighbours
        How many of the nearest count.
    start
        The first that is measured; those before are 0.

    Returns
    -------
    numpy.ndarray
        ``[n]``. Of a long past a part drawn at random is looked at, and all of the latest.

    Examples
    --------
    >>> line = np.arange(6, dtype=np.float32)[:, None]
    >>> to_nearest_past(line, 2, 1, 3).tolist()
    [0.0, 0.0, 0.0, 2.0, 2.0, 2.0]
    """
    count = len(vectors)
    draw = np.random.default_rng(0)
    squares = np.einsum("ij,ij->i", vectors, vectors)
    found = np.zeros(count)
    for first in range(start, count, _AT_ONCE):
        last = min(first + _AT_ONCE, count)
        past = np.arange(max(0, first - apart))
        if len(past) > _KEPT:
            past = draw.choice(past, _KEPT, replace=False)
        seen = np.concatenate([past, np.arange(max(0, first - apart), last)])
        squared = (
            squares[first:last, None] + squares[seen] - 2 * vectors[first:last] @ vectors[seen].T
        )
        squared[seen > np.arange(first, last)[:, None] - apart] = np.inf
        many = min(neighbours, squared.shape[1])
        nearest = np.partition(squared, many - 1, axis=1)[:, :many]
        nearest[~np.isfinite(nearest)] = np.nan
        known = ~np.isnan(nearest).all(axis=1)
        distances = np.sqrt(np.maximum(nearest[known], 0))
        found[first:last][known] = np.nanmean(distances, axis=1)
    return found


def mean_of_last(numbers: Values, width: int) -> Values:
    """The mean of each number and those before it, so many altogether; ``[n]``.

    Examples
    --------
    >>> mean_of_last(np.array([2.0, 4, 6, 8]), 2).tolist()
    [2.0, 3.0, 5.0, 7.0]
    """
    sums = np.concatenate([[0.0], np.cumsum(numbers)])
    ends = np.arange(1, len(numbers) + 1)
    starts = np.maximum(0, ends - width)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))
