"""What a training is made of: rows of tokens with their targets, a loss, and a score.

A `Lesson` is one kind of task made ready for a model. Everything else about training is the same
for all kinds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from sciml_magics.models.text_input import Framing, Ids

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

Target: TypeAlias = "int | npt.NDArray[np.int64] | npt.NDArray[np.float32]"
Logits = npt.NDArray[np.float32]

# What a target holds where there is nothing to learn; the losses of torch leave it out.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Row:
    """What a model reads of an example, and what it should say.

    Parameters
    ----------
    ids
        Tokens, special ones included, shape ``[tokens]``.
    target
        A class number; 0 or 1 for each label, float32 ``[labels]``; or a class number for each
        token, int64 ``[tokens]``, `IGNORED` where there is none.
    kinds
        Token type ids, shape ``[tokens]``; ``None`` where the model reads none.
    """

    ids: Ids
    target: Target
    kinds: Ids | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a model reads texts.

    Parameters
    ----------
    tokenizer
        Neither cuts nor pads.
    framing
        The special tokens around a text.
    limit
        Most tokens of a row, special ones included: the model's own limit, or fewer if a person
        asked for that.
    blank
        The token that fills up shorter rows.
    left
        Whether shorter rows are filled up before their tokens.
    segmented
        Whether the model reads token type ids.
    model
        The base model's id, for messages.
    config
        The base model's ``config.json``.
    """

    tokenizer: Tokenizer
    framing: Framing
    limit: int
    blank: int
    left: bool
    segmented: bool
    model: str
    config: Mapping[str, Any]


class Lesson(ABC):
    """One kind of task made ready for a model.

    Parameters
    ----------
    names
        Of the model's outputs, in their order.
    rows
        To learn from.
    checks
        Rows to validate on; may be empty.
    notes
        What the person should know, a sentence each.
    """

    auto_class: ClassVar[str]
    """Name of the class of transformers that carries the head."""
    of_words: ClassVar[bool] = False
    """Whether every word of a row is learned, rather than one answer of a row."""

    def __init__(
        self,
        names: Sequence[str],
        rows: Sequence[Row],
        checks: Sequence[Row],
        notes: Sequence[str] = (),
    ) -> None:
        self.names = tuple(names)
        self.rows = tuple(rows)
        self.checks = tuple(checks)
        self.notes = tuple(notes)

    def settings(self) -> Mapping[str, Any]:
        """Keys of ``config.json`` beside the names of the outputs."""
        return {}

    def prepare(self, model: PreTrainedModel) -> tuple[str, ...]:
        """Change the model after it is loaded and before it is trained.

        Returns
        -------
        tuple of str
            Names of modules that are new or changed by this, which an adapter has to carry along.
        """
        del model
        return ()

    @abstractmethod
    def loss(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Loss summed over a batch; training divides it by the targets that are not `IGNORED`.

        Parameters
        ----------
        logits
            fp32, shape ``[rows, outputs]`` or ``[rows, tokens, outputs]``.
        targets
            Shape ``[rows]``, ``[rows, labels]`` or ``[rows, tokens]``.
        """

    def disagreement(
        self, one: torch.Tensor, other: torch.Tensor, targets: torch.Tensor
    ) -> torch.Tensor:
        """How far two readings of a batch are from each other, summed over its targets.

        The mean of both Kullback-Leibler divergences, in nats.

        Parameters
        ----------
        one, other
            Logits, as of `loss`.
        targets
            As of `loss`: where they are `IGNORED`, readings may differ.
        """
        from torch.nn.functional import log_softmax

        first, second = log_softmax(one, -1), log_softmax(other, -1)
        apart = ((first.exp() - second.exp()) * (first - second)).sum(-1) / 2
        return apart[targets != IGNORED].sum()

    @abstractmethod
    def score(self, logits: Sequence[Logits]) -> float:
        """Score of the logits of `checks`, 0 to 1, higher is better.

        Parameters
        ----------
        logits
            For each row, in their order, shape ``[outputs]`` or ``[tokens, outputs]`` with as many
            tokens as the row has.
        """
