"""Label errors as a frame, and up to date for the queue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.api.learning import images_of
from sciml_magics.errors import TaskError
from sciml_magics.learning.doubts.label_errors import MOST_SUGGESTED, LabelError, find_label_errors
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Task

if TYPE_CHECKING:
    import pandas as pd


def label_errors(
    task: Task,
    store: str | Path | None = None,
    *,
    frame: pd.DataFrame | None = None,
    encoder: str | None = None,
    suggested: int = MOST_SUGGESTED,
    seed: int = 0,
) -> pd.DataFrame:
    """Look for label errors of a task: see `sciml_magics.api.Task.label_errors`."""
    import pandas as pd

    opened = open_store(store)
    known = _known(opened, task)
    images = images_of(known, frame, opened)
    found = find_label_errors(
        opened, known, encoder=encoder, suggested=suggested, seed=seed, images=images
    )
    columns = (*task.columns, "given", "given_by", "likely", "probability", "quality", "reason")
    told = pd.DataFrame([_row(error) for error in found.errors], columns=list(columns))
    told.attrs["notes"] = list(found.notes)
    return told


def _known(store: Store, task: Task) -> Task:
    """The version of the task that ran last, which a review is about, too."""
    known = store.latest(task.name)
    if known is None:
        raise TaskError(f"no task '{task.name}' in {store.name}: annotate something first")
    return known


def _row(error: LabelError) -> tuple[object, ...]:
    return (
        *(text for _, text in error.record.content),
        error.given,
        ", ".join(error.by),
        error.likely,
        error.probability,
        error.quality,
        error.reason,
    )
