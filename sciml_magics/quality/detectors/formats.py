"""Values that are written unlike others that mean the same, or in a format few others have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from sciml_magics.quality.detectors.by_value import numbered, percent, quoted, tallied, told
from sciml_magics.quality.detectors.dates import NO_DAY, date_formats
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_LEAST_ROWS = 10
_MOST = 200_000
# Signs say nothing, but between two digits, as a sign of a number, or as a unit of their own.
_SIGNS = r"(?:[^\w%$€£°#+]|_)+"
_BETWEEN = re.compile(rf"(?<!\d)(?!^-\.?\d){_SIGNS}|{_SIGNS}(?!\d)")


@detector("formats")
class Formats:
    """Flags the rarer of several spellings of one value, and the rarer formats of dates.

    Two spellings are of one value where they differ in capitals, accents, spaces and signs only,
    signs between digits left aside. The rarer a spelling is beside the most frequent one, the
    higher is the score.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["New York"] * 9 + ["new york"] + ["Rome"] * 3})
    >>> (found,) = Formats().find(Table(frame))
    >>> found.rows.tolist(), found.why(0), found.values
    ([9], "'new york' is written 'New York' in 9 other rows", ['New York'])
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column whose values are not all written in one way."""
        for column in table:
            if column.typed or not 1 < len(column.values) <= _MOST:
                continue
            yield from _spelt(column)
            if int(column.counts.sum()) >= _LEAST_ROWS:
                yield from _dated(column)


def _spelt(column: Column) -> Iterator[Finding]:
    texts, counts = column.texts, column.counts
    groups, _ = numbered([plain(text) for text in texts])
    best = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    for code in np.argsort(counts, kind="stable").tolist():
        best[groups[code]] = code
    usual = best[groups]
    ratio = counts / np.maximum(counts[usual], 1)
    other = (usual != np.arange(len(texts))) & (ratio < 1)
    scores = np.where(other, 0.9 * (1 - ratio), 0.0)
    words, values = {}, {}
    for code in np.flatnonzero(other).tolist():
        meant = texts[usual[code]]
        rows = "1 other row" if counts[usual[code]] == 1 else f"{counts[usual[code]]} other rows"
        words[code] = f"{quoted(texts[code])} is written {quoted(meant)} in {rows}"
        values[code] = meant
    yield from told("formats", column, scores, words, values)


def _dated(column: Column) -> Iterator[Finding]:
    """Dates in a format that is not the most frequent one."""
    texts, counts = column.texts, column.counts
    if (formats := date_formats(texts)) is None:
        return
    groups, names = numbered([name or "" for name in formats])
    rows = tallied(groups, counts)
    dates = np.array([name not in ("", NO_DAY) for name in names])
    usual = int(np.where(dates, rows, 0).argmax())
    share = rows / rows.sum()
    odd = np.where(dates & (np.arange(len(names)) != usual), 0.9 * (1 - share / share[usual]), 0.0)
    words = {
        code: f"{quoted(texts[code])} is written as {names[groups[code]]}, as "
        f"{percent(float(share[groups[code]]))} of the column are; "
        f"{percent(float(share[usual]))} are written as {names[usual]}"
        for code in np.flatnonzero(odd[groups]).tolist()
    }
    yield from told("formats", column, odd[groups], words)


def plain(text: str) -> str:
    """A text without what differs between two spellings of it.

    Examples
    --------
    >>> plain("  São-Paulo"), plain("SAO PAULO"), plain("1.5"), plain("-1.5"), plain("St. John's")
    ('sao paulo', 'sao paulo', '1.5', '-1.5', 'st johns')
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return _BETWEEN.sub(" ", text.replace("'", "").casefold()).strip() or text
