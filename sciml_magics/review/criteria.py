"""Which records a review is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sciml_magics.tasks import Decision, Share

Order = Literal[
    "mixed",
    "uncertain",
    "margin",
    "least_confident",
    "models",
    "annotators",
    "errors",
    "diverse",
    "random",
    "audit",
]
"""Which records come first.

``"mixed"`` deals shares, see `sciml_magics.review.deal`. By what the model said: ``"uncertain"``,
by lot, the higher the entropy the sooner; ``"margin"``, the smallest distance between the two most
probable labels; ``"least_confident"``, the lowest score; ``"models"``, those that models disagree
about. By what people said: ``"annotators"``, those that they disagree about; ``"errors"``, likely
label errors; ``"diverse"``, those unlike the answered ones. ``"random"`` and ``"audit"`` by lot.
"""
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which records. All parts that are given must hold.

    Parameters
    ----------
    suggested
        Label that the model suggested, or one of several; the empty text for an abstention.
    answered
        Label of a response that holds; the empty text for a response without a value.
    low, high
        Bounds of the suggestion's score, both included: 0 to 1, higher is surer.
    text
        Looked for in what was read, whatever its case.
    decision
        That of a response that holds; ``"open"`` for records without one.
    annotator
        Who gave a response that holds.
    share
        The part of the queue that the answered record came from.
    selection
        Name that `Store.select` gave to a set of records.
    """

    suggested: str | None = None
    answered: str | None = None
    low: float | None = None
    high: float | None = None
    text: str | None = None
    decision: Decision | Literal["open"] | None = None
    annotator: str | None = None
    share: Share | None = None
    selection: str | None = None

    @property
    def about_responses(self) -> bool:
        """Whether records are looked for by what was said of them, rather than open ones."""
        said = (self.answered, self.annotator, self.share)
        return any(part is not None for part in said) or self.decision not in (None, "open")
