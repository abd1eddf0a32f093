"""What checks across columns compute with, in plain pandas, as `sciml_magics.quality.rules.checks`.

A column is numbers, dates or texts, whichever nine in ten of its filled cells are.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from sciml_magics.quality.rules.checks import as_date, as_number, as_text, filled

Value: TypeAlias = Any
"""Numbers, dates, texts or truth values: of every row, or one of them."""

CLOSE = 1e-9


def read_as(cells: pd.Series, kind: str | None = None, format: str | None = None) -> pd.Series:
    """Cells as numbers, dates or texts, whichever they are; or as what is asked for."""
    if kind in ("number", "integer"):
        return as_number(cells)
    if kind == "date":
        return as_date(cells, format)
    if kind in ("text", "boolean"):
        return as_text(cells)
    held = int(filled(cells).sum())
    if not held or (found := as_number(cells)).notna().sum() >= 0.9 * held:
        return as_number(cells)
    found = as_date(cells)
    return found if found.notna().sum() >= 0.9 * held else as_text(cells)


def kind_of(value: Value) -> str:
    """Numbers, dates or texts."""
    if isinstance(value, pd.Series):
        if pd.api.types.is_datetime64_any_dtype(value):
            return "dates"
        if pd.api.types.is_bool_dtype(value):
            return "truth values"
        return "numbers" if pd.api.types.is_numeric_dtype(value) else "texts"
    if isinstance(value, bool | np.bool_):
        return "truth values"
    if isinstance(value, pd.Timestamp):
        return "dates"
    return "texts" if isinstance(value, str) else "numbers"


def alike(first: Value, second: Value) -> tuple[Value, Value]:
    """Two things that can be compared; a text beside dates is read as one.

    Raises
    ------
    TypeError
        If they cannot.
    """
    if isinstance(first, str | bool) and kind_of(first) != kind_of(second):
        second, first = alike(second, first)
        return first, second
    if isinstance(second, str) and kind_of(first) == "dates":
        moment = pd.to_datetime(second, errors="coerce", format="ISO8601")
        if moment is pd.NaT:
            raise TypeError(f"'{second}' is no date such as 2024-12-31")
        return first, moment
    if isinstance(second, bool) and kind_of(first) == "numbers":
        return first, float(second)
    if kind_of(first) != kind_of(second):
        raise TypeError(f"{kind_of(first)} cannot be compared with {kind_of(second)}")
    if kind_of(first) == "texts":
        first, second = (
            one.fillna("") if isinstance(one, pd.Series) else one for one in (first, second)
        )
    return first, second


def equal(first: Value, second: Value) -> pd.Series:
    """Whether values are equal; numbers to a billionth of their size.

    Examples
    --------
    >>> equal(pd.Series([0.1 + 0.2, 0.3]), 0.3).tolist()
    [True, True]
    """
    first, second = alike(first, second)
    same: pd.Series = first == second
    if kind_of(first) != "numbers":
        return same
    size = np.maximum(np.abs(first), np.abs(second))
    near: pd.Series = same | (np.abs(first - second) <= CLOSE * size)
    return near


def less(first: Value, second: Value) -> pd.Series:
    """Whether values are less, and not merely by how numbers are rounded."""
    first, second = alike(first, second)
    found: pd.Series = (first < second) & ~equal(first, second)
    return found


def at_most(first: Value, second: Value) -> pd.Series:
    """Whether values are less or equal."""
    first, second = alike(first, second)
    found: pd.Series = (first < second) | equal(first, second)
    return found


def among(value: Value, few: list[Value]) -> pd.Series:
    """Whether values are one of a few."""
    found = equal(value, few[0])
    for one in few[1:]:
        found = found | equal(value, one)
    return found


def days_between(first: Value, second: Value) -> Value:
    """The difference of two numbers; of two dates in days; days before a date."""
    kinds = kind_of(first), kind_of(second)
    if kinds == ("dates", "dates"):
        return (first - second) / pd.Timedelta(days=1)
    if kinds == ("dates", "numbers"):
        return first - pd.to_timedelta(second, unit="D")
    return only_numbers(first) - only_numbers(second)


def together(first: Value, second: Value) -> Value:
    """The sum of two numbers; days after a date."""
    kinds = kind_of(first), kind_of(second)
    if kinds == ("dates", "numbers"):
        return first + pd.to_timedelta(second, unit="D")
    return only_numbers(first) + only_numbers(second)


def only_numbers(value: Value) -> Value:
    """Numbers as they are: those of pandas and numpy, which go to infinity and raise nothing.

    Raises
    ------
    TypeError
        If they are none.
    """
    if kind_of(value) != "numbers":
        raise TypeError(f"{kind_of(value)} cannot be computed with")
    return value if isinstance(value, pd.Series) else np.float64(value)


def only_dates(value: Value) -> pd.Series:
    """Dates as they are.

    Raises
    ------
    TypeError
        If they are none.
    """
    if kind_of(value) != "dates":
        raise TypeError(f"{kind_of(value)} have no year, month or day")
    found: pd.Series = value
    return found


def only_texts(value: Value) -> pd.Series:
    """Values as texts."""
    return as_text(pd.Series(value))
