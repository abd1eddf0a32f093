"""Write what the store holds of a task into a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sciml_magics.exchange.formats import Format
from sciml_magics.store import Store
from sciml_magics.tasks import Task

What = Literal["answers", "all"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Parameters
    ----------
    path
        The file, or the folder of a Hugging Face dataset.
    format
        Its format.
    records, answers, predictions
        How many of each are in it.
    """

    path: Path
    format: Format
    records: int
    answers: int
    predictions: int


def export_task(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    what: What = "answers",
) -> Exported:
    """Write what people answered, and what models suggested, into a file.

    Parameters
    ----------
    store
        Where they are kept.
    task
        The task.
    path
        The file to write; it is replaced at once, and only when all of it is written.
    format
        One of `FORMATS`; ``None`` goes by the ending of `path`.
    what
        ``"answers"``: records that somebody answered. ``"all"``: also those that only a model read.

    Raises
    ------
    SciMLError
        If the format cannot hold the task, or the file cannot be written.
    """
    raise NotImplementedError
