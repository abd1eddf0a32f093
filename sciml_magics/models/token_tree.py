"""Continuations of one text as a token tree: what several answers share is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import numpy.typing as npt

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Continuation:
    """What may follow a text.

    Parameters
    ----------
    context
        Tokens that are given, such as a question; never empty.
    answer
        Tokens whose probability is asked for; never empty.
    """

    context: Tokens
    answer: Tokens

    def __post_init__(self) -> None:
        if not self.context or not self.answer:
            raise ValueError("a continuation needs a context and an answer")

    @property
    def tokens(self) -> Tokens:
        """Context and answer."""
        return self.context + self.answer


@dataclass(frozen=True, slots=True, eq=False)
class TokenTree:
    """Continuations merged where they begin alike.

    The last token of each is not in the tree: its probability is read from its parent, and
    nothing follows it.

    Parameters
    ----------
    tokens
        Token of each of the N nodes, parents before children.
    depths
        Distance of each node from the root, whose depth is 0.
    visible
        ``[N, N]``, true where the column is the row's node itself or an ancestor of it.
    reads
        The R nodes whose next-token probabilities are asked for.
    places, targets, asked
        ``[continuations, longest answer]``: index into `reads`, token, and false where a shorter
        answer has ended.
    """

    tokens: npt.NDArray[np.int64]
    depths: npt.NDArray[np.int64]
    visible: npt.NDArray[np.bool_]
    reads: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    asked: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.tokens)


def grow(continuations: Sequence[Continuation]) -> TokenTree:
    """The tree of `continuations`.

    Examples
    --------
    >>> tree = grow([Continuation((7,), (1, 9)), Continuation((7,), (1, 2, 9))])
    >>> tree.tokens.tolist(), tree.depths.tolist(), tree.reads.tolist()
    ([7, 1, 2], [0, 1, 2], [0, 1, 2])
    """
    parents: list[int] = []
    nodes: dict[tuple[int, int], int] = {}
    steps: list[list[tuple[int, int]]] = []
    for continuation in continuations:
        at = -1
        path = []
        for place, token in enumerate(continuation.tokens):
            if place >= len(continuation.context):
                path.append((at, token))
            if place < len(continuation.tokens) - 1:
                at = _child(at, token, nodes, parents)
        steps.append(path)
    visible = np.eye(len(parents), dtype=bool)
    depths = np.zeros(len(parents), dtype=np.int64)
    for node, parent in enumerate(parents):
        if parent >= 0:
            visible[node] |= visible[parent]
            depths[node] = depths[parent] + 1
    reads, places, targets, asked = _table(steps)
    tokens = np.array([token for _, token in nodes], dtype=np.int64)
    return TokenTree(tokens, depths, visible, reads, places, targets, asked)


def _child(at: int, token: int, nodes: dict[tuple[int, int], int], parents: list[int]) -> int:
    if (at, token) not in nodes:
        nodes[at, token] = len(parents)
        parents.append(at)
    return nodes[at, token]


def _table(
    steps: list[list[tuple[int, int]]],
) -> tuple[
    npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]
]:
    reads = sorted({node for path in steps for node, _ in path})
    place_of = {node: place for place, node in enumerate(reads)}
    shape = (len(steps), max(len(path) for path in steps))
    places = np.zeros(shape, dtype=np.int64)
    targets = np.zeros(shape, dtype=np.int64)
    asked = np.zeros(shape, dtype=bool)
    for row, path in enumerate(steps):
        places[row, : len(path)] = [place_of[node] for node, _ in path]
        targets[row, : len(path)] = [token for _, token in path]
        asked[row, : len(path)] = True
    return np.array(reads, dtype=np.int64), places, targets, asked


def common_start(sequences: Sequence[Tokens]) -> int:
    """How many tokens all of `sequences` begin with alike.

    Examples
    --------
    >>> common_start([(1, 2, 3), (1, 2, 4)])
    2
    """
    columns = zip(*sequences, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """The continuations of a task, made ready for scoring.

    Parameters
    ----------
    continuations
        All of them.
    stem
        Tokens with which all of them begin, but for the last such token: read with the text
        where the continuations are too many for one tree.
    parts
        ``(which continuations, their tree)``; one tree with the stem in it if it is small
        enough, else several without.
    """

    continuations: tuple[Continuation, ...]
    stem: Tokens
    parts: tuple[tuple[npt.NDArray[np.int64], TokenTree], ...]

    @property
    def depth(self) -> int:
        """Tokens of the longest continuation."""
        return max(len(continuation.tokens) for continuation in self.continuations)


def branch(continuations: Sequence[Continuation], most_nodes: int) -> Branches:
    """Make `continuations` ready, in trees of about `most_nodes` nodes at most."""
    everything = tuple(continuations)
    groups = _groups(everything, most_nodes)
    if len(groups) == 1:
        return Branches(everything, (), ((np.arange(len(everything)), grow(everything)),))
    shared = common_start([continuation.context for continuation in everything])
    stem = everything[0].context[: max(shared - 1, 0)]
    parts = []
    for group in groups:
        cut = [
            Continuation(everything[i].context[len(stem) :], everything[i].answer) for i in group
        ]
        parts.append((np.array(group, dtype=np.int64), grow(cut)))
    return Branches(everything, stem, tuple(parts))


def _groups(continuations: Sequence[Continuation], most_nodes: int) -> list[list[int]]:
    """Positions in groups that need at most `most_nodes` nodes each; neighbours share most."""
    order = sorted(range(len(continuations)), key=lambda i: continuations[i].tokens)
    groups: list[list[int]] = []
    nodes = 0
    before: Tokens = ()
    for i in order:
        tokens = continuations[i].tokens
        new = len(tokens) - common_start([before, tokens])
        if not groups or nodes + new > most_nodes:
            groups.append([])
            nodes, new = 0, len(tokens)
        groups[-1].append(i)
        nodes += new
        before = tokens
    return groups
