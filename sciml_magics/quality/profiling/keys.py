"""Columns that name a row, alone or together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from sciml_magics.quality.profiling.hashing import Hashes, value_hashes
from sciml_magics.quality.profiling.profiles import ColumnProfile, Dependency, Key
from sciml_magics.quality.table import Table

# A key that is repeated in so few rows is one with errors.
MOST_REPEATED = 0.02
MOST_KEYS = 5
LEAST_ROWS = 3
_MOST_PARTS = 12
_SAMPLE = 20_000
# What can name a row; numbers that were measured or counted are different by chance alone.
_NAMING = ("whole", "date", "text")
_PARTS = (
    "identifier", "category", "code", "date", "time", "date and time", "year", "postal code",
    "short text", "boolean",
)  # fmt: skip


def find_keys(
    table: Table,
    columns: Sequence[ColumnProfile],
    dependencies: Sequence[Dependency] = (),
    equal: int = 0,
) -> tuple[Key, ...]:
    """The keys of a table, the likeliest first: fewest columns, then fewest repeated rows.

    Parameters
    ----------
    table
        The table.
    columns
        What is known of its columns.
    dependencies
        What determines what: a column that another determines adds nothing to it.
    equal
        How many rows are equal to an earlier one: they repeat a key, and say nothing against it.
    """
    if len(table) < LEAST_ROWS:
        return ()
    single = [key for column in columns if (key := _single(column, equal)) is not None]
    single.sort(key=lambda key: (key.repeated, not _says_so(columns, key)))
    if single:
        return tuple(single[:MOST_KEYS])
    return tuple(_together(table, columns, dependencies)[:MOST_KEYS])


def _single(column: ColumnProfile, equal: int) -> Key | None:
    held = column.rows - column.missing
    repeated = max(held - column.different - equal, 0)
    if column.type not in _NAMING or column.semantic in ("free text", "count", "measurement"):
        return None
    if column.missing > MOST_REPEATED * column.rows or repeated > MOST_REPEATED * column.rows:
        return None
    return Key((column.name,), repeated)


def _says_so(columns: Sequence[ColumnProfile], key: Key) -> bool:
    named = {column.name: column.semantic == "identifier" for column in columns}
    return named[key.columns[0]]


def _together(
    table: Table, columns: Sequence[ColumnProfile], dependencies: Sequence[Dependency]
) -> list[Key]:
    """Two or three columns that name a row together, none of them too many."""
    parts = [
        column
        for column in columns
        if column.semantic in _PARTS and column.missing <= MOST_REPEATED * column.rows
    ]
    parts = sorted(parts, key=lambda column: -column.different)[:_MOST_PARTS]
    tied = {frozenset((one.left[0], one.right)) for one in dependencies if len(one.left) == 1}
    hashes = {column.name: value_hashes(table[column.name]) for column in parts}
    sizes = {column.name: column.different for column in parts}
    drawn = np.random.default_rng(0).permutation(len(table))[:_SAMPLE]
    found: list[Key] = []
    for number in (2, 3):
        for names in combinations(sizes, number):
            if np.prod([float(sizes[name]) for name in names]) < len(table):
                continue
            if any(frozenset(pair) in tied for pair in combinations(names, 2)):
                continue
            if any(set(key.columns) <= set(names) for key in found):
                continue
            every = sum((hashes[name] for name in names), np.zeros(len(table), np.uint64))
            repeated = _repeated(every[drawn])
            if repeated <= MOST_REPEATED * len(drawn) and len(drawn) < len(table):
                repeated = _repeated(every)
            if repeated <= MOST_REPEATED * len(table):
                found.append(Key(_in_order(columns, names), repeated))
        if len(found) >= MOST_KEYS or any(key.repeated == 0 for key in found):
            break
    return sorted(found, key=lambda key: (len(key.columns), key.repeated))


def _repeated(hashes: Hashes) -> int:
    ordered = np.sort(hashes)
    return int(np.count_nonzero(ordered[1:] == ordered[:-1]))


def _in_order(columns: Sequence[ColumnProfile], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(column.name for column in columns if column.name in names)
