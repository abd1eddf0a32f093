"""From what a person does to a response, and back again."""

from __future__ import annotations

import re
from typing import Literal

from sqlalchemy import and_, select

from sciml_magics.errors import TaskError
from sciml_magics.review.scope import Scope
from sciml_magics.store.responses import as_response, read_responses, stands
from sciml_magics.store.schema import records, responses
from sciml_magics.tasks import Decision, KeptResponse, Share, Value, same_value

Verb = Literal["accept", "reject", "skip", "flag"]

_DECISIONS: dict[Verb, Decision] = {"reject": "rejected", "skip": "skipped", "flag": "flagged"}
_PART = re.compile(r"(.+):\d+")


def as_decision(verb: Verb, value: Value, suggested: Value) -> tuple[Decision, Value]:
    """The decision and value that a verb comes to beside the value that was suggested.

    Raises
    ------
    TaskError
        If there is no such verb.

    Examples
    --------
    >>> as_decision("accept", "genes", None)
    ('corrected', 'genes')
    >>> as_decision("skip", None, None)
    ('skipped', None)
    """
    if verb == "accept":
        return ("accepted" if same_value(value, suggested) else "corrected"), value
    if verb not in _DECISIONS:
        raise TaskError(f"no '{verb}': choose one of accept, {', '.join(_DECISIONS)}")
    return _DECISIONS[verb], None


def newest_key(scope: Scope) -> str | None:
    """Key of the newest response of a person to the question that was not taken back."""
    mine = and_(
        responses.c.question_id == scope.asked.question, responses.c.annotator == scope.annotator
    )
    newest = select(responses.c.key).where(mine, stands()).order_by(responses.c.id.desc()).limit(1)
    with scope.database.read() as connection:
        return connection.scalar(newest)


def said_before(scope: Scope, key: str) -> KeptResponse | None:
    """What is stored under a key, or under the first key of a bulk."""
    find = read_responses().where(responses.c.key.in_((key, f"{key}:0")))
    with scope.database.read() as connection:
        row = connection.execute(find.limit(1)).first()
    return None if row is None else as_response(row)


def bulk_keys(scope: Scope, key: str, *, whole: bool) -> list[tuple[str, bytes, Share]]:
    """What taking back `key` takes back: key of each response that holds, its record and share.

    Parameters
    ----------
    scope
        Whose responses.
    key
        Of a response or of a bulk.
    whole
        Whether a response that is part of a bulk stands for all of it.

    Raises
    ------
    TaskError
        If nothing of that key is left to take back.
    """
    part = _PART.fullmatch(key)
    bulk = part[1] if part and whole else key
    mine = and_(
        responses.c.question_id == scope.asked.question, responses.c.annotator == scope.annotator
    )
    # ";" comes right after ":", so that these are the keys that begin with "bulk:".
    of_bulk = and_(responses.c.key > f"{bulk}:", responses.c.key < f"{bulk};")
    find = (
        select(responses.c.key, records.c.address, responses.c.share)
        .join(records, records.c.id == responses.c.record_id)
        .where(mine, stands())
        .order_by(responses.c.id)
    )
    with scope.database.read() as connection:
        rows = connection.execute(find.where(responses.c.key == key)).all()
        if not rows or bulk != key:
            rows = connection.execute(find.where(of_bulk)).all()
    if not rows:
        raise TaskError(f"there is no response {key} of yours to take back")
    return [(row.key, row.address, row.share) for row in rows]
