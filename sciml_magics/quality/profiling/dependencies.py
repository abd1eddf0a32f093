"""Which columns determine which others, but for a few rows: approximate functional dependencies.

How far A determines B is told by µ⁺: how much more often two rows that are equal in A are equal in
B than chance would have it, given how many different values A has. A column that is nearly a key
determines everything by chance, and a column that is nearly constant is determined by everything:
neither says anything, and both get a µ⁺ near 0 (Piatetsky-Shapiro and Matheus 1993; Parciak and
others 2024 found it the best of twelve measures).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.profiling.profiles import Dependency
from sciml_magics.quality.table import Column

Codes = npt.NDArray[np.int64]
Heard = Callable[[float], None]

LEAST_STRENGTH = 0.7
LEAST_SHARE = 0.8
# Rows that count, at least: fewer agree by chance. And at least so many cells of a column repeat
# a value: where fewer do, the column names the rows, but for some that are written twice.
LEAST_ROWS = 10
LEAST_REPEATED = 0.02
# Rows that are read to tell which pairs of columns are worth all rows.
MOST_ROWS = 50_000
MOST_COLUMNS = 60
MOST_PAIRS = 3_000
# Only columns with at most so many different values are put in pairs on the left.
_MOST_LEFT = 14
_SURER = 0.1


@dataclass(frozen=True, slots=True)
class _Coded:
    """A column as numbers 0, 1, … of its values; missing cells are -1."""

    name: str
    codes: Codes
    different: int


def determine(
    columns: Sequence[Column],
    heard: Heard = lambda share: None,
    *,
    pairs: bool = True,
) -> tuple[Dependency, ...]:
    """The dependencies between columns, the strongest first.

    Parameters
    ----------
    columns
        The columns, of which those with one value or with no repeated ones are left out.
    heard
        Is told the share of the work that is done, 0 to 1.
    pairs
        Whether two columns together may determine a third.

    Examples
    --------
    >>> import pandas as pd
    >>> from sciml_magics.quality.table import Table
    >>> city = ["Rome", "Oslo", "Bern"] * 20
    >>> land = ["Italy", "Norway", "Switzerland"] * 19 + ["Italy", "Norway", "Italy"]
    >>> table = Table(pd.DataFrame({"city": city, "land": land, "n": range(60)}))
    >>> [str(each) for each in determine(table.columns)]
    ['city → land (98.3%)', 'land → city (98.3%)']
    """
    every = [_Coded(one.name, one.codes, len(one.values)) for one in _telling(columns)]
    if len(every) < 2:
        return ()
    rows = len(every[0].codes)
    some = _sample(every, rows)
    found: list[Dependency] = []
    ordered = list(combinations(range(len(some)), 2))
    for at, (one, other) in enumerate(ordered):
        heard(at / len(ordered) * (0.7 if pairs else 1.0))
        counts = _Together(some[one], some[other])
        for left, right, measured in (
            (one, other, counts.forwards),
            (other, one, counts.backwards),
        ):
            strength, share, held = measured
            if strength < LEAST_STRENGTH - _SURER or share < LEAST_SHARE - _SURER:
                continue
            if rows > MOST_ROWS:
                strength, share, held = _Together(every[left], every[right]).forwards
            if strength >= LEAST_STRENGTH and share >= LEAST_SHARE and held >= LEAST_ROWS:
                names = (every[left].name,)
                found.append(Dependency(names, every[right].name, share, strength, held))
    if pairs:
        found += _of_pairs(some, every, found, lambda share: heard(0.7 + 0.3 * share))
    return tuple(sorted(found, key=lambda one: (-one.strength, len(one.left))))


def _telling(columns: Iterable[Column]) -> list[Column]:
    """Columns that can determine or be determined: neither constant nor without repeated values."""
    found = []
    for column in columns:
        held = int(column.counts.sum())
        different = len(column.values)
        repeated = held - different
        if different >= 2 and repeated >= max(LEAST_ROWS // 2, LEAST_REPEATED * held):
            found.append(column)
    if len(found) <= MOST_COLUMNS:
        return found
    # The fewer different values, the more rows are equal: those tell most.
    chosen = sorted(found, key=lambda column: len(column.values))[:MOST_COLUMNS]
    return sorted(chosen, key=lambda column: column.at)


def _sample(every: Sequence[_Coded], rows: int) -> list[_Coded]:
    """The same columns over a sample of their rows."""
    if rows <= MOST_ROWS:
        return list(every)
    drawn = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
    some = []
    for one in every:
        held = one.codes[drawn]
        values, codes = np.unique(held[held >= 0], return_inverse=True)
        smaller = np.full(len(drawn), -1, dtype=np.int64)
        smaller[held >= 0] = codes
        some.append(_Coded(one.name, smaller, len(values)))
    return some


class _Together:
    """How often the values of two columns stand together, and what that says in both directions."""

    def __init__(self, one: _Coded, other: _Coded) -> None:
        both = (one.codes >= 0) & (other.codes >= 0)
        pairs = one.codes[both] * max(other.different, 1) + other.codes[both]
        different, counts = _counted(pairs, one.different * max(other.different, 1))
        self._one, self._other = np.divmod(different, max(other.different, 1))
        self._counts = counts.astype(np.float64)
        self.rows = int(both.sum())
        self._sizes = (one.different, other.different)

    @property
    def forwards(self) -> tuple[float, float, int]:
        """Strength, share that agrees and rows that count, of the first column for the second."""
        return self._measured(self._one, self._other, *self._sizes)

    @property
    def backwards(self) -> tuple[float, float, int]:
        """The same of the second column for the first."""
        return self._measured(self._other, self._one, *self._sizes[::-1])

    def _measured(
        self, left: Codes, right: Codes, lefts: int, rights: int
    ) -> tuple[float, float, int]:
        rows = self.rows
        of_left = np.bincount(left, weights=self._counts, minlength=lefts)
        of_right = np.bincount(right, weights=self._counts, minlength=rights)
        groups = int(np.count_nonzero(of_left))
        if rows <= groups or groups < 2:
            return 0.0, 0.0, 0
        alike = float((of_right**2).sum()) / rows**2
        if alike >= 1:
            return 0.0, 0.0, 0
        known = float((self._counts**2 / of_left[left]).sum()) / rows
        chance = alike + (groups - 1) / (rows - 1) * (1 - alike)
        strength = max(0.0, 1 - (1 - known) / (1 - chance)) if chance < 1 else 0.0
        if strength < LEAST_STRENGTH - _SURER:
            return strength, 0.0, 0
        most = np.zeros(lefts)
        np.maximum.at(most, left, self._counts)
        several = of_left >= 2
        held = float(of_left[several].sum())
        agree = float(most[several & (most >= 2)].sum())
        return strength, agree / held if held else 0.0, int(held)


def _counted(pairs: Codes, most: int) -> tuple[Codes, Codes]:
    """The different numbers, and how often each stands."""
    if most <= max(4 * len(pairs), 1_000):
        counts = np.bincount(pairs, minlength=1)
        there = np.flatnonzero(counts)
        return there, counts[there]
    return np.unique(pairs, return_counts=True)


def _of_pairs(
    some: Sequence[_Coded], every: Sequence[_Coded], known: Sequence[Dependency], heard: Heard
) -> list[Dependency]:
    """Two columns that determine a third which neither determines alone."""
    rows = len(some[0].codes)
    places = sorted(
        (at for at, one in enumerate(some) if one.different <= max(rows // 10, 2)),
        key=lambda at: some[at].different,
    )[:_MOST_LEFT]
    alone = {(one.left[0], one.right) for one in known}
    found: list[Dependency] = []
    tried = 0
    joined = list(combinations(sorted(places), 2))
    for step, (one, other) in enumerate(joined):
        heard(step / max(len(joined), 1))
        first, second = some[one].name, some[other].name
        if (first, second) in alone or (second, first) in alone:
            continue
        left = _joined(some[one], some[other])
        if left.different > rows // 3:
            continue
        for at, right in enumerate(some):
            if at in (one, other) or (first, right.name) in alone or (second, right.name) in alone:
                continue
            tried += 1
            if tried > MOST_PAIRS:
                return found
            strength, share, held = _Together(left, right).forwards
            if strength < LEAST_STRENGTH or share < LEAST_SHARE or held < LEAST_ROWS:
                continue
            if rows < len(every[0].codes):
                whole = _joined(every[one], every[other])
                strength, share, held = _Together(whole, every[at]).forwards
            if strength >= LEAST_STRENGTH and share >= LEAST_SHARE:
                found.append(Dependency((first, second), right.name, share, strength, held))
    return found


def _joined(one: _Coded, other: _Coded) -> _Coded:
    """Two columns as one; missing where either is."""
    both = (one.codes >= 0) & (other.codes >= 0)
    pairs = one.codes[both] * other.different + other.codes[both]
    values, codes = np.unique(pairs, return_inverse=True)
    joined = np.full(len(one.codes), -1, dtype=np.int64)
    joined[both] = codes
    return _Coded(f"{one.name} and {other.name}", joined, len(values))
