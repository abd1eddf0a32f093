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
