"""Packs: sequences of tokens one after the other, without padding, longest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from sciml_magics.models.batching import Budget, Indices
from sciml_magics.models.engine.attention import Group
from sciml_magics.models.text_input import Ids

# Smaller packs than this leave a core waiting for Python. And products of few rows are added up in
# another order: a smaller pack is filled up, so that a text has the same embedding, bit for bit,
# whatever it is packed with. A run that was resumed then ends as one that was not.
_SMALLEST = 512
# Packs are filled up to multiples of this. oneDNN makes and keeps code for every size it meets:
# hundreds of megabytes, and much of the time, if every pack had a size of its own.
_SIZES = 128


@dataclass(frozen=True, slots=True)
class Pack:
    """Sequences in one row, those of one length together.

    Parameters
    ----------
    ids
        Tokens, shape ``[tokens]``.
    positions
        Place of every token in its own sequence, shape ``[tokens]``.
    groups
        Where the sequences of each length lie.
    """

    ids: Ids
    positions: Ids
    groups: tuple[Group, ...]


def make_pack(sequences: Sequence[Ids], filling: int = 0) -> Pack:
    """Pack sequences in the order they come in, then `filling` sequences of one token each.

    Examples
    --------
    >>> pack = make_pack([np.array([5, 6]), np.array([7, 8]), np.array([9])])
    >>> pack.ids.tolist(), pack.positions.tolist()
    ([5, 6, 7, 8, 9], [0, 1, 0, 1, 0])
    >>> [tuple(group) for group in pack.groups]
    [(0, 2, 2), (4, 1, 1)]
    """
    lengths = [len(sequence) for sequence in sequences]
    groups, start = [], 0
    for length, same in groupby(lengths):
        groups.append(Group(start, len(list(same)), length))
        start = groups[-1].stop
    positions = np.concatenate([np.arange(length, dtype=np.int64) for length in lengths])
    if not filling:
        return Pack(np.concatenate(sequences), positions, tuple(groups))
    groups.append(Group(start, filling, 1))
    zeros = np.zeros(filling, dtype=np.int64)
    return Pack(
        np.concatenate([*sequences, zeros]), np.concatenate([positions, zeros]), tuple(groups)
    )


def filling(tokens: int) -> int:
    """How many tokens a pack of so many is filled up with.

    Examples
    --------
    >>> filling(3), filling(512), filling(2000)
    (509, 0, 48)
    """
    return max(_SMALLEST, -(-tokens // _SIZES) * _SIZES) - tokens


def pack_batches(lengths: Indices, budget: Budget, workers: int) -> Iterator[Indices]:
    """Positions of sequences in packs of about equal size, longest first.

    Parameters
    ----------
    lengths
        Tokens of every sequence, shape ``[n]``.
    budget
        Most tokens of a pack. A longer sequence is a pack of its own. It may shrink between packs.
    workers
        How many packs are worked on at a time. Little work is split evenly among them.

    Yields
    ------
    Positions into `lengths`: every one exactly once.

    Examples
    --------
    >>> [pack.tolist() for pack in pack_batches(np.array([2, 9, 3, 9]), Budget(18), 1)]
    [[1, 3], [2, 0]]
    """
    order = np.argsort(-lengths, kind="stable")
    ends = np.cumsum(lengths[order])
    even = _even_share(lengths, budget.tokens, workers)
    at = before = 0
    while at < len(order):
        limit = before + min(even, budget.tokens)
        stop = max(at + 1, int(np.searchsorted(ends, limit, side="right")))
        yield order[at:stop]
        at, before = stop, int(ends[stop - 1])


def _even_share(lengths: Indices, most: int, workers: int) -> int:
    """Tokens per pack so that all workers end at about the same time."""
    tokens = int(lengths.sum())
    rounds = max(1, -(-tokens // (most * workers)))
    # A pack ends before the sequence that does not fit; half a sequence more evens that out.
    share = -(-tokens // (rounds * workers)) + int(lengths.max(initial=0)) // 2
    return max(_SMALLEST, share)
