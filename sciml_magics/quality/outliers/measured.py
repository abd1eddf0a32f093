"""Which columns hold numbers in which it means anything to be far from the others."""

from __future__ import annotations

import numpy as np

from sciml_magics.quality.outliers.deviations import Mask
from sciml_magics.quality.profiling.disguises import number_disguises
from sciml_magics.quality.profiling.meanings import number_meaning
from sciml_magics.quality.profiling.ranges import merged
from sciml_magics.quality.table import Column

_NAMES = frozenset(("identifier", "code", "postal code", "telephone"))
_LEAST_ROWS = 20  # from which a column can be seen to number its rows
_UNLIKE = 0.95  # share of the numbers that differ, of columns that number or name rows
_TAIL = 0.01  # at each end, so that single wrong numbers do not hide what a column means
_LONG = 1e6  # numbers so long, nearly all different, are read off a list and not off a scale


def measures(column: Column) -> bool:
    """Whether a column holds numbers that measure or count, and do not name or number anything.

    What a column means is asked of the profile, by its name and its usual numbers. Besides, texts
    of digits of which some begin with a zero are codes, and so are whole numbers of seven and more
    digits that are nearly all different and equally long.

    Examples
    --------
    >>> import pandas as pd
    >>> from sciml_magics.quality.table import Table
    >>> frame = pd.DataFrame({"ZIP": [10115, 20095, 80331], "age": [31, 45, 62]})
    >>> [column.name for column in Table(frame) if measures(column)]
    ['age']
    """
    if not column.numeric:
        return False
    held = column.numbers[np.isfinite(column.numbers)]
    if not len(held) or not np.array_equal(held, np.round(held)):
        return True
    if not column.typed and _zeros_first(column):
        return False
    codes = coded(column)
    usual = held[~np.isin(held, column.numbers[codes])] if codes.any() else held
    low, high = np.quantile(usual, (_TAIL, 1 - _TAIL), method="nearest")
    inner = np.unique(usual[(usual >= low) & (usual <= high)])
    different = len(column.values) / len(held)
    many = len(held) >= _LEAST_ROWS and different >= _UNLIKE
    meaning = number_meaning(column.name, inner, True, len(inner), many)
    if meaning.semantic in _NAMES:
        return False
    equally_long = low >= _LONG and np.floor(np.log10(low)) == np.floor(np.log10(high))
    return not (many and equally_long)


def coded(column: Column) -> Mask:
    """Where a number stands for a missing one, as -999; ``[rows]``."""
    numbers = column.numbers
    different, counts = merged(numbers, np.ones(len(numbers), dtype=np.int64))
    found = [code.value for code in number_disguises(different, counts)] if len(different) else []
    return np.isin(numbers, found) if found else np.zeros(len(numbers), dtype=bool)


def _zeros_first(column: Column) -> bool:
    """Whether some of the numbers are written with a zero in front, which no measurement is."""
    written = (str(value).strip() for value in column.values.tolist())
    zeros = sum(text.isdigit() and text[0] == "0" and len(text) > 1 for text in written)
    return zeros >= max(2, 0.01 * len(column.values))
