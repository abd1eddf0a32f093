"""Rows as single numbers, so that equal ones are found without comparing cell by cell.

Every different value of every column gets a number of 64 random bits, and a row is the sum of its
own. A column is then left out by taking its number away. Two unlike rows of a million have the
same sum with a probability below one in ten million.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Column

Hashes = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.int64]

_ALL = np.iinfo(np.uint64).max


def value_hashes(column: Column, codes: Codes | None = None) -> Hashes:
    """The number of the value in each row; missing ones are equal. Shape ``[rows]``.

    Parameters
    ----------
    column
        The column.
    codes
        Of the values in each row, where they are others than the column's own.
    """
    held = column.codes if codes is None else codes
    different = int(held.max(initial=-1)) + 1
    drawn = np.random.default_rng((7, column.at)).integers(
        0, _ALL, different + 1, dtype=np.uint64, endpoint=True
    )
    return np.asarray(drawn[held], dtype=np.uint64)  # missing: -1, the last one


def groups(hashes: Hashes) -> tuple[Codes, Codes]:
    """Rows whose number stands more than once, group by group, and where each group begins.

    Returns
    -------
    rows
        Positions, those of a group one behind the other and ascending; int64, shape ``[rows]``.
    starts
        Where each group begins in them, and behind the last where it ends; ``[groups + 1]``.

    Examples
    --------
    >>> rows, starts = groups(np.array([5, 3, 5, 4, 3, 5], dtype=np.uint64))
    >>> rows.tolist(), starts.tolist()
    ([1, 4, 0, 2, 5], [0, 2, 5])
    """
    order = np.argsort(hashes, kind="stable")
    same = hashes[order[1:]] == hashes[order[:-1]]
    again = np.concatenate([[False], same]) if len(order) else np.zeros(0, bool)
    first = np.concatenate([same, [False]]) & ~again if len(order) else again
    kept = again | first
    starts = np.flatnonzero(first[kept])
    return order[kept], np.append(starts, int(kept.sum()))
