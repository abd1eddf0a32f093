"""How far a model's probabilities can be taken at their word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

BINS = 15

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often answers are right, by the probability that the model gave them.

    Parameters
    ----------
    low, high
        Borders of the bins, above ``low`` and up to ``high``; shape ``[bins]``.
    count
        Answers in each bin; shape ``[bins]``.
    confidence
        Mean probability of those, NaN in an empty bin; shape ``[bins]``.
    accuracy
        Share of those that are right, NaN in an empty bin; shape ``[bins]``.
    """

    low: Numbers
    high: Numbers
    count: npt.NDArray[np.int64]
    confidence: Numbers
    accuracy: Numbers

    @property
    def ece(self) -> float:
        """Expected calibration error: 0 to 1, lower is better; NaN without answers.

        The mean over all answers of the distance between probability and share right in their bin.
        """
        if not self.count.sum():
            return float("nan")
        filled = self.count > 0
        apart = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float(np.average(apart, weights=self.count[filled]))

    def frame(self) -> pd.DataFrame:
        """A row for each bin, empty ones included."""
        import pandas as pd

        return pd.DataFrame(
            {
                "low": self.low,
                "high": self.high,
                "n": self.count,
                "confidence": self.confidence,
                "accuracy": self.accuracy,
            }
        )


def reliability(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = BINS) -> Reliability:
    """Put answers into bins of equal width by their probability (Guo et al. 2017).

    Parameters
    ----------
    confidence
        Probability that the model gave each answer, 0 to 1; shape ``[answers]``. Answers without
        one (NaN) are left out.
    right
        Whether each is right; shape ``[answers]``.
    bins
        How many.

    Examples
    --------
    >>> found = reliability([0.95, 0.85, 0.15], [True, False, False], bins=10)
    >>> found.count.tolist()
    [0, 1, 0, 0, 0, 0, 0, 0, 1, 1]
    >>> round(found.ece, 3)
    0.35
    """
    sure: Any = np.asarray(confidence, dtype=np.float64)
    hits = np.asarray(right, dtype=np.float64)
    known = ~np.isnan(sure)
    sure, hits = sure[known], hits[known]
    # A bin holds its upper border and not its lower one, as in the paper; 0 is in the first.
    at = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(at, minlength=bins)
    divisor = np.where(count, count, np.nan)
    borders = np.arange(bins + 1) / bins
    return Reliability(
        low=borders[:-1],
        high=borders[1:],
        count=count,
        confidence=np.bincount(at, weights=sure, minlength=bins) / divisor,
        accuracy=np.bincount(at, weights=hits, minlength=bins) / divisor,
    )


def ece(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error of answers; parameters as of `reliability`.

    Examples
    --------
    >>> ece([1.0, 1.0], [True, False])
    0.5
    """
    return reliability(confidence, right, bins).ece
