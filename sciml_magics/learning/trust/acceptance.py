"""From which score on a model's answers can be taken without a look, and how right they then are.

Agreement above a threshold has an exact interval (Clopper and Pearson 1934). The lowest threshold
that reaches a wanted agreement is another matter: of many thresholds one looks good by luck. It is
found by fixed-sequence testing from several starts, as in Learn then Test (Angelopoulos et al.
2021): the chance that the true agreement above it is less than wanted is at most `ERROR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.learning.trust.curves import Flags, Floats

if TYPE_CHECKING:
    import pandas as pd

# How often people shall agree with what is trusted, where nobody says it.
WANTED = 0.95
ERROR = 0.05
CONFIDENCE = 0.95
# Steps that thresholds are tried in, and how many of them the tests start from.
STEPS = 40
STARTS = 4
# Of fewer answers above a threshold nothing is said.
LEAST = 10


class Agreement(NamedTuple):
    """How many answers above a threshold people agree with.

    Parameters
    ----------
    value
        Share of them, 0 to 1.
    low, high
        Its 95 % interval.
    n
        Answers above the threshold that people judged.
    """

    value: float
    low: float
    high: float
    n: int

    @property
    def words(self) -> str:
        """As a person says it: ``98 % ± 1 %``, or the interval where it is lopsided.

        Examples
        --------
        >>> agreement(980, 1000).words
        '98 % ± 1 %'
        >>> agreement(30, 30).words
        '100 % (88 to 100 %)'
        """
        below, above = self.value - self.low, self.high - self.value
        if max(below, above) - min(below, above) < 0.01 and self.high < 0.9995:
            return f"{self.value:.0%} ± {max(below, above):.0%}".replace("%", " %")
        return f"{self.value:.0%} ({self.low * 100:.0f} to {self.high:.0%})".replace("%", " %")


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """How far people agree with the answers above each score.

    Parameters
    ----------
    thresholds
        Rising, 0 to 1; shape ``[thresholds]``.
    share
        Share of all answers of the model at or above each; shape ``[thresholds]``.
    agreements
        People's agreement with those.
    random
        Whether it is taken from records that were drawn at random, so that it holds for all.
    answers
        How many answers it is taken from.
    """

    thresholds: Floats
    share: Floats
    agreements: tuple[Agreement, ...]
    random: bool
    answers: int

    def frame(self) -> pd.DataFrame:
        """A row for each threshold; ``low`` and ``high`` are the interval of ``agreement``."""
        import pandas as pd

        table = pd.DataFrame(self.agreements, columns=["agreement", "low", "high", "n"])
        table.insert(0, "accept_above", self.thresholds)
        table.insert(1, "share", self.share)
        return table


def agreement(right: int, n: int) -> Agreement:
    """A share of answers that are right, with its exact interval (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(bound, 2) for bound in agreement(9, 10)]
    [0.9, 0.55, 1.0, 10]
    """
    from scipy.stats import beta

    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, right, n - right + 1)) if right else 0.0
    high = float(beta.ppf(1 - tail, right + 1, n - right)) if right < n else 1.0
    return Agreement(right / n, low, high, n)


def above(threshold: float, scores: Floats, right: Flags) -> Agreement | None:
    """People's agreement at or above one threshold; ``None`` where nobody judged any of them."""
    taken = scores >= threshold
    return agreement(int(right[taken].sum()), int(taken.sum())) if taken.any() else None


def acceptance(scores: Floats, right: Flags, everything: Floats, *, random: bool) -> Acceptance:
    """How far people agree above each threshold.

    Parameters
    ----------
    scores
        Of answers that people judged, by a calibrator that was not fitted to them; shape
        ``[judged]``.
    right
        Whether people agree; shape ``[judged]``.
    everything
        Scores of all answers of the model, or of many drawn evenly; shape ``[answers]``.
    random
        Whether the judged ones were drawn at random.
    """
    thresholds = _rounded(scores)
    total = max(len(everything), 1)
    found = [above(float(at), scores, right) for at in thresholds]
    return Acceptance(
        thresholds,
        np.array([float((everything >= at).sum()) / total for at in thresholds]),
        tuple(one for one in found if one is not None),
        random,
        len(scores),
    )


def lowest_threshold(
    scores: Floats, right: Flags, wanted: float, error: float = ERROR
) -> float | None:
    """The lowest threshold above which people agree as often as wanted.

    Thresholds are tried from high to low, each by an exact test, from `STARTS` places: where one,
    two and so on of `STARTS` equal factors of all answers lie above, from the fewest that can show
    it. These depend on the scores alone; a run ends at the first test that fails. So the choice
    among many thresholds costs no more than a factor of `STARTS` in the error.

    Parameters
    ----------
    scores, right
        As of `acceptance`.
    wanted
        Agreement, 0 to 1.
    error
        How often, at most, the threshold may promise too much.

    Returns
    -------
    float or None
        ``None`` where no threshold can be shown to reach it.

    Examples
    --------
    >>> scores = np.linspace(0, 1, 1001)
    >>> lowest_threshold(scores, scores >= 0.5, 0.95)
    0.5
    """
    from scipy.stats import binom

    tried = _rounded(scores)[::-1]
    counts = np.array([(scores >= at).sum() for at in tried])
    hits = np.array([right[scores >= at].sum() for at in tried])
    # Where even answers that are all right would be too few to show it, no test can begin.
    possible = np.flatnonzero(wanted**counts <= error / STARTS)
    if not len(possible):
        return None
    # How likely it is to see so many right if fewer than wanted were.
    luck = binom.sf(hits - 1, counts, wanted)
    passed: npt.NDArray[np.bool_] = luck <= error / STARTS
    best = -1
    sizes = np.geomspace(counts[possible[0]], counts[-1], STARTS, endpoint=False)
    for start in np.unique(np.searchsorted(counts, sizes)):
        at = int(start)
        while at < len(tried) and passed[at]:
            best = max(best, at)
            at += 1
    return float(tried[best]) if best >= 0 else None


def _rounded(scores: Floats) -> Floats:
    """Thresholds that cut the scores into even steps, to three digits, rising."""
    known = scores[np.isfinite(scores)]
    if not len(known):
        return np.zeros(0)
    at = np.quantile(known, np.linspace(0, 1, STEPS + 1))
    found = np.unique(np.floor(at * 1000) / 1000)
    counts = np.array([(known >= one).sum() for one in found])
    return found[counts >= min(LEAST, len(known))]
