"""Columns for the tests of standards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from sciml_magics.quality.standard.values import Values
from sciml_magics.quality.standard.wishes import Found, Standard, Wishes


def values_of(texts: Sequence[str], name: str = "column") -> Values:
    """The different texts of a column that holds these, one a row."""
    counts = Counter(texts)
    return Values(name, list(counts), np.array(list(counts.values()), dtype=np.int64))


def find(standard: Standard, texts: Sequence[str], wishes: Wishes | None = None) -> Found:
    """What a standard says of a column named ``column``."""
    return standard.find(values_of(texts), wishes or Wishes())


def changed(
    standard: Standard, texts: Sequence[str], wishes: Wishes | None = None
) -> dict[str, str | None]:
    """What it would write for which text."""
    found = find(standard, texts, wishes)
    different = list(Counter(texts))
    return {different[at]: change.text for at, change in found.changes.items()}
