"""Let TensorBoard or Weights & Biases follow a training, by transformers' own callbacks.

What they write lies beside the trained models. Nothing leaves the machine: Weights & Biases runs
offline unless the person has set ``WANDB_MODE``, and ``wandb sync`` sends a run later.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sciml_magics.errors import LearningError
from sciml_magics.tasks.training import TRACKERS, Tracker

if TYPE_CHECKING:
    from transformers import TrainerCallback

_PROJECT = "sciml_magics"
# What Weights & Biases reads from its surroundings; what the person has set stays.
_SURROUNDINGS = {
    "WANDB_MODE": "offline",
    "WANDB_PROJECT": _PROJECT,
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_DISABLE_CODE": "true",
    "WANDB_DISABLE_GIT": "true",
    "WANDB_SILENT": "true",
    "WANDB_CONSOLE": "off",
    "WANDB_LOG_MODEL": "false",
}


def check_trackers(names: Sequence[str]) -> None:
    """Raise `LearningError` unless all of these can follow a training here.

    Examples
    --------
    >>> check_trackers(["tensorbord"])
    Traceback (most recent call last):
        ...
    sciml_magics.errors.LearningError: no tracker 'tensorbord': choose tensorboard or wandb
    """
    for name in names:
        if name not in TRACKERS:
            raise LearningError(f"no tracker '{name}': choose {' or '.join(TRACKERS)}")
        if find_spec(name) is None:
            raise LearningError(
                f"'{name}' is not installed: run %pip install {name}, or leave --track {name}"
            )


@contextmanager
def tracking(
    names: Sequence[Tracker], folder: Path, run: str
) -> Iterator[tuple[TrainerCallback, ...]]:
    """Callbacks for the Trainer that let trackers follow it, as long as the block lasts.

    Parameters
    ----------
    names
        Of the trackers.
    folder
        Where they write: TensorBoard into ``tensorboard/RUN``, Weights & Biases into ``wandb``.
    run
        Name of the run.

    Raises
    ------
    LearningError
        If a tracker is unknown or not installed, or its folder cannot be written.
    """
    check_trackers(names)
    with ExitStack() as stack:
        made = [stack.enter_context(_TRACKED[name](folder, run)) for name in dict.fromkeys(names)]
        yield tuple(made)


@contextmanager
def _tensorboard(folder: Path, run: str) -> Iterator[TrainerCallback]:
    from torch.utils.tensorboard import SummaryWriter
    from transformers.integrations.integration_utils import TensorBoardCallback

    target = folder / "tensorboard" / run
    _make(target)
    writer: Any = SummaryWriter(log_dir=str(target))
    try:
        yield TensorBoardCallback(writer)
    finally:
        # Also where the training fails, which the callback is not told of.
        writer.close()


@contextmanager
def _wandb(folder: Path, run: str) -> Iterator[TrainerCallback]:
    _make(folder)
    with _surroundings(_SURROUNDINGS):
        import wandb
        from transformers.integrations.integration_utils import WandbCallback

        if wandb.run is not None:
            # The person has a run of their own: it is theirs to end.
            yield WandbCallback()
            return
        try:
            started = wandb.init(
                project=os.environ["WANDB_PROJECT"],
                name=run,
                dir=str(folder),
                mode=cast("Any", os.environ["WANDB_MODE"]),  # what is none of its modes, it refuses
                settings=wandb.Settings(
                    silent=True, console="off", disable_git=True, save_code=False
                ),
            )
        except wandb.Error as error:
            raise LearningError(
                f"Weights & Biases does not start ({error}): unset WANDB_MODE to let it run offline"
            ) from error
        try:
            yield WandbCallback()
        finally:
            started.finish()
            wandb.teardown()


@contextmanager
def _surroundings(wanted: Mapping[str, str]) -> Iterator[None]:
    """Environment variables that hold in the block where the person has set none."""
    added = [name for name in wanted if name not in os.environ]
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LearningError(
            f"'{folder}' cannot be written ({error.strerror or error}): make it writable, or leave "
            "--track"
        ) from error


_TRACKED = {"tensorboard": _tensorboard, "wandb": _wandb}
