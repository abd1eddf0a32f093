"""Rows that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import WHOLE_ROW, Finding, detector
from sciml_magics.quality.table import Codes, Table

_KEY = 0.999  # of the rows differ in a column that only numbers them


@detector("duplicates")
class Duplicates:
    """Flags rows that equal an earlier one in every column, or in all but one that numbers them.

    The score is lower where chance alone would make rows equal, as in a table of few columns with
    few values: it falls with the number of equal rows that are expected if the columns were drawn
    one by one.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": list("abcdefgha"), "height": [1, 2, 3, 4, 5, 6, 7, 8, 1]})
    >>> (found,) = Duplicates().find(Table(frame))
    >>> found.rows.tolist(), found.why(0)
    ([8], 'equals row 0 in all 2 columns')
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding about all rows that stand twice."""
        if len(table) < 2 or not table.columns:
            return
        counted = [column.at for column in table if len(column.values) > 1]
        numbering = [at for at in counted if _numbers_rows(table, at)]
        if len(numbering) == 1 and len(counted) > 2:
            counted = [at for at in counted if at != numbering[0]]
            but = f"all columns but '{table.columns[numbering[0]].name}'"
        else:
            but = f"all {len(table.columns)} columns"
        if not counted:
            return
        first, chance = _first_equal(table, counted)
        rows = np.flatnonzero(first != np.arange(len(table)))
        if len(rows):
            keys = table.keys
            words = [f"equals row {keys[at]} in {but}" for at in first[rows].tolist()]
            scores = (0.9 / (1 + chance[rows])).astype(np.float32)
            yield Finding("duplicates", WHOLE_ROW, rows, scores, words)


def _numbers_rows(table: Table, at: int) -> bool:
    column = table.columns[at]
    return len(column.values) >= _KEY * len(table)


def _first_equal(table: Table, places: list[int]) -> tuple[Codes, npt.NDArray[np.float64]]:
    """The first row that equals each row, and how many are expected to by chance."""
    codes = np.zeros(len(table), dtype=np.int64)
    chance = np.full(len(table), np.log(len(table)))
    for at in places:
        column = table.columns[at]
        here = column.codes + 1
        rows = np.bincount(here)
        chance += np.log(rows[here] / len(table))
        width = int(here.max()) + 1
        codes = np.unique(codes * width + here, return_inverse=True)[1].astype(np.int64)
    _, first = np.unique(codes, return_index=True)
    return first[codes], np.exp(np.minimum(chance, 50.0))
