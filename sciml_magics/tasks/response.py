"""Responses: what a person said of a record."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sciml_magics.tasks.suggestion import Span, Value

Decision = Literal["accepted", "corrected", "rejected", "skipped", "flagged", "undone"]
Role = Literal["annotator", "adjudicator"]
Share = Literal[
    "uncertain", "models", "annotators", "errors", "diverse", "random", "audit", "blind", "chosen"
]

DECISIONS: tuple[Decision, ...] = get_args(Decision)
ROLES: tuple[Role, ...] = get_args(Role)
SHARES: tuple[Share, ...] = get_args(Share)


@dataclass(frozen=True, slots=True)
class Response:
    """What a person said of one record. It is never changed: undoing it is another response.

    Parameters
    ----------
    key
        Made by whoever sends it, unlike every other: a response that is sent again is kept once.
    record_id
        The record's address.
    decision
        ``"accepted"``: the suggestion's own value. ``"corrected"``: another value, also where the
        model had none. ``"rejected"``: the suggestion is wrong, and no value is given.
        ``"skipped"``: no answer. ``"flagged"``: put aside for a second look. ``"undone"``: the
        response `undoes` no longer holds.
    value
        The value that the person stands behind; ``None`` unless accepted or corrected.
    annotator
        Who.
    role
        An adjudicator decides where annotators differ.
    suggestion
        Id of the suggestion that was beside the record, ``None`` where there was none.
    share
        The part of the queue that the record came from. Only ``"audit"`` and ``"blind"`` are drawn
        at random from all records, and allow unbiased estimates.
    blind
        Whether the suggestion was hidden until the person had answered.
    seconds
        Time from seeing the record to answering, ``None`` where unknown.
    note
        What the person wrote beside it.
    undoes
        Key of the response that this one takes back.
    """

    key: str
    record_id: bytes
    decision: Decision
    value: Value
    annotator: str
    role: Role = "annotator"
    suggestion: int | None = None
    share: Share = "chosen"
    blind: bool = False
    seconds: float | None = None
    note: str = ""
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response as it is in the store.

    Parameters
    ----------
    id
        Rises in the order in which responses were stored.
    response
        What was said.
    task_version
        The version of the task that it was said of.
    created
        When it was stored, in UTC.
    """

    id: int
    response: Response
    task_version: int
    created: datetime


def same_value(first: Value, second: Value) -> bool:
    """Whether two values say the same: labels in any order, spans whatever their scores.

    Examples
    --------
    >>> same_value(("genes", "cells"), ("cells", "genes"))
    True
    >>> same_value("genes", None)
    False
    """
    return comparable(first) == comparable(second)


def comparable(value: Value) -> Hashable:
    """Something that is equal for values that say the same.

    Examples
    --------
    >>> comparable((Span(0, 2, "x", "ab", 0.5),)) == comparable((Span(0, 2, "x", "ab"),))
    True
    """
    if not isinstance(value, tuple):
        return value
    return frozenset(
        (part.start, part.end, part.label) if isinstance(part, Span) else part for part in value
    )
