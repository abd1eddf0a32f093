"""Detectors of missing values, plain and disguised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.profiling.columns import missing_marks
from sciml_magics.quality.table import Column, Table

# A column of which more is missing is one that need not be filled.
MOST_MISSING = 0.2
_SURE = 0.8


@detector("missing")
class Missing:
    """Cells where nothing stands, in columns that are nearly always filled.

    The fewer cells of a column are missing, the likelier each of them should have been filled;
    where more than one in five is, none is told.

    Examples
    --------
    >>> import pandas as pd
    >>> (found,) = Missing().find(Table(pd.DataFrame({"a": [*range(39), None]})))
    >>> found.rows.tolist(), found.words
    ([39], 'nothing stands here, though 97.5 % of the column is filled')
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column."""
        for column in table:
            rows = np.flatnonzero(column.missing)
            share = len(rows) / max(len(column), 1)
            if not 0 < share <= MOST_MISSING:
                continue
            score = _SURE * (1 - share / MOST_MISSING) + 0.05
            scores = np.full(len(rows), score, dtype=np.float32)
            words = f"nothing stands here, though {1 - share:.1%} of the column is filled"
            yield Finding("missing", column.name, rows, scores, words.replace("%", " %"))


@detector("disguised")
class Disguised:
    """Cells whose value stands for a missing one, such as -200, 999, "N/A" or "-".

    Examples
    --------
    >>> import pandas as pd
    >>> (found,) = Disguised().find(Table(pd.DataFrame({"a": [21, -999, 19, 20, -999, 22]})))
    >>> found.rows.tolist(), found.words
    ([1, 4], '-999 stands 2 times and is the only number below zero: all others are 19 to 22')
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each value that does so."""
        for column in table:
            yield from _found(column)


def _found(column: Column) -> Iterator[Finding]:
    for code, sure, words in missing_marks(column):
        rows = np.flatnonzero(column.codes == code)
        scores = np.full(len(rows), sure, dtype=np.float32)
        yield Finding("disguised", column.name, rows, scores, words, [""] * len(rows))
