"""The public Python functions: the magics are a few lines over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from sciml_magics import tasks
from sciml_magics.annotation import Listener, Outcome, Plan, Request, person, silent
from sciml_magics.annotation import annotate as annotate_frame
from sciml_magics.annotation import plan as plan_frame
from sciml_magics.errors import TaskError
from sciml_magics.frames import check_frame, detect_input
from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Input, Kind
from sciml_magics.tasks.scheme import Labels, as_labels

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

Precision = Literal["auto", "fp32", "bf16", "fp16"]
Window = Literal["max", "mean"]


class RunOptions(TypedDict, total=False):
    """The keyword arguments of `Task.run`, where they are explained."""

    model: str | None
    device: str
    precision: Precision
    window: Window
    max_new_tokens: int
    shortlist: int
    threshold: float | None
    where: str | None
    variables: Mapping[str, Any] | None
    sample: int | None
    limit: int | None
    seed: int
    provenance: bool
    by: str | None
    store: str | Path | None
    progress: bool | Listener


@dataclass(frozen=True)
class Task(tasks.Task):
    """A named question about the rows of a frame, and what can be done with it.

    The parameters are those of `sciml_magics.tasks.Task`.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from sciml_magics import Label, Task
    >>> frame = pd.DataFrame({"note": ["The gene was sequenced.", "A telescope saw a comet."]})
    >>> labels = (Label("genomics", "genes and DNA"), Label("astronomy", "stars and comets"))
    >>> task = Task("topic", ("note",), labels=labels)
    >>> folder = tempfile.TemporaryDirectory()
    >>> done = task.annotate(frame, store=folder.name + "/sciml_magics.db", progress=False)
    >>> done["topic"].tolist()
    ['genomics', 'astronomy']
    >>> folder.cleanup()
    """

    def run(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> Outcome:
        """Annotate `frame` and return all there is to know of the run.

        Parameters
        ----------
        frame
            The user's frame; it is never changed.
        model
            Hub id, ``id@revision`` or folder; ``None`` for the embedded model.
        device, precision, window, max_new_tokens, shortlist
            How the model runs: see `sciml_magics.models.Options`.
        threshold, where, variables, sample, limit, seed, provenance, by
            Which rows are asked about, and how answers are written: see
            `sciml_magics.annotation.Request`. `by` defaults to the person at the keyboard.
        store
            File or database URL of the store; ``None`` for ``sciml_magics.db`` in the current
            folder.
        progress
            Show a progress bar, or a function that is called with every
            `sciml_magics.annotation.Progress`.

        Raises
        ------
        SciMLError
            If the frame, the task, the model or the store does not allow it.
        Stopped
            If the person interrupted; what was done is stored.
        """
        suggester, request, where = self._prepare(options)
        progress = options.get("progress", True)
        if callable(progress):
            return annotate_frame(frame, request, suggester, where, progress)
        if not progress:
            return annotate_frame(frame, request, suggester, where, silent)
        from sciml_magics.panels.progress import show_progress

        with show_progress() as listen:
            return annotate_frame(frame, request, suggester, where, listen)

    def annotate(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> pd.DataFrame:
        """Annotate `frame` and return the new frame; options as in `run`."""
        return self.run(frame, **options).frame

    def plan(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> Plan:
        """Measure on a sample what `run` would cost; nothing is stored. Options as in `run`."""
        suggester, request, where = self._prepare(options)
        return plan_frame(frame, request, suggester, where)

    def chart(self, frame: pd.DataFrame, threshold: float | None = None) -> alt.HConcatChart:
        """Altair chart of the task's labels and scores in an annotated frame."""
        from sciml_magics.charts.labels import label_chart

        return label_chart(frame, self, threshold)

    def runs(self, store: str | Path | None = None) -> pd.DataFrame:
        """The task's runs, newest first, one a row."""
        return runs(self.name, store=store)

    def _prepare(self, options: RunOptions) -> tuple[Suggester, Request, Store]:
        suggester = open_model(
            options.get("model"),
            Options(
                device=options.get("device", "auto"),
                precision=options.get("precision", "auto"),
                window=options.get("window", "max"),
                max_new_tokens=options.get("max_new_tokens", 64),
                shortlist=options.get("shortlist", 0),
            ),
        )
        request = Request(
            task=self,
            where=options.get("where"),
            variables=options.get("variables") or {},
            sample=options.get("sample"),
            limit=options.get("limit"),
            seed=options.get("seed", 0),
            threshold=options.get("threshold"),
            provenance=options.get("provenance", False),
            by=options.get("by") or person(),
        )
        return suggester, request, open_store(options.get("store"))


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


def runs(task: str | None = None, store: str | Path | None = None) -> pd.DataFrame:
    """Runs in the store, newest first: what ran, where, when, by whom, and what came of it.

    Parameters
    ----------
    task
        Only runs of this task.
    store
        File or database URL; ``None`` for ``sciml_magics.db`` in the current folder.
    """
    import pandas as pd

    return pd.DataFrame(
        [_run_row(run) for run in reversed(open_store(store).runs(task))],
        columns=list(_RUN_COLUMNS),
    )


def status(store: str | Path | None = None) -> pd.DataFrame:
    """What the store holds: a row for each version of a task and each model that suggested.

    Parameters
    ----------
    store
        File or database URL; ``None`` for ``sciml_magics.db`` in the current folder.
    """
    import pandas as pd

    opened = open_store(store)
    found = {(task.name, version): (task, created) for task, version, created in opened.tasks()}
    last = {(run.task, run.task_version, run.model): run for run in opened.runs()}
    rows = []
    for held in opened.holdings():
        task, created = found[held.task, held.version]
        run = last[held.task, held.version, held.model]
        values = (
            task.name, held.version, task.kind, ", ".join(task.columns), len(task.labels),
            held.model.short, held.suggestions, run.state, run.started, created,
        )  # fmt: skip
        rows.append(dict(zip(_STATUS_COLUMNS, values, strict=True)))
    return pd.DataFrame(rows, columns=list(_STATUS_COLUMNS))


_STATUS_COLUMNS = (
    "task", "version", "kind", "columns", "labels", "model", "suggestions", "state", "last_run",
    "created",
)  # fmt: skip


_RUN_COLUMNS = (
    "run", "task", "version", "state", "model", "revision", "family", "device", "precision",
    "code", "by", "seed", "started", "seconds", "rows", "unique", "reused", "computed",
    "abstained", "missing",
)  # fmt: skip


def _run_row(run: tasks.Run) -> dict[str, Any]:
    seconds = (run.finished - run.started).total_seconds() if run.finished else None
    values = (
        run.id, run.task, run.task_version, run.state, run.model.id, run.model.revision,
        run.model.family, run.execution.device if run.execution else "",
        run.execution.precision if run.execution else "", run.code_version, run.by, run.seed,
        run.started, seconds, run.counts.rows, run.counts.unique, run.counts.reused,
        run.counts.computed, run.counts.abstained, run.counts.missing,
    )  # fmt: skip
    return dict(zip(_RUN_COLUMNS, values, strict=True))
