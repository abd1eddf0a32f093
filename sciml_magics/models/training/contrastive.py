"""Few examples: bring embeddings of the same answer together, then put a linear head on them.

The encoder learns by the supervised contrastive loss (Khosla et al., 2020, doi:10.48550/
arXiv.2004.11362) over batches in which every label has as many examples. Nothing enumerates pairs:
a batch compares all of its examples with each other, so that memory grows with the batch and time
with the examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.models.loading import WEIGHTS, ModelFiles
from sciml_magics.models.training.checkpoints import RESUMED, working
from sciml_magics.models.training.head import (
    check_differ,
    decide,
    embed_texts,
    fit_head,
    truth_of,
    unseen_notes,
)
from sciml_magics.models.training.head_folder import write_encoder, write_head
from sciml_magics.models.training.saving import new_folder
from sciml_magics.models.training.scores import Truth, macro_f1
from sciml_magics.models.vectors import Vectors
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Ending, Example, Fit, Moment, Training, Watcher

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.training.tuning import Tuned

Indices = npt.NDArray[np.int64]

# Chosen on the training and development splits of csabstruct.
RATE = 1e-4
TEMPERATURE = 0.3
# A batch holds half of the examples within these bounds, and so many of each label in it.
FEWEST, BATCH = 18, 64
EACH = 4
_WARM = 0.1
_DECAY = 0.01
# Presentations of an example. On csabstruct's development split, 8 a label, 40 give .006 more macro
# F1 than 28, in 1.5 times the time. From some hundred examples on it is worth twice as many: on
# scicite's, 64 a label, .007 and .013 more with two seeds.
EPOCHS, MORE_EPOCHS = 34, 68
_SOME = 100
# Of all of them together: fewer of each where there are many.
MOST = 20_000
_CLIP = 1.0


def train_fewshot(
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
    folder: Path,
    watch: Watcher,
    *,
    vectors: Vectors | None = None,
    work: Path | None = None,
) -> Fit:
    """Tune an encoder on a few examples of each label, put a head on it, and save both.

    Parameters
    ----------
    files
        The encoder, with or without a head of its own.
    task
        What is asked: a label, or labels; those that share a label belong together.
    examples, validation
        To learn from; and to score the result on, may be empty.
    training
        Its `epochs` (how often an example is seen), `learning_rate`, `class_weights`, `max_length`,
        `seed`, `device` and `precision` count.
    folder
        Where the model is saved; it must not exist.
    watch
        Told after every step.
    vectors
        Not read: the encoder changes.
    work
        Where checkpoints live meanwhile, as of `sciml_magics.models.training.train.train`.

    Raises
    ------
    LearningError
        If all examples have the same answer, or the folder cannot be written.
    ModelError
        If the encoder cannot be read.

    Notes
    -----
    Interrupted while it tunes, it saves what has been learned so far.
    """
    from sciml_magics.models.training.tuning import Tuned

    del vectors
    truth, gold = truth_of(examples, task), truth_of(validation, task)
    check_differ(truth, task)
    texts = [one.text for one in examples]
    with ExitStack() as stack:
        # Early, so that a folder that is there already costs no training.
        made = stack.enter_context(new_folder(folder))
        kept = stack.enter_context(working(work, files, task, examples, validation, training))
        tuned = Tuned(files, training, texts)
        course = _tune(tuned, truth, training, watch, kept.folder, kept.resume)
        kept.unfinished = course.ending == "stopped"
        config = {**files.config, **tuned.save(made)}
        found = replace(files, path=made, weights=(made / WEIGHTS,), config=config)
        write_encoder(files, tuned.dimension, made)
        both = embed_texts(found, [*texts, *(one.text for one in validation)], training)
        # The encoder has seen them all: what is left out says nothing of how sure the head may be.
        head = replace(fit_head(both[: len(texts)], truth, task, training), temperature=1.0)
        write_head(found, head, made)
    score = macro_f1(gold, decide(head, both[len(texts) :])) if len(gold) else None
    notes = unseen_notes(truth, task)
    if tuned.cut:
        notes += (f"{tuned.cut:,} of {len(texts):,} texts were cut to the encoder's length",)
    if kept.resume is not None:
        notes += (RESUMED,)
    return Fit(folder, course.ending, tuple(course.history), score, course.rate, notes)


@dataclass(slots=True)
class _Course:
    """How a tuning went; `rate` is in tokens a second."""

    ending: Ending = "done"
    history: list[Moment] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0
    loss: float = float("nan")

    @property
    def rate(self) -> float:
        return self.tokens / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """What a checkpoint remembers."""
        lines = [astuple(moment) for moment in self.history]
        return {"tokens": self.tokens, "seconds": self.seconds, "loss": self.loss, "history": lines}

    @classmethod
    def from_json(cls, book: Mapping[str, Any]) -> _Course:
        history = [Moment(*line) for line in book["history"]]
        return cls("done", history, book["tokens"], book["seconds"], book["loss"])


def _tune(
    tuned: Tuned,
    truth: Truth,
    training: Training,
    watch: Watcher,
    work: Path,
    resume: Path | None,
) -> _Course:
    import torch

    from sciml_magics.models.training.resuming import Resumable
    from sciml_magics.models.training.tuning import rising_and_falling

    plan = plan_batches(truth, training)
    optimiser = tuned.optimiser(training.learning_rate or RATE, _DECAY)
    schedule = rising_and_falling(optimiser, len(plan), _WARM)
    kept = Resumable(tuned.parameters, optimiser, schedule, work)
    targets = torch.from_numpy(truth.astype(np.float32))
    course, done = _Course(), 0
    if resume is not None:
        done, book = kept.restore(resume)
        course = _Course.from_json(book)
    before, began = course.seconds, perf_counter()
    try:
        for step, batch in enumerate(plan[done:], done + 1):
            value = tuned.learn(batch, partial(_loss, targets[batch]))
            size = torch.nn.utils.clip_grad_norm_(tuned.parameters, _CLIP)
            if not (np.isfinite(value) and torch.isfinite(size)):
                course.ending = "diverged"
                break
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            course.loss = value if np.isnan(course.loss) else 0.9 * course.loss + 0.1 * value
            course.tokens += int(tuned.lengths[batch].sum())
            course.seconds = before + perf_counter() - began
            epoch = step * len(batch) / len(truth)
            moment = Moment(step, len(plan), epoch, course.loss, None, course.seconds)
            if step == len(plan) or int(epoch) > int(epoch - len(batch) / len(truth)):
                course.history.append(moment)
            kept.save_if_due(step, course.to_json())
            watch(moment)
    except KeyboardInterrupt:
        course.ending = "stopped"
    return course


def _loss(truth: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    return contrast(vectors, truth)


def contrast(vectors: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss of a batch.

    Two examples belong together by the share of their labels that they have in common; without any
    label they belong to each other.

    Parameters
    ----------
    vectors
        Of length 1, shape ``[n, dimension]``.
    truth
        1 for each label that applies, shape ``[n, labels]``.
    """
    import torch

    alike = truth @ truth.T
    either = truth.sum(1)[:, None] + truth.sum(1)[None, :] - alike
    weight = torch.where(either > 0, alike / either.clamp(min=1), torch.ones_like(alike))
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    weight = weight.masked_fill(itself, 0).to(vectors.device)
    likeness = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -torch.inf)
    log_share = (likeness - likeness.logsumexp(dim=1, keepdim=True)).masked_fill(itself, 0)
    together = weight.sum(1)
    pulled = (weight * log_share).sum(1) / together.clamp(min=1e-6)
    alone = together == 0
    return -pulled.masked_fill(alone, 0).sum() / (~alone).sum().clamp(min=1)


def usual_epochs(examples: int) -> int:
    """How often an example is seen where nobody says it.

    Examples
    --------
    >>> usual_epochs(24), usual_epochs(192)
    (34, 68)
    """
    return EPOCHS if examples < _SOME else MORE_EPOCHS


def plan_batches(truth: Truth, training: Training) -> list[Indices]:
    """Positions of the examples of every step, as many of every label in each.

    Of many labels a batch holds some, in turn. The examples of a label that has few come again:
    dropout makes another embedding of each.
    """
    draw = np.random.default_rng(training.seed)
    members = [np.flatnonzero(applies) for applies in (*truth.T, ~truth.any(axis=1))]
    members = [found for found in members if len(found)]
    times = training.epochs or usual_epochs(len(truth))
    size = min(BATCH, max(FEWEST, len(truth) // 2))
    many = min(len(members), size // EACH)
    each = size // many
    steps = max(1, round(min(times * len(truth), max(MOST, 2 * len(truth))) / (many * each)))
    examples = [_cycle(found, draw) for found in members]
    order = _cycle(np.arange(len(members)), draw)
    return [
        np.array([next(examples[kind]) for kind in islice(order, many) for _ in range(each)])
        for _ in range(steps)
    ]


def _cycle(members: Indices, draw: np.random.Generator) -> Iterator[int]:
    while True:
        yield from draw.permutation(members).tolist()
