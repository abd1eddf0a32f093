"""What ``%sciml`` lists."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Union

from sciml_magics.errors import TaskError
from sciml_magics.magics.models_here import cached_models
from sciml_magics.magics.stores import DEFAULT_STORE, has_store
from sciml_magics.panels.results import FactsView

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.tasks import Task

Shown = Union["pd.DataFrame", FactsView, str]

MOST_LABELS = 30

_ASKS = {
    "label": "one label",
    "labels": "several labels",
    "spans": "spans of text",
    "text": "free text",
    "value": "a new value of a cell",
}


def listing(command: str, task: str | None, store: str | None) -> list[Shown]:
    """What to show for a command of ``%sciml``.

    Raises
    ------
    SciMLError
        If the store cannot be read or does not know the task.
    """
    if command == "models":
        return [_families(), _models(), *_trained(store)]
    if not has_store(store):
        return [f"No store yet: the first run makes {store or DEFAULT_STORE}."]
    if command == "tasks":
        return _tasks(store)
    from sciml_magics import api

    if command == "status":
        found = api.status(store)
        if not len(found):
            return ["The store knows no task yet."]
        return [found, *_trained(store)]
    found = api.runs(task, store)
    if task is not None and not len(found):
        return [_no_runs(task, store)]
    return [found if len(found) else "The store knows no run yet."]


def _no_runs(task: str, store: str | None) -> str:
    from sciml_magics.store import open_store

    with open_store(store) as opened:
        known = sorted({version.task.name for version in opened.tasks()})
    if task in known:
        return f"Task '{task}' has no run yet."
    near = get_close_matches(task, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"it knows {', '.join(known) or 'none yet'}"
    raise TaskError(f"the store knows no task '{task}': {hint}")


def _tasks(store: str | None) -> list[Shown]:
    """The newest version of every task: what is asked, and when each label applies."""
    from sciml_magics.store import open_store

    with open_store(store) as opened:
        newest = {known.task.name: known for known in opened.tasks()}
    return [_task(task, version, created) for task, version, created in newest.values()] or [
        "The store knows no task yet."
    ]


def _task(task: Task, version: int, created: datetime) -> FactsView:
    rows = [
        ("version", f"{version}, of {created.astimezone():%Y-%m-%d %H:%M}"),
        ("asks", f"{_ASKS[task.kind]} ({task.input})"),
        ("reads", ", ".join(task.columns)),
    ]
    if task.instructions:
        rows.append(("instructions", " ".join(task.instructions.split())))
    labels = [(f"label {label.name}", label.description or "–") for label in task.labels]
    rows += labels[:MOST_LABELS]
    if rest := labels[MOST_LABELS:]:
        rows.append(("", f"and {len(rest):,} more labels"))
    return FactsView(task.name, rows)


def _families() -> FactsView:
    from sciml_magics.models.registry import supported

    return FactsView("Model families, chosen from a model's config.json", [*supported().items()])


def _trained(store: str | None) -> list[Shown]:
    """The models that were trained for the tasks of the store, newest first; none, no table."""
    if not has_store(store):
        return []
    from sciml_magics import api

    found = api.trained_models(store)
    return [found] if len(found) else []


def _models() -> FactsView:
    from sciml_magics.models.loading import EMBEDDED_ID

    rows = [(EMBEDDED_ID, "embedded, the default")]
    rows += [(name, "Hugging Face cache") for name in cached_models()]
    return FactsView("Models on this machine", rows)
