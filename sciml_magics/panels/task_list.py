"""The tasks of a store, as the side panel lists them."""

from __future__ import annotations

from pathlib import Path

from sciml_magics.errors import TaskError
from sciml_magics.panels.service import Caller, Service
from sciml_magics.panels.showing import task_view
from sciml_magics.panels.shown import TaskView
from sciml_magics.review import ReviewCounts, Reviewer
from sciml_magics.store import Store

_NONE = ReviewCounts(
    records=0, answered=0, accepted=0, corrected=0, rejected=0, skipped=0, flagged=0, left=0
)


def task_list(service: Service, caller: Caller) -> list[TaskView]:
    """Every task of the caller's store, the one that ran last first; none without a store."""
    place = service.place(caller)
    if "://" not in place and not Path(place).exists():
        return []
    store = service.store(caller)
    last_run = {run.task: run.id for run in store.runs()}
    names = {known.task.name: at for at, known in enumerate(store.tasks())}
    order = sorted(names, key=lambda name: (last_run.get(name, 0), names[name]), reverse=True)
    annotator = service.annotator(caller)
    return [_view(store, name, annotator) for name in order]


def _view(store: Store, name: str, annotator: str) -> TaskView:
    try:
        reviewer = Reviewer(store, name, annotator)
    except TaskError:  # nothing was suggested yet
        known = [version for version in store.tasks() if version.task.name == name]
        task, version, _ = known[-1]
        return task_view(task, version, (), _NONE)
    return task_view(reviewer.task, reviewer.version, reviewer.models, reviewer.counts())
