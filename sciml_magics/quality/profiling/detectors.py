"""Detectors of missing values, plain and disguised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.profiling.columns import missing_marks
from sciml_magics.quality.table import Column, Table, printed

Mark = tuple[int, float, str]

# A column of which more is missing is one that need not be filled.
MOST_MISSING = 0.2
_SURE = 0.8
# A word that stands so often, and is nearly the only way to say that nothing is known, is a form.
_OFTEN, _ALWAYS = 3, 0.95
_FORM = 0.25


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

    A word that the table writes wherever nothing is known is its form, and no error of each cell: a
    note says so, and the cells get a low score. A number keeps its own, since whatever reads the
    column takes it for a value.

    Examples
    --------
    >>> import pandas as pd
    >>> (found,) = Disguised().find(Table(pd.DataFrame({"a": [21, -999, 19, 20, -999, 22]})))
    >>> found.rows.tolist(), found.words
    ([1, 4], '-999 stands 2 times and is the only number below zero: all others are 19 to 22')
    """

    def __init__(self) -> None:
        self.notes: tuple[str, ...] = ()

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each value that does so."""
        marks = {column.name: missing_marks(column) for column in table}
        word = _word_of(table, marks)
        held = {column.name: column.code_of(word) for column in table if not column.typed and word}
        cells = {name: table[name].counts[at] for name, at in held.items() if at is not None}
        self.notes = (_note(word, cells),) if word else ()
        for column in table:
            for mark in marks[column.name]:
                form = bool(word) and held.get(column.name) == mark[0]
                yield _finding(column, _as_form(mark, word) if form else mark)


def _as_form(mark: Mark, word: str) -> Mark:
    return mark[0], _FORM * mark[1], f"'{word}' is how this table writes a missing value"


def _finding(column: Column, mark: Mark) -> Finding:
    code, sure, words = mark
    rows = np.flatnonzero(column.codes == code)
    scores = np.full(len(rows), sure, dtype=np.float32)
    return Finding("disguised", column.name, rows, scores, words, [""] * len(rows))


def _word_of(table: Table, marks: Mapping[str, Sequence[Mark]]) -> str:
    """The one word that stands wherever nothing is known; empty where there is none.

    A table that leaves cells blank besides, or uses several words, has no such form.
    """
    ways: Counter[str] = Counter()
    for name, of_column in marks.items():
        for code, *_ in of_column:
            ways[printed(table[name].values[code : code + 1])[0]] += int(table[name].counts[code])
    if not ways:
        return ""
    word, rows = ways.most_common(1)[0]
    others = ways.total() - rows + sum(int(np.count_nonzero(c.missing)) for c in table)
    is_form = rows >= _OFTEN and rows >= _ALWAYS * (rows + others)
    return word if is_form and not any(sign.isdigit() for sign in word) else ""


def _note(word: str, cells: Mapping[str, int]) -> str:
    rows, columns = sum(cells.values()), len(cells)
    where = f"{columns:,} columns" if columns > 1 else f"'{next(iter(cells))}'"
    return (
        f"'{word}' is how this table writes missing values ({rows:,} cells of {where}): "
        "told of the columns by %profile, and not of each cell here"
    )
