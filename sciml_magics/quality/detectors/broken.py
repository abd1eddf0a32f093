"""Cells that disagree with rows which agree in columns that should fix them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sciml_magics.quality.detectors.by_value import quoted
from sciml_magics.quality.detectors.dependencies import left_texts
from sciml_magics.quality.detectors.votes import ColumnVotes, meant, votes
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_LEAST = 0.2


@detector("dependency")
class BrokenDependencies:
    """Flags cells whose value is not the one that rows with equal values elsewhere have.

    Which columns fix which is found in the table itself. Where several columns fix one, the cell
    that most of them are against is the wrong one.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"zip": list("1122334455") * 3, "city": list("AABBCCDDEE") * 3})
    >>> frame.loc[0, "city"] = "X"
    >>> for found in BrokenDependencies().find(Table(frame)):
    ...     print(found.column, found.rows, found.why(0), found.values)
    city [0] 'X' and 'zip' 1 disagree with 5 other rows, which have 'A' ['A']
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column that others fix."""
        for right, found in votes(table).items():
            rows = np.flatnonzero(found.wrong >= _LEAST)
            if len(rows):
                yield from _broken(table, table.columns[right], found, rows)


def _broken(
    table: Table,
    column: Column,
    found: ColumnVotes,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Iterator[Finding]:
    words = [""] * len(rows)
    values = [""] * len(rows)
    for place, one in enumerate(found.dependencies):
        of_one = np.flatnonzero(found.loudest[rows] == place)
        if not len(of_one):
            continue
        codes, most = meant(table, one, rows[of_one])
        for at, code, count in zip(of_one.tolist(), codes.tolist(), most.tolist(), strict=True):
            row = int(rows[at])
            if code == column.codes[row]:
                continue  # as many rows are for it as against it
            values[at] = str(column.values[code : code + 1].tolist()[0])
            cell = "a missing cell" if column.missing[row] else quoted(column.text(row))
            here = " and ".join([cell, *left_texts(table.columns, one, row)])
            others = "1 other row, which has" if count == 1 else f"{count} other rows, which have"
            words[at] = f"{here} disagree with {others} {quoted(values[at])}"
    told = [at for at, sentence in enumerate(words) if sentence]
    if told:
        yield Finding(
            "dependency",
            column.name,
            rows[told],
            found.wrong[rows[told]],
            [words[at] for at in told],
            [values[at] for at in told],
        )
