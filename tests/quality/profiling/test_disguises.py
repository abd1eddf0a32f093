"""What stands for a missing value is found without being told, and ordinary values are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from sciml_magics.quality.profiling import profile
from sciml_magics.quality.table import Table

ROWS = 3_000

Draw = Callable[[np.random.Generator], object]
Cells = npt.NDArray[np.float64]


def disguised(cells: object) -> set[str]:
    """What a column of these cells holds for missing values."""
    (column,) = profile(Table(pd.DataFrame({"a": cells})))
    return set(column.disguised)


ORDINARY: dict[str, Draw] = {
    "temperatures in whole degrees": lambda draw: draw.normal(8, 9, ROWS).round(),
    "temperatures around zero": lambda draw: draw.normal(1, 1.2, ROWS).round(1),
    "ages up to 99": lambda draw: np.minimum(draw.gamma(5, 9, ROWS).round(), 99),
    "ages of old people": lambda draw: np.minimum(draw.normal(84, 7, ROWS).round(), 99),
    "years up to 1999": lambda draw: np.minimum(draw.integers(1930, 2010, ROWS), 1999),
    "years": lambda draw: draw.integers(1990, 2025, ROWS),
    "counts with many zeros": lambda draw: draw.poisson(draw.gamma(0.5, 3, ROWS)),
    "rain": lambda draw: draw.exponential(4, ROWS).round(1) * (draw.random(ROWS) < 0.3),
    "amounts": lambda draw: draw.lognormal(3, 1.5, ROWS).round(2),
    "amounts with heavy tails": lambda draw: (draw.pareto(1.2, ROWS) * 10).round(2),
    "prices that end in nines": lambda draw: draw.choice(
        [4.99, 9.99, 19.99, 49.99, 99.99, 199.99, 499.99, 999.99], ROWS
    ),
    "whole prices": lambda draw: draw.choice([99, 199, 299, 499, 599, 799, 999, 1999], ROWS),
    "marks from 1 to 5": lambda draw: draw.integers(1, 6, ROWS),
    "agreement from -2 to 2": lambda draw: draw.integers(-2, 3, ROWS),
    "signs": lambda draw: draw.choice([-1, 0, 1], ROWS),
    "household sizes": lambda draw: np.minimum(draw.poisson(2, ROWS) + 1, 9),
    "differences": lambda draw: draw.laplace(0, 20, ROWS).round(),
    "percentages": lambda draw: draw.beta(5, 1, ROWS).round(2) * 100,
    "shares": lambda draw: draw.beta(0.4, 0.4, ROWS).round(3),
    "account balances": lambda draw: draw.normal(400, 900, ROWS).round(),
    "a motor that stands still": lambda draw: (
        draw.normal(1500, 15, ROWS) * (draw.random(ROWS) < 0.7)
    ),
    "identifiers": lambda draw: np.arange(ROWS),
    "identifiers up to 9999": lambda draw: draw.integers(1000, 10_000, ROWS),
    "zip codes": lambda draw: draw.integers(10_000, 100_000, ROWS),
    "minutes past midnight": lambda draw: draw.integers(0, 1440, ROWS),
    "a saturated sensor": lambda draw: np.minimum(draw.normal(900, 120, ROWS).round(), 1023),
    "depths below the sea": lambda draw: -draw.gamma(2, 60, ROWS).round(),
    "longitudes": lambda draw: draw.uniform(-180, 180, ROWS).round(3),
    "log ratios": lambda draw: draw.standard_t(3, ROWS).round(2),
    "two groups": lambda draw: np.where(
        draw.random(ROWS) < 0.5, draw.normal(10, 1, ROWS), draw.normal(80, 2, ROWS)
    ).round(1),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_numbers_are_not_flagged(name: str, seed: int) -> None:
    assert disguised(ORDINARY[name](np.random.default_rng(seed))) == set()


CODED: dict[str, tuple[Draw, float]] = {
    "a sensor with -200": (lambda draw: draw.gamma(3, 100, ROWS).round(), -200),
    "a temperature with -200": (lambda draw: draw.normal(18, 9, ROWS).round(1), -200),
    "a temperature with -999": (lambda draw: draw.normal(3, 9, ROWS).round(1), -999),
    "a temperature with -99.9": (lambda draw: draw.normal(3, 6, ROWS).round(1), -99.9),
    "ages with 999": (lambda draw: draw.integers(18, 95, ROWS), 999),
    "ages with -1": (lambda draw: draw.integers(18, 95, ROWS), -1),
    "marks from 1 to 5 with 99": (lambda draw: draw.integers(1, 6, ROWS), 99),
    "years with 9999": (lambda draw: draw.integers(1950, 2020, ROWS), 9999),
    "counts with -9": (lambda draw: draw.poisson(6, ROWS), -9),
    "shares with -1": (lambda draw: draw.beta(2, 2, ROWS).round(3), -1),
    "a sensor that ends at -32768": (lambda draw: draw.normal(0, 300, ROWS).round(), -32768),
    "numbers among which stands 999": (lambda draw: draw.uniform(0, 2000, ROWS).round(2), 999),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
@pytest.mark.parametrize("name", CODED)
def test_codes_among_numbers_are_found(name: str, share: float, seed: int) -> None:
    draw = np.random.default_rng(seed)
    make, code = CODED[name]
    cells = np.asarray(make(draw), dtype=float)
    cells[draw.random(ROWS) < share] = code
    assert disguised(cells) == {str(code) if code % 1 else f"{code:.1f}"}


def test_several_codes_at_both_ends_are_found() -> None:
    draw = np.random.default_rng(1)
    cells = draw.integers(18, 81, ROWS).astype(float)
    for code in (-9, -8, 998, 999):
        cells[draw.random(ROWS) < 0.02] = code
    assert disguised(cells) == {"-9.0", "-8.0", "998.0", "999.0"}


def test_a_code_in_numbers_held_as_text_is_told_as_it_is_written() -> None:
    cells = [*map(str, range(10, 60)), "-99", "-99", "-99.0", "N/A", "?"]
    assert disguised(cells) == {"-99", "-99.0", "N/A", "?"}


@pytest.mark.parametrize(
    "mark", ["N/A", "n/a", "-", "?", "NULL", "unknown", "Not available", "#N/A", ".", "TBD"]
)
def test_marks_among_texts_are_found(mark: str) -> None:
    words = [f"{kind} {thing}" for kind in ("old", "new", "red") for thing in ("house", "tree")]
    assert disguised([*words * 5, mark, mark]) == {mark}


@pytest.mark.parametrize(
    "cells",
    [
        ["+", "-", "+", "-", "-"] * 4,
        ["NA", "DE", "ZA", "FR", "US"] * 4,
        ["none", "mild", "severe", "mild"] * 4,
        ["x", "y", "z"] * 4,
        ["O", "A", "B", "AB"] * 4,
        ["other", "no", "yes"] * 4,
        ["C", "N", "O", "H", "-C", "P"] * 4,
    ],
)
def test_ordinary_words_are_not_flagged(cells: list[str]) -> None:
    assert disguised(cells) == set()


def test_the_first_day_a_computer_knows_is_found_among_dates() -> None:
    days = pd.date_range("2019-01-01", periods=200).tolist()
    cells = pd.Series([*days, *[pd.Timestamp("1900-01-01")] * 9])
    assert disguised(cells) == {"1900-01-01 00:00:00"}
    assert disguised(cells.dt.strftime("%Y-%m-%d").tolist()) == {"1900-01-01"}
    assert disguised(cells.dt.strftime("%d/%m/%Y").tolist()) == {"01/01/1900"}


def test_days_among_others_are_not_flagged() -> None:
    assert disguised(pd.date_range("1969-06-01", periods=500).repeat(3)) == set()
