"""Texts as short sketches, so that alike ones meet without comparing all with all.

One-permutation MinHash over groups of letters: the smallest hash in each of a few bins. The share
of bins in which two texts agree estimates the share of letter groups that they have in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.profiling.hashing import groups

Sketches = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.int64]

LETTERS = 5
BINS = 64
# Bins that have to agree together for two texts to meet: of texts that share four groups of
# letters in five, more than 99.9 % meet in one of the bands.
BAND = 4
LONGEST = 2_000

_CHUNK = 4_000_000  # bytes at a time
_EMPTY = np.uint32(0xFFFFFFFF)
_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)


def sketches(texts: Sequence[str]) -> Sketches:
    """Sketches of texts, after their first letters; uint32, shape ``[texts, BINS]``.

    Examples
    --------
    >>> one, other, third = sketches(["the cell divides here", "the cell divides there", "a comet"])
    >>> bool((one == other).mean() > 0.5), bool((one == third).mean() < 0.2)
    (True, True)
    """
    found = np.full((len(texts), BINS), _EMPTY, dtype=np.uint32)
    for start, part in _chunks(texts):
        _sketch(part, found[start : start + len(part)])
    return _filled(found)


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, list[bytes]]]:
    part: list[bytes] = []
    start = held = 0
    for at, text in enumerate(texts):
        data = text[:LONGEST].encode("utf-8", "surrogatepass").ljust(LETTERS)
        part.append(data)
        held += len(data)
        if held >= _CHUNK:
            yield start, part
            part, start, held = [], at + 1, 0
    if part:
        yield start, part


def _sketch(part: list[bytes], into: Sketches) -> None:
    data = np.frombuffer(b"".join(part), dtype=np.uint8).astype(np.uint64)
    lengths = np.array([len(one) for one in part])
    hashes = np.zeros(len(data) - LETTERS + 1, dtype=np.uint64)
    for place in range(LETTERS):
        hashes = hashes * np.uint64(257) + data[place : place + len(hashes)]
    hashes = (hashes * _MULTIPLY) >> np.uint64(26)
    owners = np.repeat(np.arange(len(part)), lengths)[: len(hashes)]
    ends = np.cumsum(lengths)[owners]
    whole = np.arange(len(hashes)) + LETTERS <= ends
    bins = (hashes & np.uint64(BINS - 1)).astype(np.int64)
    least = (hashes >> np.uint64(6)).astype(np.uint32)
    np.minimum.at(into.reshape(-1), (owners * BINS + bins)[whole], least[whole])


def _filled(found: Sketches) -> Sketches:
    """Empty bins take what stands in the next one that is not, and how far that is."""
    for step in range(1, BINS):
        empty = found == _EMPTY
        if not empty.any():
            break
        beside = np.roll(found, -1, axis=1)
        found = np.where(empty & (beside != _EMPTY), beside + np.uint32(step), found)
    return found


def meeting(found: Sketches) -> Pairs:
    """Pairs of texts whose sketches agree in a band; int64, shape ``[pairs, 2]``.

    Within a band each text is paired with the first that agrees and with the one before it.
    """
    every = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, BINS, BAND):
        band = np.ascontiguousarray(found[:, start : start + BAND]).astype(np.uint64)
        key = np.zeros(len(found), dtype=np.uint64)
        for part in band.T:
            key = (key ^ part) * _MULTIPLY
            key ^= key >> np.uint64(29)
        every.append(paired(key))
    return np.unique(np.concatenate(every), axis=0)


def paired(keys: npt.NDArray[np.uint64]) -> Pairs:
    """Pairs of the positions whose key is the same: with the first, and with the one before.

    Examples
    --------
    >>> paired(np.array([5, 3, 5, 5], dtype=np.uint64)).tolist()
    [[0, 2], [0, 3], [2, 3]]
    """
    rows, starts = groups(keys)
    if not len(rows):
        return np.zeros((0, 2), dtype=np.int64)
    sizes = np.diff(starts)
    first = np.repeat(rows[starts[:-1]], sizes)
    later = np.ones(len(rows), dtype=bool)
    later[starts[:-1]] = False
    before = np.concatenate([rows[:1], rows[:-1]])
    both = np.concatenate([np.stack([first, rows], 1)[later], np.stack([before, rows], 1)[later]])
    return np.unique(both, axis=0)
