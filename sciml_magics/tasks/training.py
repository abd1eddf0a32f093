"""Training: what a model learns from, how, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from sciml_magics.tasks.suggestion import Value

Method = Literal["head", "fewshot", "lora", "adalora", "adapter", "full"]
METHODS: tuple[Method, ...] = get_args(Method)

Tracker = Literal["tensorboard", "wandb"]
TRACKERS: tuple[Tracker, ...] = get_args(Tracker)

Ending = Literal["done", "early", "stopped", "diverged"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its right answer.

    Parameters
    ----------
    text
        What a model reads.
    value
        The answer: a label, labels or spans, after the kind of the task.
    """

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Training:
    """How a model is trained. ``None`` is the method's own default.

    Parameters
    ----------
    method
        ``"head"``: a regularised linear head on the embeddings of a frozen encoder.
        ``"fewshot"``: the encoder is first taught, from pairs of sentences, which belong together.
        ``"lora"``, ``"adalora"``, ``"adapter"``: few weights beside the frozen ones.
        ``"full"``: all weights.
    epochs
        Times that every example is seen.
    learning_rate
        Highest step size.
    batch_tokens
        Tokens of a batch on the device; batches are made of texts of like length.
    accumulate
        Batches that are put together for one step.
    class_weights
        ``"balanced"``: rare labels count for more. ``"none"``.
    consistency
        Read every text twice, and let how far the two readings are from each other, which dropout
        makes differ, count so much beside the loss (R-Drop: Liang et al., NeurIPS 2021,
        doi:10.48550/arXiv.2106.14448): a better model in twice the time. 0 reads once; a head and
        few-shot training do not know it.
    patience
        Stop after so many epochs without a better validation; 0 never stops early.
    rank
        Rank of LoRA; where AdaLoRA's budget ends; width of an adapter.
    max_length
        Most tokens of a text in training; longer ones are cut, and that is noted.
    seed
        Of everything random.
    device, precision
        As of `sciml_magics.models.Options`.
    """

    method: Method = "full"
    epochs: int | None = None
    learning_rate: float | None = None
    batch_tokens: int | None = None
    accumulate: int = 1
    class_weights: Literal["balanced", "none"] = "none"
    consistency: float = 0.0
    patience: int = 2
    rank: int | None = None
    max_length: int | None = None
    seed: int = 0
    device: str = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a training.

    Parameters
    ----------
    step, steps
        Steps done and in all.
    epoch
        Epochs done, with fraction.
    loss
        Of training, a running mean; NaN before the first step.
    validation
        Score on the validation examples after the last epoch, 0 to 1, higher is better (macro F1
        of labels, entity F1 of spans); ``None`` before the first.
    seconds
        Since training began.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    validation: float | None
    seconds: float


Watcher: TypeAlias = Callable[[Moment], None]


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of a training.

    Parameters
    ----------
    folder
        Holds the model: an ordinary folder of transformers or sentence-transformers.
    ending
        ``"done"``, ``"early"`` (validation got no better), ``"stopped"`` (by the person),
        ``"diverged"`` (the loss was not a number; the best weights before it were kept).
    history
        A moment after every epoch.
    validation
        Of the weights that were kept; ``None`` without validation examples.
    tokens_per_second
        Through training, validation left out.
    notes
        What the person should know, a sentence each.
    """

    folder: Path
    ending: Ending
    history: tuple[Moment, ...]
    validation: float | None
    tokens_per_second: float
    notes: tuple[str, ...] = ()
