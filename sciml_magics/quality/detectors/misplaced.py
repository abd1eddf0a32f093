"""Values, and ends of values, that belong into another column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import are_numbers, quoted, told
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_AT_HOME = 5  # rows that a value needs in a column to be at home there
_TIMES = 5  # as often as where it is a guest
_SHARED = 0.2  # of a column's rows may hold values of the other, or the two are of one kind
_FILLED = 0.95  # of the rows have one value: it rather stands for none
_GUESTS = 0.02  # of the rows; a value that stands more often is at home, too
_MOST = 200_000  # different values of a column that are looked at


class _Home(NamedTuple):
    """Where a text stands often, and how often."""

    column: int
    times: int


@detector("misplaced")
class Misplaced:
    """Flags values that are rare in their column and frequent in another.

    So are values that begin or end with a value of another column, where that column is missing in
    the same row; the missing cell is then flagged, too. Columns that share many values, as those
    of two addresses do, tell nothing of each other.

    Examples
    --------
    >>> import pandas as pd
    >>> cities = ["Bend", "Gary", "Salem"] * 8 + ["Bend OR", "OR"]
    >>> states = ["OR", "IN", "OR"] * 8 + [None, "OR"]
    >>> for found in Misplaced().find(Table(pd.DataFrame({"city": cities, "state": states}))):
    ...     print(found.column, found.rows, found.why(0), found.values)
    city [25] 'OR' stands 17 times in 'state' and once here None
    city [24] 'OR', at the end, belongs into 'state', which is missing here ['Bend']
    state [24] 'OR' stands at the end of 'city' ['OR']
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """Findings for each column with guests."""
        columns = [column for column in table if _may_hold_guests(column)]
        homes = _homes(columns)
        for at in range(len(columns)):
            yield from _guests(columns, at, homes)
            yield from _ends(columns, at, homes)


def _may_hold_guests(column: Column) -> bool:
    return not column.typed and not column.numeric and 0 < len(column.values) <= _MOST


def _homes(columns: list[Column]) -> dict[str, _Home]:
    """For each text that stands often in some column, the column where it stands most."""
    homes: dict[str, _Home] = {}
    for at, column in enumerate(columns):
        texts, counts = column.texts, column.counts
        if counts.max() > _FILLED * counts.sum():
            continue
        for code in np.flatnonzero((counts >= _AT_HOME) & ~are_numbers(column)).tolist():
            if texts[code] not in homes or homes[texts[code]].times < counts[code]:
                homes[texts[code]] = _Home(at, int(counts[code]))
    return homes


def _guests(columns: list[Column], at: int, homes: dict[str, _Home]) -> Iterator[Finding]:
    column = columns[at]
    texts, counts = column.texts, column.counts
    held = int(counts.sum())
    hosts = {
        code: home
        for code, text in enumerate(texts)
        if (home := homes.get(text)) and home.column != at
    }
    shared = np.zeros(len(columns))
    for code, home in hosts.items():
        shared[home.column] += counts[code] / held
    scores = np.zeros(len(texts))
    words = {}
    for code, home in hosts.items():
        times = home.times / int(counts[code])
        at_home = counts[code] > max(_GUESTS * held, 1)
        if at_home or times < _TIMES or shared[home.column] > _SHARED:
            continue
        alike = 1 - shared[home.column] / _SHARED
        scores[code] = 0.85 * alike * (1 - 1 / times) * min(1.0, len(texts[code]) / 2)
        here = "once" if counts[code] == 1 else f"{counts[code]} times"
        name = columns[home.column].name
        words[code] = f"{quoted(texts[code])} stands {home.times} times in '{name}' and {here} here"
    yield from told("misplaced", column, scores, words)


def _ends(columns: list[Column], at: int, homes: dict[str, _Home]) -> Iterator[Finding]:
    """Values of which the first or last word belongs into a column that is missing in the row."""
    column = columns[at]
    for last in (True, False):
        parts = [_split(text, last) for text in column.texts]
        hosts = [homes.get(part[1]) for part in parts]
        of_column = np.array([home.column if home else -1 for home in hosts], dtype=np.int64)
        for other in sorted(set(of_column.tolist()) - {-1, at}):
            yield from _moved(column, columns[other], of_column == other, parts, last)


def _moved(
    column: Column,
    other: Column,
    flags: npt.NDArray[np.bool_],
    parts: list[tuple[str, str]],
    last: bool,
) -> Iterator[Finding]:
    ends = np.append(flags, False)[column.codes]
    rows = np.flatnonzero(ends & other.missing)
    # Ends that stand where the other column holds something are an accident of the language.
    gaps = int(np.count_nonzero(other.missing))
    by_chance = np.count_nonzero(ends & ~other.missing) / max(len(column) - gaps, 1)
    share = len(rows) / max(gaps, 1)
    score = 0.95 * (1 - by_chance / share) if len(rows) and share > by_chance else 0.0
    if score < 0.3:
        return
    where = "at the end" if last else "at the beginning"
    codes = column.codes[rows].tolist()
    scores = np.full(len(rows), score, dtype=np.float32)
    yield Finding(
        "misplaced",
        column.name,
        rows,
        scores,
        [
            f"{quoted(parts[code][1])}, {where}, belongs into '{other.name}', which is missing here"
            for code in codes
        ],
        [parts[code][0] for code in codes],
    )
    yield Finding(
        "misplaced",
        other.name,
        rows,
        scores,
        [f"{quoted(parts[code][1])} stands {where} of '{column.name}'" for code in codes],
        [parts[code][1] for code in codes],
    )


def _split(text: str, last: bool) -> tuple[str, str]:
    """What is left of a text, and its last or first word; no word where it is but one."""
    one, _, two = text.rpartition(" ") if last else text.partition(" ")
    rest, part = (one, two) if last else (two, one)
    return rest.rstrip(" ,;/"), part.strip(" ,;/") if rest else ""
