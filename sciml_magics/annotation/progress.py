"""What a running job tells whoever watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal[
    "reading",
    "loading",
    "running",
    "training",
    "evaluating",
    "writing",
    "done",
    "stopped",
    "failed",
]


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a run.

    Parameters
    ----------
    phase
        What is happening now.
    task, model
        Name of the task; ``id@revision`` of the model.
    total
        Records that the model has to read in this run.
    done
        How many of them are stored.
    reused
        Records whose suggestion was in the store already.
    seconds
        Time since the first of them was begun.
    fraction
        Share of the work that is done, by length of the records: 0 to 1. Long records go first,
        so counting records alone would foretell too long a time.
    labels
        Running counts of the answers, most frequent first. Abstentions count under ``None``.
    epoch
        Of a training, whose `total` and `done` are steps: how often every example was seen.
    loss
        Of a training, a running mean; ``None`` before the first step.
    validation
        Of a training: score on the validation examples, 0 to 1, higher is better; ``None`` before
        the first.
    """

    phase: Phase
    task: str
    model: str
    total: int = 0
    done: int = 0
    reused: int = 0
    seconds: float = 0.0
    fraction: float = 0.0
    labels: Mapping[str | None, int] = field(default_factory=dict)
    epoch: float = 0.0
    loss: float | None = None
    validation: float | None = None

    @property
    def rate(self) -> float:
        """Records per second so far; 0 before the first."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to the end at the present rate; ``None`` while that is unknown."""
        if self.fraction <= 0:
            return None
        return self.seconds * (1 - self.fraction) / self.fraction


Listener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener that shows nothing."""
