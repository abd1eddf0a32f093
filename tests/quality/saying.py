"""Let people answer tasks on tables, without a panel."""

from __future__ import annotations

from uuid import uuid4

from sciml_magics.store import Store
from sciml_magics.tasks import Decision, KeptResponse, Record, Response, Task, Value


def say(
    store: Store,
    task: Task,
    record: Record | bytes,
    decision: Decision,
    value: Value = None,
    by: str = "ada",
    undoes: str | None = None,
) -> KeptResponse:
    """Keep what somebody says of a record."""
    address = record if isinstance(record, bytes) else record.id
    response = Response(uuid4().hex, address, decision, value, by, undoes=undoes)
    [kept] = store.respond(store.task(task), [response])
    return kept
