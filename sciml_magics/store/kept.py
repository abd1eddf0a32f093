"""What is read out of the store: versions of tasks, suggestions, and how many there are."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row

from sciml_magics.store import codec, ledger
from sciml_magics.tasks import ModelIdentity, Suggestion, Task


class TaskVersion(NamedTuple):
    """A version of a task and when it was first used."""

    task: Task
    version: int
    created: datetime


class Holding(NamedTuple):
    """How many suggestions there are of one model for one version of a task."""

    task: str
    version: int
    model: ModelIdentity
    suggestions: int


class Kept(NamedTuple):
    """A suggestion as it is in the store, and where it came from.

    Parameters
    ----------
    suggestion
        Its alternatives are the most probable ones, at most 20, to 6 decimals.
    run
        Id of the run.
    created
        When it was stored.
    entropy, margin
        How unsure the model was, over all alternatives it gave; see
        `sciml_magics.store.uncertainty.uncertainty`.
    """

    suggestion: Suggestion
    run: int
    created: datetime
    entropy: float
    margin: float


def as_task(definition: str) -> Task:
    """Read the definition of a task."""
    return Task.from_json(json.loads(definition))


def as_kept(record_id: bytes, row: Row[Any]) -> Kept:
    """Read a row of suggestions."""
    suggestion = Suggestion(
        record_id,
        codec.load_value(row.value),
        float("nan") if row.score is None else row.score,
        codec.load_alternatives(row.alternatives),
        json.loads(row.evidence) if row.evidence else {},
        row.reason or "",
    )
    unsure = (float("nan") if number is None else number for number in (row.entropy, row.margin))
    return Kept(suggestion, row.run_id, ledger.moment(row.created), *unsure)
