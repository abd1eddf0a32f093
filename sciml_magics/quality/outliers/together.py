"""Rows whose numbers are unlike those of all other rows, taken together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import WHOLE_ROW, Finding, Rows, detector
from sciml_magics.quality.outliers.deviations import apart, deviations
from sciml_magics.quality.outliers.measured import measures
from sciml_magics.quality.outliers.scores import DEFAULT, as_matrix, outlier_scores
from sciml_magics.quality.table import Column, Table

ROWS = 30_000
"""More rows than these are not looked at: so many are drawn at random."""
COLUMNS = 200
"""More columns than these are not looked at: the first."""

_LEAST_ROWS = 30
_HELD = 0.5  # share of a column's cells that must hold numbers
_LEAST = 3.0
_MOST = 0.02
_EVEN = 4.5
_SOFT = 0.7
_FAR = 4.0  # deviations of a column that is unusual by itself
_NAMED = 3  # columns that the words name


@detector("outlying row")
class OutlyingRows:
    """Flags rows that stand apart from the others in the scores of an outlier method.

    All columns of numbers count that are no running number and at least half full; the median
    stands for what is missing. The words name the columns in which the row is farthest out, or say
    that none of them is unusual by itself.

    Parameters
    ----------
    method
        As in `sciml_magics.quality.outliers.scores.outlier_scores`.
    seed
        Of everything that is drawn at random.

    Examples
    --------
    >>> import pandas as pd
    >>> a = np.random.default_rng(0).normal(size=300)
    >>> frame = pd.DataFrame({"a": a, "b": 3 * a, "c": -a})
    >>> frame.loc[7] = [2.2, -6.6, 2.2]
    >>> for found in OutlyingRows().find(Table(frame)):
    ...     print(found.column, found.rows, found.why(0))
    (row) [7] unlike all other rows in 'a', 'b', 'c' together, in none of them by itself
    """

    def __init__(self, method: str = DEFAULT, seed: int = 0) -> None:
        self.method = method
        self.seed = seed

    def find(self, table: Table) -> Iterator[Finding]:
        """At most one finding, about whole rows."""
        columns = [column for column in table if _counts(column)][:COLUMNS]
        if len(columns) < 2 or len(table) < _LEAST_ROWS:
            return
        rows = np.arange(len(table))
        if len(rows) > ROWS:
            draw = np.random.default_rng(self.seed)
            rows = np.sort(draw.choice(len(rows), ROWS, replace=False))
        matrix = as_matrix([column.numbers[rows] for column in columns])
        scores = outlier_scores(matrix, self.method, self.seed)
        off = np.maximum(deviations(scores), 0)
        found = np.flatnonzero(apart(off, _LEAST, _MOST, gap=1.15)).astype(np.int64)
        if not len(found):
            return
        sampled = "" if len(rows) == len(table) else f" of {ROWS:,} drawn at random"
        words = _words(columns, matrix, found, sampled)
        size = np.minimum(off[found], 1e3)
        sure = (1 / (1 + np.exp((_EVEN - size) / _SOFT))).astype(np.float32)
        yield Finding("outlying row", WHOLE_ROW, rows[found], sure, words)


def _counts(column: Column) -> bool:
    if len(column.values) < 2 or not measures(column):
        return False
    return float(np.mean(np.isfinite(column.numbers))) >= _HELD


def _words(
    columns: Sequence[Column], matrix: npt.NDArray[np.float64], found: Rows, sampled: str
) -> list[str]:
    off = np.column_stack([deviations(column)[found] for column in matrix.T])
    words = []
    for row in off:
        farthest = np.argsort(-np.abs(row), kind="stable")[:_NAMED]
        if np.abs(row[farthest[0]]) >= _FAR:
            parts = [
                f"'{columns[at].name}' {abs(row[at]):,.1f} robust deviations "
                f"{'above' if row[at] > 0 else 'below'} the median"
                for at in farthest.tolist()
                if np.abs(row[at]) >= 2
            ]
            words.append(f"unlike all other rows{sampled}: {', '.join(parts)}")
        else:
            names = ", ".join(f"'{columns[at].name}'" for at in sorted(farthest.tolist()))
            words.append(
                f"unlike all other rows{sampled} in {names} together, in none of them by itself"
            )
    return words
