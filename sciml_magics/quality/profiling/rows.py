"""Rows that are equal, or equal but for one column, or for how they are spelt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sciml_magics.quality.profiling.advising import folded
from sciml_magics.quality.profiling.hashing import Codes, Hashes, groups, value_hashes
from sciml_magics.quality.profiling.profiles import Alike, ColumnProfile
from sciml_magics.quality.table import Column, Mask, Table

MOST_SHOWN = 100
# Where more of the rows are nearly equal it is how the table is made: a design, not an accident.
MOST_NEAR = 0.1
LEAST_COLUMNS = 3
MOST_COLUMNS = 200
_MOST_FOLDED = 50_000
_NAMES = ("identifier", "code", "e-mail", "UUID", "DOI", "ORCID")


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of rows that are alike, the first of them, and how many rows are like an earlier one.

    Parameters
    ----------
    equal_rows, near_rows
        How many rows are equal, and nearly equal, to an earlier one.
    equal, near
        The first groups.
    """

    equal_rows: int
    near_rows: int
    equal: tuple[Alike, ...]
    near: tuple[Alike, ...]


def alike(table: Table, columns: Sequence[ColumnProfile]) -> Found:
    """The rows of a table that are alike.

    Near rows are equal once case, white space and punctuation are left out, or in all columns but
    one, or but for what names them (columns of identifiers without repeated ones).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"a": [1, 1, 2, 3, 4] * 2, "b": list("xxyzw") * 2, "c": [*"pqrst", *"uvwxy"]}
    ... )
    >>> frame.loc[9] = frame.loc[0]
    >>> found = alike(Table(frame), [])
    >>> [group.rows for group in found.equal]
    [(0, 9)]
    """
    if len(table) < 2 or not table.columns:
        return Found(0, 0, (), ())
    every = _sum(table.columns, len(table))
    rows, starts = groups(every)
    equal = _shown(rows, starts, lambda _: (), "equal in every column")
    repeated = np.zeros(len(table), bool)
    repeated[_later(rows, starts)] = True
    near, like = _near(table, columns, every, repeated)
    return Found(int(repeated.sum()), int(like.sum()), equal, near)


def _near(
    table: Table,
    columns: Sequence[ColumnProfile],
    every: Hashes,
    repeated: Mask,
) -> tuple[tuple[Alike, ...], Mask]:
    """Groups of rows that are nearly equal, and which rows are like an earlier one."""
    like = np.zeros(len(table), bool)
    found: list[Alike] = []
    naming = _naming(columns, int(repeated.sum()))
    told = [column for column in table.columns if column.name not in naming]
    if len(told) < LEAST_COLUMNS or len(table.columns) > MOST_COLUMNS:
        return (), like

    def look(hashes: Hashes, words: str) -> None:
        hashes = hashes.copy()
        # Of equal rows the first speaks for all: a number of its own takes the others out.
        hashes[repeated] = np.arange(int(repeated.sum()), dtype=np.uint64)
        rows, starts = groups(hashes)
        later = _later(rows, starts)
        if not len(later) or len(later) > MOST_NEAR * len(table):
            return
        like[later] = True
        found.extend(_shown(rows, starts, lambda group: _differing(table, group), words))

    rest = _sum(told, len(table)) if naming else every
    if naming:
        look(rest, f"equal but for {' and '.join(naming)}")
    if (spelt := _spelt(told)) is not None:
        look(spelt, "equal but for case, white space and punctuation")
    for column in told:
        look(rest - value_hashes(column), f"equal but for '{column.name}'")
    different = {group.rows: group for group in reversed(found)}
    ordered = sorted(different.values(), key=lambda group: group.rows)
    return tuple(ordered[:MOST_SHOWN]), like


def _naming(columns: Sequence[ColumnProfile], equal: int) -> list[str]:
    """Columns that name each row by themselves, but for rows that are equal to an earlier one."""
    return [
        column.name
        for column in columns
        if column.semantic in _NAMES
        and column.missing == 0
        and column.rows - column.different <= equal
    ]


def _sum(columns: Sequence[Column], rows: int) -> Hashes:
    total = np.zeros(rows, np.uint64)
    for column in columns:
        total += value_hashes(column)
    return total


def _spelt(columns: Sequence[Column]) -> Hashes | None:
    """Rows by their texts without case, white space and punctuation; ``None`` where all the same.

    Columns of very many different texts are taken as they are.
    """
    if not columns:
        return None
    total = np.zeros(len(columns[0]), np.uint64)
    merged = False
    for column in columns:
        codes = None
        if not column.typed and 0 < len(column.values) <= _MOST_FOLDED:
            places: dict[str, int] = {}
            same = [places.setdefault(folded(text), len(places)) for text in column.texts]
            if len(places) < len(same):
                codes = np.append(np.array(same, dtype=np.int64), -1)[column.codes]
                merged = True
        total += value_hashes(column, codes)
    return total if merged else None


def _later(rows: Codes, starts: Codes) -> Codes:
    """The rows of groups without the first of each."""
    kept = np.ones(len(rows), bool)
    kept[starts[:-1]] = False
    return rows[kept]


def _shown(
    rows: Codes, starts: Codes, differ: Callable[[Codes], tuple[str, ...]], words: str
) -> tuple[Alike, ...]:
    """The first groups."""
    first = np.argsort(rows[starts[:-1]], kind="stable")[:MOST_SHOWN]
    found = []
    for at in first:
        group = rows[starts[at] : starts[at + 1]][:MOST_SHOWN]
        found.append(Alike(tuple(int(row) for row in group), differ(group), words))
    return tuple(found)


def _differing(table: Table, group: Codes) -> tuple[str, ...]:
    return tuple(c.name for c in table.columns if len(set(c.codes[group].tolist())) > 1)
