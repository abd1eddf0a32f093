"""From a table to its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype

from sciml_magics.quality.findings import Finding
from sciml_magics.quality.profiling.writing import signs
from sciml_magics.quality.rules import Rules
from sciml_magics.quality.rules.checks import as_date
from sciml_magics.quality.table import Column, Table
from sciml_magics.quality.watching.states import (
    Categories,
    ColumnState,
    Kind,
    Numbers,
    Rate,
    State,
)

Heard = Callable[[str, float], None]

MOST_CATEGORIES = 1_000
MOST_SHAPES = 200
SURE = 0.5
"""A detector found something in a row where a score reaches this."""

_QUANTILES = (0.01, 0.05, *(at / 10 for at in range(1, 10)), 0.95, 0.99)
_SAMPLE = 1_000
_SEED = 0
_SHARE = 0.9


def read_state(
    table: Table,
    rules: Rules | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    heard: Heard = lambda what, share: None,
    *,
    like: int | None = None,
) -> State:
    """The state of a table.

    Parameters
    ----------
    table
        The table.
    rules
        Rules whose breaking is counted; they fit the table.
    findings
        What detectors found, by their names.
    heard
        Is told what is looked at, and the share of the columns that is done, 0 to 1.
    like
        Rows of the batch to compare with: rules that compare rows with each other are counted in as
        many at most, drawn at random, since more rows break them more often.

    Examples
    --------
    >>> frame = pd.DataFrame({"n": range(40), "site": ["A", "B"] * 20, "at": ["2024-01-05"] * 40})
    >>> [(one.name, one.kind, one.different) for one in read_state(Table(frame)).columns]
    [('n', 'numbers', 40), ('site', 'texts', 2), ('at', 'dates', 1)]
    """
    columns = []
    for at, column in enumerate(table):
        heard(column.name, at / len(table.columns))
        columns.append(column_state(column))
    rules = rules or Rules()
    return State(
        rows=len(table),
        columns=tuple(columns),
        rules=rules.to_yaml(),
        broken=_broken(rules, table, like),
        found={name: _rate(found, len(table)) for name, found in (findings or {}).items()},
    )


def _broken(rules: Rules, table: Table, like: int | None) -> dict[str, Rate]:
    rates = {words: _rate(found, len(table)) for words, found in rules.broken(table)}
    between = rules.between_rows
    if like and like < len(table) and len(between):
        drawn = np.random.default_rng(_SEED).choice(len(table), like, replace=False)
        part = Table(table.frame.iloc[np.sort(drawn)], table.name)
        rates |= {words: _rate(found, like) for words, found in between.broken(part)}
    return rates


def _rate(findings: Iterable[Finding], rows: int) -> Rate:
    wrong = np.zeros(rows, dtype=bool)
    for one in findings:
        # A rule is broken by a row, however sure it is which of its cells is wrong.
        wrong[one.rows if one.detector == "rules" else one.rows[one.scores >= SURE]] = True
    return Rate(int(wrong.sum()), rows)


def column_state(column: Column) -> ColumnState:
    """What is kept of a column."""
    kind = kind_of(column)
    missing = int(column.missing.sum())
    numbers, categories, span = None, None, None
    if kind == "numbers" and not _counts_rows(column):
        numbers = numbers_of(column.numbers)
    elif kind == "dates":
        span = _span(column)
    elif kind == "truth values" or (kind == "texts" and _are_few(column)):
        categories = Categories(_ordered(dict(zip(column.texts, column.counts, strict=True))))
    elif kind == "texts":
        numbers = numbers_of(lengths_of(column))
        written = _ordered(shapes_of(column))
        categories = Categories(written) if len(written) <= MOST_SHAPES else None
    return ColumnState(column.name, kind, missing, len(column.values), numbers, categories, span)


def kind_of(column: Column) -> Kind:
    """What the values of a column are; at least nine in ten of them."""
    if not len(column.values):
        return "nothing"
    if is_bool_dtype(column.cells.dtype):
        return "truth values"
    if is_datetime64_any_dtype(column.cells.dtype):
        return "dates"
    if column.numeric:
        return "numbers"
    order = np.argsort(-column.counts, kind="stable")[:_SAMPLE]
    some = column.values[order].tolist()
    texts = sum(isinstance(value, str) for value in some)
    weights = column.counts[order]
    dates = as_date(pd.Series(some, dtype=object)).notna().to_numpy()
    if weights[dates].sum() >= _SHARE * weights.sum():
        return "dates"
    return "texts" if texts >= _SHARE * len(some) else "nested values"


def numbers_of(values: npt.NDArray[np.float64]) -> Numbers | None:
    """How numbers lie; ``None`` without any. Missing ones are left out, infinite ones are ends."""
    held = values[~np.isnan(values)]
    finite = held[np.isfinite(held)]
    if not len(finite):
        return None
    edges = np.unique(np.quantile(finite, _QUANTILES))
    first, middle, last = np.quantile(finite, (0.25, 0.5, 0.75)).tolist()
    return Numbers(tuple(edges.tolist()), heights(held, edges), (first, middle, last))


def heights(values: npt.NDArray[np.float64], edges: npt.ArrayLike) -> tuple[int, ...]:
    """How many numbers lie below the first edge, between each two, and from the last on.

    Examples
    --------
    >>> heights(np.array([0.0, 1.0, 2.5, np.nan]), [1.0, 2.0])
    (1, 1, 1)
    """
    bounds = np.asarray(edges, dtype=np.float64)
    places = np.searchsorted(bounds, values[~np.isnan(values)], side="right")
    return tuple(np.bincount(places, minlength=len(bounds) + 1).tolist())


def lengths_of(column: Column) -> npt.NDArray[np.float64]:
    """How many characters each text has; NaN where there is none."""
    lengths = np.array([*map(len, column.texts), np.nan], dtype=np.float64)
    found: npt.NDArray[np.float64] = lengths[column.codes]
    return found


def shapes_of(column: Column) -> dict[str, int]:
    """How many cells are written in each shape, runs of equal signs drawn together."""
    found: Counter[str] = Counter()
    for shape, count in zip(signs(column.texts, runs=True), column.counts.tolist(), strict=True):
        found[shape] += count
    return dict(found)


def _counts_rows(column: Column) -> bool:
    """Whether numbers only name the rows: whole, all different, rising or without gaps."""
    numbers = column.numbers[~np.isnan(column.numbers)]
    if len(numbers) < 2 or len(column.values) < len(numbers) or not np.isfinite(numbers).all():
        return False
    if (numbers % 1).any():
        return False
    steps = np.diff(numbers)
    return bool((steps > 0).all() or numbers.max() - numbers.min() == len(numbers) - 1)


def _are_few(column: Column) -> bool:
    held = int(column.counts.sum())
    return len(column.values) <= min(MOST_CATEGORIES, held // 2)


def _span(column: Column) -> tuple[str, str] | None:
    moments = as_date(pd.Series(column.values, dtype=None if column.typed else object)).dropna()
    if not len(moments):
        return None
    return str(moments.min()), str(moments.max())


def _ordered(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(
        sorted(((text, int(n)) for text, n in counts.items()), key=lambda one: (-one[1], one[0]))
    )
