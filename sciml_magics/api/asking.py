"""Make a task, find one, and annotate a frame in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sciml_magics.api.options import RunOptions
from sciml_magics.api.task import Task
from sciml_magics.errors import TaskError
from sciml_magics.frames import check_frame, detect_input
from sciml_magics.store import open_store
from sciml_magics.tasks import Input, Kind
from sciml_magics.tasks.scheme import Labels, as_labels

if TYPE_CHECKING:
    import pandas as pd


def make_task(
    frame: pd.DataFrame,
    column: str | Sequence[str],
    name: str = "label",
    *,
    labels: Labels | None = None,
    kind: Kind = "label",
    input: Input | None = None,
    instructions: str = "",
) -> Task:
    """A task over columns of `frame`.

    Parameters
    ----------
    frame
        The frame that the task will read.
    column
        One column or several.
    name
        Names the task and its columns.
    labels
        Names, `Label` objects, or a mapping of names to descriptions.
    kind
        The kind of answer.
    input
        ``"text"`` or ``"image"``; ``None`` looks at what the columns hold.
    instructions
        The annotation guidelines as prose.

    Raises
    ------
    SciMLError
        If the columns are not there or the parts do not make a task.
    """
    columns = (column,) if isinstance(column, str) else tuple(column)
    check_frame(frame, columns)
    return Task(
        name=name,
        columns=columns,
        kind=kind,
        input=input or detect_input(frame, columns),
        labels=as_labels(labels) if labels is not None else (),
        instructions=instructions,
    )


def annotate(
    frame: pd.DataFrame,
    labels: Labels | None = None,
    *,
    column: str | Sequence[str],
    task: str = "label",
    kind: Kind = "label",
    input: Input | None = None,
    instructions: str = "",
    **options: Unpack[RunOptions],
) -> pd.DataFrame:
    """Annotate a column of `frame`: ``%%annotate`` as a function.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    labels, column, kind, input, instructions
        The task: see `make_task`.
    task
        The task's name, which names the new columns.
    **options
        How to run it: see `Task.run`.

    Returns
    -------
    pandas.DataFrame
        A new frame with the columns ``task``, ``task_score`` (probability, 0 to 1, higher is
        surer) and ``task_status``.

    Raises
    ------
    SciMLError
        If the frame, the task, the model or the store does not allow it.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import sciml_magics as sm
    >>> frame = pd.DataFrame({"note": ["The gene was sequenced.", None]})
    >>> labels = {"genomics": "genes and DNA", "astronomy": "stars and comets"}
    >>> folder = tempfile.TemporaryDirectory()
    >>> done = sm.annotate(
    ...     frame,
    ...     labels,
    ...     column="note",
    ...     task="topic",
    ...     store=folder.name + "/sciml_magics.db",
    ...     progress=False,
    ... )
    >>> done[["topic", "topic_status"]].values.tolist()
    [['genomics', 'suggested'], [nan, 'missing']]
    >>> folder.cleanup()
    """
    made = make_task(
        frame, column, task, labels=labels, kind=kind, input=input, instructions=instructions
    )
    return made.annotate(frame, **options)


def stored_task(name: str, store: str | Path | None = None) -> Task:
    """The latest version of a task that the store knows.

    Raises
    ------
    TaskError
        If there is none of that name.
    """
    opened = open_store(store)
    found = opened.latest(name)
    if found is None:
        known = ", ".join(sorted({task.name for task, _, _ in opened.tasks()})) or "none yet"
        raise TaskError(f"no task '{name}' in {opened.name}; it knows: {known}")
    return Task(**vars(found))
