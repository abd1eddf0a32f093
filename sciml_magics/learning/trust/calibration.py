"""From a model's scores to probabilities that agree with what people answer.

Two ways. ``"temperature"`` divides the logits of a distribution by one number (Guo et al. 2017); a
yes-or-no score also gets an offset (Platt 1999), of which every label of a task with several has
its own, as far as there are answers to tell it. ``"isotonic"`` is any rising curve (Zadrozny and
Elkan 2002), which needs more answers. Neither changes a value: only how sure it is said to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.calibrator import (
    FITTINGS,
    Calibrator,
    Fitting,
    Unchanged,
    places_of,
    with_value,
)
from sciml_magics.learning.trust.curves import (
    Curve,
    Flags,
    Floats,
    Logistic,
    fit_logistic,
    fit_logistics,
    fit_steps,
    logit,
)
from sciml_magics.learning.trust.distributions import Alternatives, Distributions, distributions
from sciml_magics.tasks import Span, Suggestion, Task, Value, same_value

FOLDS = 5

# Temperatures beyond these turn any distribution into an even one, or into certainty.
_COLDEST, _HOTTEST = 0.02, 50.0
# A temperature below 1 makes surer. Its logarithm is held as if it were drawn from a normal
# distribution of this deviation, so that thirty answers that are all right bring no certainty.
_SPREAD = 1.0


class Sample(NamedTuple):
    """What a model suggested for some records, and what people say of them.

    Parameters
    ----------
    values
        The suggestions' values; none is ``None``.
    scores
        Their scores, 0 to 1, higher is surer; shape ``[records]``.
    alternatives
        Their alternatives.
    right
        Whether each value is what people say; shape ``[records]``.
    truth
        What people say; ``None`` where it is only known that the value is wrong.
    """

    values: Sequence[Value]
    scores: Floats
    alternatives: Sequence[Alternatives]
    right: Flags
    truth: Sequence[Value]

    def take(self, at: npt.NDArray[np.intp]) -> Sample:
        """Some of the records."""
        places = at.tolist()
        return Sample(
            [self.values[i] for i in places],
            self.scores[at],
            [self.alternatives[i] for i in places],
            self.right[at],
            [self.truth[i] for i in places],
        )


class Decided(NamedTuple):
    """Probabilities of single decisions, and whether each was right.

    One label: a decision a record. Several labels: one a record and label that was kept, where
    ``right`` is whether the label applies. Spans: one a span.
    """

    probability: Floats
    right: Flags


class Crossed(NamedTuple):
    """What a calibrator says of records that it was not fitted to.

    Parameters
    ----------
    decided
        The decisions of all folds, one after the other.
    scores
        Calibrated scores in the order of the sample; shape ``[records]``.
    """

    decided: Decided
    scores: Floats


def fit(sample: Sample, task: Task, method: Fitting | Unchanged) -> Calibrator:
    """Learn from people's answers.

    Parameters
    ----------
    sample
        Suggestions of one model, and what people say.
    task
        The task.
    method
        See the module.

    Raises
    ------
    LearningError
        If the task asks for free text, which is neither right nor wrong.
    """
    if task.kind == "text":
        raise LearningError(
            f"task '{task.name}' asks for free text, which is neither right nor wrong: there is "
            "nothing to calibrate"
        )
    names = task.label_names
    if method == "none":
        same = None if task.kind == "label" else Logistic(1.0, 0.0)
        return Calibrator(names, method, score=same, parts=same if task.kind != "value" else None)
    if task.kind == "label" and method == "temperature":
        return Calibrator(names, method, fit_temperature(sample, task))
    score = _fit_curve(sample.scores, sample.right, method)
    if task.kind in ("label", "value"):
        return Calibrator(names, method, score=score)
    if task.kind == "spans":
        spans = _span_decisions(sample, None)
        return Calibrator(names, method, score=score, parts=_fit_curve(*spans, method))
    parts, offsets = _fit_labels(sample, names, method)
    return Calibrator(names, method, score=score, parts=parts, offsets=offsets)


def fit_temperature(sample: Sample, task: Task) -> float:
    """The temperature under which what people say is likeliest, for a task with one label.

    A suggestion of which it is only known that it is wrong counts as such.
    """
    places = {name: place for place, name in enumerate(task.label_names)}
    chosen = [str(value) for value in sample.values]
    given = [
        with_value(*each) for each in zip(chosen, sample.scores, sample.alternatives, strict=True)
    ]
    found = distributions(given, places)
    right = places_of([None if one is None else str(one) for one in sample.truth], places)
    return _likeliest(found, right)


def temperature_of(logits: npt.ArrayLike, right: npt.ArrayLike, *, several: bool = False) -> float:
    """The temperature of a classifier, from logits that it gave to texts it did not learn from.

    Parameters
    ----------
    logits
        Shape ``[texts, labels]``; log-probabilities do as well.
    right
        Places of the right labels, shape ``[texts]``; of several labels whether each applies, shape
        ``[texts, labels]``.
    several
        Whether any number of labels apply, so that each has a sigmoid of its own.

    Returns
    -------
    float
        Divide logits by it. Above 1 where the model is too sure of itself; 1 without texts.

    Examples
    --------
    >>> sure = np.log([[0.99, 0.01], [0.99, 0.01], [0.99, 0.01], [0.01, 0.99]])
    >>> round(temperature_of(sure, [0, 0, 1, 1]), 2)
    4.18
    """
    given = np.asarray(logits, dtype=np.float64)
    known = np.isfinite(given).all(axis=1) if given.size else np.zeros(0, dtype=bool)
    if not known.any():
        return 1.0
    given, gold = given[known], np.asarray(right)[known]

    def loss(inverse: float) -> float:
        line = given * inverse
        if several:
            return float((np.logaddexp(0, line) - gold * line).sum())
        top = line.max(axis=1, keepdims=True)
        total = np.log(np.exp(line - top).sum(axis=1)) + top[:, 0]
        return float((total - line[np.arange(len(line)), gold]).sum())

    return _least(loss)


def temperature_of_suggestions(
    suggestions: Sequence[Suggestion], truth: Sequence[Value], task: Task
) -> float:
    """The temperature of a model, from what it suggests for texts that it did not learn from.

    Where one label applies, that of the distribution over labels; where several do, of the labels'
    own probabilities; of spans, that of their scores.

    Parameters
    ----------
    suggestions
        One for each text.
    truth
        The right values.

    Returns
    -------
    float
        As of `temperature_of`.
    """
    given = [
        (one, right)
        for one, right in zip(suggestions, truth, strict=True)
        if one.value is not None and right is not None and np.isfinite(one.score)
    ]
    if not given or task.kind in ("text", "value"):
        return 1.0
    sample = Sample(
        [one.value for one, _ in given],
        np.array([one.score for one, _ in given]),
        [one.alternatives for one, _ in given],
        np.array([same_value(one.value, right) for one, right in given], dtype=bool),
        [right for _, right in given],
    )
    if task.kind == "label":
        return fit_temperature(sample, task)
    decided = decisions(sample, task)
    return temperature_of(logit(decided.probability)[:, None], decided.right[:, None], several=True)


def decisions(sample: Sample, task: Task, calibrator: Calibrator | None = None) -> Decided:
    """The single decisions in some suggestions, as they are said to be sure, and what came true.

    Parameters
    ----------
    sample
        Suggestions and what people say.
    task
        The task.
    calibrator
        What makes the probabilities; ``None`` for the model's own.

    Returns
    -------
    Decided
        Where no label was kept and no span marked, whole values.
    """
    if task.kind in ("labels", "spans"):
        if task.kind == "spans":
            found = _span_decisions(sample, calibrator)
        else:
            found = Decided(*_label_decisions(sample, task.label_names, calibrator)[:2])
        if len(found.right):
            return found
    if calibrator is None:
        return Decided(sample.scores, sample.right)
    scores = calibrator.scores(sample.values, sample.scores, sample.alternatives)
    return Decided(scores, sample.right)


def crossed(sample: Sample, task: Task, method: Fitting | Unchanged, seed: int = 0) -> Crossed:
    """What a calibrator says of records that it was not fitted to, fold by fold."""
    order = np.random.default_rng(seed).permutation(len(sample.scores))
    scores = np.full(len(order), np.nan)
    found = []
    for part in np.array_split(order, min(FOLDS, len(order))):
        calibrator = fit(sample.take(np.setdiff1d(order, part)), task, method)
        left = sample.take(part)
        scores[part] = calibrator.scores(left.values, left.scores, left.alternatives)
        found.append(decisions(left, task, calibrator))
    probability, right = (np.concatenate(column) for column in zip(*found, strict=True))
    return Crossed(Decided(probability, right), scores)


def surprise(decided: Decided) -> Floats:
    """Log loss of each decision, in nats: 0 and more, lower is better; shape ``[decisions]``."""
    sure = np.clip(decided.probability, 1e-6, 1 - 1e-6)
    return np.asarray(-np.log(np.where(decided.right, sure, 1 - sure)))


def choose(sample: Sample, task: Task, seed: int = 0) -> Fitting | Unchanged:
    """The method that foretells answers best that it was not fitted to.

    By the log loss over cross-validation: the temperature, which has fewer parameters, unless the
    isotonic curve does better; and ``"none"`` where the better one improves on the model's own
    scores, of single decisions and of whole values, by no more than a standard error. A few answers
    tell a temperature only roughly, and would blur scores that are right as they are.
    """
    before = _losses(sample, crossed(sample, task, "none", seed))
    after = {way: _losses(sample, crossed(sample, task, way, seed)) for way in FITTINGS}
    best = min(FITTINGS, key=lambda way: sum(float(part.sum()) for part in after[way]))
    better = any(_improves(was, now) for was, now in zip(before, after[best], strict=True))
    return best if better else "none"


def _losses(sample: Sample, found: Crossed) -> tuple[Floats, Floats]:
    """Surprise at the single decisions, and at whether whole values are right."""
    return surprise(found.decided), surprise(Decided(found.scores, sample.right))


def _improves(before: Floats, after: Floats) -> bool:
    change = after - before
    return len(change) > 0 and bool(change.mean() < -change.std() / np.sqrt(len(change)))


def _fit_curve(scores: Floats, right: Flags, method: Fitting) -> Curve:
    known = np.isfinite(scores)
    scores, right = scores[known], right[known]
    if not len(scores):
        return Logistic(1.0, 0.0)
    return fit_steps(scores, right) if method == "isotonic" else fit_logistic(scores, right)


def _fit_labels(
    sample: Sample, names: tuple[str, ...], method: Fitting
) -> tuple[Curve, tuple[tuple[str, float], ...]]:
    probability, right, labels = _label_decisions(sample, names, None)
    if method == "isotonic" or not len(probability):
        return _fit_curve(probability, right, method), ()
    line, offsets = fit_logistics(probability, right, labels, len(names))
    return line, tuple(zip(names, offsets.tolist(), strict=True))


def _label_decisions(
    sample: Sample, names: tuple[str, ...], calibrator: Calibrator | None
) -> tuple[Floats, Flags, npt.NDArray[np.int64]]:
    """Probability, truth and place of every label that was kept."""
    places = {name: place for place, name in enumerate(names)}
    rows = []
    for score, alternatives, truth in zip(
        sample.scores, sample.alternatives, sample.truth, strict=True
    ):
        if truth is None:
            continue
        given = calibrator.alternatives(alternatives, score) if calibrator else alternatives
        rows += [(p, name in truth, places[name]) for name, p in given if name in places]
    probability, right, labels = zip(*rows, strict=True) if rows else ((), (), ())
    return (
        np.array(probability, dtype=np.float64),
        np.array(right, dtype=bool),
        np.array(labels, dtype=np.int64),
    )


def _span_decisions(sample: Sample, calibrator: Calibrator | None) -> Decided:
    rows = []
    for value, truth in zip(sample.values, sample.truth, strict=True):
        if truth is None or value is None:
            continue
        given = calibrator.value(value) if calibrator else value
        gold = {(one.start, one.end, one.label) for one in truth if isinstance(one, Span)}
        rows += [
            (one.score, (one.start, one.end, one.label) in gold)
            for one in given or ()
            if isinstance(one, Span)
        ]
    probability, right = zip(*rows, strict=True) if rows else ((), ())
    return Decided(np.array(probability, dtype=np.float64), np.array(right, dtype=bool))


def _likeliest(found: Distributions, right: npt.NDArray[np.int64]) -> float:
    def loss(inverse: float) -> float:
        given = found.scaled(1 / inverse).of(right)
        return float(-np.log(np.clip(given, 1e-12, 1)).sum())

    return _least(loss) if len(right) else 1.0


def _least(loss: Any) -> float:
    """The temperature of the least loss, which falls and then rises in its inverse."""
    from scipy.optimize import minimize_scalar

    borders = (np.log(1 / _HOTTEST), np.log(1 / _COLDEST))

    def weighed(at: float) -> float:
        return float(loss(float(np.exp(at)))) + max(at, 0.0) ** 2 / (2 * _SPREAD**2)

    found = minimize_scalar(weighed, bounds=borders, method="bounded")
    return float(np.exp(-found.x))
