"""Records unlike those that were answered so far, by their letters alone: no model is run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

CHARACTERS = 1_000
BUCKETS = 1_024
LETTERS = 4

Floats = npt.NDArray[np.float32]


def farthest(texts: Sequence[str], seen: Sequence[str], count: int) -> list[int]:
    """Choose texts, each as unlike the seen ones and those chosen before as can be.

    Parameters
    ----------
    texts
        To choose from.
    seen
        What is known already.
    count
        How many to choose.

    Returns
    -------
    list of int
        Positions in `texts`, the most unlike first.

    Examples
    --------
    >>> farthest(["the cell divides", "a comet", "the cells divide"], ["a cell divides"], 1)
    [1]
    """
    if not texts:
        return []
    points = _points(texts)
    # Largest likeness to anything seen or chosen; with nothing seen all are alike.
    nearest = np.full(len(texts), -1.0, dtype=np.float32)
    if seen:
        nearest = (points @ _points(seen).T).max(axis=1)
    chosen = []
    for _ in range(min(count, len(texts))):
        at = int(nearest.argmin())
        chosen.append(at)
        nearest = np.maximum(nearest, points @ points[at])
        nearest[at] = np.inf
    return chosen


def _points(texts: Sequence[str]) -> Floats:
    """Logarithms of the counts of hashed letter groups, scaled to length 1; ``(n, BUCKETS)``."""
    points = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for at, text in enumerate(texts):
        cut = text[:CHARACTERS].lower().encode("utf-8", "surrogatepass")
        letters = np.frombuffer(cut, np.uint8).astype(np.uint32)
        groups = np.zeros(max(0, len(letters) - LETTERS + 1), dtype=np.uint32)
        for place in range(LETTERS):
            groups = groups * np.uint32(31_337) + letters[place : place + len(groups)]
        points[at] = np.log1p(np.bincount((groups >> 7) % BUCKETS, minlength=BUCKETS))
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    np.divide(points, lengths, out=points, where=lengths > 0)
    return points
