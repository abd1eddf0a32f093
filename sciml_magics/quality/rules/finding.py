"""What breaks rules in a table, and why, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.quality.findings import WHOLE_ROW, Finding, Rows
from sciml_magics.quality.rules import checks
from sciml_magics.quality.rules.arithmetic import read_as
from sciml_magics.quality.rules.rule import (
    CheckRule,
    ColumnRule,
    DependencyRule,
    KeyRule,
    Part,
    Rules,
    shown,
)
from sciml_magics.quality.table import Codes, Column, Table

DETECTOR = "rules"
SURE = 0.99
"""How sure a cell is wrong that breaks what a person said of it alone."""

_LONGEST = 60
_NEAR = 80
"""How alike a spelling must be to be what was meant, of 100."""

_MOST_NEAR = 1_000

Told = TypeVar("Told")
Broken = tuple[str, tuple[Finding, ...]]


class Lazily(Sequence[Told]):
    """Something for each of many rows that is made when it is looked at."""

    def __init__(self, number: int, make: Callable[[int], Told]) -> None:
        self._number = number
        self._make = make

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, at: int) -> Told: ...
    @overload
    def __getitem__(self, at: slice) -> list[Told]: ...
    def __getitem__(self, at: int | slice) -> Told | list[Told]:
        places = range(self._number)[at]
        if isinstance(places, range):
            return [self._make(place) for place in places]
        return self._make(places)


def broken(rules: Rules, table: Table) -> Iterator[Broken]:
    """Each rule in words, and the findings of what breaks it; none where it is kept."""
    for rule in rules.columns:
        for part in rule.parts:
            yield rule.told(part), tuple(_of_column(rule, part, table[rule.column]))
    for key in rules.keys:
        yield str(key), tuple(_of_key(key, table))
    for dependency in rules.dependencies:
        yield str(dependency), tuple(_of_dependency(dependency, table))
    for check in rules.checks:
        yield str(check), tuple(_of_check(check, rules, table))


def holds(rule: ColumnRule, part: Part, cells: pd.Series) -> pd.Series:
    """Where one thing that is said of a column holds of its cells."""
    match part:
        case "type":
            return _has_type(rule, cells)
        case "min":
            assert rule.min is not None
            return checks.from_least(cells, rule.min)
        case "max":
            assert rule.max is not None
            return checks.up_to_most(cells, rule.max)
        case "pattern":
            return checks.fits(cells, rule.pattern or "")
        case "values":
            return checks.one_of(cells, list(rule.values))
        case "required":
            return checks.filled(cells)
        case "unique":
            return checks.unlike(cells)


def _has_type(rule: ColumnRule, cells: pd.Series) -> pd.Series:
    match rule.type:
        case "integer":
            return checks.is_integer(cells)
        case "number":
            return checks.is_number(cells)
        case "boolean":
            return checks.is_boolean(cells)
        case "date":
            return checks.is_date(cells, rule.format)
    return checks.is_text(cells)


def _of_column(rule: ColumnRule, part: Part, column: Column) -> Iterator[Finding]:
    if part == "required":
        rows = np.flatnonzero(column.missing)
        why = f"missing, and '{rule.column}' must be filled"
        yield from _found(column.name, rows, np.full(len(rows), SURE), why)
        return
    if part == "unique":
        yield from _repeated(column)
        return
    values = _values(column)
    wrong = ~holds(rule, part, values).to_numpy()
    rows = np.flatnonzero(np.append(wrong, False)[column.codes])
    codes = column.codes[rows]
    meant = _meant(rule, values[wrong]) if part == "values" else {}

    def words(at: int) -> str:
        cell = column.texts_at(rows[at : at + 1])[0]
        hint = f": did you mean '{meant[cell]}'?" if cell in meant else ""
        return f"{_cut(cell)} {_why(rule, part)}{hint}"

    def value(at: int) -> str | None:
        return meant.get(column.texts_at(rows[at : at + 1])[0])

    yield from _found(
        column.name,
        rows,
        np.full(len(codes), SURE),
        Lazily(len(rows), words),
        Lazily(len(rows), value) if meant else None,
    )


def _values(column: Column) -> pd.Series:
    """The different values of a column, of the type that the column is of."""
    values = column.values
    return pd.Series(values, dtype=None if column.typed else object)


def _why(rule: ColumnRule, part: Part) -> str:
    match part:
        case "type":
            form = f" written as {rule.format}" if rule.format else ""
            kinds = {"integer": "whole number", "boolean": "truth value"}
            return f"is no {kinds.get(rule.type or '', rule.type)}{form}"
        case "min":
            least = "before" if isinstance(rule.min, str) else "less than"
            return f"is {least} {shown(rule.min)}, the least that '{rule.column}' may be"
        case "max":
            most = "after" if isinstance(rule.max, str) else "more than"
            return f"is {most} {shown(rule.max)}, the most that '{rule.column}' may be"
        case "pattern":
            return f"does not fit the pattern {rule.pattern}"
    return f"is none of the {len(rule.values):,} values that '{rule.column}' may be"


def _meant(rule: ColumnRule, wrong: pd.Series) -> dict[str, str]:
    """The allowed value that each wrong one is nearest to, where one is near."""
    from rapidfuzz import fuzz, process, utils

    found = {}
    for text in checks.as_text(wrong).dropna().tolist()[:_MOST_NEAR]:
        near = process.extractOne(
            text,
            rule.values,
            scorer=fuzz.ratio,
            processor=utils.default_process,
            score_cutoff=_NEAR,
        )
        if near is not None:
            found[text] = near[0]
    return found


def _repeated(column: Column) -> Iterator[Finding]:
    times = np.append(column.counts, 1)[column.codes]
    rows = np.flatnonzero(times > 1)

    def words(at: int) -> str:
        cell = column.texts_at(rows[at : at + 1])[0]
        return f"{_cut(cell)} stands in {times[rows[at]]:,} rows, and '{column.name}' is unique"

    # All but one of them are wrong, and nothing says which.
    scores = SURE * (1 - 1 / times[rows])
    yield from _found(column.name, rows, scores, Lazily(len(rows), words))


def _of_key(rule: KeyRule, table: Table) -> Iterator[Finding]:
    groups = grouped([table[name] for name in rule.columns])
    times = np.bincount(groups)[groups] if len(groups) else groups
    rows = np.flatnonzero(times > 1)

    def words(at: int) -> str:
        row = int(rows[at])
        told = ", ".join(f"{name} {_cut(table[name].text(row))}" for name in rule.columns)
        return f"{times[row]:,} rows have {told}, which name one row"

    scores = SURE * (1 - 1 / times[rows])
    yield from _found(WHOLE_ROW, rows, scores, Lazily(len(rows), words))


def _of_dependency(rule: DependencyRule, table: Table) -> Iterator[Finding]:
    left = [table[name] for name in rule.left]
    right = table[rule.right]
    known = ~np.any([column.missing for column in (*left, right)], axis=0)
    rows = np.flatnonzero(known)
    if not len(rows):
        return
    group = grouped(left)[rows]
    code = right.codes[rows]
    pair, at, mine = np.unique(
        np.stack([group, code]), axis=1, return_inverse=True, return_counts=True
    )
    best = np.zeros(group.max() + 1, dtype=np.int64)
    np.maximum.at(best, pair[0], mine)
    top = mine == best[pair[0]]
    alone = np.bincount(pair[0][top], minlength=len(best)) == 1
    value = np.full(len(best), -1, dtype=np.int64)
    value[pair[0][top]] = pair[1][top]
    value[~alone] = -1
    at = at.reshape(-1)
    wrong = ~(top & alone[pair[0]])[at]
    where, of = rows[wrong], group[wrong]
    others, own = best[of], mine[at[wrong]]
    right_values = _values(right)

    def instead(place: int) -> str | None:
        expected = int(value[of[place]])
        if expected < 0:
            return None
        return str(checks.as_text(right_values.iloc[[expected]]).iloc[0])

    def words(place: int) -> str:
        row = int(where[place])
        told = " and ".join(f"{one.name} {_cut(one.text(row))}" for one in left)
        new = instead(place)
        rest = (
            f"there are several values of '{rule.right}', none more frequent than all others"
            if new is None
            else f"'{rule.right}' is {_cut(new)} in {others[place]:,} "
            f"row{'s' if others[place] > 1 else ''}, and {_cut(right.text(row))} here"
        )
        return f"where {told}, {rest}"

    yield from _found(
        right.name,
        where,
        SURE * others / (others + own),
        Lazily(len(where), words),
        Lazily(len(where), instead),
    )


def _of_check(rule: CheckRule, rules: Rules, table: Table) -> Iterator[Finding]:
    names = rule.expression.columns
    cells = {name: table[name].cells for name in names}
    read = {name: _read(table[name], rules) for name in rule.expression.needed}
    rows = np.flatnonzero(~rule.expression.holds(cells, read).to_numpy())

    def words(at: int) -> str:
        row = int(rows[at])
        told = ", ".join(f"{name} is {_cut(table[name].text(row))}" for name in names)
        meaning = f"{rule.words}: " if rule.words else ""
        return f"{meaning}{rule.expression.text} does not hold, where {told}"

    told = Lazily(len(rows), words)
    yield from _found(WHOLE_ROW, rows, np.full(len(rows), SURE), told)
    # One of the cells at least is wrong, and nothing says which.
    for name in names:
        yield from _found(name, rows, np.full(len(rows), SURE / len(names)), told)


def _read(column: Column, rules: Rules) -> pd.Series:
    """The cells of a column as numbers, dates or texts: read once for each different value."""
    said = rules.of(column.name)
    if column.typed:
        return read_as(column.cells)
    values = _values(column)
    if said is not None and said.kind is not None:
        read = read_as(values, said.kind, said.format)
    else:
        read = _read_alone(column, values)
    if not len(values):
        return pd.Series(np.nan, column.cells.index)
    found = read.take(np.maximum(column.codes, 0)).set_axis(column.cells.index)
    return found.mask(column.missing)


def _read_alone(column: Column, values: pd.Series) -> pd.Series:
    """As `read_as`, where each value counts as often as it stands."""
    held = int(column.counts.sum())
    for read in (checks.as_number, checks.as_date):
        found = read(values)
        if column.counts[found.notna().to_numpy()].sum() >= 0.9 * held:
            return found
    return checks.as_text(values)


def grouped(columns: Sequence[Column]) -> Codes:
    """A number for each row that is the same for rows that are equal in some columns.

    Missing cells are equal. Shape ``[rows]``.
    """
    found: Codes = columns[0].codes + 1
    for column in columns[1:]:
        joined = found * (len(column.values) + 1) + (column.codes + 1)
        found = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def _found(
    column: str,
    rows: Rows,
    scores: npt.NDArray[np.floating],
    words: str | Sequence[str],
    values: Sequence[str | None] | None = None,
) -> Iterator[Finding]:
    if len(rows):
        yield Finding(
            DETECTOR, column, rows.astype(np.int64), scores.astype(np.float32), words, values
        )


def _cut(text: str) -> str:
    """A cell in a sentence."""
    if not text:
        return "missing"
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return short if _bare(short) else f"'{short}'"


def _bare(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
