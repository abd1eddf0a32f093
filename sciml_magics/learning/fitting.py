"""Train on the answers to a task, once or several times, with whatever follows the training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.learning.search import Searched, Subject, search
from sciml_magics.learning.splitting.splits import Halves
from sciml_magics.learning.workshop import Workshop
from sciml_magics.models import ModelFiles
from sciml_magics.models.training.tracking import tracking
from sciml_magics.models.training.train import train
from sciml_magics.tasks import Fit, Task, Training
from sciml_magics.tasks.training import Tracker, Watcher

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from transformers import TrainerCallback


@dataclass(frozen=True, slots=True)
class Fitting:
    """What all trainings of one learning share.

    Parameters
    ----------
    base
        The model to begin with.
    task
        The version that is learned.
    halves
        What is learned from, and what training is watched by.
    vectors
        Embeddings of both, for a head.
    watch
        Told of every moment.
    callbacks
        Given to the Trainer.
    track, runs
        What follows the training, and where it writes.
    """

    base: ModelFiles
    task: Task
    halves: Halves
    vectors: npt.NDArray[np.float32] | None
    watch: Watcher
    callbacks: Sequence[TrainerCallback]
    track: Sequence[Tracker]
    runs: Path

    def once(self, training: Training, shop: Workshop) -> Fit:
        """Train a model at its place in the workshop; killed, the same call goes on."""
        return self._train(training, shop.model, (), shop.folder.name, shop.checkpoints)

    def search(
        self, training: Training, wanted: int, shop: Workshop, tell: Callable[[int], None]
    ) -> tuple[Fit, Searched]:
        """Train `wanted` times, and put the best model at its place in the workshop."""

        def attempt(tried: Training, folder: Path, own: Sequence[TrainerCallback]) -> Fit:
            return self._train(tried, folder, own, f"{shop.folder.name}-{folder.name}")

        subject = Subject(self.task.kind, len(self.halves.train), self.base.parameters)
        found = search(training, wanted, attempt, shop.trials, subject, tell)
        found.fit.folder.rename(shop.model)
        return replace(found.fit, folder=shop.model), found

    def _train(
        self,
        training: Training,
        folder: Path,
        own: Sequence[TrainerCallback],
        run: str,
        work: Path | None = None,
    ) -> Fit:
        with tracking(self.track, self.runs, run) as trackers:
            return train(
                self.base,
                self.task,
                self.halves.train.examples(),
                self.halves.validation.examples(),
                training,
                folder,
                self.watch,
                callbacks=(*self.callbacks, *own, *trackers),
                work=work,
                vectors=self.vectors,
            )
