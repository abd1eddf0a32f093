"""Rising curves from a score to a probability, fitted to what was right and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

# A probability of 0 or 1 has no logit.
_CLOSE = 1e-6
# Offsets of single groups are pulled towards none, as if each were drawn from a normal distribution
# of this deviation: a group of a few answers keeps close to all.
_SPREAD = 1.0
_STEEPEST = 20.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """A line through logits (Platt 1999): the slope is one over the temperature.

    Parameters
    ----------
    slope
        Above 0. Above 1 scores move away from a half, below 1 towards it.
    offset
        In logits; above 0 all become surer of yes.
    """

    slope: float
    offset: float

    def __call__(self, score: npt.ArrayLike, more: npt.ArrayLike = 0.0) -> Floats:
        """Probability at some scores, with more offset where that is given; shapes as given."""
        line = self.slope * logit(score) + self.offset + np.asarray(more, dtype=np.float64)
        return np.asarray(1 / (1 + np.exp(-line)))

    def to_json(self) -> dict[str, Any]:
        """JSON values, as `read_curve` reads them."""
        return {"slope": self.slope, "offset": self.offset}


@dataclass(frozen=True, slots=True)
class Steps:
    """Points of an isotonic regression, and straight lines between them.

    Parameters
    ----------
    scores, probabilities
        The points, both rising.
    """

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __call__(self, score: npt.ArrayLike) -> Floats:
        """Probability at some scores; beyond the ends that of the end."""
        return np.asarray(np.interp(np.asarray(score), self.scores, self.probabilities))

    def to_json(self) -> dict[str, Any]:
        """JSON values, as `read_curve` reads them."""
        return {"scores": list(self.scores), "probabilities": list(self.probabilities)}


Curve: TypeAlias = Logistic | Steps


def read_curve(data: Mapping[str, Any]) -> Curve:
    """The curve that was written as JSON values."""
    if "slope" in data:
        return Logistic(float(data["slope"]), float(data["offset"]))
    return Steps(tuple(data["scores"]), tuple(data["probabilities"]))


def logit(score: npt.ArrayLike) -> Floats:
    """Log-odds of a probability, finite also at 0 and 1."""
    inside = np.clip(np.asarray(score, dtype=np.float64), _CLOSE, 1 - _CLOSE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def fit_logistic(score: Floats, right: Flags) -> Logistic:
    """The likeliest line through logits.

    Parameters
    ----------
    score
        Probabilities before, shape ``[answers]``.
    right
        What came true, shape ``[answers]``.

    Examples
    --------
    >>> found = fit_logistic(np.full(100, 0.9), np.arange(100) < 60)
    >>> round(float(found(0.9)), 2)
    0.6
    """
    return fit_logistics(score, right, np.zeros(len(score), dtype=np.int64), 1)[0]


def fit_logistics(
    score: Floats, right: Flags, group: Positions, groups: int
) -> tuple[Logistic, Floats]:
    """One line for all, and how far each group's offset is from it.

    Parameters
    ----------
    score, right
        As of `fit_logistic`.
    group
        Group of each answer, shape ``[answers]``; groups of few answers keep close to all.
    groups
        How many there are. A single one has no offset of its own.

    Returns
    -------
    Logistic
        What holds for all.
    numpy.ndarray
        What each group adds to its offset, in logits; shape ``[groups]``.
    """
    from scipy.optimize import minimize

    # Platt's targets: certainty is never learnt from a few answers that were all right.
    yes, no = right.sum(), (~right).sum()
    target = np.where(right, (yes + 1) / (yes + 2), 1 / (no + 2))
    logits = logit(score)
    alone = groups == 1

    def loss(at: Floats) -> tuple[float, Floats]:
        slope = np.exp(at[0])
        line = slope * logits + at[1] + at[2:][group]
        value = (np.logaddexp(0, line) - target * line).sum() + (at[2:] ** 2).sum() / (
            2 * _SPREAD**2
        )
        # A slope is known to be about 1: scores of one kind alone do not tell it.
        value += at[0] ** 2 / (2 * _SPREAD**2)
        wrong = 1 / (1 + np.exp(-line)) - target
        by_group = np.bincount(group, weights=wrong, minlength=groups) + at[2:] / _SPREAD**2
        gradient = [(wrong * logits).sum() * slope + at[0] / _SPREAD**2, wrong.sum()]
        return value, np.concatenate((gradient, np.zeros(groups) if alone else by_group))

    steep = float(np.log(_STEEPEST))
    bounds = [(-steep, steep), (-_STEEPEST, _STEEPEST), *[(-_STEEPEST, _STEEPEST)] * groups]
    found = minimize(loss, np.zeros(2 + groups), jac=True, bounds=bounds, method="L-BFGS-B")
    return Logistic(float(np.exp(found.x[0])), float(found.x[1])), np.asarray(found.x[2:])


def fit_steps(score: Floats, right: Flags) -> Steps:
    """Isotonic regression (Zadrozny and Elkan 2002), kept away from certainty.

    Parameters
    ----------
    score, right
        As of `fit_logistic`.

    Examples
    --------
    >>> score = np.array([0.1, 0.2, 0.3, 0.4])
    >>> fit_steps(score, np.array([False, True, False, True])).probabilities
    (0.166..., 0.5, 0.5, 0.833...)
    """
    from sklearn.isotonic import IsotonicRegression

    # A step of ten answers that were all right is no certainty: it goes as far as n + 1 of n + 2.
    edge = 1 / (len(score) + 2)
    fitted = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
    fitted.fit(score, right.astype(np.float64))
    scores, probabilities = fitted.X_thresholds_, fitted.y_thresholds_
    return Steps(tuple(scores.tolist()), tuple(probabilities.tolist()))
