"""Batches of texts of like length, and the tensors that they become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Sampler

from sciml_magics.models.batching import Indices
from sciml_magics.models.text_input import stack
from sciml_magics.models.training.lessons import IGNORED, Row


class LikeBatches(Sampler[list[int]]):
    """Batches of rows of like length, in an order drawn from a seed and the epoch.

    Rows are shuffled, then sorted by length, so that rows of equal length meet others in each
    epoch; the batches come in random order. There are as many in every epoch.

    Parameters
    ----------
    lengths
        Tokens of every row, shape ``[rows]``.
    tokens
        Most tokens of a batch, its filling included. A longer row is a batch of its own.
    most
        Most rows of a batch.
    seed
        Of the order.

    Examples
    --------
    >>> batches = LikeBatches([2, 9, 3, 9], tokens=18, most=8, seed=0)
    >>> sorted(sorted(batch) for batch in batches), len(batches)
    ([[0, 2], [1, 3]], 2)
    """

    def __init__(
        self, lengths: Sequence[int] | Indices, *, tokens: int, most: int, seed: int
    ) -> None:
        self._lengths = np.asarray(lengths, dtype=np.int64)
        self._cuts = _cuts(np.sort(self._lengths), tokens, most)
        self._seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._cuts) + 1

    def __iter__(self) -> Iterator[list[int]]:
        drawn = np.random.default_rng((self._seed, self.epoch))
        shuffled = drawn.permutation(len(self._lengths))
        order = shuffled[np.argsort(self._lengths[shuffled], kind="stable")]
        batches = np.split(order, self._cuts)
        for at in drawn.permutation(len(batches)):
            yield batches[at].tolist()


def _cuts(sizes: Indices, tokens: int, most: int) -> list[int]:
    """Where new batches begin among rising sizes."""
    cuts, first = [], 0
    for at, size in enumerate(sizes):
        count = at + 1 - first
        if count > 1 and (count > most or count * int(size) > tokens):
            cuts.append(at)
            first = at
    return cuts


def collate(rows: Sequence[Row], blank: int, *, left: bool = False) -> dict[str, torch.Tensor]:
    """Rows as the tensors that a model of transformers reads, and ``labels``.

    Parameters
    ----------
    rows
        At least one.
    blank
        The token that fills up shorter rows.
    left
        Fill them up before their tokens rather than after.
    """
    tokens, mask = stack([row.ids for row in rows], blank, left=left)
    batch = {"input_ids": torch.from_numpy(tokens)}
    if mask is not None:
        batch["attention_mask"] = torch.from_numpy(mask)
    kinds = [row.kinds for row in rows if row.kinds is not None]
    if kinds:
        batch["token_type_ids"] = torch.from_numpy(stack(kinds, 0, left=left)[0])
    batch["labels"] = _targets([row.target for row in rows], left=left)
    return batch


def _targets(targets: Sequence[Any], *, left: bool) -> torch.Tensor:
    if isinstance(targets[0], int):
        return torch.tensor(targets)
    if targets[0].dtype == np.float32:
        return torch.from_numpy(np.stack(targets))
    return torch.from_numpy(stack(targets, IGNORED, left=left)[0])


def pieces(batch: dict[str, torch.Tensor], tokens: int) -> list[dict[str, torch.Tensor]]:
    """Cut a batch into pieces of at most so many tokens; a row is never cut.

    Examples
    --------
    >>> whole = {"input_ids": torch.zeros(4, 8, dtype=torch.long)}
    >>> [len(piece["input_ids"]) for piece in pieces(whole, 16)]
    [2, 2]
    """
    rows, longest = batch["input_ids"].shape
    count = max(1, tokens // max(1, longest))
    if count >= rows:
        return [batch]
    return [
        {name: whole[start : start + count] for name, whole in batch.items()}
        for start in range(0, rows, count)
    ]
