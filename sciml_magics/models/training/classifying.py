"""Lessons on one label, or on several labels, of a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import LearningError
from sciml_magics.models.labels import listed
from sciml_magics.models.text_input import Ids, clean, tokenise
from sciml_magics.models.trained_head import SEVERAL
from sciml_magics.models.training.lessons import IGNORED, Lesson, Logits, Reading, Row, Target
from sciml_magics.models.training.scores import macro_f1
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Example

if TYPE_CHECKING:
    import torch


def classifying(
    reading: Reading,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    *,
    balanced: bool,
) -> Lesson:
    """Make a task of one label or of several ready for a model.

    Parameters
    ----------
    reading
        How the model reads.
    task
        Of kind ``"label"`` or ``"labels"``. Its labels become the model's, in the order of the
        scheme; where it has none, those of the examples do, sorted.
    examples, validation
        Texts and their labels.
    balanced
        Whether rare labels count for more.

    Raises
    ------
    LearningError
        If there is too little to learn from.
    """
    several = task.kind == "labels"
    notes: list[str] = []
    names = task.label_names or tuple(sorted(_counts(examples, task)))
    known = {name: at for at, name in enumerate(names)}
    examples = _possible(examples, known, task, notes)
    rows = _rows(reading, examples, known, notes, several=several)
    _check_enough(rows, names, several=several)
    _tell_rare(_counts(examples, task), names, notes)
    strangers = sorted(set(_counts(validation, task)) - set(_counts(examples, task)))
    if strangers:
        notes.append(
            f"validation holds labels that no example has ({listed(strangers)}): "
            "they count as missed"
        )
    checks = _rows(reading, validation, known, [], several=several)
    lesson = Several if several else One
    return lesson(names, rows, checks, notes, balanced=balanced)


class _Classifying(Lesson):
    """What lessons on labels share: one head over them, and weights that make up for rare ones."""

    auto_class = "AutoModelForSequenceClassification"
    problem: ClassVar[str]

    def __init__(
        self,
        names: Sequence[str],
        rows: Sequence[Row],
        checks: Sequence[Row],
        notes: Sequence[str] = (),
        *,
        balanced: bool = False,
    ) -> None:
        super().__init__(names, rows, checks, notes)
        self._weights = self.balance().astype(np.float32) if balanced else None

    def settings(self) -> Mapping[str, Any]:
        """The kind of problem."""
        return {"problem_type": self.problem}

    def balance(self) -> npt.NDArray[np.floating]:
        """How much more each label counts, shape ``[labels]``."""
        raise NotImplementedError

    def weights(self, device: torch.device) -> torch.Tensor | None:
        """The weights of labels where the loss wants them; ``None`` where all count the same."""
        from torch import tensor

        return None if self._weights is None else tensor(self._weights, device=device)


class One(_Classifying):
    """One label of a text: cross-entropy, validated by macro F1.

    Balanced, an example weighs examples / (labels · examples of its label), which is 1 on average.
    """

    problem = "single_label_classification"

    def balance(self) -> npt.NDArray[np.floating]:
        """Weights of labels."""
        counts = np.bincount(_numbers(self.rows), minlength=len(self.names))
        return len(self.rows) / (np.count_nonzero(counts) * np.maximum(counts, 1))

    def loss(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Cross-entropy."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(logits, targets, weight=self.weights(logits.device), reduction="sum")

    def score(self, logits: Sequence[Logits]) -> float:
        """Macro F1."""
        found = np.stack(logits).argmax(axis=1)[:, None] == np.arange(len(self.names))
        return macro_f1(_numbers(self.checks)[:, None] == np.arange(len(self.names)), found)


class Several(_Classifying):
    """Several labels of a text: binary cross-entropy of each, validated by macro F1.

    Balanced, a text that has a label weighs the square root of (texts without it / texts with it),
    at least 1: the whole ratio makes a model say rare labels far too often.
    """

    problem = SEVERAL

    def balance(self) -> npt.NDArray[np.floating]:
        """Weights of texts that have a label."""
        counts = np.stack([row.target for row in self.rows]).sum(axis=0)
        ratio = (len(self.rows) - counts) / np.maximum(counts, 1)
        return np.asarray(np.sqrt(np.maximum(ratio, 1)))

    def loss(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Binary cross-entropy of every label."""
        from torch.nn.functional import binary_cross_entropy_with_logits as entropy

        return entropy(logits, targets, pos_weight=self.weights(logits.device), reduction="sum")

    def disagreement(
        self, one: torch.Tensor, other: torch.Tensor, targets: torch.Tensor
    ) -> torch.Tensor:
        """Of yes and no for every label; the difference of two logits is that of its two logs."""
        del targets
        return ((one.sigmoid() - other.sigmoid()) * (one - other)).sum() / 2

    def score(self, logits: Sequence[Logits]) -> float:
        """Macro F1 of the labels that are likelier to apply than not."""
        truth = np.stack([row.target for row in self.checks]) > 0
        return macro_f1(truth, np.stack(logits) >= 0)


def _numbers(rows: Sequence[Row]) -> Ids:
    return np.array([row.target for row in rows], dtype=np.int64)


def _labels(example: Example, task: Task) -> tuple[str, ...]:
    value = example.value
    if task.kind == "label" and isinstance(value, str):
        return (value,)
    if task.kind == "labels" and isinstance(value, tuple):
        return tuple(str(label) for label in value)
    what = "one label" if task.kind == "label" else "a tuple of labels"
    raise LearningError(f"an example of task '{task.name}' has the value {value!r}, not {what}")


def _counts(examples: Sequence[Example], task: Task) -> Counter[str]:
    return Counter(label for example in examples for label in _labels(example, task))


def _possible(
    examples: Sequence[Example], known: Mapping[str, int], task: Task, notes: list[str]
) -> list[Example]:
    """Examples whose labels the scheme has; the others are left out, and that is noted."""
    kept = [one for one in examples if all(label in known for label in _labels(one, task))]
    gone = sorted(set(_counts(examples, task)) - set(known))
    if gone:
        notes.append(
            f"left out, for the scheme does not have {listed(gone)}: "
            f"{len(examples) - len(kept):,} of {len(examples):,} examples"
        )
    return kept


def _rows(
    reading: Reading,
    examples: Sequence[Example],
    known: Mapping[str, int],
    notes: list[str],
    *,
    several: bool,
) -> list[Row]:
    texts = tokenise(reading.tokenizer, [clean(example.text) for example in examples])
    most = reading.limit - len(reading.framing)
    empty = sum(not len(text) for text in texts)
    if empty:
        notes.append(
            f"left out, for there is nothing to read: {empty:,} of {len(texts):,} examples"
        )
    cut = sum(len(text) > most for text in texts)
    if cut:
        notes.append(
            f"longer than {reading.limit:,} tokens, and cut there: {cut:,} of {len(texts):,} texts"
        )
    return [
        _row(reading, text[:most], _target(example, known, several=several))
        for text, example in zip(texts, examples, strict=True)
        if len(text)
    ]


def _row(reading: Reading, text: Ids, target: Target) -> Row:
    kinds = reading.framing.segment_row(len(text)) if reading.segmented else None
    return Row(reading.framing.row(text), target, kinds)


def _target(example: Example, known: Mapping[str, int], *, several: bool) -> Target:
    if not several:
        return known.get(str(example.value), IGNORED)
    target = np.zeros(len(known), dtype=np.float32)
    for label in example.value or ():
        if label in known:
            target[known[str(label)]] = 1
    return target


def _check_enough(rows: Sequence[Row], names: Sequence[str], *, several: bool) -> None:
    if len(rows) < 2:
        count = "no example" if not rows else "one example"
        raise LearningError(f"there is {count} to learn from: answer some more rows first")
    if len(names) > len(rows):
        raise LearningError(
            f"there are {len(names):,} labels and only {len(rows):,} examples: "
            "answer more rows, or take labels out of the scheme"
        )
    if several:
        told = np.stack([row.target for row in rows])
        one_sided = bool((told == told[0]).all())
    else:
        one_sided = len(set(_numbers(rows).tolist())) < 2
    if one_sided:
        raise LearningError(
            "all examples have the same answer: a model learns from at least two different ones"
        )


def _tell_rare(counts: Counter[str], names: Sequence[str], notes: list[str]) -> None:
    never = [name for name in names if not counts[name]]
    if never:
        notes.append(f"no example has {listed(never)}: the model will not say it")
