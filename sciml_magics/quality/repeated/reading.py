"""The columns of a table as rows are compared by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.profiling.hashing import value_hashes
from sciml_magics.quality.table import Codes, Column, Table

# Of the rows differ in a column that only numbers them; rows that stand twice may share one.
NUMBERING = 0.98
LONG = 40
# Names: of the rows so many have one of their own. Two of the same tell more than a small table
# can show.
UNLIKE = 0.5
# Bits that a letter of a name or a long text tells, so that nobody writes the same one by chance.
BITS = 1.0
MOST_BITS = 60.0
_CODE = re.compile(r"[A-Za-z]{0,4}[-_/]?\d+")
_ODD = re.compile(r"[\d:/.,+\- ]+[A-Za-z]?")


@dataclass(frozen=True)
class Compared:
    """A column, its texts without letter case, dashes and doubled blanks."""

    column: Column
    codes: Codes = field(repr=False)
    texts: Sequence[str] = field(repr=False)

    @cached_property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """A random number for the value of each row."""
        return value_hashes(self.column, self.codes)

    @cached_property
    def bits(self) -> npt.NDArray[np.float64]:
        """How much it tells that two rows share a value: of each value, and 0 of a missing one."""
        held = self.codes[self.codes >= 0]
        counts = np.maximum(np.bincount(held, minlength=len(self.texts)), 1)
        rare = np.log2(max(len(held), 1) / counts)
        lengths = np.array([len(text) for text in self.texts], dtype=np.float64)
        names = not self.is_exact and len(self.texts) >= UNLIKE * len(held)
        by_letters = np.minimum(BITS * lengths, MOST_BITS)
        long = np.where((lengths >= LONG) | names, by_letters, 0.0)
        return np.append(np.maximum(rare, long), 0.0)

    @cached_property
    def is_exact(self) -> bool:
        """Whether a difference is one of substance: numbers, dates, codes, not spellings."""
        if self.column.typed or self.column.numeric:
            return True
        sample = self.texts[:: max(1, len(self.texts) // 500)]
        odd = sum(bool(_ODD.fullmatch(text) or _CODE.fullmatch(text)) for text in sample)
        return odd > 0.5 * len(sample)

    @cached_property
    def is_long(self) -> bool:
        """Whether its values are texts of some length, as a rule."""
        sample = self.texts[:: max(1, len(self.texts) // 500)]
        return not self.is_exact and bool(np.mean([len(text) for text in sample]) >= LONG)


def compared(table: Table, columns: Sequence[str] = ()) -> list[Compared]:
    """The columns to compare rows by: those that are named, or all that tell rows apart.

    Without names, columns are left out that hold one value only, and those that number the rows.
    """
    chosen = [table[name] for name in columns]
    if not chosen:
        varied = [column for column in table.columns if len(column.values) > 1]
        chosen = [column for column in varied if not _numbers_rows(column)] or varied
    return [_compared(column) for column in chosen]


def _numbers_rows(column: Column) -> bool:
    if len(column.values) < max(2, NUMBERING * len(column)):
        return False
    sample = [str(value) for value in column.values[:500].tolist()]
    if all(text.isdigit() for text in sample):  # a count; in another order it may be a measure
        return bool((np.diff(column.numbers[: len(sample)]) > 0).all())
    return all(_CODE.fullmatch(text) for text in sample)


def _compared(column: Column) -> Compared:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = [text.encode("utf-8", "replace").decode("utf-8") for text in column.texts]
    texts = pa.array(whole, type=pa.large_string())
    texts = pc.replace_substring_regex(texts, r"[\x{2010}-\x{2015}\x{2212}]", "-")
    texts = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, r"\s+", " "))
    folded = pc.utf8_lower(texts).to_pylist()
    codes, different = pd.factorize(np.array([*folded, ""], dtype=object)[:-1])
    return Compared(column, np.append(codes, -1)[column.codes].astype(np.int64), list(different))
