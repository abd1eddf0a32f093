"""Responses as the store would give them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sciml_magics.tasks import KeptResponse, Response, Span, Value, record_id

_START = datetime(2026, 1, 1, tzinfo=UTC)


class Said:
    """Builds responses one after the other; each is newer than those before."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.kept: list[KeptResponse] = []

    def says(self, annotator: str, text: str, answer: Value, **more: Any) -> KeptResponse:
        """Somebody says something of the record of a text; decisions stand in brackets."""
        number = next(self._numbers)
        decision, value = _read(answer)
        response = Response(
            key=f"key-{number}",
            record_id=record_id(text),
            decision=more.pop("decision", decision),
            value=value,
            annotator=annotator,
            **more,
        )
        one = KeptResponse(number, response, 1, _START + timedelta(minutes=number))
        self.kept.append(one)
        return one

    def undoes(self, one: KeptResponse) -> KeptResponse:
        """The annotator takes a response back."""
        number = next(self._numbers)
        response = Response(
            key=f"key-{number}",
            record_id=one.response.record_id,
            decision="undone",
            value=None,
            annotator=one.response.annotator,
            undoes=one.response.key,
        )
        undo = KeptResponse(number, response, 1, _START + timedelta(minutes=number))
        self.kept.append(undo)
        return undo


def table(answers: Mapping[str, Sequence[Value]], missing: str = "-") -> list[KeptResponse]:
    """Responses from one row of answers per annotator, one column per record."""
    said = Said()
    for annotator, row in answers.items():
        for at, answer in enumerate(row):
            if answer != missing:
                said.says(annotator, f"record {at}", answer)
    return said.kept


def marks(text: str, *marked: tuple[int, int, str]) -> tuple[Span, ...]:
    """Spans of a text."""
    return tuple(Span(start, end, label, text[start:end]) for start, end, label in marked)


def _read(answer: Value) -> tuple[Any, Value]:
    if isinstance(answer, str) and answer.startswith("("):
        return answer[1:-1], None
    return "corrected", answer
