"""What every suggester is and can do: the one protocol between jobs and models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import (
    Estimate,
    Execution,
    Input,
    Kind,
    ModelIdentity,
    Record,
    Suggestion,
    Task,
)


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is run.

    Parameters
    ----------
    device
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"mps"``.
    precision
        ``"auto"`` (bf16 where a short probe shows that it is faster), ``"fp32"``, ``"bf16"`` or
        ``"fp16"``.
    window
        How the windows of a text longer than the model's limit are put together: ``"max"`` (the
        strongest window speaks) or ``"mean"``.
    max_new_tokens
        Length limit of a free-text answer.
    shortlist
        How many labels an entailment model compares with each text: those that the embedded model
        finds nearest to it. 0 compares all, which takes time with every label.
    """

    device: str = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    window: Literal["max", "mean"] = "max"
    max_new_tokens: int = 64
    shortlist: int = 0


@runtime_checkable
class Suggester(Protocol):
    """A model, or anything else, that proposes answers.

    Making one reads configuration files only. Weights are loaded by `ready`, or by the first
    `suggest` or `estimate`: a run that finds every answer in the store never loads a model.
    """

    @property
    def identity(self) -> ModelIdentity:
        """What it is: equal identities give equal answers."""
        ...

    @property
    def abilities(self) -> frozenset[tuple[Input, Kind]]:
        """The pairs of input and task kind that it can do."""
        ...

    @property
    def execution(self) -> Execution | None:
        """Where and how it runs, once it is loaded."""
        ...

    def ready(self) -> Execution:
        """Load the weights, unless that is done, and say where and how the model runs.

        Raises
        ------
        ModelError
            If the weights cannot be loaded, or the device is not there.
        """
        ...

    def resolve(self, task: Task) -> Task:
        """The task with its labels filled in from the model where it has none.

        Raises
        ------
        ModelError
            If the model cannot do the task; the message says which models can.
        """
        ...

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions for `records`, in any order, each record exactly once.

        `task` is one that `resolve` returned.
        """
        ...

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        """Cost measured on `records`, a small sample."""
        ...


@runtime_checkable
class Embeds(Protocol):
    """A suggester with one embedding of each record, which can be kept and used again."""

    @property
    def encoder_key(self) -> str:
        """Hash of everything that decides the embeddings: equal keys, equal embeddings."""
        ...

    def vectors_of(
        self, records: Sequence[Record]
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]]:
        """Embeddings of `records` in batches, in any order, each record exactly once.

        Yields
        ------
        positions
            In `records`, shape ``[m]``.
        vectors
            Shape ``[m, dimension]``; of length 1, but for classifiers of images, whose layer
            that answers reads lengths, too. Zero where there is nothing to read; not a number
            where the record cannot be read now: such are not kept.
        """
        ...


@runtime_checkable
class FromVectors(Embeds, Protocol):
    """A suggester whose answers follow from the embeddings alone."""

    def suggest_from(
        self, records: Sequence[Record], vectors: npt.NDArray[np.float32], task: Task
    ) -> list[Suggestion]:
        """Suggestions for `records` in their order, without a run of the encoder.

        Parameters
        ----------
        records
            What is asked about.
        vectors
            Their embeddings, rounded to half precision, shape ``[records, dimension]``.
        task
            One that `Suggester.resolve` returned.
        """
        ...
