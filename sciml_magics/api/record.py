"""What the store tells: runs, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sciml_magics import tasks
from sciml_magics.store import open_store

if TYPE_CHECKING:
    import pandas as pd


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


def trained_models(store: str | Path | None = None) -> pd.DataFrame:
    """Models that were trained for the tasks of a store, newest first, one a row.

    Parameters
    ----------
    store
        File or database URL; ``None`` for ``sciml_magics.db`` in the current folder.
    """
    from sciml_magics.api.learning import models_table

    return models_table(open_store(store))


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
