"""The default: five looks at the rows that miss different outliers, added up.

Chosen on generated tables with local, global, clustered and dependency outliers, and above all on
tables where a rare class of public data stands for the outliers; not on the sets that it is
measured by.

- Distance to the nearest of a few rows drawn at random, over and over: the fewer are drawn, the
  larger a group of outliers may be that stands together, and the more are drawn, the finer the
  gaps that show. Among 8 and among 32 rows, in columns scaled by their range, which leaves alone
  what is usual in a column of few values; and among 8, in columns scaled by their middle half.
- PyOD's isolation forest: rows that few cuts part from the rest, whatever the scale.
- Distance from the bulk of the rows, correlations taken out, where the farthest quarter of the rows
  has no say in what the bulk is: rows that break a dependency.

A look's scores are put on a logarithmic scale and standardised, so that a look to which something
is far off says more than one to which it is merely among the last. Every look takes time in
proportion to the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Values = npt.NDArray[np.float64]

_FIT = 20_000  # rows of which correlations are learned at most
_AT_ONCE = 20_000
_ROUNDS = 60
_BULK = 0.75
_TREES = 200


def ensemble(matrix: Matrix, seed: int = 0) -> Values:
    """The mean of all looks; higher is more outlying.

    Parameters
    ----------
    matrix
        Numbers without gaps; at least three rows, every column with at least two values.
    seed
        Of the rows that are drawn, and of the trees.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(100, 2)) @ [[1, 0.99], [0, 0.1]]
    >>> rows[3] = [1, -1]
    >>> int(np.argmax(ensemble(rows)))
    3
    """
    draw = np.random.default_rng(seed)
    fit = np.arange(len(matrix))
    if len(matrix) > _FIT:
        fit = np.sort(draw.choice(len(matrix), _FIT, replace=False))
    ranged = by_range(matrix)
    looks = (
        to_nearest(ranged, 8, _ROUNDS, draw),
        to_nearest(ranged, 32, _ROUNDS, draw),
        to_nearest(by_middle(matrix), 8, _ROUNDS, draw),
        _isolation(ranged, seed),
        from_bulk(ranged, fit),
    )
    return np.asarray(np.mean([_even(scores) for scores in looks], axis=0))


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


def _isolation(matrix: Matrix, seed: int) -> Values:
    from pyod.models.iforest import IForest

    drawn = min(256, len(matrix))
    forest = IForest(n_estimators=_TREES, max_samples=drawn, random_state=seed)
    return np.asarray(forest.fit(matrix).decision_scores_)


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
