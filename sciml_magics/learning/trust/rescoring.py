"""Calibrated scores where a frame is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.calibrating import Held, held
from sciml_magics.store import Store
from sciml_magics.store.alternatives import suggested
from sciml_magics.tasks import ModelIdentity, Task, default_threshold

if TYPE_CHECKING:
    from sciml_magics.frames import Answers, Records


class Rescoring:
    """Puts calibrated scores over a model's own, where a calibration holds for it.

    Parameters
    ----------
    store
        The store.
    needed
        Whether it is a mistake to ask for it where no calibration holds.
    threshold
        Below which calibrated score an answer is an abstention. ``None``: answers of labels that
        are sure enough by the model's own score stay so, whatever calibration makes of it, since
        the usual threshold is one for raw scores.

    Attributes
    ----------
    held
        The calibration that was used last; ``None`` where none held.
    model, task
        Whose scores they were; ``None`` before the first.
    """

    def __init__(
        self, store: Store, *, needed: bool = False, threshold: float | None = None
    ) -> None:
        self._store = store
        self._threshold = threshold
        self._needed = needed
        self.held: Held | None = None
        self.model: ModelIdentity | None = None
        self.task: Task | None = None

    def __call__(self, task: Task, model: ModelIdentity, records: Records, answers: Answers) -> str:
        """Rescore the answers that the store has, and say so; nothing is said of raw scores.

        Raises
        ------
        LearningError
            If a calibration is needed and none holds.
        """
        self.task, self.model = task, model
        self.held = held(self._store, task, model)
        if self.held is None and self._needed:
            raise LearningError(
                f"the scores of '{model.short}' for '{task.name}' are not calibrated: "
                f"%calibrate {task.name} first"
            )
        task_id = self._store.find_task(task)
        if self.held is None or task_id is None:
            return ""
        calibrator = self.held.calibrator
        if calibrator.method == "none":
            return self.held.words
        if self._threshold is None and task.kind in ("label", "labels"):
            usual = np.float32(default_threshold(task.kind, len(task.labels)))
            answers.sure = answers.scores >= usual
        for found in suggested(self._store.database, task_id, model, records.ids):
            scores = calibrator.scores(found.values, found.scores, found.alternatives)
            values = [calibrator.value(value) for value in found.values]
            answers.put(found.positions, values, scores.astype(np.float32))
        return self.held.words
