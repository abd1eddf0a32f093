"""How far every task of a store has come."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

from sciml_magics.review.counts import Counting, ReviewCounts
from sciml_magics.review.criteria import Criteria
from sciml_magics.review.scope import Models, Scope, latest_version, models_of
from sciml_magics.review.tally import Tally
from sciml_magics.store import Store
from sciml_magics.store.responses import Asked
from sciml_magics.tasks import ModelIdentity, Task

_NOTHING = ReviewCounts(
    records=0, answered=0, accepted=0, corrected=0, rejected=0, skipped=0, flagged=0, left=0
)


class State(NamedTuple):
    """A task: the version and the models that ran last, and how far it has come."""

    task: Task
    version: int
    models: tuple[ModelIdentity, ...]
    counts: ReviewCounts


class Overview:
    """Every task of a store, as one person sees it. May be used from several threads at once.

    Unlike a `sciml_magics.review.Reviewer` it leases nothing. What it has counted once it does not
    count again.

    Parameters
    ----------
    store
        The store.
    annotator
        The person.
    """

    def __init__(self, store: Store, annotator: str) -> None:
        self._store, self._annotator = store, annotator
        self._lock = Lock()
        self._counting: dict[tuple[int, int], Counting] = {}

    def states(self) -> list[State]:
        """The tasks, the one that ran last first."""
        last_run = {run.task: run.id for run in self._store.runs()}
        first_seen = {known.task.name: at for at, known in enumerate(self._store.tasks())}
        names = sorted(
            first_seen, key=lambda name: (last_run.get(name, 0), first_seen[name]), reverse=True
        )
        with self._lock:
            return [self._state(name) for name in names]

    def _state(self, name: str) -> State:
        asked = latest_version(self._store, name)
        models = models_of(self._store.database, asked)
        counts = self._counts(asked, models) if models else _NOTHING
        return State(asked.task, asked.version, tuple(models.values()), counts)

    def _counts(self, asked: Asked, models: Models) -> ReviewCounts:
        model_id = next(iter(models))
        if (asked.id, model_id) not in self._counting:
            scope = Scope(
                self._store.database, asked, model_id, models, self._annotator, "annotator", 1,
                Criteria(), "", 0,
            )  # fmt: skip
            self._counting[asked.id, model_id] = Counting(scope, Tally(scope))
        return self._counting[asked.id, model_id].counts()
