"""Responses as rows: what people said, only ever added, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, select

from sciml_magics.errors import TaskError
from sciml_magics.store import codec, ledger
from sciml_magics.store.database import Database
from sciml_magics.store.kept import as_task
from sciml_magics.store.lookup import CHUNK, Ids, among, as_wanted, record_keys
from sciml_magics.store.schema import leases, records, responses, suggestions, tasks
from sciml_magics.tasks import KeptResponse, Kind, Record, Response, Task, check_response

PART = 500
_undone = responses.alias("undone")
_undo = responses.alias("undo")


class Asked(NamedTuple):
    """A version of a task, and the question that it is a version of.

    Parameters
    ----------
    id, version, task
        The version.
    question
        Id of the first version of the same name and kind: what is said of one version holds for
        all of them.
    """

    id: int
    version: int
    task: Task
    question: int


def asked(connection: Connection, task_id: int) -> Asked:
    """The version of this id, and its question."""
    row = connection.execute(select(tasks).where(tasks.c.id == task_id)).one()
    task = as_task(row.definition)
    find = select(tasks.c.id, tasks.c.definition).where(tasks.c.name == row.name)
    for first in connection.execute(find.order_by(tasks.c.id)):
        if as_task(first.definition).kind == task.kind:
            return Asked(task_id, row.version, task, first.id)
    raise AssertionError("a version of a task is one of its own versions")


def lock(connection: Connection, database: Database, question: int) -> None:
    """Let nobody else respond or lease in this question until the transaction ends.

    SQLite has one writer at a time anyhow. On a server, the ids of responses then rise in the order
    in which they can be seen, and two people cannot lease one record at the same moment.
    """
    if not database.path:
        key = func.hashtext("sciml_review"), question
        connection.execute(select(func.pg_advisory_xact_lock(*key)))


def respond(database: Database, task_id: int, given: Sequence[Response]) -> list[KeptResponse]:
    """Keep responses to a version of a task; see `Store.respond`."""
    if not given:
        return []
    with database.write() as connection:
        about = asked(connection, task_id)
        lock(connection, database, about.question)
        keys = [response.key for response in given]
        known = _of_keys(connection, keys)
        new: dict[str, Response] = {}
        for one in given:
            if one.key not in known:
                new.setdefault(one.key, one)
        if new:
            rows = _rows(connection, about, list(new.values()))
            connection.execute(database.insert(responses).on_conflict_do_nothing(), rows)
            _end_leases(connection, about.question, rows)
            known |= _of_keys(connection, list(new))
    return [known[key] for key in keys]


def responses_to(
    database: Database, name: str, kind: Kind | None = None, ids: Ids | None = None
) -> list[KeptResponse]:
    """Everything that was said of a task; see `Store.responses`."""
    find = read_responses().where(tasks.c.name == name).order_by(responses.c.id)
    if ids is None:
        with database.read() as connection:
            rows = list(connection.execute(_of_kind(connection, find, name, kind)))
        return [as_response(row) for row in rows]
    keys = np.unique(record_keys(database, ids))
    find = find.where(among(database, responses.c.record_id))
    found: list[KeptResponse] = []
    for start in range(0, len(keys), CHUNK):
        wanted = {"wanted": as_wanted(database, keys[start : start + CHUNK].tolist())}
        with database.read() as connection:
            rows = list(connection.execute(_of_kind(connection, find, name, kind), wanted))
        found += [as_response(row) for row in rows]
    return sorted(found, key=lambda kept: kept.id)


def _of_kind(
    connection: Connection, find: Select[Any], name: str, kind: Kind | None
) -> Select[Any]:
    if kind is None:
        return find
    versions = select(tasks.c.id, tasks.c.definition).where(tasks.c.name == name)
    of_kind = [
        row.id for row in connection.execute(versions) if as_task(row.definition).kind == kind
    ]
    return find.where(responses.c.task_id.in_(of_kind))


def read_responses() -> Select[Any]:
    """Every response with the version of its task, its record's address and what it undoes."""
    return (
        select(responses, tasks.c.version, records.c.address, _undone.c.key.label("undoes"))
        .join_from(responses, tasks, tasks.c.id == responses.c.task_id)
        .join(records, records.c.id == responses.c.record_id)
        .outerjoin(_undone, _undone.c.id == responses.c.undoes_id)
    )


def as_response(row: Row[Any]) -> KeptResponse:
    """Read a row of `read_responses`."""
    response = Response(
        key=row.key,
        record_id=row.address,
        decision=row.decision,
        value=codec.load_value(row.value),
        annotator=row.annotator,
        role=row.role,
        suggestion=row.suggestion_id,
        share=row.share,
        blind=row.blind,
        seconds=row.seconds,
        note=row.note or "",
        undoes=row.undoes,
    )
    return KeptResponse(row.id, response, row.version, ledger.moment(row.created))


def stands() -> ColumnElement[bool]:
    """Whether a response is no undo and was not taken back."""
    taken_back = select(_undo.c.id).where(_undo.c.undoes_id == responses.c.id).exists()
    return and_(responses.c.undoes_id.is_(None), ~taken_back)


def parted(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Items in parts that are few enough for one statement."""
    left = iter(items)
    while part := list(islice(left, PART)):
        yield part


def _of_keys(connection: Connection, keys: Iterable[str]) -> dict[str, KeptResponse]:
    found = {}
    for part in parted(keys):
        for row in connection.execute(read_responses().where(responses.c.key.in_(part))):
            found[row.key] = as_response(row)
    return found


def _rows(connection: Connection, about: Asked, new: list[Response]) -> list[dict[str, Any]]:
    """The rows of new responses, checked."""
    found = _records(connection, {one.record_id for one in new})
    suggested = _suggested(connection, {one.suggestion for one in new} - {None})
    taken_back = _of_keys(connection, {one.undoes for one in new if one.undoes is not None})
    created = ledger.now()
    rows = []
    for one in new:
        if one.record_id not in found:
            raise TaskError(f"a response is to a record that the store does not hold: {one.key}")
        record, content = found[one.record_id]
        source = Record(one.record_id, codec.load_content(content)).text if one.value else ""
        check_response(about.task, one, source)
        if one.suggestion is not None and suggested.get(one.suggestion) != record:
            raise TaskError(f"response {one.key} names a suggestion that is not of its record")
        undoes = _undoes(one, taken_back) if one.undoes is not None else None
        rows.append(_row(about, one, record, undoes, created))
    _check_still_hold(connection, rows)
    return rows


def _row(
    about: Asked, one: Response, record: int, undoes: int | None, created: int
) -> dict[str, Any]:
    return {
        "key": one.key,
        "task_id": about.id,
        "question_id": about.question,
        "record_id": record,
        "decision": one.decision,
        "value": codec.dump_value(one.value),
        "annotator": one.annotator,
        "role": one.role,
        "suggestion_id": one.suggestion,
        "share": one.share,
        "blind": one.blind,
        "seconds": one.seconds,
        "note": one.note or None,
        "undoes_id": undoes,
        "created": created,
    }


def _records(connection: Connection, addresses: set[bytes]) -> dict[bytes, tuple[int, str]]:
    found = {}
    for part in parted(addresses):
        find = select(records).where(records.c.address.in_(part))
        for row in connection.execute(find):
            found[row.address] = row.id, row.content
    return found


def _suggested(connection: Connection, ids: set[Any]) -> dict[int, int]:
    """The record of each suggestion."""
    found: dict[int, int] = {}
    for part in parted(ids):
        find = select(suggestions.c.id, suggestions.c.record_id).where(suggestions.c.id.in_(part))
        found |= {row.id: row.record_id for row in connection.execute(find)}
    return found


def _undoes(one: Response, taken_back: dict[str, KeptResponse]) -> int:
    target = taken_back.get(one.undoes or "")
    if target is None or target.response.record_id != one.record_id:
        raise TaskError(f"there is no response {one.undoes} to this record to take back")
    if target.response.annotator != one.annotator:
        raise TaskError("a response is taken back by who gave it: answer the record yourself")
    if target.response.decision == "undone":
        raise TaskError("what was taken back stays so: answer the record anew")
    return target.id


def _check_still_hold(connection: Connection, rows: list[dict[str, Any]]) -> None:
    taken = [row["undoes_id"] for row in rows if row["undoes_id"] is not None]
    if len(set(taken)) < len(taken):
        raise TaskError("a response can be taken back once")
    for part in parted(taken):
        find = select(responses.c.id).where(responses.c.undoes_id.in_(part)).limit(1)
        if connection.scalar(find) is not None:
            raise TaskError("the response was taken back already")


def _end_leases(connection: Connection, question: int, rows: list[dict[str, Any]]) -> None:
    """What a person answered is no longer before them."""
    by: dict[str, list[int]] = {}
    for row in rows:
        by.setdefault(row["annotator"], []).append(row["record_id"])
    for annotator, answered in by.items():
        mine = (leases.c.question_id == question) & (leases.c.annotator == annotator)
        for part in parted(answered):
            connection.execute(delete(leases).where(mine, leases.c.record_id.in_(part)))
