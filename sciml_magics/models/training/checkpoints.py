"""Checkpoints: a training that was killed or interrupted goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.training.saving import disk_errors
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Example, Training

# What a person is told of a training that was taken up.
RESUMED = "training went on from where it had been stopped"

_KEY = "training.json"
_STATE = "trainer_state.json"


@dataclass(slots=True)
class Work:
    """Where a training keeps its checkpoints.

    Parameters
    ----------
    folder
        The folder.
    resume
        The last checkpoint of the same training, if that was stopped; ``None`` where there is none.
    unfinished
        Whether somebody may come back to go on, so that checkpoints stay.
    """

    folder: Path
    resume: Path | None = None
    unfinished: bool = False


@contextmanager
def working(
    work: Path | None,
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
) -> Iterator[Work]:
    """A folder of checkpoints, with the last one of the same training if that was stopped.

    It is removed when the block ends and the training is finished, or fails before there is a
    checkpoint. Without `work` it is one that nobody comes back to.
    """
    if work is None:
        with TemporaryDirectory() as folder:
            yield Work(Path(folder))
        return
    with disk_errors(work):
        resume = open_work(work, files, task, examples, validation, training)
    place = Work(work, resume)
    try:
        yield place
    except BaseException:
        place.unfinished = True
        raise
    finally:
        if not place.unfinished or not any(work.glob("checkpoint-*")):
            close_work(work)


def open_work(
    work: Path,
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
) -> Path | None:
    """Get a folder of checkpoints ready, and find where a training that was stopped had come to.

    Checkpoints of another training are removed.

    Returns
    -------
    Path or None
        The last whole checkpoint of the same training.
    """
    key = _digest(files, task, examples, validation, training)
    path = work / _KEY
    if path.is_file() and path.read_text("utf-8") == key:
        whole = [folder for folder in work.glob("checkpoint-*") if _is_whole(folder)]
        return max(whole, key=_step, default=None)
    for folder in work.glob("checkpoint-*"):
        shutil.rmtree(folder, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    path.write_text(key, "utf-8")
    return None


def close_work(work: Path) -> None:
    """Remove the checkpoints, and their folder if nothing else is in it."""
    for folder in work.glob("checkpoint-*"):
        shutil.rmtree(folder, ignore_errors=True)
    (work / _KEY).unlink(missing_ok=True)
    if work.is_dir() and not any(work.iterdir()):
        work.rmdir()


def _is_whole(checkpoint: Path) -> bool:
    """Whether a checkpoint was written to its end: the state is what is written last."""
    try:
        json.loads((checkpoint / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _digest(
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
) -> str:
    digest = hashlib.sha256(f"{files.id}\0{files.revision}\0{task.fingerprint}\0".encode())
    digest.update(json.dumps(asdict(training), sort_keys=True).encode())
    for part in (examples, validation):
        digest.update(b"\0")
        for example in part:
            digest.update(repr((example.text, example.value)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
