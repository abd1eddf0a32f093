"""Reviews to draw: suggestions in a store, and what made-up people said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sciml_magics.store import Store
from sciml_magics.tasks import (
    Kind,
    Label,
    Record,
    Response,
    Span,
    Suggestion,
    Task,
    Value,
    record_id,
)
from tests.store.examples import begin

NAMES = ("genes", "cells", "brains")


class Review:
    """A task with suggestions, whose records are named by their number."""

    def __init__(self, store: Store, task: Task, suggested: Sequence[tuple[Value, float]]) -> None:
        self.store = store
        self.task = task
        self.suggested = suggested
        run = begin(store, task)
        records = [_record(at) for at in range(len(suggested))]
        store.append(
            run,
            records,
            [
                Suggestion(record.id, value, score)
                for record, (value, score) in zip(records, suggested, strict=True)
            ],
        )
        self.task_id = store.task(task)
        self.ids = [store.suggestions_of(record.id, self.task_id)[0].id for record in records[:200]]

    def say(self, at: int, value: Value, annotator: str = "Ada", **more: Any) -> Response:
        """Accept or correct the suggestion of a record."""
        kept = value == self.suggested[at][0]
        return self._respond(at, "accepted" if kept else "corrected", value, annotator, **more)

    def decide(self, at: int, decision: str, annotator: str = "Ada", **more: Any) -> Response:
        """Decide about a record without a value."""
        return self._respond(at, decision, None, annotator, **more)

    def _respond(
        self, at: int, decision: Any, value: Value, annotator: str, **more: Any
    ) -> Response:
        number = len(self.store.responses(self.task.name))
        response = Response(
            f"key-{number}",
            _record(at).id,
            decision,
            value,
            annotator,
            **{"suggestion": self.ids[at], "seconds": 2.0, **more},
        )
        self.store.respond(self.task_id, [response])
        return response


def _record(at: int) -> Record:
    text = f"text number {at}"
    return Record(record_id(text), (("abstract", text),))


def topic(kind: Kind = "label", names: Sequence[str] = NAMES, name: str = "topic") -> Task:
    labels = () if kind in ("text", "value") else tuple(Label(label) for label in names)
    return Task(name, ("abstract",), kind=kind, labels=labels)


def span(label: str, start: int = 0) -> Span:
    return Span(start, start + 4, label, "text number 0"[start : start + 4])
