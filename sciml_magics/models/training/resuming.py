"""Checkpoints of an encoder that is tuned on few examples."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from sciml_magics.models.training import watching
from sciml_magics.models.training.saving import disk_errors

_TENSORS, _STATE = "tuning.safetensors", "trainer_state.json"
_CHANCE = "chance"


class Resumable:
    """A tuning that can be killed: weights, optimiser and randomness, written now and then.

    Parameters
    ----------
    parameters
        What is trained, in an order that is always the same.
    optimiser, schedule
        Over all of these.
    work
        Folder of the checkpoints; ``None`` keeps none.

    Examples
    --------
    >>> import tempfile
    >>> from sciml_magics.models.training.tuning import rising_and_falling
    >>> weight = torch.nn.Parameter(torch.ones(2))
    >>> optimiser = AdamW([weight], lr=0.5)
    >>> work = Path(tempfile.mkdtemp())
    >>> kept = Resumable([weight], optimiser, rising_and_falling(optimiser, 10, 0.1), work)
    >>> weight.sum().backward(); optimiser.step()
    >>> kept.save(1, {"loss": 2.0})
    >>> with torch.no_grad(): _ = weight.zero_()
    >>> kept.restore(work / "checkpoint-1"), float(weight.detach()[0]) > 0
    ((1, {'loss': 2.0}), True)
    """

    def __init__(
        self,
        parameters: Sequence[torch.nn.Parameter],
        optimiser: AdamW,
        schedule: LambdaLR,
        work: Path | None,
    ) -> None:
        self._parameters = list(parameters)
        self._optimiser, self._schedule, self._work = optimiser, schedule, work
        self._saved = perf_counter()

    def save_if_due(self, step: int, book: Mapping[str, Any]) -> None:
        """Write a checkpoint where the last one is old."""
        if self._work is not None and perf_counter() - self._saved >= watching.CHECKPOINT_SECONDS:
            self.save(step, book)
            self._saved = perf_counter()

    def save(self, step: int, book: Mapping[str, Any]) -> None:
        """Write a checkpoint, then remove the ones before it.

        Parameters
        ----------
        step
            Steps done.
        book
            What else to remember, as plain JSON values.

        Raises
        ------
        LearningError
            If the disk is full or refuses.
        """
        if self._work is None:
            return
        folder = self._work / f"checkpoint-{step}"
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            save_file(self._tensors(), folder / _TENSORS)
            rates = [group["lr"] for group in self._optimiser.param_groups]
            state = {"step": step, "rates": rates, "book": dict(book)}
            # Written last: a checkpoint that has it is whole.
            (folder / _STATE).write_text(json.dumps(state), "utf-8")
        for other in self._work.glob("checkpoint-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def restore(self, checkpoint: Path) -> tuple[int, dict[str, Any]]:
        """Go back to a checkpoint; the steps it had done, and the book."""
        found = load_file(checkpoint / _TENSORS)
        state = json.loads((checkpoint / _STATE).read_text("utf-8"))
        torch.set_rng_state(found.pop(_CHANCE))
        with torch.no_grad():
            for at, weight in enumerate(self._parameters):
                weight.copy_(found[f"{at}.weight"])
                kept = {
                    name.partition(".")[2]: value
                    for name, value in found.items()
                    if name.startswith(f"{at}.") and name != f"{at}.weight"
                }
                self._optimiser.state[weight] = {
                    name: value.to(weight.device) for name, value in kept.items()
                }
        self._schedule.last_epoch = state["step"]
        for group, rate in zip(self._optimiser.param_groups, state["rates"], strict=True):
            group["lr"] = rate
        return int(state["step"]), dict(state["book"])

    def _tensors(self) -> dict[str, torch.Tensor]:
        found = {_CHANCE: torch.get_rng_state()}
        for at, weight in enumerate(self._parameters):
            found[f"{at}.weight"] = weight.detach().cpu().contiguous()
            for name, value in self._optimiser.state[weight].items():
                found[f"{at}.{name}"] = value.detach().cpu().contiguous()
        return found
