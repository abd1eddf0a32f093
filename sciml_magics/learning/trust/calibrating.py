"""Calibrate a model by people's answers, keep the result, and find it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

import numpy as np

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import gather
from sciml_magics.learning.evaluating.reliability import Reliability, reliability
from sciml_magics.learning.trust.acceptance import Acceptance, acceptance
from sciml_magics.learning.trust.calibration import Crossed, choose, crossed, decisions, fit
from sciml_magics.learning.trust.calibrator import FITTINGS, Calibrator, Fitting
from sciml_magics.learning.trust.curves import Flags, Floats
from sciml_magics.learning.trust.judgements import LEAST, Judgements, enough, judgements
from sciml_magics.store import Store
from sciml_magics.store.alternatives import some_suggested
from sciml_magics.store.calibrations import add_calibration, newest_calibration
from sciml_magics.tasks import ModelIdentity, Task

Method: TypeAlias = Literal["auto"] | Fitting

METHODS: tuple[Method, ...] = ("auto", *FITTINGS)

# Scores that shares of all answers are counted from.
_MOST = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """A model whose scores were held against people's answers.

    Parameters
    ----------
    task, model
        What and whose.
    calibrator
        What the scores go through from here on.
    before, after
        How far scores could be taken at their word, and can now: over decisions as of
        `sciml_magics.learning.trust.calibration.Decided`. `after` is cross-validated: each answer
        is judged by a calibrator that did not learn from it.
    acceptance
        How far people agree with the answers above each score.
    judged
        Calibrated scores of the answers that `acceptance` is taken from, and whether people agree.
    answers
        How many answers it learnt from.
    notes
        What a person should know of it, a sentence each.
    """

    task: Task
    model: ModelIdentity
    calibrator: Calibrator
    before: Reliability
    after: Reliability
    acceptance: Acceptance
    judged: tuple[Floats, Flags]
    answers: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The calibration that holds for a model and a task.

    Parameters
    ----------
    calibrator
        What scores go through.
    answers
        How many answers it learnt from.
    """

    calibrator: Calibrator
    answers: int

    @property
    def words(self) -> str:
        """What a person is told where calibrated scores are shown."""
        if self.calibrator.method == "none":
            return f"scores agreed with {self.answers:,} answers as they are"
        return f"scores calibrated on {self.answers:,} answers ({self.calibrator.words})"


def calibrate(
    store: Store, task: Task, model: ModelIdentity, method: Method = "auto", *, by: str
) -> Calibrated:
    """Learn how far a model's scores can be taken at their word, and keep it.

    Parameters
    ----------
    store
        The store.
    task
        The version at hand.
    model
        Whose scores.
    method
        ``"temperature"``, ``"isotonic"`` or ``"auto"``: see
        `sciml_magics.learning.trust.calibration.choose`.
    by
        Who asks.

    Raises
    ------
    LearningError
        If people judged too few of its suggestions, or the task asks for free text.
    """
    if method not in METHODS:
        raise LearningError(f"no method '{method}': choose one of {', '.join(METHODS)}")
    found = judgements(store, task, model)
    enough(found, task, model)
    chosen = choose(found.sample, task) if method == "auto" else method
    calibrator = fit(found.sample, task, chosen)
    apart = crossed(found.sample, task, chosen)
    before = reliability(*decisions(found.sample, task))
    after = reliability(*apart.decided)
    taken, judged = _accepted(store, task, model, found, calibrator, apart)
    snapshot = asdict(gather(store, task).snapshot())
    add_calibration(
        store.database,
        store.task(task),
        model,
        method=chosen,
        parameters=calibrator.to_json(),
        snapshot={**snapshot, "judged": len(found)},
        metrics={"ece_before": before.ece, "ece_after": after.ece},
        by=by,
    )
    return Calibrated(
        task, model, calibrator, before, after, taken, judged, len(found), _notes(found)
    )


def held(store: Store, task: Task, model: ModelIdentity) -> Held | None:
    """The calibration of a model that holds for a task; ``None`` where there is none.

    One that was made for another set of labels does not hold.
    """
    task_id = store.find_task(task)
    if task_id is None:
        return None
    kept = newest_calibration(store.database, task_id, model)
    if kept is None:
        return None
    calibrator = Calibrator.from_json(kept.parameters)
    if calibrator.labels != task.label_names:
        return None
    return Held(calibrator, int(kept.snapshot["judged"]))


def judged_scores(
    store: Store, task: Task, model: ModelIdentity, calibrator: Calibrator
) -> tuple[Floats, Flags, bool]:
    """Calibrated scores of the answers that speak for all, whether people agree, and if they do.

    Returns
    -------
    numpy.ndarray
        Scores by calibrators that did not learn from the answer at hand; shape ``[answers]``.
    numpy.ndarray
        Whether people agree; shape ``[answers]``.
    bool
        Whether the answers were drawn at random: all are given where too few were.
    """
    found = judgements(store, task, model)
    enough(found, task, model)
    scores = crossed(found.sample, task, calibrator.method).scores
    at, random = _speaking(found)
    return scores[at], found.sample.right[at], random


def _accepted(
    store: Store,
    task: Task,
    model: ModelIdentity,
    found: Judgements,
    calibrator: Calibrator,
    apart: Crossed,
) -> tuple[Acceptance, tuple[Floats, Flags]]:
    everything = some_suggested(store.database, store.task(task), model, _MOST)
    scores = calibrator.scores(everything.values, everything.scores, everything.alternatives)
    at, random = _speaking(found)
    judged = apart.scores[at], found.sample.right[at]
    return acceptance(*judged, scores, random=random), judged


def _speaking(found: Judgements) -> tuple[Flags, bool]:
    """Which answers speak for all records, and whether they were drawn for that."""
    if found.drawn.sum() >= LEAST:
        return found.drawn, True
    return np.ones(len(found), dtype=bool), False


def _notes(found: Judgements) -> tuple[str, ...]:
    notes = []
    if found.unseen:
        notes.append("answers that the model was trained on were left out")
    drawn = int(found.drawn.sum())
    if drawn >= LEAST:
        notes.append(f"agreement is taken from {drawn:,} answers that were drawn at random")
    else:
        notes.append(
            f"only {drawn:,} of the answers were drawn at random (audit and blind), so agreement "
            "is taken from all of them, and may be another for the rows that nobody looked at"
        )
    return tuple(notes)
