"""Claims: which value somebody, or a model, says is right for a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from sciml_magics.learning.answers import gather
from sciml_magics.review.scope import Models, models_of
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store
from sciml_magics.store.contents import read_records
from sciml_magics.store.lookup import as_ids
from sciml_magics.store.responses import asked
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks import ModelIdentity, Record, Task, Value, possible


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that is claimed to be right for a record.

    Parameters
    ----------
    record, value
        The record, and the value.
    by
        Who stands behind it: people's names, or the name of a model.
    of_model
        Whether it is a model's, and nobody has answered the record.
    """

    record: Record
    value: Value
    by: tuple[str, ...]
    of_model: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    """What people and a model say.

    Parameters
    ----------
    people
        Answers that people stand behind, in the order of their addresses.
    model
        Labels of a model for records that nobody answered, drawn at random where there are many.
    last_response
        Id of the newest response in the store, 0 where there is none.
    state
        Names exactly these claims.
    notes
        What was left out and why, a sentence each.
    """

    people: tuple[Claim, ...]
    model: tuple[Claim, ...]
    last_response: int
    state: str
    notes: tuple[str, ...]


def claims(store: Store, task: Task, most: int, seed: int = 0) -> Claims:
    """What people said of a task's records, and what the model that speaks for it said of others.

    Parameters
    ----------
    store
        The store.
    task
        The version of the task.
    most
        How many labels of the model are taken at most.
    seed
        Of which are drawn.
    """
    answered = gather(store, task)
    said = verdicts(store.responses(task.name, task.kind), task)
    people = tuple(
        Claim(record, value, said[record.id].annotators)
        for record, value in zip(answered.records, answered.values, strict=True)
    )
    model, state, notes = _of_model(store, task, set(said), most, seed)
    return Claims(
        people,
        model,
        answered.last_response,
        f"{answered.snapshot().digest} {state}",
        (*answered.notes, *notes),
    )


def _of_model(
    store: Store, task: Task, answered: set[bytes], most: int, seed: int
) -> tuple[tuple[Claim, ...], str, tuple[str, ...]]:
    """Labels of the model, what names them, and what was left out."""
    task_id = store.find_task(task)
    if task_id is None or not most:
        return (), "", ()
    with store.database.read() as connection:
        models = models_of(store.database, asked(connection, task_id))
    if not models:
        return (), "", ()
    key, identity = next(iter(models.items()))
    addresses = [one for one in _suggested(store, task_id, key) if one not in answered]
    taken = addresses
    notes: tuple[str, ...] = ()
    if len(addresses) > most:
        drawn = np.random.default_rng(seed).choice(len(addresses), most, replace=False)
        taken = [addresses[at] for at in sorted(drawn.tolist())]
        notes = (
            f"of {len(addresses):,} labels of {identity.id} that nobody answered, {most:,} drawn "
            "at random were looked at",
        )
    found = _read(store, task, task_id, models, key, taken)
    return found, f"{identity.short} {len(addresses)}", notes


def _suggested(store: Store, task_id: int, model_id: int) -> list[bytes]:
    """Addresses of the records for which a model gave a value, in their order."""
    s = suggestions.c
    find = (
        select(records.c.address)
        .join_from(suggestions, records, records.c.id == s.record_id)
        .where(s.task_id == task_id, s.model_id == model_id, s.value.is_not(None))
    )
    with store.database.read() as connection:
        return sorted(bytes(row[0]) for row in connection.execute(find).cursor.fetchall())


def _read(
    store: Store,
    task: Task,
    task_id: int,
    models: Models,
    model_id: int,
    addresses: Sequence[bytes],
) -> tuple[Claim, ...]:
    contents = read_records(store.database, addresses)
    values = _values(store, task_id, models[model_id], addresses)
    return tuple(
        Claim(contents[one], values[one], (models[model_id].short,), of_model=True)
        for one in addresses
        if one in values and possible(task, values[one])
    )


def _values(
    store: Store, task_id: int, model: ModelIdentity, addresses: Sequence[bytes]
) -> dict[bytes, Value]:
    ids = as_ids(addresses)
    found: dict[bytes, Value] = {}
    for positions, values, _ in store.answers(task_id, model, ids):
        found |= {addresses[at]: value for at, value in zip(positions, values, strict=True)}
    return found
