"""Cells whose shape is unlike that of nearly all others in their column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import (
    are_numbers,
    numbered,
    percent,
    quoted,
    tallied,
    told,
)
from sciml_magics.quality.detectors.shapes import Level, shapes
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_COMMON = 0.05  # of the rows have a shape that is common
_REGULAR = 0.9  # of the rows have a common shape, or the column has no pattern
_LEAST_ROWS = 10
_OFTEN = 15  # rows with one odd value rather have a rare value than errors
_TRIED = 5_000  # values of a long column that show whether it has a pattern
_LONGEST = 60  # characters of a typical value; longer ones are prose


@detector("pattern")
class Patterns:
    """Flags the values whose shape is rare in a column where few shapes are common.

    A shape is common where it stands in 5 % of the rows. The more of the column the common shapes
    cover and the fewer rows have the odd one, the higher is the score.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Table(pd.DataFrame({"zip": [f"{n:05}" for n in range(60)] + ["7001x"]}))
    >>> (found,) = Patterns().find(table)
    >>> found.rows.tolist(), found.why(0)
    ([60], "'7001x' does not fit the pattern of 98 % of the column, like '00000'")
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column with a pattern and values that do not fit it."""
        for column in table:
            if not column.typed and len(column.values) > 1:
                yield from _odd(column)


def _odd(column: Column) -> Iterator[Finding]:
    counts, texts = column.counts, column.texts
    held = int(counts.sum())
    lengths = np.array([len(text) for text in texts])
    if held < _LEAST_ROWS or np.average(lengths, weights=counts) > _LONGEST:
        return
    numbers = are_numbers(column)
    # Where most values differ, as names do, a shape that no other has is nothing odd.
    closed = 1 - 0.7 * np.sqrt(len(texts) / held) if not column.numeric else 1.0
    scores = np.zeros(len(texts))
    words: dict[int, str] = {}
    levels: tuple[Level, ...] = ("words", "runs", "exact")
    for level in levels:
        if len(texts) > 2 * _TRIED and not _regular(column, level):
            continue
        found, covered, common, example = _rare(shapes(texts, level), counts, held, texts)
        if level == "exact" and common > 1:
            continue  # another length is odd only where all others have the same
        found *= closed / (1 + (counts - 1) / _OFTEN)
        if level != "exact":
            found[numbers] = 0.0  # a sign or a point more does not make a number odd
        better = np.flatnonzero(found > scores + 1e-9)
        scores[better] = found[better]
        for code in better.tolist():
            words[code] = (
                f"{quoted(texts[code])} does not fit the pattern of {percent(covered)} of the "
                f"column, like {quoted(example)}"
            )
    yield from told("pattern", column, scores, words)


def _regular(column: Column, level: Level) -> bool:
    """Whether a sample of the values has common shapes; it saves looking at all."""
    sample = np.unique(np.linspace(0, len(column.values) - 1, _TRIED).astype(np.int64))
    counts = column.counts[sample]
    texts = [column.texts[at] for at in sample.tolist()]
    _, covered, common, _ = _rare(shapes(texts, level), counts, int(counts.sum()), texts)
    return covered >= _REGULAR and (level != "exact" or common == 1)


def _rare(
    found: list[str], counts: npt.NDArray[np.int64], held: int, texts: list[str]
) -> tuple[npt.NDArray[np.float64], float, int, str]:
    """How odd the shape of each value is; the share and the number of common shapes; an example."""
    groups, _ = numbered(found)
    rows = tallied(groups, counts)
    common = rows >= max(_COMMON * held, 3)
    covered = float(rows[common].sum() / held)
    regular = np.clip((covered - _REGULAR) / 0.07, 0, 1)
    odd = np.where(common, 0.0, 0.9 * regular * (1 - rows / (_COMMON * held + 3)))
    usual = np.flatnonzero(groups == int(rows.argmax()))
    return odd[groups], covered, int(common.sum()), texts[usual[int(counts[usual].argmax())]]
