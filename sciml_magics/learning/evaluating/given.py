"""Answers and the right ones, made ready to be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any, Literal, TypeAlias

from sciml_magics.errors import LearningError
from sciml_magics.learning.evaluating.entities import Bounds
from sciml_magics.learning.evaluating.resampling import Marks, Numbers, Sums, mark
from sciml_magics.tasks import Kind, Task, Value
from sciml_magics.tasks.allowed import labels_of

Alternatives: TypeAlias = Sequence[tuple[str, float]]
Measure: TypeAlias = Literal["macro F1", "entity F1", "accuracy"]

_MEASURES: dict[Kind, Measure] = {"label": "macro F1", "labels": "macro F1", "spans": "entity F1"}


class Given:
    """What is compared: the records with a right answer, and the labels.

    Parameters
    ----------
    gold, predicted, task, scores, probabilities, slices, texts, words
        As of `sciml_magics.learning.evaluating.evaluation.evaluate`.
    also
        Other answers, whose labels count, too.

    Raises
    ------
    LearningError
        If nothing has a right answer, or an answer names a label that the task does not have.
    """

    def __init__(
        self,
        gold: Sequence[Value],
        predicted: Sequence[Value],
        task: Task,
        scores: Sequence[float] | None = None,
        probabilities: Sequence[Alternatives] | None = None,
        slices: Sequence[Hashable] | None = None,
        texts: Sequence[str] | None = None,
        words: Sequence[Bounds] | None = None,
        also: Sequence[Value] = (),
    ) -> None:
        for values in (predicted, scores, probabilities, slices, texts, words):
            if values is not None and len(values) != len(gold):
                raise ValueError(f"{len(values)} values beside {len(gold)} right answers")
        self.rows = [row for row, value in enumerate(gold) if value is not None]
        if not self.rows:
            raise LearningError("nothing to evaluate: no record has a right answer to compare with")
        self.task = task
        self.kind = task.kind
        self.measure: Measure = _MEASURES.get(task.kind, "accuracy")
        self.gold = [gold[row] for row in self.rows]
        self.predicted = [predicted[row] for row in self.rows]
        self.scores = None if scores is None else [scores[row] for row in self.rows]
        self.probabilities = self._chosen(probabilities)
        self.slices = self._chosen(slices)
        self.texts = self._chosen(texts)
        self.words = self._chosen(words)
        also = [also[row] for row in self.rows] if also else []
        self.names = self._names(also)
        places = {name: at for at, name in enumerate(self.names)}
        if self.measure == "accuracy":
            self.marks = [
                Marks((), (), (), so == said)
                for so, said in zip(self.gold, self.predicted, strict=True)
            ]
        else:
            self.marks = [
                mark(so, said, places) for so, said in zip(self.gold, self.predicted, strict=True)
            ]

    def _chosen(self, values: Sequence[Any] | None) -> list[Any] | None:
        return None if values is None else [values[row] for row in self.rows]

    def _names(self, also: Sequence[Value]) -> tuple[str, ...]:
        if self.measure == "accuracy":
            return ()
        known = self.task.label_names
        so = Counter(label for value in self.gold for label in labels_of(value))
        said = {label for value in [*self.predicted, *also] for label in labels_of(value)}
        if not known:
            return tuple(sorted({*so, *said}))
        for what, found in (("right answers name", so), ("given answers name", said)):
            if unknown := sorted(set(found) - set(known)):
                shown = ", ".join(f"'{name}'" for name in unknown[:5])
                more = f" and {len(unknown) - 5:,} more" if len(unknown) > 5 else ""
                raise LearningError(
                    f"{what} {shown}{more}, which task '{self.task.name}' does not have: "
                    "rename them, or add them to the scheme"
                )
        return known


def headline(sums: Sums, measure: Measure) -> Numbers:
    """The score that a kind of task is judged by, of each row of sums."""
    if measure == "accuracy":
        return sums.whole
    return sums.macro if measure == "macro F1" else sums.micro


def between(value: float, low: float, high: float) -> str:
    """A score and its interval in words.

    Examples
    --------
    >>> between(0.5, 0.25, 0.75), between(0.5, float("nan"), float("nan"))
    ('0.500 (0.250 to 0.750)', '0.500')
    """
    return f"{value:.3f} ({low:.3f} to {high:.3f})" if low == low else f"{value:.3f}"


def known(value: float) -> float | None:
    """A number as JSON has it: nothing for NaN."""
    return float(value) if value == value else None
