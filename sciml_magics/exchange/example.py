"""What a file tells of one record, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from sciml_magics.review.verdicts import verdict
from sciml_magics.tasks import Decision, KeptResponse, Record, Response, Role, Share, Value

Wanted = Literal["answers", "predictions"]
"""How to read a value of which the file does not say whether a person or a model gave it."""

_SOMETIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a record.

    Parameters
    ----------
    decision, value, annotator, role, share, blind, seconds, note
        As of `sciml_magics.tasks.Response`. No annotator is the empty text.
    beside
        The model whose suggestion was beside the record, as ``id@revision``.
    key
        The response's key in the store that it comes from; empty for an answer of another tool.
    created
        When it was stored there.
    """

    decision: Decision
    value: Value
    annotator: str = ""
    role: Role = "annotator"
    share: Share = "chosen"
    blind: bool = False
    seconds: float | None = None
    note: str = ""
    beside: str = ""
    key: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model suggested for a record; ``value`` is ``None`` where it abstained.

    Parameters
    ----------
    value, score, alternatives
        As of `sciml_magics.tasks.Suggestion`.
    model
        The model, as ``id@revision``; empty where the file does not say.
    """

    value: Value
    score: float = float("nan")
    model: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """What a file tells of one record.

    Parameters
    ----------
    content
        ``(column, value)`` pairs, as of `sciml_magics.tasks.Record`.
    answers, predictions
        What people and models said, oldest first.
    record_id
        The record's address, where the file says it.
    line
        Where it stands: a line, a row or the number of an entry, counted from 1.
    """

    content: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    record_id: bytes | None = None
    line: int = 0

    @property
    def text(self) -> str:
        """What a model reads."""
        return Record(b"", self.content).text


class Current(NamedTuple):
    """What holds of a record: people's verdict, else the newest prediction."""

    status: str
    value: Value
    score: float
    annotators: tuple[str, ...] = ()
    created: datetime | None = None
    model: str = ""


def current(answers: Sequence[Answer], predictions: Sequence[Prediction]) -> Current:
    """What holds of a record."""
    newest = predictions[-1] if predictions else Prediction(None)
    if not answers:
        status = "suggested" if newest.value is not None else "abstained"
        return Current(
            status if predictions else "", newest.value, newest.score, model=newest.model
        )
    found = verdict([_kept(number, one) for number, one in enumerate(answers)])
    score = newest.score if found.status == "accepted" else float("nan")
    created = None if found.created == _SOMETIME else found.created
    return Current(found.status, found.value, score, found.annotators, created, newest.model)


def _kept(number: int, answer: Answer) -> KeptResponse:
    response = Response(
        answer.key, b"", answer.decision, answer.value, answer.annotator, answer.role
    )
    return KeptResponse(number, response, 0, answer.created or _SOMETIME)
