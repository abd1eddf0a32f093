"""Numbers far from all others of their column, or of the rows that they belong with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding, Rows, detector
from sciml_magics.quality.outliers.deviations import (
    Numbers,
    apart,
    deviations,
    straightened,
)
from sciml_magics.quality.outliers.grouping import Grouping, best_grouping, candidates
from sciml_magics.quality.table import Column, Table

_LEAST = 5.0
_MOST = 0.02
_EVEN = 8.0  # so many deviations are wrong as likely as right
_SOFT = 2.0


@detector("outlier")
class OutlyingNumbers:
    """Flags numbers that stand apart from the rest of their column, seen within groups of rows.

    A number is measured in robust deviations from the median, on the logarithm where the column is
    skewed, and flagged where a gap parts it from the others. The groups are what spreads the column
    least: one or two of its columns of few values, or month and hour of the table's time.

    Parameters
    ----------
    by
        Columns to group by in every case; none to compare with the whole column alone; without it
        each column's own are found.

    Raises
    ------
    QualityError
        From `find`, if there is no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> size = np.random.default_rng(0).normal(20, 1, 200)
    >>> size[3] = 41
    >>> for found in OutlyingNumbers().find(Table(pd.DataFrame({"size": size}))):
    ...     print(found.column, found.rows, found.why(0))
    size [3] 41 is 21.0 robust deviations above the median of its column
    """

    def __init__(self, by: Sequence[str] | None = None) -> None:
        self.by = by

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column with outliers."""
        groups = self._groups(table)
        for column in table:
            if not column.numeric or numbers_rows(column):
                continue
            numbers, logarithms = straightened(column.numbers)
            grouping = (
                _given(groups, self.by)
                if self.by
                else best_grouping(numbers, groups, except_for=(column.name,))
            )
            off = deviations(numbers, None if grouping is None else grouping.codes)
            found = _flagged(off)
            if len(found):
                words = _words(column, found, off[found], grouping, logarithms)
                yield Finding("outlier", column.name, found, _scores(off[found]), words)

    def _groups(self, table: Table) -> Mapping[str, npt.NDArray[np.int64]]:
        if self.by is None:
            return candidates(table)
        for name in self.by:
            if name not in table:
                raise QualityError(f"there is no column '{name}' to group by")
        return {name: table[name].codes for name in self.by}


def _given(groups: Mapping[str, npt.NDArray[np.int64]], names: Sequence[str]) -> Grouping:
    codes = groups[names[0]]
    for name in names[1:]:
        both = codes * (int(groups[name].max(initial=0)) + 1) + groups[name]
        codes = np.where((codes < 0) | (groups[name] < 0), -1, both)
    return Grouping(tuple(names), codes)


def numbers_rows(column: Column) -> bool:
    """Whether a column numbers the rows: whole numbers, nearly all different."""
    held = column.numbers[np.isfinite(column.numbers)]
    if len(held) < 20 or len(column.values) < 0.95 * len(held):
        return False
    return bool(np.all(held == np.round(held)))


def _flagged(off: Numbers) -> Rows:
    above = apart(np.where(off > 0, off, np.nan), _LEAST, _MOST)
    below = apart(np.where(off < 0, off, np.nan), _LEAST, _MOST)
    return np.flatnonzero(above | below).astype(np.int64)


def _scores(off: Numbers) -> npt.NDArray[np.float32]:
    size = np.minimum(np.abs(off), 1e3)
    return (1 / (1 + np.exp((_EVEN - size) / _SOFT))).astype(np.float32)


def _words(
    column: Column, rows: Rows, off: Numbers, grouping: Grouping | None, logarithms: bool
) -> list[str]:
    of = "the median of its column"
    if grouping is not None:
        of = f"the median, given {' and '.join(grouping.names)}"
    scale = " on a logarithmic scale" if logarithms else ""
    words = []
    for row, far in zip(rows.tolist(), off.tolist(), strict=True):
        side = "above" if far > 0 else "below"
        number = column.numbers[row]
        if np.isinf(number):
            words.append(f"{number:g} is no number that can be measured")
        else:
            words.append(f"{number:.6g} is {abs(far):,.1f} robust deviations {side} {of}{scale}")
    return words
