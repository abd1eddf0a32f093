"""A learning curve: how good a model gets with more answers, told point by point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import Answered, gather
from sciml_magics.learning.bases import models_that_ran
from sciml_magics.learning.evaluating.evaluation import evaluate
from sciml_magics.learning.judging import as_stored, head_vectors, judge, predict
from sciml_magics.learning.pictures import Openers, readable
from sciml_magics.learning.registry import Registry
from sciml_magics.learning.splitting.splits import split_indices, train_validation
from sciml_magics.learning.teachable import check_enough, version_to_learn
from sciml_magics.models import ModelFiles, Options, open_model
from sciml_magics.models.training.train import check_method, train
from sciml_magics.store import Store
from sciml_magics.tasks import Task, Training

FEWEST = 8


@dataclass(frozen=True, slots=True)
class Point:
    """How good a model is that learned from some answers.

    Parameters
    ----------
    examples
        Answers that it learned from.
    held_out
        Answers that it was judged by; the same for all points.
    measure
        What the score is.
    score, low, high
        The score and its 95 % interval: 0 to 1, higher is better; NaN bounds where unknown.
    """

    examples: int
    held_out: int
    measure: str
    score: float
    low: float
    high: float


def learning_curve(
    store: Store,
    task: Task,
    base: ModelFiles,
    training: Training,
    sizes: Sequence[int] | None = None,
    openers: Openers | None = None,
) -> Iterator[Point]:
    """Train on more and more answers; each point is told when it is known. Nothing is kept.

    The answers of a point are among those of the next, and labels have their share in each.

    Parameters
    ----------
    store
        Where the answers are.
    task
        The task.
    base
        The model to begin with, each time.
    training
        How to train.
    sizes
        Numbers of answers, rising; by default those of `sizes_of`.
    openers
        Of images that are in a frame.

    Raises
    ------
    LearningError
        If there is nothing to learn from, or nothing held out to judge by.
    """
    asked = version_to_learn(store, task)
    answered = gather(store, asked)
    check_enough(answered)
    if asked.input == "image":
        check_method(asked, training.method)
        run_on = Options(training.device, training.precision)
        answered = readable(store, answered, base, run_on, openers or {})
        check_enough(answered)
    held_out = answered.part("held_out")
    if not len(held_out):
        raise LearningError(
            f"task '{asked.name}' has no held-out answers to draw a curve by: answer some with "
            f"%review {asked.name}"
        )
    learned = train_validation(answered, store).train
    order = _order(learned, training.seed)
    for size in sizes or sizes_of(store, asked):
        part = learned.take(sorted(order[:size]))
        if len({str(value) for value in part.values}) < 2:
            continue
        yield _point(store, base, training, part, held_out)


def sizes_of(store: Store, task: Task, sizes: Sequence[int] | None = None) -> list[int]:
    """The numbers of answers to learn from: those given, as far as there are so many.

    By default doubled from `FEWEST` to all there are.
    """
    most = len(train_validation(gather(store, task), store).train)
    return doubled(most) if sizes is None else sorted({min(size, most) for size in sizes})


def score_without(store: Store, task: Task) -> float | None:
    """Score of what answered the held-out records and learned nothing; ``None`` if not all are."""
    held_out = gather(store, task).part("held_out")
    own = {(one.model.id, one.model.revision) for one in Registry(store).all(task)}
    for identity in models_that_ran(store, task):
        found = as_stored(store, task, held_out, identity)
        if (identity.id, identity.revision) not in own and len(found) == len(held_out) > 0:
            values = [found[at] for at in range(len(held_out))]
            return evaluate(held_out.values, values, task, texts=held_out.texts()).score
    return None


def doubled(most: int) -> list[int]:
    """Numbers that double from `FEWEST`, the last one all there are.

    Examples
    --------
    >>> doubled(50)
    [8, 16, 32, 50]
    """
    sizes = []
    size = FEWEST
    while size < most:
        sizes.append(size)
        size *= 2
    return [*sizes, most]


def _point(
    store: Store, base: ModelFiles, training: Training, part: Answered, held_out: Answered
) -> Point:
    task, run_on = part.task, Options(training.device, training.precision)
    with TemporaryDirectory(prefix="sciml-curve-") as folder:
        place = Path(folder) / "model"
        known = head_vectors(store, part.task, base, training, part.records, run_on)
        fit = train(base, task, part.examples(), (), training, place, vectors=known)
        suggester = open_model(fit.folder, run_on)
        found = judge(task, held_out, predict(suggester, task, held_out, store))
    return Point(len(part), len(held_out), found.measure, found.score, found.low, found.high)


def _order(learned: Answered, seed: int) -> list[int]:
    """Positions such that the first of them, however many, have every label in its share."""
    left = list(range(len(learned)))
    texts = learned.texts()
    order: list[int] = []
    while len(left) > FEWEST:
        shares = {"first": 1.0, "rest": 1.0}
        split = split_indices(
            [texts[at] for at in left], [learned.values[at] for at in left], shares, seed=seed
        )
        rest = [at for at, part in zip(left, split.parts, strict=True) if part == "rest"]
        first = [at for at, part in zip(left, split.parts, strict=True) if part == "first"]
        order, left = [*rest, *order], first
        if not rest:
            break
    return [*left, *order]
