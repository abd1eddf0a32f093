"""Profile a table: column by column, between columns, and its rows."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from time import perf_counter

from sciml_magics.quality.profiling.columns import MOST_READ, profile_column
from sciml_magics.quality.profiling.dependencies import MOST_COLUMNS, MOST_ROWS, determine
from sciml_magics.quality.profiling.keys import find_keys
from sciml_magics.quality.profiling.profiles import Profile
from sciml_magics.quality.profiling.rows import alike
from sciml_magics.quality.table import Table

Heard = Callable[[str, float], None]

# Shares of the work, roughly: the columns, what is between them, the rows.
_COLUMNS, _BETWEEN = 0.5, 0.8

_made: dict[int, Profile] = {}


def profile(table: Table, heard: Heard = lambda what, share: None) -> Profile:
    """Everything that a table tells of itself; found once for each table.

    Parameters
    ----------
    table
        The table.
    heard
        Is told what is looked at, and the share of the work that is done, 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": range(8), "dose": ["5 mg", "2 mg", "?", "5 mg"] * 2})
    >>> found = profile(Table(frame, "doses"))
    >>> [(each.name, each.semantic, each.disguised) for each in found]
    [('id', 'identifier', ()), ('dose', 'quantity', ('?',))]
    """
    if id(table) not in _made:
        made = _profile(table, heard)
        _made[id(table)] = made
        weakref.finalize(table, _made.pop, id(table), None)
    return _made[id(table)]


def _profile(table: Table, heard: Heard) -> Profile:
    began = perf_counter()
    columns = []
    for at, column in enumerate(table):
        heard(column.name, _COLUMNS * at / max(len(table.columns), 1))
        columns.append(profile_column(column))
    between = "what determines what"
    dependencies = determine(
        table.columns, lambda share: heard(between, _COLUMNS + (_BETWEEN - _COLUMNS) * share)
    )
    heard("rows that are alike", _BETWEEN)
    found = alike(table, columns)
    keys = find_keys(table, columns, dependencies, found.equal_rows)
    heard("done", 1.0)
    return Profile(
        name=table.name,
        rows=len(table),
        columns=tuple(columns),
        keys=keys,
        dependencies=dependencies,
        equal_rows=found.equal_rows,
        near_rows=found.near_rows,
        equal=found.equal,
        near=found.near,
        seconds=perf_counter() - began,
        notes=tuple(_notes(table)),
    )


def _notes(table: Table) -> Iterator[str]:
    drawn = sum(len(column.values) > MOST_READ and not column.typed for column in table)
    if drawn:
        yield (
            f"{drawn:,} columns have more than {MOST_READ:,} different texts: how they are written "
            f"is told by {MOST_READ:,} of them"
        )
    if len(table) > MOST_ROWS:
        yield (
            f"dependencies were sought in {MOST_ROWS:,} rows drawn at random, "
            "and those found were counted in all rows"
        )
    if len(table.columns) > MOST_COLUMNS:
        yield (
            f"dependencies were sought between {MOST_COLUMNS} of {len(table.columns):,} columns, "
            "those whose values are repeated most"
        )
