"""Cells of another type than nearly all others in their column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import are_numbers, percent, quoted, told
from sciml_magics.quality.detectors.dates import NO_DAY, date_formats
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_SHARE = 0.9  # of the cells are of one type, or the column has none
_LEAST_ROWS = 10


@detector("type")
class Types:
    """Flags what is no number in a column of numbers, and no date in a column of dates.

    A date that the calendar does not have is flagged in any column of dates.

    Examples
    --------
    >>> import pandas as pd
    >>> days = [f"2024-01-{day:02}" for day in range(1, 31)] + ["2024-02-30", "soon"]
    >>> for found in Types().find(Table(pd.DataFrame({"day": days}))):
    ...     print(found.rows.tolist(), *found.words, sep=chr(10))
    [30, 31]
    '2024-02-30' is no day of the calendar
    'soon' is no date, unlike 97 % of the column
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column with a type and values that are not of it."""
        for column in table:
            if column.typed or int(column.counts.sum()) < _LEAST_ROWS:
                continue
            if column.numeric:
                yield from _unlike(column, are_numbers(column), "number")
            else:
                yield from _dates(column)


def _unlike(
    column: Column,
    fits: npt.NDArray[np.bool_],
    what: str,
    never: npt.NDArray[np.bool_] | None = None,
) -> Iterator[Finding]:
    counts, texts = column.counts, column.texts
    share = float(counts[fits].sum() / counts.sum())
    if share < _SHARE:
        return
    surer = 0.6 + 0.35 * (share - _SHARE) / (1 - _SHARE)
    scores = np.where(fits, 0.0, surer)
    words = {
        code: f"{quoted(texts[code])} is no {what}, unlike {percent(share)} of the column"
        for code in np.flatnonzero(~fits).tolist()
    }
    if never is not None:
        scores[never] = 0.97
        for code in np.flatnonzero(never).tolist():
            words[code] = f"{quoted(texts[code])} is no day of the calendar"
    yield from told("type", column, scores, words)


def _dates(column: Column) -> Iterator[Finding]:
    formats = date_formats(column.texts)
    if formats is not None:
        found = np.array([name is not None for name in formats])
        never = np.array([name == NO_DAY for name in formats])
        yield from _unlike(column, found, "date", never)
