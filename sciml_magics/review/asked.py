"""Records that a suggester itself wants answered first, as it said beside its suggestions."""

from __future__ import annotations

import json

from sqlalchemy import select

from sciml_magics.review.scope import Scope
from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.schema import suggestions
from sciml_magics.tasks.run import ASKED, DETECTORS


def asked_for(scope: Scope) -> list[int]:
    """Keys of these records in their order; of most suggesters none."""
    if scope.models[scope.model_id].family != DETECTORS:
        return []
    return _read(scope.database, scope.asked.id, scope.model_id)


def _read(database: Database, task_id: int, model_id: int) -> list[int]:
    s = suggestions.c
    find = select(s.record_id, s.evidence).where(
        s.task_id == task_id,
        s.model_id == model_id,
        s.evidence.contains(codec.dump_text(ASKED), autoescape=True),
    )
    with database.read() as connection:
        rows = connection.execute(find).all()
    placed = [(json.loads(evidence).get(ASKED, [0])[0], record) for record, evidence in rows]
    return [record for _, record in sorted(placed)]
