"""Tasks, records and suggestions that the tests of the store are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from hypothesis import strategies as st

from sciml_magics.store import Store
from sciml_magics.store.lookup import Ids
from sciml_magics.tasks import (
    Execution,
    Label,
    ModelIdentity,
    Record,
    Suggestion,
    Task,
    Value,
    record_id,
)

TOPIC = Task("topic", ("abstract",), labels=(Label("genes"), Label("cells"), Label("brains")))
MODEL = ModelIdentity("all-MiniLM-L6-v2", "53aa51172d14", "encoder", '{"window":"max"}')


def record(text: str) -> Record:
    return Record(record_id(text), (("abstract", text),))


def suggestion(text: str, value: Value = "genes", score: float = 0.75) -> Suggestion:
    rest = (("cells", 1 - score),)
    return Suggestion(record_id(text), value, score, (("genes", score), *rest))


def begin(store: Store, task: Task = TOPIC, model: ModelIdentity = MODEL) -> int:
    cpu = Execution("cpu", "bf16")
    return store.begin(store.task(task), model, cpu, by="Ada", seed=7, code_version="1.2.3")


def add(store: Store, run_id: int, texts: Iterable[str], value: Value = "genes") -> None:
    known = list(texts)
    store.append(
        run_id, [record(text) for text in known], [suggestion(text, value) for text in known]
    )


def ids_of(texts: Iterable[str]) -> Ids:
    return np.frombuffer(b"".join(record_id(text) for text in texts), dtype="V16")


def answered(
    store: Store,
    texts: Iterable[str],
    task: Task = TOPIC,
    model: ModelIdentity = MODEL,
    chunk: int = 10_000,
) -> dict[int, tuple[Value, float]]:
    """Value and score by position."""
    return dict(_pairs(store, list(texts), task, model, chunk))


def _pairs(
    store: Store, texts: list[str], task: Task, model: ModelIdentity, chunk: int
) -> Iterator[tuple[int, tuple[Value, float]]]:
    for at, values, scores in store.answers(store.task(task), model, ids_of(texts), chunk):
        for position, value, score in zip(at.tolist(), values, scores.tolist(), strict=True):
            yield position, (value, score)


# What breaks naive storage, more often than chance would bring it.
HARD = "\x00\ud800\udbff\udc00\udfff\ud83d\ude00\n\r\"'\\\u2028\u202e e\u0301中"
any_text = st.text(st.one_of(st.sampled_from(HARD), st.integers(0, 0x10FFFF).map(chr)))
# Names of tasks and labels hold no lone surrogates.
any_name = st.text(st.one_of(st.sampled_from("\x00\n\"'\\中😀"), st.characters())).filter(str.strip)
