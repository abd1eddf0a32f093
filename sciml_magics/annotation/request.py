"""What is asked of a run besides the task itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sciml_magics.errors import SciMLError
from sciml_magics.tasks import Task, default_threshold


@dataclass(frozen=True, slots=True)
class Request:
    """Which rows of a frame to ask about, and how to write the answers.

    Parameters
    ----------
    task
        The question.
    where
        A pandas query; only rows for which it holds are asked about.
    variables
        What ``@name`` in the query refers to.
    sample
        Ask about this many rows drawn at random with `seed`.
    limit
        Ask about the first so many rows (after `where` and `sample`).
    threshold
        Answers with a lower score are abstentions: 0 to 1; ``None`` for
        `sciml_magics.tasks.default_threshold`.
    provenance
        Also write where every answer came from.
    by
        Who asks.

    Raises
    ------
    SciMLError
        If the threshold is no probability.
    """

    task: Task
    where: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    sample: int | None = None
    limit: int | None = None
    seed: int = 0
    threshold: float | None = None
    provenance: bool = False
    by: str = "unknown"

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise SciMLError(f"the threshold {self.threshold:g} is not between 0 and 1")

    def threshold_for(self, task: Task) -> float:
        """The threshold to use for `task`, whose labels are resolved."""
        if self.threshold is not None:
            return self.threshold
        return default_threshold(task.kind, len(task.labels))
