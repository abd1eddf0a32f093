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
    from_usual,
    out_of_proportion,
    straightened,
)
from sciml_magics.quality.outliers.grouping import Grouping, best_grouping, candidates
from sciml_magics.quality.outliers.measured import coded, measures
from sciml_magics.quality.table import Column, Table

_LEAST = 5.0
_MOST = 0.02
_FEW = 3  # numbers of a small column are no second kind of rows, whatever their share
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
            if not measures(column):
                continue
            found = self._looked(column, groups)
            if found:
                rows = np.array(sorted(found), dtype=np.int64)
                off, words = zip(*(found[row] for row in rows.tolist()), strict=True)
                yield Finding("outlier", column.name, rows, _scores(np.array(off)), list(words))

    def _looked(
        self, column: Column, groups: Mapping[str, npt.NDArray[np.int64]]
    ) -> dict[int, tuple[float, str]]:
        """The outliers of a column by their rows: how far off each is, and why it is one."""
        looks = [column.numbers]
        # Numbers that stand for missing ones hide others, which are only as far off as they.
        if (codes := coded(column)).any():
            looks.append(np.where(codes, np.nan, column.numbers))
        found = {}
        for numbers in looks:
            rows, off, of = self._far(column.name, numbers, groups)
            for row, number, far in zip(rows, numbers[rows], off[rows], strict=True):
                found[int(row)] = float(far), _words(number, far, of)
        return found

    def _far(
        self, name: str, numbers: Numbers, groups: Mapping[str, npt.NDArray[np.int64]]
    ) -> tuple[Rows, Numbers, str]:
        """Which rows stand apart, how far off each row is, and from what, in words."""
        straight, logarithms = straightened(numbers)
        grouping = (
            _given(groups, self.by)
            if self.by
            else best_grouping(straight, groups, except_for=(name,))
        )
        of = "the median of its column"
        if grouping is not None:
            off = deviations(straight, grouping.codes)
            of = f"the median, given {' and '.join(grouping.names)}"
        elif (off := from_usual(straight)).any():
            of = "the usual value of its column"
        else:
            off = deviations(straight)
        return _flagged(off), off, f"{of} on a logarithmic scale" if logarithms else of

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


def _flagged(off: Numbers) -> Rows:
    held = int(np.count_nonzero(~np.isnan(off)))
    few = min(_FEW, held // 10) / max(len(off), 1)
    found = np.zeros(len(off), dtype=bool)
    for side in (np.where(off > 0, off, np.nan), np.where(off < 0, off, np.nan)):
        found |= apart(side, _LEAST, _MOST) | out_of_proportion(side, _LEAST, _MOST)
        if few > _MOST:
            found |= apart(side, _EVEN, few)
    return np.flatnonzero(found).astype(np.int64)


def _scores(off: Numbers) -> npt.NDArray[np.float32]:
    size = np.minimum(np.abs(off), 1e3)
    return (1 / (1 + np.exp((_EVEN - size) / _SOFT))).astype(np.float32)


def _words(number: float, far: float, of: str) -> str:
    if np.isinf(number):
        return f"{number:g} is no number that can be measured"
    side = "above" if far > 0 else "below"
    return f"{number:.6g} is {abs(far):,.1f} robust deviations {side} {of}"
