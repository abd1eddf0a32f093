"""Weights of features that all columns share, and that each column may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_STEPS = 200

Numbers = npt.NDArray[np.float64]


class Labelled(NamedTuple):
    """Cells of one column that a person has judged.

    Parameters
    ----------
    column
        Position of the column.
    features
        ``[cells, features]``.
    before
        Log odds that each cell is wrong, before any label; ``[cells]``.
    wrong
        Whether it is; ``[cells]``.
    """

    column: int
    features: csr_array
    before: Numbers
    wrong: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """What labels made of the weights of the features.

    Parameters
    ----------
    shared, own
        Standard deviation of each feature's shared and own part; ``[features]``.
    columns
        Positions of the columns with labels.
    """

    shared: Numbers = field(repr=False)
    own: Numbers = field(repr=False)
    columns: tuple[int, ...]
    _places: npt.NDArray[np.int64] = field(repr=False)
    _values: Numbers = field(repr=False)

    def of(self, column: int) -> Numbers:
        """The weights in a column; the shared part alone where it has no labels; ``[features]``."""
        found = self._part(0) * self.shared
        if column in self.columns:
            found += self._part(1 + self.columns.index(column)) * self.own
        return found

    def _part(self, part: int) -> Numbers:
        width = len(self.shared)
        start, end = np.searchsorted(self._places, [part * width, (part + 1) * width])
        whole = np.zeros(width)
        whole[self._places[start:end] - part * width] = self._values[start:end]
        return whole


def weigh(cells: Sequence[Labelled], shared: Numbers, own: Numbers) -> Weights:
    """The weights of features, from labelled cells.

    The log odds of a cell are those before any label plus its features times their weights. A
    weight is the sum of a part that all columns share and a part of the column's own; both are
    zero unless labels move them, the less the smaller their standard deviation is (logistic
    regression with a normal prior, at its maximum).

    Parameters
    ----------
    cells
        The labelled cells, one entry for each column.
    shared, own
        Standard deviation of each feature's shared and own part; ``[features]``.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> x = csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))
    >>> label = Labelled(0, x, np.zeros(2), np.array([True, False]))
    >>> weights = weigh([label], np.ones(2), np.ones(2))
    >>> bool(weights.of(0)[1] > weights.of(1)[1] > 0)
    True
    """
    from scipy.optimize import minimize

    features, used = _beside(cells, shared, own)
    before = np.concatenate([one.before for one in cells])
    sign = np.where(np.concatenate([one.wrong for one in cells]), 1.0, -1.0)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margin = sign * (before + features @ weights)
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        value = np.logaddexp(0, -margin).sum() + 0.5 * weights @ weights
        return float(value), np.asarray(features.T @ pull + weights)

    start = np.zeros(features.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return Weights(shared, own, tuple(one.column for one in cells), used, found)


def _beside(
    cells: Sequence[Labelled], shared: Numbers, own: Numbers
) -> tuple[csr_array, npt.NDArray[np.int64]]:
    """The shared features beside those of each column, only those that some cell has."""
    from scipy.sparse import coo_array

    rows, columns, data = [], [], []
    first = 0
    for at, one in enumerate(cells):
        found = one.features.tocoo()
        for start, scale in ((0, shared), ((1 + at) * len(shared), own)):
            rows.append(found.row + first)
            columns.append(found.col.astype(np.int64) + start)
            data.append(found.data * scale[found.col])
        first += found.shape[0]
    kept = np.concatenate(data) != 0
    used, places = np.unique(np.concatenate(columns)[kept], return_inverse=True)
    values = (np.concatenate(data)[kept], (np.concatenate(rows)[kept], places))
    return coo_array(values, shape=(first, len(used))).tocsr(), used
