"""Annotated frames, made as the package writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from sciml_magics.frames import STATUSES
from sciml_magics.tasks import Kind, Label, Task


def make_task(name: str = "topic", labels: Sequence[str] = (), kind: Kind = "label") -> Task:
    return Task(name, ("note",), kind=kind, labels=tuple(Label(label) for label in labels))


def annotated(
    task: Task, values: object, scores: Sequence[float | None], statuses: Sequence[str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            task.name: values,
            f"{task.name}_score": pd.Series(np.array(scores, dtype="float32")),
            f"{task.name}_status": pd.Categorical(list(statuses), categories=list(STATUSES)),
        }
    )


def labelled(task: Task, rows: int, seed: int = 0) -> pd.DataFrame:
    """Rows with every status: the first tenth missing, the unsure ones abstained."""
    draw = np.random.default_rng(seed)
    scores = draw.beta(4, 2, rows).astype("float32")
    codes = draw.integers(0, len(task.labels), rows)
    statuses = np.where(scores < 0.3, "abstained", "suggested").astype(object)
    statuses[: rows // 10] = "missing"
    scores[: rows // 10] = np.nan
    codes[statuses != "suggested"] = -1
    values = pd.Categorical.from_codes(codes, pd.Index(task.label_names, dtype=object))
    return annotated(task, values, scores.tolist(), statuses.tolist())


def listed_labels(values: list[list[str] | None]) -> pd.Series:
    return pd.Series(values, dtype=pd.ArrowDtype(pa.list_(pa.string())))


def spans(values: list[list[tuple[str, float]] | None]) -> pd.Series:
    span = pa.struct(
        {
            "start": pa.int32(),
            "end": pa.int32(),
            "label": pa.string(),
            "text": pa.string(),
            "score": pa.float32(),
        }
    )
    rows = [
        None
        if row is None
        else [
            {"start": 0, "end": 1, "label": label, "text": "x", "score": score}
            for label, score in row
        ]
        for row in values
    ]
    return pd.Series(rows, dtype=pd.ArrowDtype(pa.list_(span)))
