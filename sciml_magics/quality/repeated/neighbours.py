"""Texts that are near by their embeddings, among any number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Pairs = npt.NDArray[np.int64]
Likeness = npt.NDArray[np.float32]

# So many are compared with each other; of more, those that fall to the same of some centres.
ALL = 20_000
BLOCK = 2_048
NEAREST_CENTRES = 2


def near_pairs(vectors: Vectors, least: float) -> tuple[Pairs, Likeness]:
    """Pairs of vectors with a cosine of at least `least`, and the cosine.

    Up to `ALL` vectors every pair is found. Of more, each is compared with those that share one of
    its two nearest centres, which are drawn from the vectors themselves: near pairs seldom differ
    in both.

    Parameters
    ----------
    vectors
        Of length 1 or zero, shape ``[texts, dimension]``.
    least
        Smallest cosine.

    Examples
    --------
    >>> pairs, cosines = near_pairs(np.float32([[1, 0], [0, 1], [1, 0]]), 0.9)
    >>> pairs.tolist(), cosines.tolist()
    ([[0, 2]], [1.0])
    """
    if len(vectors) <= ALL:
        return _within(vectors, np.arange(len(vectors)), least)
    drawn = np.random.default_rng(0).choice(len(vectors), int(len(vectors) ** 0.5), replace=False)
    centres = vectors[drawn]
    own = np.concatenate(
        [
            np.argpartition(-(vectors[start : start + BLOCK] @ centres.T), NEAREST_CENTRES, axis=1)[
                :, :NEAREST_CENTRES
            ]
            for start in range(0, len(vectors), BLOCK)
        ]
    )
    members = np.argsort(own, axis=None, kind="stable")
    bounds = np.cumsum(np.bincount(own.ravel(), minlength=len(centres)))[:-1]
    found = [
        _within(vectors, np.unique(part // NEAREST_CENTRES), least)
        for part in np.split(members, bounds)
    ]
    pairs, at = np.unique(np.concatenate([pair for pair, _ in found]), axis=0, return_index=True)
    return pairs, np.concatenate([cosine for _, cosine in found])[at]


def _within(
    vectors: Vectors, members: npt.NDArray[np.int64], least: float
) -> tuple[Pairs, Likeness]:
    pairs, likeness = [np.zeros((0, 2), dtype=np.int64)], [np.zeros(0, dtype=np.float32)]
    own = vectors[members]
    for start in range(0, len(members), BLOCK):
        cosines = own[start : start + BLOCK] @ own.T
        rows, columns = np.nonzero(cosines >= least)
        upper = columns > rows + start
        rows, columns = rows[upper], columns[upper]
        pairs.append(np.stack([members[rows + start], members[columns]], axis=1))
        likeness.append(cosines[rows, columns])
    return np.concatenate(pairs), np.concatenate(likeness)
