"""End a training after an epoch that shows it is not worth going on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Pruning(TrainerCallback):
    """Asks after every validation whether training shall go on.

    Parameters
    ----------
    hopeless
        Given how many epochs are done and the validation score (0 to 1, higher is better), says
        whether training shall end.
    """

    def __init__(self, hopeless: Callable[[int, float], bool]) -> None:
        self._hopeless = hopeless

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Ask, and end the training."""
        del args
        if self._hopeless(round(state.epoch or 0), float(kwargs["metrics"]["eval_score"])):
            control.should_training_stop = True
