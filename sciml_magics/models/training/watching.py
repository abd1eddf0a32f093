"""What happens beside the steps of a training: watching, stopping early, checkpoints."""

from __future__ import annotations

from collections import deque
from math import floor, nan
from time import perf_counter
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sciml_magics.models.training.trainer import LessonTrainer, trainable
from sciml_magics.tasks.training import Moment, Watcher

# A watcher is told this often at most, and a checkpoint is written as often as that.
_EVERY = 0.25
CHECKPOINT_SECONDS = 60.0
_LOSSES = 50


class Course(TrainerCallback):
    """Follows a training: tells the watcher, keeps the best weights, stops when it is time.

    Parameters
    ----------
    watch
        Told of the moments.
    patience
        Epochs without a better validation after which training stops; 0 never stops.
    keep
        Whether checkpoints are written.
    """

    def __init__(self, watch: Watcher, *, patience: int, keep: bool) -> None:
        self.settled = 0
        """Steps before which no weights count as the best, as AdaLoRA's rank is still shrinking."""
        self.trainer: LessonTrainer | None = None
        self.early = False
        self._watch = watch
        self._patience = patience
        self._keep = keep
        self._began = self._told = self._saved = perf_counter()
        self._before = 0.0
        self._losses: deque[float] = deque(maxlen=_LOSSES)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock, where a training that was killed had stopped it."""
        del args, control, kwargs
        self._began = self._saved = perf_counter()
        epochs = self._training.book.epochs
        self._before = epochs[-1][-1] if epochs else 0.0
        self._tell(self.moment(state))

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Draw a new order."""
        del args, control, kwargs
        self._training.batches.epoch = floor(round(state.epoch or 0.0, 6))

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Tell the watcher; have a checkpoint written when the last one is old."""
        del args, kwargs
        self._losses.append(self._training.step_loss)
        if perf_counter() - self._told >= _EVERY:
            self._tell(self.moment(state))
        # The end of an epoch is saved after its validation.
        if not self._at_end(state):
            self._save_if_due(control)

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Without validation, the last weights are the best."""
        del args, kwargs
        if not self._training.lesson.checks:
            self._training.best = trainable(self._training.learner)
            self._end_epoch(state)
        self._save_if_due(control)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Keep the weights if they are the best so far, and stop if there were none for long."""
        del args
        book, score = self._training.book, kwargs["metrics"]["eval_score"]
        book.last = score
        if state.global_step >= self.settled:
            if book.best is None or score > book.best:
                book.best, book.best_epoch, book.worse = score, float(state.epoch or 0.0), 0
                self._training.best = trainable(self._training.learner)
            else:
                book.worse += 1
        self._end_epoch(state)
        if self._patience and book.worse >= self._patience and state.global_step < state.max_steps:
            self.early = control.should_training_stop = True

    @property
    def _training(self) -> LessonTrainer:
        if self.trainer is None:
            raise AssertionError("the course has no trainer yet")
        return self.trainer

    def _at_end(self, state: TrainerState) -> bool:
        return float(state.epoch or 0.0).is_integer()

    def _save_if_due(self, control: TrainerControl) -> None:
        if self._keep and perf_counter() - self._saved >= CHECKPOINT_SECONDS:
            control.should_save = True
            self._saved = perf_counter()

    def moment(self, state: TrainerState) -> Moment:
        """Tell of where training is."""
        recent, book = self._losses, self._training.book
        return Moment(
            step=state.global_step,
            steps=state.max_steps,
            epoch=float(state.epoch or 0.0),
            loss=sum(recent) / len(recent) if recent else nan,
            validation=book.last,
            seconds=self._before + perf_counter() - self._began,
        )

    def _tell(self, now: Moment) -> None:
        self._told = perf_counter()
        self._watch(now)

    def _end_epoch(self, state: TrainerState) -> None:
        now = self.moment(state)
        line = (now.step, now.steps, now.epoch, now.loss, now.validation, now.seconds)
        self._training.book.epochs.append(line)
        self._tell(now)
