"""How good answers are, beside the ones that are right."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sciml_magics.learning.evaluating import classification, entities
from sciml_magics.learning.evaluating.entities import Bounds
from sciml_magics.learning.evaluating.given import Alternatives, Given, Measure, between, known
from sciml_magics.learning.evaluating.reliability import Reliability, reliability
from sciml_magics.learning.evaluating.resampling import (
    Marks,
    Numbers,
    Sums,
    Tally,
    interval,
    patterns,
    resampled,
)
from sciml_magics.models.spans import words_of
from sciml_magics.review.pull import rate
from sciml_magics.tasks import Kind, Task, Value
from sciml_magics.tasks.allowed import labels_of

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 1_000
MOST_SLICES = 50

_AVERAGES = ("micro", "macro", "weighted", "samples")


@dataclass(frozen=True)
class Evaluation:
    """How good answers are.

    Every score is 0 to 1, higher is better; of the error of calibration, lower.

    Parameters
    ----------
    task, kind
        Name and kind of the task.
    n
        Records with a right answer to compare with.
    abstained
        How many of them got no answer; such a one is never right.
    measure
        What `score` is: macro F1 of labels, F1 of whole entities, or accuracy of free answers.
    score, low, high
        The score and its 95 % interval, NaN where the records are too few or too alike to tell.
    accuracy
        Share of the records whose whole answer is right.
    classes
        A row for each label: ``label``, ``precision``, ``recall``, ``f1``, bounds of its interval
        ``low`` and ``high``, ``support`` (how often it is so) and ``predicted`` (how often it was
        said).
    averages
        The same for ``micro`` (all labels together), ``macro`` (mean of the labels that are there)
        and ``weighted`` (mean by support); of several labels also ``samples``, the mean over
        records, whose precision and recall are not given.
    intervals
        ``measure``, ``value``, ``low``, ``high``: accuracy (after Wilson 1927) and averages of F1
        (bootstrap over records, bias-corrected and accelerated).
    confusion
        Of one label: right answers (rows) by given ones (columns), abstentions last. Of several
        labels and of spans: per label, how many were found, missed, and wrongly given.
    calibration
        How far the model's probabilities can be taken at their word; ``None`` without any.
    slices
        A row for each value of what was asked for: ``slice``, ``n``, ``abstained``, ``accuracy``,
        ``score`` and the bounds of its interval.
    tokens
        Of spans: scores of the tags of single words, B-… and I-… of each label and O, then their
        averages.
    notes
        What to know, a sentence each.
    """

    task: str
    kind: Kind
    n: int
    abstained: int
    measure: Measure
    score: float
    low: float
    high: float
    accuracy: float
    classes: pd.DataFrame
    averages: pd.DataFrame
    intervals: pd.DataFrame
    confusion: pd.DataFrame
    calibration: Reliability | None = None
    slices: pd.DataFrame | None = None
    tokens: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()

    @property
    def ece(self) -> float:
        """Expected calibration error: 0 to 1, lower is better; NaN without probabilities."""
        return float("nan") if self.calibration is None else self.calibration.ece

    @property
    def summary(self) -> str:
        """One line: records, the score with its interval, accuracy, calibration error."""
        parts = [
            f"{self.task}: {self.n:,} records",
            f"{self.measure} {between(self.score, self.low, self.high)}",
        ]
        if self.measure != "accuracy":
            parts.append(f"accuracy {self.accuracy:.3f}")
        if self.abstained:
            parts.append(f"{self.abstained:,} abstained")
        if self.ece == self.ece:
            parts.append(f"ECE {self.ece:.3f}")
        return " · ".join(parts)

    def frame(self) -> pd.DataFrame:
        """Labels and averages in one table, the label or average as index."""
        import pandas as pd

        return pd.concat([self.classes, self.averages], ignore_index=True).set_index("label")

    def to_json(self) -> dict[str, Any]:
        """The main numbers as plain JSON values; what is not known is ``None``."""
        f1 = dict(zip(self.averages["label"], self.averages["f1"], strict=True))
        labels = zip(
            self.classes["label"], self.classes["f1"], self.classes["support"], strict=True
        )
        return {
            "n": self.n,
            "abstained": self.abstained,
            "measure": self.measure,
            "score": known(self.score),
            "low": known(self.low),
            "high": known(self.high),
            "accuracy": known(self.accuracy),
            "ece": known(self.ece),
            **{f"{name}_f1": known(value) for name, value in f1.items()},
            "labels": {
                label: {"f1": known(value), "support": int(support)}
                for label, value, support in labels
            },
        }


def evaluate(
    gold: Sequence[Value],
    predicted: Sequence[Value],
    task: Task,
    *,
    scores: Sequence[float] | None = None,
    probabilities: Sequence[Alternatives] | None = None,
    slices: Sequence[Hashable] | None = None,
    texts: Sequence[str] | None = None,
    words: Sequence[Bounds] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Evaluation:
    """Compare answers with the right ones.

    Parameters
    ----------
    gold
        The right answer of each record; records without one (``None``) are left out.
    predicted
        The answer that was given; ``None`` is an abstention, which is never right.
    task
        The task, whose scheme names the labels; without one they are those that are found.
    scores
        Probability that the given answer is right, as the model sees it; NaN where unknown.
    probabilities
        ``(label, probability)`` pairs of each record; of several labels, calibration is told label
        by label from these.
    slices
        What each record belongs to: the scores are told for each value, too.
    texts
        The text of each record; of spans, words are found in them, and seqeval counts entities.
    words
        Bounds of the words of each text for the table of tags; by default those of
        `sciml_magics.models.spans.words_of`.
    resamples
        How many, for intervals.
    seed
        Of the resamples.

    Raises
    ------
    LearningError
        If nothing has a right answer, or an answer names a label that the task does not have.

    Examples
    --------
    >>> task = Task("topic", ("text",))
    >>> found = evaluate(["a", "a", "b"], ["a", "b", None], task)
    >>> found.n, found.abstained, round(found.accuracy, 3), round(found.score, 3)
    (3, 1, 0.333, 0.333)
    """
    given = Given(gold, predicted, task, scores, probabilities, slices, texts, words)
    drawn = _Drawn(given.marks, given.measure, len(given.names), resamples, seed)
    rows = given.rows
    right = sum(one.whole for one in given.marks)
    return Evaluation(
        task=task.name,
        kind=task.kind,
        n=len(rows),
        abstained=sum(predicted[row] is None for row in rows),
        measure=given.measure,
        score=drawn.score.value,
        low=drawn.score.low,
        high=drawn.score.high,
        accuracy=right / len(rows),
        classes=_classes(given, drawn),
        averages=_averages(given, drawn),
        intervals=_intervals(drawn, right, len(rows)),
        confusion=_confusion(given),
        calibration=_calibration(given),
        slices=_slices(given, resamples, seed) if slices is not None else None,
        tokens=_tokens(given),
        notes=_notes(given, gold),
    )


class _Between(NamedTuple):
    value: float
    low: float
    high: float


class _Drawn:
    """The scores of some records, and their intervals."""

    def __init__(
        self, marks: Sequence[Marks], measure: Measure, labels: int, resamples: int, seed: int
    ) -> None:
        found, times = patterns(marks)
        tally = Tally(found, labels)
        self.sums = tally.sums(times[None, :].astype(np.float64))
        value = _all_scores(self.sums)[0]
        drawn = [_all_scores(tally.sums(weights)) for weights in resampled(times, resamples, seed)]
        left = _all_scores(tally.without_one(times))
        low, high = interval(np.concatenate(drawn), value, left, times)
        self.f1 = [_Between(*map(float, one)) for one in zip(value, low, high, strict=True)]
        self.averages = dict(zip(_AVERAGES, self.f1[labels:], strict=True))
        of_measure = {"macro F1": "macro", "entity F1": "micro"}
        if measure == "accuracy":
            wilson = rate(round(float(self.sums.whole[0]) * len(marks)), len(marks))
            self.score = _Between(wilson.value, wilson.low, wilson.high)
        else:
            self.score = self.averages[of_measure[measure]]


def _all_scores(sums: Sums) -> Numbers:
    averages = [sums.micro, sums.macro, sums.weighted, sums.samples]
    return np.concatenate([sums.known_f1, np.stack(averages, axis=-1)], axis=-1)


def _classes(given: Given, drawn: _Drawn) -> pd.DataFrame:
    exact = None
    if given.kind == "spans" and given.texts is not None:
        places = {name: at for at, name in enumerate(given.names)}
        exact = entities.by_entity(given.gold, given.predicted, given.texts, places)
    return classification.class_table(given.names, drawn.sums, drawn.f1, exact)


def _averages(given: Given, drawn: _Drawn) -> pd.DataFrame:
    names = _AVERAGES if given.kind == "labels" else _AVERAGES[:3]
    return classification.average_table(names, drawn.sums, drawn.averages)


def _intervals(drawn: _Drawn, right: int, number: int) -> pd.DataFrame:
    import pandas as pd

    wilson = rate(right, number)
    rows: list[tuple[object, ...]] = [("accuracy", wilson.value, wilson.low, wilson.high)]
    rows += [(f"{name} F1", *found) for name, found in drawn.averages.items()]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])


def _confusion(given: Given) -> pd.DataFrame:
    if given.kind == "label":
        return classification.crossed(given.gold, given.predicted, given.names)
    return classification.found_and_missed(given.marks, given.names)


def _calibration(given: Given) -> Reliability | None:
    if given.kind == "labels" and given.probabilities is not None:
        pairs = [
            (probability, label in (value or ()))
            for value, alternatives in zip(given.gold, given.probabilities, strict=True)
            for label, probability in alternatives
        ]
    elif given.kind == "spans":
        pairs = classification.span_scores(given.gold, given.predicted)
    elif given.scores is not None:
        told = zip(given.scores, given.marks, given.predicted, strict=True)
        pairs = [(score, one.whole) for score, one, said in told if said is not None]
    else:
        return None
    if not any(score == score for score, _ in pairs):
        return None
    sure, right = zip(*pairs, strict=True)
    return reliability(sure, right)


def _tokens(given: Given) -> pd.DataFrame | None:
    if given.kind != "spans" or (given.texts is None and given.words is None):
        return None
    words = given.words or [words_of(text) for text in given.texts or ()]
    so, said = (
        entities.tagged(values, words, given.names) for values in (given.gold, given.predicted)
    )
    return classification.tag_table(so, said, entities.tag_names(given.names))


def _slices(given: Given, resamples: int, seed: int) -> pd.DataFrame:
    import pandas as pd

    rows_of: dict[Hashable, list[int]] = {}
    for row, name in enumerate(given.slices or ()):
        rows_of.setdefault(name, []).append(row)
    by_size = sorted(rows_of.items(), key=lambda item: (-len(item[1]), str(item[0])))
    table = []
    for name, rows in by_size[:MOST_SLICES]:
        marks = [given.marks[row] for row in rows]
        drawn = _Drawn(marks, given.measure, len(given.names), resamples, seed)
        abstained = sum(given.predicted[row] is None for row in rows)
        accuracy = sum(one.whole for one in marks) / len(rows)
        table.append((name, len(rows), abstained, accuracy, *drawn.score))
    columns = ["slice", "n", "abstained", "accuracy", "score", "low", "high"]
    return pd.DataFrame(table, columns=columns)


def _notes(given: Given, gold: Sequence[Value]) -> tuple[str, ...]:
    notes = []
    if left_out := len(gold) - len(given.rows):
        rows = "record has" if left_out == 1 else "records have"
        notes.append(f"{left_out:,} {rows} no right answer: left out")
    so = {label for value in given.gold for label in labels_of(value)}
    if absent := [name for name in given.names if name not in so]:
        shown = ", ".join(f"'{name}'" for name in absent[:5])
        more = f" and {len(absent) - 5:,} more" if len(absent) > 5 else ""
        notes.append(f"no right answer is {shown}{more}: nothing is known of their recall")
    different = len(set(given.slices)) if given.slices is not None else 0
    if different > MOST_SLICES:
        notes.append(f"{different:,} slices: the {MOST_SLICES} largest are told")
    return tuple(notes)
