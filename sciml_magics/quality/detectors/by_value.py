"""From what is said of the different values of a column to a finding about its cells."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import Finding
from sciml_magics.quality.table import Column

Named = TypeVar("Named", bound=Hashable)

LEAST = 0.05
"""Scores below are not worth a word."""

_LONGEST = 40


def told(
    detector: str,
    column: Column,
    scores: npt.NDArray[np.floating],
    words: Mapping[int, str],
    values: Mapping[int, str] | None = None,
) -> Iterator[Finding]:
    """One finding about all cells that hold a suspicious value; none where no value is.

    Parameters
    ----------
    detector
        Name of the detector.
    column
        The column.
    scores
        For each different value the probability that it is wrong; ``[values]``.
    words
        The evidence, for the index of each value whose score reaches `LEAST`.
    values
        What should stand there, for the indices of those values where it is known.

    Examples
    --------
    >>> import pandas as pd
    >>> column = Column("city", 0, pd.Series(["Rome", "Rxme", "Rome", "Rxme"]))
    >>> (found,) = told("typos", column, np.array([0.0, 0.9]), {1: "a letter off"}, {1: "Rome"})
    >>> found.rows.tolist(), found.why(1), found.values
    ([1, 3], 'a letter off', ['Rome', 'Rome'])
    """
    if not len(scores) or scores.max() < LEAST:
        return
    found = np.append(scores, 0.0)[column.codes]
    rows = np.flatnonzero(found >= LEAST)
    codes = column.codes[rows].tolist()
    yield Finding(
        detector,
        column.name,
        rows,
        found[rows].astype(np.float32),
        [words[code] for code in codes],
        None if values is None else [values.get(code) for code in codes],
    )


def quoted(text: str) -> str:
    """A text in quotes, cut where it is long.

    Examples
    --------
    >>> quoted("Rome"), quoted("very " * 20)
    ("'Rome'", "'very very very very very very very very…'")
    """
    return f"'{text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + '…'}'"


def percent(share: float) -> str:
    """A share as people write it; never 100 % or 0 % where it is not.

    Examples
    --------
    >>> percent(0.983), percent(0.9996), percent(0.0004), percent(1.0)
    ('98 %', '99.9 %', '0.1 %', '100 %')
    """
    if 0 < share < 1 and not 0.005 <= share < 0.995:
        return f"{min(max(100 * share, 0.1), 99.9):.1f} %"
    return f"{100 * share:.0f} %"


def are_numbers(column: Column) -> npt.NDArray[np.bool_]:
    """Which of the different values are numbers; ``[values]``."""
    found = np.zeros(len(column.values), dtype=bool)
    held = np.flatnonzero(column.codes >= 0)
    found[column.codes[held]] = ~np.isnan(column.numbers[held])
    return found


def tallied(groups: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many rows each group of values has, given the group and the rows of each value."""
    size = int(groups.max()) + 1 if len(groups) else 0
    return np.bincount(groups, weights=counts, minlength=size).astype(np.int64)


def numbered(names: Sequence[Named]) -> tuple[npt.NDArray[np.int64], list[Named]]:
    """Each name by a number, and the different names in the order in which they first stand.

    Examples
    --------
    >>> numbered(["b", "a", "b"])
    (array([0, 1, 0]), ['b', 'a'])
    """
    at = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([at[name] for name in names], dtype=np.int64), list(at)
