"""Names of the columns that a task writes, and whose columns they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.tasks import Task

STATUSES = ("suggested", "abstained", "missing", "unreadable", "pending")
# What comes of people's responses; it stands in place of the model's status.
ANSWERED = ("accepted", "corrected", "rejected", "skipped", "flagged", "disputed")
# A model's answer that nobody looked at, but whose calibrated score is as high as was asked for.
TRUSTED = "trusted"
PROVENANCE = (
    "model", "revision", "version", "code", "device", "precision", "by", "run", "time",
)  # fmt: skip
REVIEW = ("annotator", "time")


class Columns(NamedTuple):
    """Names of the columns of a task."""

    value: str
    score: str
    status: str


def result_columns(task: Task) -> Columns:
    """Names of the columns that a task writes.

    Examples
    --------
    >>> result_columns(Task("topic", ("abstract",)))
    Columns(value='topic', score='topic_score', status='topic_status')
    """
    return Columns(task.name, f"{task.name}_score", f"{task.name}_status")


def provenance_columns(task: Task) -> tuple[str, ...]:
    """Names of the columns that say where a task's answers came from."""
    return tuple(f"{task.name}_{part}" for part in PROVENANCE)


def review_columns(task: Task) -> tuple[str, ...]:
    """Names of the columns that say who answered, and when."""
    return tuple(f"{task.name}_{part}" for part in REVIEW)


def check_columns(
    frame: pd.DataFrame, task: Task, *, provenance: bool = False, review: bool = False
) -> None:
    """Raise `FrameError` if a column of the user stands where the task would write.

    Parameters
    ----------
    frame
        The user's frame.
    task
        The task.
    provenance
        Whether it is to write where its answers came from, too.
    review
        Whether it is to write who answered, and when, too.
    """
    wanted: list[str] = []
    if not is_annotated(frame, task):
        wanted += result_columns(task)
    mine: set[str] = set()
    if has_provenance(frame, task):
        mine.update(provenance_columns(task))
    if has_review(frame, task):
        mine.update(review_columns(task))
    for asked, names in ((provenance, provenance_columns(task)), (review, review_columns(task))):
        wanted += [name for name in names if asked and name not in mine]
    if in_the_way := _there(frame, wanted):
        raise FrameError(
            f"the frame has a column '{in_the_way[0]}' of its own: choose another --task NAME, "
            "or rename the column"
        )
    if read := [name for name in result_columns(task) if name in task.columns]:
        raise FrameError(
            f"the task would replace the column '{read[0]}' that it reads: choose another "
            "--task NAME"
        )


def is_annotated(frame: pd.DataFrame, task: Task) -> bool:
    """Whether the frame has the columns of an earlier run of the task.

    Rows that were added since then have no status.
    """
    names = result_columns(task)
    if len(_there(frame, names)) < len(names):
        return False
    status: Any = frame[names.status]
    known = (*STATUSES, *ANSWERED, TRUSTED)
    return isinstance(status, pd.Series) and bool(status.dropna().isin(known).all())


def has_provenance(frame: pd.DataFrame, task: Task) -> bool:
    """Whether an earlier run of the task wrote where its answers came from.

    All the columns must be there: one of such a name may be the user's own.
    """
    names = provenance_columns(task)
    return is_annotated(frame, task) and len(_there(frame, names)) == len(names)


def has_review(frame: pd.DataFrame, task: Task) -> bool:
    """Whether earlier answers of people were written into the frame; as `has_provenance`."""
    names = review_columns(task)
    return is_annotated(frame, task) and len(_there(frame, names)) == len(names)


def put_column(frame: pd.DataFrame, name: str, values: Any) -> None:
    """Set a column, whatever the frame's columns are labelled with."""
    levels = frame.columns.nlevels
    key: Any = name if levels == 1 else (name, *[""] * (levels - 1))
    frame[key] = values


def _there(frame: pd.DataFrame, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in frame.columns]
