"""How far numbers are from the middle of their column, in robust deviations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Normal deviates at the quantiles by which the spread is read, on each side of the median.
_QUANTILES = {0.25: 0.6745, 0.1: 1.2816}
_SHRINK = 20.0  # rows of a group whose spread weighs as much as that of the usual group
_LEAST_ROWS = 8  # of a group
_TELLS_TENTHS = 30  # rows from which the outer tenths are spread, and no outliers
_SKEWED = 1.6
_TELLS_TAIL = 8  # large deviations that tell how heavy a tail is


def deviations(numbers: Numbers, groups: Codes | None = None) -> Numbers:
    """Robust deviations of numbers from the median, of their group if there are any.

    The spread is read on each side of the median by itself, from the quartile or, where there are
    more than a few rows, the outer tenth, whichever is wider, so that a skewed column is not full
    of outliers; that of a small group leans on that of the usual group.

    Parameters
    ----------
    numbers
        NaN where there is none; ``[rows]``.
    groups
        The group of each row, -1 where it has none; ``[rows]``.

    Returns
    -------
    numpy.ndarray
        Signed, 0 for the median, NaN where there is no number, and zero throughout where more than
        half of the numbers are equal or nothing is spread; ``[rows]``.

    Examples
    --------
    >>> deviations(np.array([1.0, 2, 3, 4, 5, 6, 7, 100])).round(1).tolist()
    [-1.3, -1.0, -0.6, -0.2, 0.2, 0.6, 1.0, 36.8]
    """
    finite = np.isfinite(numbers)
    found = np.where(np.isnan(numbers), np.nan, 0.0)
    held = numbers[finite]
    if len(held) < 4:
        return found
    middle, below, above = _spread(held)
    if min(below, above) <= 0:
        return found
    if groups is None:
        off = held - middle
        found[finite] = off / np.where(off < 0, below, above)
    else:
        found[finite] = _within(held, groups[finite], middle, below, above)
    found[np.isposinf(numbers)], found[np.isneginf(numbers)] = np.inf, -np.inf
    return found


def _spread(held: Numbers) -> tuple[float, float, float]:
    low, lower, middle, upper, high = np.quantile(held, (0.1, 0.25, 0.5, 0.75, 0.9)).tolist()
    near, far = _QUANTILES[0.25], _QUANTILES[0.1]
    below, above = (middle - lower) / near, (upper - middle) / near
    if len(held) >= _TELLS_TENTHS:
        below, above = max(below, (middle - low) / far), max(above, (high - middle) / far)
    # One side without any spread: the column ends there, and the other side is told by its own.
    both = max(below, above)
    return middle, below or both, above or both


def _within(held: Numbers, groups: Codes, middle: float, below: float, above: float) -> Numbers:
    """Deviations within groups, and those of rows without a group within the column."""
    grouped = pd.Series(held).groupby(groups)
    quantiles = grouped.quantile(np.array([0.1, 0.25, 0.5, 0.75, 0.9])).unstack()
    sizes = grouped.size().to_numpy()
    low, lower, medians, upper, high = quantiles.to_numpy(copy=True).T
    near, far = _QUANTILES[0.25], _QUANTILES[0.1]
    down, up = (medians - lower) / near, (upper - medians) / near
    many = sizes >= _TELLS_TENTHS
    down = np.where(many, np.maximum(down, (medians - low) / far), down)
    up = np.where(many, np.maximum(up, (high - medians) / far), up)
    # Rows without a group, and groups of few rows or mostly one value, are seen within the column.
    outside = (quantiles.index.to_numpy() < 0) | (lower == upper) | (sizes < _LEAST_ROWS)
    weight = sizes / (sizes + _SHRINK)
    if not outside.all():
        down = np.sqrt(weight * down**2 + (1 - weight) * np.median(down[~outside]) ** 2)
        up = np.sqrt(weight * up**2 + (1 - weight) * np.median(up[~outside]) ** 2)
    medians[outside], down[outside], up[outside] = middle, below, above
    place = np.searchsorted(quantiles.index.to_numpy(), groups)
    off = held - medians[place]
    return np.asarray(off / np.where(off < 0, down[place], up[place]))


def from_usual(numbers: Numbers) -> Numbers:
    """Deviations in a column that nearly always holds one value, by how far the others are from it.

    Parameters
    ----------
    numbers
        NaN where there is none; ``[rows]``.

    Returns
    -------
    numpy.ndarray
        Signed, NaN where there is no number; zero throughout where no value is that of more than
        half of the rows, or fewer than three rows have another; ``[rows]``.

    Examples
    --------
    >>> from_usual(np.array([5.0] * 9 + [4, 6, 500])).round(1).tolist()[9:]
    [-0.3, 0.3, 166.9]
    """
    finite = np.isfinite(numbers)
    none = np.zeros(len(numbers))
    if not finite.any():
        return none
    off = numbers - np.median(numbers[finite])
    others = np.abs(off[finite & (off != 0)])
    if not 3 <= len(others) < 0.5 * np.count_nonzero(finite):
        return none
    # Of few others twice the middle one: the farthest may be the wrong ones.
    wide = np.quantile(others, 0.9) if len(others) >= 10 else 2 * np.median(others)
    return np.asarray(off / (wide / _QUANTILES[0.25]))


def straightened(numbers: Numbers) -> tuple[Numbers, bool]:
    """The numbers, or their logarithms where only these are spread evenly around their middle.

    Returns
    -------
    numpy.ndarray
        ``[rows]``.
    bool
        Whether these are logarithms.

    Examples
    --------
    >>> _, logarithms = straightened(np.exp(np.random.default_rng(0).normal(size=500)))
    >>> logarithms
    True
    """
    held = numbers[np.isfinite(numbers)]
    if len(held) < 30 or held.min() < 0 or np.mean(held > 0) < 0.99:
        return numbers, False
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(numbers)
    logs = np.where(np.isneginf(logs), np.nan, logs)
    plain, logged = _skew(held), _skew(logs[np.isfinite(logs)])
    return (logs, True) if plain > _SKEWED and logged < np.sqrt(plain) else (numbers, False)


def _skew(held: Numbers) -> float:
    """How much wider the wider side of the middle four fifths is."""
    low, middle, high = np.quantile(held, (0.1, 0.5, 0.9)).tolist()
    narrow, wide = sorted((middle - low, high - middle))
    return float(wide / narrow) if narrow > 0 else float("inf")


def apart(off: Numbers, least: float, most: float, gap: float = 1.4) -> Mask:
    """Which deviations stand apart from all others, rather than being the end of a long tail.

    Parameters
    ----------
    off
        Deviations of one sign, as they come; NaN counts as none. ``[rows]``.
    least
        Smaller ones never stand apart.
    most
        Share of the rows beyond which it is a second kind of rows, and no error.
    gap
        How many times as far off the first that stands apart is as the last that does not.

    Returns
    -------
    numpy.ndarray
        Booleans, ``[rows]``.

    Examples
    --------
    >>> apart(np.array([0.5, 1, 2, 2.5, 9, 9.5]), least=5, most=0.5).tolist()
    [False, False, False, False, True, True]
    """
    size = np.nan_to_num(np.abs(off), nan=0.0, posinf=1e300)
    beyond = np.sort(size[size >= least])
    none = np.zeros(len(off), dtype=bool)
    if not len(beyond) or len(beyond) > max(most * len(off), 1):
        return none
    inside = size[size < least]
    before = np.concatenate([[max(inside.max(initial=0.0), least / 2)], beyond[:-1]])
    jumps = np.flatnonzero(beyond >= gap * before)
    return size >= beyond[jumps[0]] if len(jumps) else none


def out_of_proportion(off: Numbers, least: float, most: float, gap: float = 1.4) -> Mask:
    """Which deviations stand apart even where too many are large: in long tails, of second kinds.

    The large ones but the farthest few tell how heavy the tail is. If it goes on as a power does,
    gaps between the farthest have a known distribution; those stand apart whose gap it would show
    once in a thousand such columns.

    Parameters
    ----------
    off, least, gap
        As of `apart`.
    most
        Share of the rows beyond which none stand apart.

    Returns
    -------
    numpy.ndarray
        Booleans, ``[rows]``.

    Examples
    --------
    >>> tail = np.append(np.linspace(5, 9, 30), 900)
    >>> out_of_proportion(np.append(np.zeros(70), tail), least=5, most=0.02).nonzero()[0].tolist()
    [100]
    """
    size = np.nan_to_num(np.abs(off), nan=0.0, posinf=1e300)
    beyond = np.sort(size[size >= least])[::-1]
    top = max(int(most * len(off)), 1)
    none = np.zeros(len(off), dtype=bool)
    if len(beyond) < top + _TELLS_TAIL:
        return none
    logs = np.log(beyond)
    for many in range(top, 0, -1):
        heaviness = float(np.mean(logs[many:] - logs[-1]))
        jump = float(logs[many - 1] - logs[many])
        if jump >= max(np.log(gap), heaviness / many * np.log(1_000 * top)):
            return np.asarray(size >= beyond[many - 1])
    return none
