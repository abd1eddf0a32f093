"""The default: four looks at the rows, each by another principle, brought together.

Chosen on 28 real tables of ADBench (Han et al., NeurIPS 2022) and on generated tables of many
shapes, with outliers of every kind that is known (tests/benchmarks/outliers.py). No principle is
best on all kinds of outliers.

- Groups: distance to the nearest of eight rows drawn at random, over and over. So few are drawn
  that a whole group of outliers, which stand close to each other, still shows. In columns scaled by
  their range, which leaves alone what is usual in a column of few values.
- Gaps: PyOD's mean distance to the nearest neighbours, as many as the square root of the rows: rows
  that lie between several bulks. In straightened columns.
- Rarity: PyOD's histograms (HBOS), as many bins as Birgé and Rozenholc find for each column: rows
  whose values are rare ones, though they are not far out. In straightened columns: bins of one
  width see nothing in a column with a long tail.
- Dependencies: distance from the bulk of the rows, correlations taken out, where the farthest
  quarter of the rows has no say in what the bulk is. In straightened columns.

Straightened columns are centred, scaled by their middle half, and far values are drawn in by
logarithms: one long tail would else drown what the other columns say, and correlations, too, are
told better without it.

A look's scores are put on a logarithmic scale and standardised, so that a look to which something
is far off says more than one to which it is merely among the last. Their mean, which is what they
agree on, and the highest of them, for many an outlier shows to one look alone, count alike. Every
look takes time in proportion to the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Values = npt.NDArray[np.float64]

_FIT = 20_000  # rows of which correlations and histograms are learned at most
_NEIGHBOURS = 2_000  # rows among which neighbours are sought at most
_AT_ONCE = 20_000
_ROUNDS = 60
_BULK = 0.75


def ensemble(matrix: Matrix, seed: int = 0) -> Values:
    """What all looks say together; higher is more outlying.

    Parameters
    ----------
    matrix
        Numbers without gaps; at least three rows, every column with at least two values.
    seed
        Of the rows that are drawn.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(100, 2)) @ [[1, 0.99], [0, 0.1]]
    >>> rows[3] = [1, -1]
    >>> int(np.argmax(ensemble(rows)))
    3
    """
    draw = np.random.default_rng(seed)
    straight = by_middle(matrix)
    fit = _some(len(matrix), _FIT, draw)
    looks = (
        to_nearest(by_range(matrix), 8, _ROUNDS, draw),
        _to_neighbours(straight, _some(len(matrix), _NEIGHBOURS, draw)),
        _rarity(straight, fit),
        from_bulk(straight, fit),
    )
    scores = np.array([_even(look) for look in looks])
    return np.asarray(scores.mean(axis=0) + scores.max(axis=0))


def _some(count: int, most: int, draw: np.random.Generator) -> npt.NDArray[np.int64]:
    """Positions of rows: all, or so many drawn at random."""
    if count <= most:
        return np.arange(count)
    return np.sort(draw.choice(count, most, replace=False))


def _even(scores: Values) -> Values:
    """On a logarithmic scale, with mean 0 and deviation 1."""
    above = scores - scores.min()
    logs = np.log(above / max(float(np.median(above)), 1e-12) + 0.1)
    spread = float(logs.std())
    return (logs - logs.mean()) / spread if spread > 0 else np.zeros(len(scores))


def by_range(matrix: Matrix) -> Matrix:
    """Columns from 0 to 1."""
    low = matrix.min(axis=0)
    return np.asarray((matrix - low) / (matrix.max(axis=0) - low))


def by_middle(matrix: Matrix) -> Matrix:
    """Columns by their median and the width of their middle half, far values drawn in by logs."""
    lower, middle, upper = np.quantile(matrix, (0.25, 0.5, 0.75), axis=0)
    width = (upper - lower) / 1.349
    scale = np.where(width > 1e-9 * np.ptp(matrix, axis=0), width, matrix.std(axis=0))
    off = (matrix - middle) / scale
    return np.asarray(np.sign(off) * np.log1p(np.abs(off)))


def to_nearest(matrix: Matrix, drawn: int, rounds: int, draw: np.random.Generator) -> Values:
    """Mean distance to the nearest of so many rows drawn at random, over so many rounds.

    A row is never its own nearest; every round costs as many distances as there are rows and draws,
    so that the time grows with the rows alone.
    """
    rows = matrix.astype(np.float32)
    count = len(rows)
    drawn = min(drawn, max(count // 2, 1))
    samples = np.stack([draw.choice(count, drawn, replace=False) for _ in range(rounds)])
    squares = np.einsum("ij,ij->i", rows, rows)
    found = np.zeros(count)
    for first in range(0, count, _AT_ONCE):
        part = slice(first, min(first + _AT_ONCE, count))
        for sample in samples:
            squared = squares[part, None] + squares[sample] - 2 * rows[part] @ rows[sample].T
            own = np.flatnonzero((sample >= part.start) & (sample < part.stop))
            squared[sample[own] - first, own] = np.inf
            nearest = np.maximum(squared.min(axis=1), 0)
            # The only row of a sample, drawn itself, says nothing of itself.
            found[part] += np.sqrt(np.where(np.isfinite(nearest), nearest, 0))
    return found / rounds


def _to_neighbours(matrix: Matrix, among: npt.NDArray[np.int64]) -> Values:
    """Mean distance to the nearest of some rows, of which none is its own neighbour."""
    from pyod.models.knn import KNN

    many = min(max(round(np.sqrt(len(among))), 5), len(among) - 1)
    nearest = KNN(n_neighbors=many, method="mean").fit(matrix[among])
    found = np.empty(len(matrix))
    found[among] = nearest.decision_scores_
    others = np.setdiff1d(np.arange(len(matrix)), among)
    for first in range(0, len(others), _AT_ONCE):
        part = others[first : first + _AT_ONCE]
        found[part] = nearest.decision_function(matrix[part])
    return found


def _rarity(matrix: Matrix, fit: npt.NDArray[np.int64]) -> Values:
    from pyod.models.hbos import HBOS

    histograms = HBOS(n_bins="auto").fit(matrix[fit])
    starts = range(0, len(matrix), _AT_ONCE)
    parts = [histograms.decision_function(matrix[at : at + _AT_ONCE]) for at in starts]
    return np.concatenate(parts)


def from_bulk(matrix: Matrix, fit: npt.NDArray[np.int64]) -> Values:
    """Mahalanobis distance from the rows that are nearest to the middle by that same distance."""
    from sklearn.covariance import LedoitWolf

    rows = matrix[fit]
    kept = np.arange(len(rows))
    many = min(len(rows), max(round(_BULK * len(rows)), matrix.shape[1] + 2))
    for _ in range(3):
        learned = LedoitWolf().fit(rows[kept])
        kept = np.argsort(_squared(rows - learned.location_, learned.precision_))[:many]
    learned = LedoitWolf().fit(rows[kept])
    return np.sqrt(np.maximum(_squared(matrix - learned.location_, learned.precision_), 0))


def _squared(off: Matrix, precision: Matrix) -> Values:
    return np.asarray(np.einsum("ij,ij->i", off @ precision, off))
