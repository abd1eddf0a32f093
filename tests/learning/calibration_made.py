"""Reviewed tasks to calibrate: suggestions that are too sure of themselves, and what people say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sciml_magics.frames import read_records
from sciml_magics.store import Store
from sciml_magics.tasks import (
    Counts,
    Kind,
    Label,
    ModelIdentity,
    Record,
    Response,
    Share,
    Suggestion,
    Task,
)

NAMES = ("genes", "cells", "brains")
MODEL = ModelIdentity("tiny", "1" * 40, "encoder")


def made_task(kind: Kind = "label", name: str = "topic") -> Task:
    labels = () if kind in ("text", "value") else tuple(Label(label) for label in NAMES)
    return Task(name, ("note",), kind=kind, labels=labels)


def made_frame(count: int) -> pd.DataFrame:
    return pd.DataFrame({"note": [f"note {at}" for at in range(count)]})


def too_sure(
    count: int, seed: int = 0, heat: float = 2.5
) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Probabilities whose logits are `heat` times too large, and the labels that are true."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(count, len(NAMES))) * 1.5
    powers = np.exp(logits)
    truth = [NAMES[draw.choice(3, p=row / row.sum())] for row in powers]
    hot = np.exp(logits * heat - (logits * heat).max(axis=1, keepdims=True))
    return hot / hot.sum(axis=1, keepdims=True), truth


def suggestion(record: Record, row: Sequence[float]) -> Suggestion:
    order = np.argsort(-np.asarray(row))
    ranked = tuple((NAMES[at], float(row[at])) for at in order)
    return Suggestion(record.id, ranked[0][0], ranked[0][1], ranked)


def reviewed(
    store: Store,
    answered: int,
    total: int | None = None,
    *,
    task: Task | None = None,
    model: ModelIdentity = MODEL,
    share: Share = "audit",
) -> pd.DataFrame:
    """A frame of notes whose first ones people answered; the model is too sure of itself."""
    task = task or made_task()
    total = total or answered
    probabilities, truth = too_sure(total)
    frame = made_frame(total)
    records = list(read_records(frame, task, np.arange(total)))
    run = store.begin(store.task(task), model, by="Ada", seed=0, code_version="1")
    made = [suggestion(*each) for each in zip(records, probabilities.tolist(), strict=True)]
    store.append(run, records, made)
    store.finish(run, "done", Counts())
    responses = [
        Response(
            f"key-{at}",
            records[at].id,
            "accepted" if truth[at] == made[at].value else "corrected",
            truth[at],
            "Ada",
            share=share,
        )
        for at in range(answered)
    ]
    store.respond(store.task(task), responses)
    return frame
