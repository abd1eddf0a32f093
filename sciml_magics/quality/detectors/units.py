"""Numbers with a unit that is not the unit of the others, or is written otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from sciml_magics.quality.detectors.by_value import numbered, percent, quoted, tallied, told
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_SHARE = 0.8  # of the cells are a number with at most a unit, or the column is no measure
_LEAST_ROWS = 10
_MOST_UNITS = 30
_MEASURE = re.compile(
    r"\s*(?P<before>[^\W\d_]{1,3}|[$€£¥#])?\s*[+-]?(?:\d[\d,' ]*)?[.,]?\d+(?:[eE][+-]?\d+)?"
    r"(?P<after>\s*[^\W\d_%°µ]?[^\d]{0,14})\s*"
)


@detector("units")
class Units:
    """Flags numbers with another unit than most, with none where most have one, or the reverse.

    The rarer a way to write the unit is beside the most frequent one, the higher is the score.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = ["12 oz"] * 12 + ["12 ounces", "355 ml", "16"]
    >>> (found,) = Units().find(Table(pd.DataFrame({"size": cells})))
    >>> print(*found.words, sep=chr(10))
    '12 ounces' has the unit 'ounces'; 80 % of the column have 'oz'
    '355 ml' has the unit 'ml'; 80 % of the column have 'oz'
    '16' has no unit; 80 % of the column have 'oz'
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column of measures with several units."""
        for column in table:
            if not column.typed and int(column.counts.sum()) >= _LEAST_ROWS:
                yield from _units(column)


def _units(column: Column) -> Iterator[Finding]:
    texts, counts = column.texts, column.counts
    found = [unit(text) for text in texts]
    read = np.array([one is not None for one in found])
    if counts[read].sum() < _SHARE * counts.sum():
        return
    groups, names = numbered([one if one is not None else "\x00" for one in found])
    if not 1 < len(names) <= _MOST_UNITS:
        return
    rows = tallied(groups, counts)
    measures = np.array([name != "\x00" for name in names])
    usual = int(np.where(measures, rows, 0).argmax())
    share = rows / rows.sum()
    odd = np.where(measures, 0.9 * (1 - share / share[usual]), 0.0)[groups]
    others = f"have {quoted(names[usual])}" if names[usual] else "have none"
    words = {
        code: f"{quoted(texts[code])} has "
        + (f"the unit {quoted(names[groups[code]])}" if names[groups[code]] else "no unit")
        + f"; {percent(float(share[usual]))} of the column {others}"
        for code in np.flatnonzero(odd).tolist()
    }
    yield from told("units", column, odd, words)


def unit(text: str) -> str | None:
    """What stands before and after the number of a measure; ``None`` where the text is none.

    Examples
    --------
    >>> unit("12.0 oz."), unit("0.05"), unit("5%"), unit("$ 1,200"), unit("Rome"), unit("a1 b2")
    ('oz.', '', '%', '$', None, None)
    """
    found = _MEASURE.fullmatch(text)
    if found is None or (found["before"] and found["after"].strip()):
        return None
    return (found["before"] or found["after"]).strip()
