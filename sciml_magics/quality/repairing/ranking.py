"""Learn from practice which candidates are right, as probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.repairing.collecting import Matrix

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.isotonic import IsotonicRegression

Floats = npt.NDArray[np.float64]

# Parts in which the lessons are judged by a model that has not seen them.
FOLDS = 4
# A repair that a person accepted says as much as so many that were made up.
REAL = 3
# With fewer candidates, or with fewer right ones, nothing is learned.
LEAST, LEAST_RIGHT = 60, 10


@dataclass(frozen=True, eq=False)
class Lessons:
    """Candidates of which it is known whether they are right.

    Parameters
    ----------
    features
        Shape ``[candidates, features]``.
    right
        Shape ``[candidates]``.
    cells
        The cell that each belongs to; ``[candidates]``, ascending.
    real
        Whether the cell is a repair that a person accepted; ``[candidates]``.
    """

    features: Matrix
    right: npt.NDArray[np.bool_]
    cells: npt.NDArray[np.int64]
    real: npt.NDArray[np.bool_]


class Ranking:
    """Gives each candidate the probability that it is right.

    A booster of small trees reads the strengths of the sources, and its scores are set right by
    isotonic regression on lessons that it has not seen.

    Parameters
    ----------
    lessons
        What it learns from, if there is anything.
    strengths
        How many of the first features can only speak for a candidate.
    """

    def __init__(self, lessons: Lessons | None, strengths: int) -> None:
        self._strengths = strengths
        self._model: HistGradientBoostingClassifier | None = None
        self._curve: IsotonicRegression | None = None
        self._top = 0.9
        if lessons is not None:
            right = int(lessons.right.sum())
            if len(lessons.right) >= LEAST and LEAST_RIGHT <= right < len(lessons.right):
                self._learn(lessons)

    def scores(self, features: Matrix, cells: npt.NDArray[np.int64]) -> Floats:
        """The probabilities; those of one cell come to 1 at most. Shape ``[candidates]``."""
        if not len(features):
            return np.zeros(0)
        if self._model is None or self._curve is None:
            sources = features[:, : self._strengths - 1].astype(np.float64)
            return _share_out(0.9 * (1 - np.prod(1 - 0.8 * sources, axis=1)), cells)
        raw = _share_out(self._model.predict_proba(features)[:, 1], cells)
        return _share_out(np.minimum(self._curve.predict(raw), self._top), cells)

    def _learn(self, lessons: Lessons) -> None:
        from sklearn.isotonic import IsotonicRegression

        parts = lessons.cells % FOLDS
        raw = np.zeros(len(parts))
        for part in range(FOLDS):
            seen = parts != part
            if 0 < lessons.right[seen].sum() < seen.sum() and not seen.all():
                model = self._fit(lessons, seen)
                raw[~seen] = model.predict_proba(lessons.features[~seen])[:, 1]
        raw = _share_out(raw, lessons.cells)
        curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        curve.fit(raw, lessons.right)
        self._curve = curve
        # nobody is surer than the best lessons, counted with one more that went wrong
        best = np.isclose(curve.predict(raw), curve.predict([raw.max()])[0])
        self._top = float((lessons.right[best].sum() + 1) / (best.sum() + 2))
        self._model = self._fit(lessons, np.ones(len(parts), dtype=bool))

    def _fit(self, lessons: Lessons, seen: npt.NDArray[np.bool_]) -> HistGradientBoostingClassifier:
        from sklearn.ensemble import HistGradientBoostingClassifier

        width = lessons.features.shape[1]
        upwards = [1] * (2 * self._strengths) + [0] * (width - 2 * self._strengths)
        model = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.1,
            max_leaf_nodes=15,
            min_samples_leaf=20,
            l2_regularization=1.0,
            monotonic_cst=upwards,
            early_stopping=False,
            random_state=0,
        )
        # repeated, not weighted: the booster takes long to bin what is weighted
        rows = np.repeat(np.flatnonzero(seen), np.where(lessons.real[seen], REAL, 1))
        return model.fit(lessons.features[rows], lessons.right[rows])


def _share_out(scores: Floats, cells: npt.NDArray[np.int64]) -> Floats:
    """Make those of one cell come to 1 at most.

    Examples
    --------
    >>> _share_out(np.array([0.75, 0.75, 0.5]), np.array([0, 0, 1])).tolist()
    [0.5, 0.5, 0.5]
    """
    totals = np.bincount(cells, weights=scores, minlength=int(cells.max(initial=0)) + 1)
    found: Floats = scores / np.maximum(totals, 1.0)[cells]
    return found


def gather(
    parts: Sequence[tuple[Matrix, npt.NDArray[np.bool_], npt.NDArray[np.int64], bool]],
) -> Lessons | None:
    """Put the lessons of several asks together: features, right ones, cells, whether real."""
    if not parts:
        return None
    first = 0
    cells = []
    for _, _, of_part, _ in parts:
        cells.append(of_part + first)
        first += int(of_part.max(initial=-1)) + 1
    return Lessons(
        np.concatenate([features for features, _, _, _ in parts]),
        np.concatenate([right for _, right, _, _ in parts]),
        np.concatenate(cells),
        np.concatenate([np.full(len(right), real) for _, right, _, real in parts]),
    )
