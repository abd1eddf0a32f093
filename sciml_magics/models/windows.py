"""Windows over long texts: nothing is cut off, and memory stays bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Over = Literal["max", "mean"]

# Neighbouring windows share this part of the limit, so that what stands at the edge of one window
# has its context in another.
OVERLAP = 4


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of tokens that cover every text, shape ``[windows]`` each.

    Parameters
    ----------
    texts
        Which text a window is of.
    starts, stops
        Its half-open range of tokens.
    keeps, kept_to
        The half-open range of tokens that no other window has more context for. These ranges
        cover every text exactly once.
    """

    texts: Indices
    starts: Indices
    stops: Indices
    keeps: Indices
    kept_to: Indices

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def lengths(self) -> Indices:
        """Tokens of every window."""
        return self.stops - self.starts

    def per_text(self, texts: int) -> Indices:
        """How many windows each text has, shape ``[texts]``."""
        return np.bincount(self.texts, minlength=texts)


def cut_windows(lengths: Sequence[int] | Indices, limit: int) -> Windows:
    """Cut texts into windows of at most `limit` tokens.

    A text within the limit is one window. Windows of a longer one share a quarter of the limit
    with their neighbours, and the last one is as long as the others: it ends where the text does.

    Parameters
    ----------
    lengths
        Tokens of every text, shape ``[texts]``.
    limit
        Most tokens of a window.

    Examples
    --------
    >>> found = cut_windows([3, 10], limit=4)
    >>> found.texts.tolist(), found.starts.tolist(), found.stops.tolist()
    ([0, 1, 1, 1], [0, 0, 3, 6], [3, 4, 7, 10])
    >>> found.keeps.tolist(), found.kept_to.tolist()
    ([0, 0, 3, 6], [3, 3, 6, 10])
    """
    if limit < 1:
        raise ValueError("a window holds at least one token")
    sizes = np.asarray(lengths, dtype=np.int64)
    step = max(1, limit - limit // OVERLAP)
    counts = 1 + np.maximum(0, -(-(sizes - limit) // step))
    texts = np.repeat(np.arange(len(sizes)), counts)
    rank = np.arange(len(texts)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = np.minimum(rank * step, np.maximum(sizes[texts] - limit, 0))
    stops = np.minimum(starts + limit, sizes[texts])
    # The border between two neighbours lies in the middle of what they share.
    border = (starts[1:] + stops[:-1]) // 2
    same = texts[1:] == texts[:-1]
    keeps, kept_to = starts.copy(), stops.copy()
    keeps[1:][same] = border[same]
    kept_to[:-1][same] = border[same]
    return Windows(texts, starts, stops, keeps, kept_to)


def pool(scores: Scores, texts: Indices, count: int, over: Over) -> Scores:
    """Put the scores of the windows of each text together, label by label.

    Parameters
    ----------
    scores
        Shape ``[windows, labels]``.
    texts
        Which text a window is of, rising, shape ``[windows]``. Every text has a window.
    count
        Number of texts.
    over
        ``"max"`` or ``"mean"``.

    Returns
    -------
    numpy.ndarray
        Shape ``[texts, labels]``.

    Examples
    --------
    >>> pool(np.float32([[1, 4], [3, 2], [5, 5]]), np.array([0, 0, 1]), 2, "max").tolist()
    [[3.0, 4.0], [5.0, 5.0]]
    """
    first = np.searchsorted(texts, np.arange(count))
    if over == "max":
        return np.asarray(np.maximum.reduceat(scores, first, axis=0), dtype=np.float32)
    sums = np.add.reduceat(scores, first, axis=0, dtype=np.float64)
    sizes = np.bincount(texts, minlength=count)[:, None]
    return np.asarray(sums / sizes, dtype=np.float32)


def strongest(scores: Scores, texts: Indices, count: int) -> Scores:
    """For each text the scores of the window whose best label is the surest.

    Unlike the maximum of every label, these are still a distribution over the labels.

    Examples
    --------
    >>> strongest(np.float32([[0.75, 0.25], [0.5, 0.5]]), np.array([0, 0]), 1).tolist()
    [[0.75, 0.25]]
    """
    sureness = scores.max(axis=1)
    # Sorted by text, surest first; a stable sort leaves ties with the earlier window.
    order = np.lexsort((-sureness, texts))
    first = np.searchsorted(texts[order], np.arange(count))
    return scores[order[first]]


class Gathered:
    """Tells which texts are complete while their parts finish in any order.

    Parameters
    ----------
    owners
        Which text each part belongs to, shape ``[parts]``.
    texts
        Number of texts.
    """

    def __init__(self, owners: Indices, texts: int) -> None:
        self._owners = owners
        self._left = np.bincount(owners, minlength=texts)

    def finish(self, parts: Indices) -> Indices:
        """Texts that are complete now that these parts are."""
        touched, times = np.unique(self._owners[parts], return_counts=True)
        self._left[touched] -= times
        complete: Indices = touched[self._left[touched] == 0]
        return complete
