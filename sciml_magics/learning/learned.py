"""What comes of a learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sciml_magics.learning.evaluating.comparison import Comparison
from sciml_magics.store.trained import Trained
from sciml_magics.tasks import Fit

if TYPE_CHECKING:
    from sciml_magics.learning.evaluating.evaluation import Evaluation
    from sciml_magics.learning.search import Trial


@dataclass(frozen=True)
class Learned:
    """A model that learned from people's answers, and how it did.

    Parameters
    ----------
    task
        Name of the task.
    trained
        The model as it is in the store.
    promoted
        Whether it answers the task from now on.
    reason
        Why, or why not, in a sentence.
    method_why
        Why it was trained in this way; empty where a person chose.
    fit
        What came of the training; ``None`` where nothing was new and an earlier model stands.
    evaluation
        How it does on held-out answers; ``None`` where there are none.
    comparison
        With what answered the task before; ``None`` where nothing could be compared.
    examples, validation, held_out
        Answers that it learned from, that its training was watched by, that it was judged by.
    seconds
        Time that it took.
    notes
        What the person should know, a sentence each.
    trials
        Of a search for settings, in order; empty where none was asked for.
    """

    task: str
    trained: Trained
    promoted: bool
    reason: str
    method_why: str
    fit: Fit | None
    evaluation: Evaluation | None
    comparison: Comparison | None
    examples: int
    validation: int
    held_out: int
    seconds: float
    notes: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()

    @property
    def summary(self) -> str:
        """One line: the model, what it learned from, how it does, and whether it answers now."""
        parts = [
            f"{self.task}: {self.trained.name} by {self.trained.method}",
            f"{self.examples:,} answers learned from",
        ]
        if self.evaluation is not None:
            shown = self.evaluation
            parts.append(f"{shown.measure} {shown.score:.3f} on {shown.n:,} held-out answers")
        parts.append("promoted" if self.promoted else "not promoted")
        parts.append(f"{self.seconds:,.1f} s")
        return " · ".join(parts)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why it is promoted or not, why this method, and the notes: a sentence each."""
        return tuple(text for text in (self.reason, self.method_why, *self.notes) if text)
