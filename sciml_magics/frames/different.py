"""Find the different addresses among those of all rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.tasks.record import ID_BYTES

Ids = npt.NDArray[np.void]
Positions = npt.NDArray[np.int64]


class Different(NamedTuple):
    """Different addresses, in the order in which they first come.

    Parameters
    ----------
    ids
        The addresses; ``V16``, shape ``[different]``.
    first
        Where each comes first; int64, shape ``[different]``.
    codes
        Which one each address is; int64, shape ``[addresses]``.
    """

    ids: Ids
    first: Positions
    codes: Positions


def different(addresses: bytes | bytearray) -> Different:
    """Find the different ones among addresses that stand one after the other.

    Examples
    --------
    >>> found = different(b"".join(bytes([number]) * 16 for number in (7, 3, 7, 7)))
    >>> found.first.tolist(), found.codes.tolist()
    ([0, 1], [0, 1, 0, 0])
    """
    words = np.frombuffer(addresses, dtype=np.uint64).reshape(-1, ID_BYTES // 8)
    # Hash tables of whole numbers: faster than sorting, and no pairs are held. One half tells
    # nearly all addresses apart; the other is looked at for those that it does not.
    codes = _codes(words[:, 0])
    first = _first(codes)
    if (words[first[codes], 1] != words[:, 1]).any():
        codes = _codes(codes * len(words) + _codes(words[:, 1]))
        first = _first(codes)
    ids = np.frombuffer(addresses, dtype=f"V{ID_BYTES}")[first]
    return Different(ids, first, codes)


def _codes(numbers: npt.NDArray[Any]) -> Positions:
    """Which of the different numbers each one is, counted as they come."""
    codes, _ = pd.factorize(np.ascontiguousarray(numbers))
    return codes.astype(np.int64, copy=False)


def _first(codes: Positions) -> Positions:
    """Where each code comes first: where it is higher than all before."""
    highest_before = np.maximum.accumulate(np.concatenate(([-1], codes)))[:-1]
    return np.flatnonzero(codes > highest_before)
