"""How often values of one column stand beside values of others."""

from __future__ import annotations

from dataclasses import dataclass

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


def reliability(groups: Codes, values: Codes) -> tuple[float, int]:
    """How often the other rows of a group, by majority, have the value that a row has.

    Returns
    -------
    tuple
        The share of rows of which that is so, and of how many rows it was taken: those whose group
        has another row. With ties nothing is known: they count as wrong.

    Examples
    --------
    >>> reliability(np.array([0, 0, 0, 1, 1, 2]), np.array([7, 7, 8, 9, 9, 7]))
    (0.4, 5)
    """
    found = beside(groups, values)
    if not len(found.groups):
        return 0.0, 0
    order = np.lexsort((-found.counts, found.groups))
    group, counts = found.groups[order], found.counts[order]
    first = np.append(True, group[1:] != group[:-1])
    totals = np.add.reduceat(counts, np.flatnonzero(first))
    top = counts[first]
    starts = np.flatnonzero(first)
    second = np.zeros_like(top)
    has = np.append(np.diff(starts), len(group) - starts[-1]) > 1
    second[has] = counts[starts[has] + 1]
    alone = totals < 2
    right = int(top[(top - 1 > second) & ~alone].sum())
    rows = int(totals[~alone].sum())
    return (right / rows if rows else 0.0), rows
