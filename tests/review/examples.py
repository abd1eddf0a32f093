"""Tasks with suggestions, and people who answer, for the tests of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from sciml_magics.review import Batch, Offered, Reviewer
from sciml_magics.store import Store
from sciml_magics.tasks import ModelIdentity, Record, Suggestion, Task, record_id
from tests.store.examples import MODEL, TOPIC, begin, record

OTHER_MODEL = replace(MODEL, id="another model")
_keys = count()


def texts(number: int) -> list[str]:
    return [f"text {at}" for at in range(number)]


def sure(text: str, score: float, model: str = "genes") -> Suggestion:
    """A suggestion of one label; the rest of the score goes to another."""
    other = "cells" if model == "genes" else "genes"
    return Suggestion(record_id(text), model, score, ((model, score), (other, 1 - score)))


def fill(
    store: Store,
    scores: Sequence[float],
    model: ModelIdentity = MODEL,
    label: str = "genes",
    task: Task = TOPIC,
) -> list[bytes]:
    """Suggestions with these scores for ``text 0``, ``text 1``, …; addresses of the records."""
    names = texts(len(scores))
    found: list[Record] = [record(name) for name in names]
    given = [sure(name, score, label) for name, score in zip(names, scores, strict=True)]
    store.append(begin(store, task, model), found, given)
    return [one.id for one in found]


def even(number: int) -> list[float]:
    """Scores from one half to nearly 1, the least sure first."""
    return [0.5 + 0.49 * at / number for at in range(number)]


def key() -> str:
    """Unlike every other."""
    return f"key-{next(_keys):08}"


def accept(reviewer: Reviewer, item: Offered, value: str = "genes") -> None:
    reviewer.respond(key(), item.record.id, "accept", value, share=item.share, blind=item.blind)


def ids(batch: Batch | Sequence[Offered]) -> list[bytes]:
    items = batch.items if isinstance(batch, Batch) else batch
    return [item.record.id for item in items]


def answer_all(reviewer: Reviewer, most: int = 10_000, at_once: int = 7) -> list[Offered]:
    """Answer until nothing comes; what came, in order."""
    seen: list[Offered] = []
    while len(seen) < most and (batch := reviewer.next(at_once)).items:
        for item in batch.items:
            accept(reviewer, item)
        seen += batch.items
    return seen
