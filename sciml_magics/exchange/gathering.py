"""What the store holds of a task, as examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Select, select

from sciml_magics.exchange.example import Answer, Example, Prediction
from sciml_magics.review.holding import holding
from sciml_magics.store import Kept, Store, codec
from sciml_magics.store.kept import as_kept, read_kept
from sciml_magics.store.lookup import Ids, among, as_ids, as_wanted, record_keys
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks import ROLES, KeptResponse, ModelIdentity, Record, Task

_PART = 1_000


def full_name(model: ModelIdentity) -> str:
    """``id@revision``, uncut."""
    return f"{model.id}@{model.revision}" if model.revision else model.id


def gathered(store: Store, task: Task, *, everything: bool) -> Iterator[Example]:
    """Every record that somebody answered, with all answers that hold and all suggestions.

    Parameters
    ----------
    store
        The store.
    task
        The task. Answers to other versions of it hold, suggestions for them do not.
    everything
        Also records that only a model read.
    """
    held = _held(store, task)
    task_id = store.find_task(task)
    addresses = as_ids(held)
    keys = record_keys(store.database, addresses)
    if everything and task_id is not None:
        keys = np.union1d(keys, _suggested(store, task_id))
    keys = np.unique(keys[keys >= 0])
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART].tolist()
        contents = _contents(store, part)
        predictions, models = _predictions(store, task_id, part)
        for key in part:
            address, content = contents[key]
            answers = [_answer(one, models) for one in held.get(address, ())]
            yield Example(
                content, tuple(answers), tuple(predictions.get(address, ())), record_id=address
            )


def addresses_of(found: Iterable[Record]) -> Ids:
    """Addresses of records as the store takes them."""
    return as_ids(one.id for one in found)


def suggested_for(store: Store, task_id: int, ids: Ids) -> dict[bytes, list[Kept]]:
    """Suggestions for some records, by address, oldest first."""
    keys = np.unique(record_keys(store.database, ids))
    find = (
        read_kept()
        .where(suggestions.c.task_id == task_id, among(store.database, records.c.id))
        .order_by(suggestions.c.id)
    )
    found: dict[bytes, list[Kept]] = {}
    for row in _rows(store, find, keys[keys >= 0].tolist()):
        found.setdefault(row.address, []).append(as_kept(row))
    return found


def _held(store: Store, task: Task) -> dict[bytes, list[KeptResponse]]:
    kept = store.responses(task.name, task.kind)
    by_record: dict[bytes, list[KeptResponse]] = {}
    for role in ROLES:
        for address, by_annotator in holding(kept, task, role).items():
            by_record.setdefault(address, []).extend(by_annotator.values())
    return {address: sorted(found, key=lambda one: one.id) for address, found in by_record.items()}


def _suggested(store: Store, task_id: int) -> Any:
    find = select(suggestions.c.record_id).where(suggestions.c.task_id == task_id).distinct()
    with store.database.read() as connection:
        found = [row[0] for row in connection.execute(find).cursor.fetchall()]
    return np.array(found, dtype=np.int64)


def _contents(
    store: Store, keys: list[int]
) -> dict[int, tuple[bytes, tuple[tuple[str, str], ...]]]:
    find = select(records).where(among(store.database, records.c.id))
    return {
        row.id: (row.address, codec.load_content(row.content)) for row in _rows(store, find, keys)
    }


def _predictions(
    store: Store, task_id: int | None, keys: list[int]
) -> tuple[dict[bytes, list[Prediction]], dict[int, str]]:
    """Predictions by address, oldest first, and the models of suggestions by id."""
    found: dict[bytes, list[Prediction]] = {}
    models: dict[int, str] = {}
    find = read_kept().where(among(store.database, records.c.id)).order_by(suggestions.c.id)
    for row in _rows(store, find, keys):
        kept = as_kept(row)
        models[kept.id] = full_name(kept.model)
        if row.task_id == task_id and not kept.model.is_check:
            one = kept.suggestion
            made = Prediction(one.value, one.score, models[kept.id], one.alternatives)
            found.setdefault(row.address, []).append(made)
    return found, models


def _answer(kept: KeptResponse, models: Mapping[int, str]) -> Answer:
    said = kept.response
    return Answer(
        decision=said.decision,
        value=said.value,
        annotator=said.annotator,
        role=said.role,
        share=said.share,
        blind=said.blind,
        seconds=said.seconds,
        note=said.note,
        beside=models.get(said.suggestion, "") if said.suggestion is not None else "",
        key=said.key,
        created=kept.created,
    )


def _rows(store: Store, find: Select[Any], keys: list[int]) -> list[Any]:
    with store.database.read() as connection:
        return list(connection.execute(find, {"wanted": as_wanted(store.database, keys)}).all())
