"""How often people keep what the model suggests, and how far the suggestion pulls them.

Only the audit and the blind share are drawn at random from all records, so only they tell of all
records. Who sees a suggestion tends to keep it; who does not see it answers unmoved. The
difference between the two shares is the pull.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from sciml_magics.tasks import Response, Share

_Z = 1.959963984540054  # of a 95 % interval
_JUDGED = ("accepted", "corrected", "rejected")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share or a difference of shares, its 95 % interval, and the answers it is made of."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class ModelAgreement:
    """How often people kept the suggestion; ``None`` where nobody answered such a record.

    Parameters
    ----------
    shown
        Of the audit share: the suggestion was beside the record.
    hidden
        Of the blind share: the suggestion was hidden until the person had answered. This is the
        accuracy of the model in the eyes of people.
    pull
        `shown` minus `hidden`: above 0 where suggestions pull people to the model.
    """

    shown: Rate | None = None
    hidden: Rate | None = None
    pull: Rate | None = None


def model_agreement(responses: Iterable[Response]) -> ModelAgreement:
    """How often people kept the suggestion, and the pull of suggestions.

    Parameters
    ----------
    responses
        Those of annotators that hold. Skipped and flagged ones and those without a suggestion do
        not count.
    """
    judged = [one for one in responses if one.decision in _JUDGED and one.suggestion is not None]
    shown, hidden = _kept(judged, "audit"), _kept(judged, "blind")
    return ModelAgreement(
        rate(*shown) if shown[1] else None,
        rate(*hidden) if hidden[1] else None,
        difference(shown, hidden) if shown[1] and hidden[1] else None,
    )


def rate(hits: int, n: int) -> Rate:
    """A share with its interval after Wilson (1927), which holds for small numbers and near 0 or 1.

    Examples
    --------
    >>> rate(8, 10)
    Rate(value=0.8, low=0.490..., high=0.943..., n=10)
    """
    share = hits / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Rate(share, max(0.0, middle - half), min(1.0, middle + half), n)


def difference(first: tuple[int, int], second: tuple[int, int]) -> Rate:
    """The first share minus the second, with the interval of Newcombe (1998, method 10).

    Examples
    --------
    >>> difference((56, 70), (48, 80))
    Rate(value=0.2..., low=0.052..., high=0.333..., n=150)
    """
    one, other = rate(*first), rate(*second)
    value = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Rate(value, value - below, value + above, one.n + other.n)


def _kept(judged: Iterable[Response], share: Share) -> tuple[int, int]:
    decisions = [one.decision for one in judged if one.share == share]
    return decisions.count("accepted"), len(decisions)
