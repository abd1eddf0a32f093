"""Checks across columns that a table keeps: dates in their order, and sums."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.profiling.profiles import ColumnProfile, Profile
from sciml_magics.quality.rules.arithmetic import CLOSE
from sciml_magics.quality.rules.checks import as_date
from sciml_magics.quality.rules.expression import parse_check
from sciml_magics.quality.rules.rule import CheckRule, Support
from sciml_magics.quality.table import Column, Table

LEAST_SHARE = 0.98
LEAST_ROWS = 30
MOST_DATES = 8
MOST_NUMBERS = 16
_SAMPLE = 2_000
_SEED = 0

Numbers = npt.NDArray[np.float64]


def learn_checks(table: Table, known: Profile) -> Iterator[CheckRule]:
    """Checks that hold in nearly all rows, and could fail.

    Parameters
    ----------
    table
        The table; of many rows 2,000 are drawn first, and what holds there is counted in all.
    known
        Its profile.
    """
    if len(table) < LEAST_ROWS:
        return
    dates = [table[one.name] for one in known if one.type == "date"][:MOST_DATES]
    yield from _orders(dates)
    numbers = [table[one.name] for one in known if _is_measured(one)][:MOST_NUMBERS]
    yield from _sums(numbers)


def _is_measured(known: ColumnProfile) -> bool:
    names = known.semantic in ("identifier", "code", "postal code")
    return known.type in ("whole", "number") and not names and known.different > 2


def _orders(columns: list[Column]) -> Iterator[CheckRule]:
    moments = {column.name: _moments(column) for column in columns}
    for first, second in combinations(moments, 2):
        early, late = moments[first], moments[second]
        known = ~np.isnan(early) & ~np.isnan(late)
        rows = int(known.sum())
        apart = int((early != late)[known].sum())
        if apart < LEAST_ROWS:
            continue
        for one, other in ((first, second), (second, first)):
            held = int((moments[one] <= moments[other])[known].sum())
            if held >= LEAST_SHARE * rows:
                check = parse_check(f"{_named(one)} <= {_named(other)}")
                yield CheckRule(check, support=Support(held, rows))


def _moments(column: Column) -> Numbers:
    """Dates as numbers; NaN where there is none."""
    from pandas import Series

    values = as_date(Series(column.values, dtype=None if column.typed else object))
    found = values.to_numpy().astype("datetime64[us]").astype(np.int64).astype(np.float64)
    found[values.isna().to_numpy()] = np.nan
    return np.append(found, np.nan)[column.codes]


def _sums(columns: list[Column]) -> Iterator[CheckRule]:
    """Columns that are the sum of two others."""
    if len(columns) < 3:
        return
    every = {column.name: column.numbers for column in columns}
    rows = len(columns[0])
    drawn = np.arange(rows)
    if rows > _SAMPLE:
        drawn = np.sort(np.random.default_rng(_SEED).choice(rows, _SAMPLE, replace=False))
    few = {name: numbers[drawn] for name, numbers in every.items()}
    for first, second in combinations(every, 2):
        for total, numbers in every.items():
            if total in (first, second) or not _holds(few[total], few[first], few[second]):
                continue
            found = _held(numbers, every[first], every[second])
            if found.held >= LEAST_SHARE * found.rows:
                text = f"{_named(total)} == {_named(first)} + {_named(second)}"
                yield CheckRule(parse_check(text), support=found)


def _holds(total: Numbers, first: Numbers, second: Numbers) -> bool:
    # Where an addend is nought the sum says no more than that two columns are equal.
    telling = (first != 0) & (second != 0) & np.isfinite(total + first + second)
    if telling.sum() < LEAST_ROWS:
        return False
    found = _held(total[telling], first[telling], second[telling])
    return found.held >= LEAST_SHARE * found.rows


def _held(total: Numbers, first: Numbers, second: Numbers) -> Support:
    known = np.isfinite(total + first + second)
    both = (first + second)[known]
    near = np.abs(total[known] - both) <= CLOSE * np.maximum(np.abs(total[known]), np.abs(both))
    return Support(int(near.sum()), int(known.sum()))


def _named(name: str) -> str:
    from keyword import iskeyword

    return name if name.isidentifier() and not iskeyword(name) else f"`{name}`"
