"""The frequent text that a rare one may be a misspelling of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_PAIRS = 10_000_000  # compared one by one; beyond, only texts a letter apart are found
_BLOCK = 2_000_000


class Near(NamedTuple):
    """A rare text beside a frequent one.

    Parameters
    ----------
    rare, frequent
        Their places in the two lists.
    edits
        Letters that are other, missing, too many, or swapped with their neighbour.
    """

    rare: int
    frequent: int
    edits: int


def allowed(length: int) -> int:
    """How many edits a text of so many characters may be away and still be meant as another.

    Examples
    --------
    >>> [allowed(length) for length in (3, 5, 6, 11, 12, 60)]
    [1, 1, 2, 2, 2, 10]
    """
    return 1 if length < 6 else 2 if length < 12 else min(length // 6, 12)


def edits(one: str, other: str) -> int:
    """Letters that are other, missing, too many, or swapped with their neighbour.

    Examples
    --------
    >>> edits("mobile", "moblie"), edits("oslo", "rome")
    (1, 4)
    """
    from rapidfuzz.distance import OSA

    return int(OSA.distance(one, other))


def nearest(rare: Sequence[str], frequent: Sequence[str]) -> list[Near]:
    """For each rare text the nearest frequent one that is near enough; equal ones do not count.

    Where two are equally near, the one that stands first in `frequent` is meant.

    Examples
    --------
    >>> nearest(["birminghxm", "oslo", "mbile"], ["birmingham", "mobile"])
    [Near(rare=0, frequent=0, edits=1), Near(rare=2, frequent=1, edits=1)]
    """
    if not rare or not frequent:
        return []
    if len(rare) * len(frequent) > _PAIRS:
        return _one_apart(rare, frequent)
    return _compared(rare, frequent)


def _compared(rare: Sequence[str], frequent: Sequence[str]) -> list[Near]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    limits = np.array([allowed(len(text)) for text in rare])
    step = max(1, _BLOCK // len(frequent))
    found = []
    for start in range(0, len(rare), step):
        block = rare[start : start + step]
        most = int(limits[start : start + step].max())
        edits = cdist(block, frequent, scorer=OSA.distance, score_cutoff=most, dtype=np.uint16)
        edits[edits == 0] = most + 1
        best = edits.argmin(axis=1)
        least = edits[np.arange(len(block)), best]
        for at in np.flatnonzero(least <= limits[start : start + step]).tolist():
            found.append(Near(start + at, int(best[at]), int(least[at])))
    return found


def _one_apart(rare: Sequence[str], frequent: Sequence[str]) -> list[Near]:
    """By deletions: two texts an edit apart are equal once at most one letter of each is gone."""
    by_part: dict[str, int] = {}
    for at, text in enumerate(frequent):
        for part in _parts(text):
            by_part.setdefault(part, at)
    found = []
    for at, text in enumerate(rare):
        hits = {by_part[part] for part in _parts(text) if part in by_part}
        if near := [hit for hit in hits if frequent[hit] != text]:
            found.append(Near(at, min(near), 1))
    return found


def _parts(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(min(len(text), 40)))}
