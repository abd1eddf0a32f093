"""The keyword arguments that the public functions share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from sciml_magics.annotation import Listener
from sciml_magics.review import Order
from sciml_magics.tasks import Method
from sciml_magics.tasks.training import Tracker

if TYPE_CHECKING:
    import pandas as pd

Precision = Literal["auto", "fp32", "bf16", "fp16"]
Window = Literal["max", "mean"]


class RunOptions(TypedDict, total=False):
    """The keyword arguments of `Task.run`, where they are explained."""

    model: str | None
    otherwise: str | None
    device: str
    precision: Precision
    window: Window
    max_new_tokens: int
    shortlist: int
    threshold: float | None
    where: str | None
    variables: Mapping[str, Any] | None
    sample: int | None
    limit: int | None
    seed: int
    provenance: bool
    raw_scores: bool
    by: str | None
    store: str | Path | None
    progress: bool | Listener


class LearnOptions(TypedDict, total=False):
    """The keyword arguments of `Task.learn`, where they are explained."""

    method: Method | None
    model: str | None
    epochs: int | None
    learning_rate: float | None
    batch_tokens: int | None
    accumulate: int
    class_weights: Literal["balanced", "none"]
    consistency: float
    patience: int
    rank: int | None
    max_length: int | None
    seed: int
    device: str
    precision: Precision
    force: bool
    promote: bool
    suggest: bool
    frame: pd.DataFrame | None
    search: int
    track: Tracker | Sequence[Tracker]
    by: str | None
    store: str | Path | None
    progress: bool | Listener


class ReviewOptions(TypedDict, total=False):
    """The keyword arguments of `Task.review`, where they are explained."""

    where: str | None
    variables: Mapping[str, Any] | None
    order: Order
    model: str | None
    annotator: str | None
    overlap: int
    adjudicate: bool
    store: str | Path | None
