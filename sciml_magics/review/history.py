"""What a person said so far, the newest first."""

from __future__ import annotations

from typing import NamedTuple

from sciml_magics.review.scope import Scope
from sciml_magics.store import codec
from sciml_magics.store.responses import as_response, read_responses, stands
from sciml_magics.store.schema import records, responses
from sciml_magics.tasks import KeptResponse, Record


class Entry(NamedTuple):
    """A response, the record it was given to, and whether it was taken back."""

    kept: KeptResponse
    record: Record
    undone: bool


def history(
    scope: Scope, limit: int, before: int | None = None, record_id: bytes | None = None
) -> list[Entry]:
    """Responses, the newest first, undos left out; see `Reviewer.history`."""
    find = (
        read_responses()
        .add_columns(records.c.content, stands().label("stands"))
        .where(responses.c.question_id == scope.asked.question, responses.c.undoes_id.is_(None))
        .order_by(responses.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        find = find.where(responses.c.id < before)
    if record_id is not None:
        find = find.where(records.c.address == record_id)
    if record_id is None or scope.role != "adjudicator":
        find = find.where(responses.c.annotator == scope.annotator)
    with scope.database.read() as connection:
        rows = connection.execute(find).all()
    return [
        Entry(
            as_response(row), Record(row.address, codec.load_content(row.content)), not row.stands
        )
        for row in rows
    ]
