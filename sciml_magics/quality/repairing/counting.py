"""How often values of one column stand beside values of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Codes

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Beside:
    """The values of a column that stand beside each value of another, or of a set of others.

    Parameters
    ----------
    groups
        Ascending; shape ``[pairs]``.
    values
        Codes of the column; ``[pairs]``.
    counts
        Rows with both; ``[pairs]``.
    """

    groups: Codes
    values: Codes
    counts: Counts

    def of(self, group: int) -> tuple[Codes, Counts]:
        """The values beside one group, and how many rows have each."""
        first, last = np.searchsorted(self.groups, [group, group + 1])
        return self.values[first:last], self.counts[first:last]


def beside(groups: Codes, values: Codes, wanted: Codes | None = None) -> Beside:
    """Count the rows of each pair of group and value; rows without either do not count.

    Parameters
    ----------
    groups, values
        For each row an index; -1 where there is none. Shape ``[rows]``.
    wanted
        Count only these groups.

    Examples
    --------
    >>> found = beside(np.array([0, 0, 0, 1, -1]), np.array([4, 4, 2, 3, 3]))
    >>> [part.tolist() for part in found.of(0)]
    [[2, 4], [1, 2]]
    """
    held = (groups >= 0) & (values >= 0)
    if wanted is not None:
        inside = np.zeros(int(groups.max(initial=-1)) + 1, dtype=bool)
        inside[wanted[wanted >= 0]] = True
        held &= np.append(inside, False)[groups]
    width = int(values.max(initial=0)) + 1
    pairs, counts = np.unique(groups[held] * width + values[held], return_counts=True)
    return Beside(pairs // width, pairs % width, counts.astype(np.int64))


def joined(first: Codes, second: Codes) -> Codes:
    """One code for each pair of codes that some row has; -1 where either is missing.

    Examples
    --------
    >>> joined(np.array([0, 0, 1, -1]), np.array([5, 5, 5, 5])).tolist()
    [0, 0, 1, -1]
    """
    held = (first >= 0) & (second >= 0)
    width = int(second.max(initial=0)) + 1
    _, codes = np.unique(first[held] * width + second[held], return_inverse=True)
    found = np.full(len(first), -1, dtype=np.int64)
    found[held] = codes
    return found


class Reliability(NamedTuple):
    """How well groups foretell the values of their rows, each row by the others of its group.

    Parameters
    ----------
    right
        How often the majority of the others has the value of the row, 0 to 1. With ties nothing is
        known: they count as wrong.
    share
        How many of the others have it, in the mean; 0 to 1.
    rows
        Of how many rows this was taken: those whose group has another row.
    """

    right: float
    share: float
    rows: int


def reliability(groups: Codes, values: Codes) -> Reliability:
    """How well groups foretell values.

    Examples
    --------
    >>> reliability(np.array([0, 0, 0, 1, 1, 2]), np.array([7, 7, 8, 9, 9, 7]))
    Reliability(right=0.4, share=0.6, rows=5)
    """
    found = beside(groups, values)
    if not len(found.groups):
        return Reliability(0.0, 0.0, 0)
    order = np.lexsort((-found.counts, found.groups))
    group, counts = found.groups[order], found.counts[order]
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    totals = np.add.reduceat(counts, starts)
    top, second = counts[starts], np.zeros(len(starts), dtype=np.int64)
    has = np.append(np.diff(starts), len(group) - starts[-1]) > 1
    second[has] = counts[starts[has] + 1]
    several = totals > 1
    rows = int(totals[several].sum())
    if not rows:
        return Reliability(0.0, 0.0, 0)
    right = int(top[(top - 1 > second) & several].sum())
    same = np.add.reduceat(counts * (counts - 1), starts)
    share = float((same[several] / (totals[several] - 1)).sum())
    return Reliability(right / rows, share / rows, rows)
