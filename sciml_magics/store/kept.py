"""What is read out of the store: versions of tasks, suggestions, and how many there are."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select

from sciml_magics.store import codec, ledger
from sciml_magics.store.schema import models, records, suggestions
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
    id
        Names the suggestion in responses.
    suggestion
        Its alternatives are the most probable ones, at most 20, to 6 decimals.
    model
        Who suggested it.
    run
        Id of the run.
    created
        When it was stored.
    entropy, margin
        How unsure the model was, over all alternatives it gave; see
        `sciml_magics.store.uncertainty.uncertainty`.
    """

    id: int
    suggestion: Suggestion
    model: ModelIdentity
    run: int
    created: datetime
    entropy: float
    margin: float


def as_task(definition: str) -> Task:
    """Read the definition of a task."""
    return Task.from_json(json.loads(definition))


def read_kept() -> Select[Any]:
    """Every suggestion with its model and the address of its record, ``address``."""
    identity = [column for column in models.c if column.name not in ("id", "fingerprint")]
    return (
        select(suggestions, records.c.address, *identity)
        .join_from(suggestions, records, records.c.id == suggestions.c.record_id)
        .join(models, models.c.id == suggestions.c.model_id)
    )


def as_kept(row: Row[Any]) -> Kept:
    """Read a row of `read_kept`."""
    suggestion = Suggestion(
        row.address,
        codec.load_value(row.value),
        float("nan") if row.score is None else row.score,
        codec.load_alternatives(row.alternatives),
        json.loads(row.evidence) if row.evidence else {},
        row.reason or "",
    )
    unsure = (float("nan") if number is None else number for number in (row.entropy, row.margin))
    model = ledger.as_identity(row)
    return Kept(row.id, suggestion, model, row.run_id, ledger.moment(row.created), *unsure)
