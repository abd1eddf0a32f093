"""The contract between the engine and what runs a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sciml_magics.models.batching import Indices
from sciml_magics.models.text_input import Ids

Vectors = npt.NDArray[np.float32]


class Forward(Protocol):
    """Runs an encoder over batches of token sequences. Safe to call from several threads."""

    dimension: int
    workers: int

    def batches(self, lengths: Indices) -> Iterator[Indices]:
        """Positions of sequences in batches that suit this way of running, longest first."""
        ...

    def shrink(self, tokens: int) -> None:
        """Make further batches no larger than this many tokens: memory has run out."""
        ...

    def __call__(self, sequences: Sequence[Ids]) -> Vectors:
        """Pooled outputs of sequences, longest first, as they are: ``[sequences, dimension]``."""
        ...
