"""What a review gives back: items, and what became of a response."""

from __future__ import annotations

from dataclasses import dataclass

from sciml_magics.review.items import Offered
from sciml_magics.store import Kept
from sciml_magics.tasks import KeptResponse


@dataclass(frozen=True, slots=True)
class Batch:
    """Items in order. None, with `held` above 0, when all that is left is with other people."""

    items: tuple[Offered, ...]
    held: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored response; `revealed` is the suggestion of a blind item."""

    kept: KeptResponse
    revealed: Kept | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """A stored undo, and the record that is open again; ``None`` where many are."""

    kept: KeptResponse
    offered: Offered | None
