"""What a table tells of itself, on tables whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.profiling import Profile, profile
from sciml_magics.quality.table import Table


def profiled(**cells: object) -> Profile:
    return profile(Table(pd.DataFrame(cells), "made"))


def test_it_is_found_once_for_a_table() -> None:
    table = Table(pd.DataFrame({"a": [1, 2]}))
    assert profile(table) is profile(table)
    assert profile(Table(table.frame)) is not profile(table)


MEANINGS: dict[str, tuple[str, Sequence[object]]] = {
    "e-mail": ("a", [f"p{at}@example.org" for at in range(20)]),
    "web address": ("a", [f"https://example.org/{at}" for at in range(20)]),
    "telephone": ("a", [f"+41 44 {at:03} 12 {at:02}" for at in range(20)]),
    "IP address": ("a", [f"10.0.0.{at}" for at in range(20)]),
    "UUID": ("a", [f"{at:08x}-0000-4000-8000-000000000000" for at in range(20)]),
    "DOI": ("a", [f"10.1000/x.{at}" for at in range(20)]),
    "ORCID": ("a", [f"0000-0002-1825-00{at:02}" for at in range(20)]),
    "money": ("a", [f"$ {at}.50" for at in range(20)]),
    "percentage": ("a", [f"{at} %" for at in range(20)]),
    "quantity": ("a", [f"{at}.5 mg/L" for at in range(20)]),
    "coordinates": ("a", [f"47.{at:02}, 8.{at:02}" for at in range(20)]),
    "sequence": ("a", ["ACGTACGTTGCA" + sign * 3 for sign in "ACGT"] * 5),
    "file": ("a", [f"scans/image_{at}.png" for at in range(20)]),
    "latitude": ("lat", [40 + at / 7 for at in range(20)]),
    "longitude": ("site_lon", [-170 + at / 7 for at in range(20)]),
    "postal code": ("zip", [f"{10000 + 37 * (at % 9)}" for at in range(20)]),
    "year": ("year", [1990 + at % 9 for at in range(20)]),
    "date": ("a", [f"2024-01-{1 + at:02}" for at in range(20)]),
    "time": ("a", [f"{at:02}:30" for at in range(20)]),
    "date and time": ("a", [f"2024-01-01 {at:02}:30" for at in range(20)]),
    "boolean": ("a", ["yes", "no", "Yes", "no"] * 5),
    "identifier": ("patient_id", [1000 + 3 * at for at in range(20)]),
    "category": ("a", ["red", "green", "blue", "red"] * 5),
    "count": ("a", [at % 7 for at in range(20)]),
    "measurement": ("a", [at / 7 for at in range(20)]),
    "constant": ("a", ["x"] * 20),
    "empty": ("a", [None] * 20),
    "nested": ("a", [[at] for at in range(20)]),
    "code": ("a", [f"A-{at % 12:03}" for at in range(20)]),
    "free text": (
        "a",
        [f"The patient number {at} was seen in the morning and sent home" for at in range(20)],
    ),
}


@pytest.mark.parametrize("semantic", MEANINGS)
def test_what_values_mean_is_told(semantic: str) -> None:
    name, cells = MEANINGS[semantic]
    (column,) = profile(Table(pd.DataFrame({name: cells})))
    assert column.semantic == semantic


@pytest.mark.parametrize("semantic", ["e-mail", "quantity", "date", "category", "money"])
def test_a_few_errors_do_not_change_what_values_mean(semantic: str) -> None:
    name, cells = MEANINGS[semantic]
    (column,) = profile(Table(pd.DataFrame({name: [*cells, "?", "oops"]})))
    assert column.semantic == semantic
    assert column.disguised == ("?",)


@pytest.mark.parametrize(
    ("name", "unit"), [("T (°C)", "°C"), ("weight_kg", "kg"), ("dose [mg/kg]", ""), ("age", "")]
)
def test_the_unit_of_numbers_is_read_from_the_name(name: str, unit: str) -> None:
    (column,) = profile(Table(pd.DataFrame({name: [1.5, 2.5, 3.5]})))
    assert column.unit == unit


def test_numbers_are_told_without_the_codes_among_them() -> None:
    (column,) = profiled(a=[*range(10, 60), -999, -999, np.inf])
    assert column.range is not None
    assert (column.range.least, column.range.most, column.range.infinite) == (10, 59, 1)
    assert column.range.quartiles == (22, 34, 47)
    assert sum(column.range.heights) == 50
    assert column.missing_share == pytest.approx(2 / 53)


def test_the_way_in_which_texts_are_written_is_told() -> None:
    (column,) = profiled(a=["AB-12", "CD-34", "EF-5", "AB-12"])
    assert [(each.shape, each.rows, each.example) for each in column.patterns] == [
        ("AA-99", 3, "AB-12"),
        ("AA-9", 1, "EF-5"),
    ]
    assert column.lengths == (4, 5, 5)


def test_dates_of_several_formats_are_counted_and_one_is_advised() -> None:
    days = [f"2024-05-{at:02}" for at in range(1, 28)] + ["31.12.2024", "1/17/2024"]
    (column,) = profiled(a=days)
    assert dict(column.formats) == {"YYYY-MM-DD": 27, "DD.MM.YYYY": 1, "MM/DD/YYYY": 1}
    assert [(advice.action, advice.rows) for advice in column.advice] == [("one date format", 2)]


def test_what_could_be_standardised_is_told_with_its_rows() -> None:
    found = profiled(
        dose=["5 mg", "2 mg", "5 mg", "0.1 g"] * 5,
        city=["Rome", "rome", "Oslo ", "Oslo"] * 5,
        agree=["yes", "no"] * 10,
        all=["same"] * 20,
        none=[None] * 20,
        size=["1", "2", "3", "4"] * 5,
    )
    told = {(advice.column, advice.action): advice.rows for advice in found.advice}
    assert told == {
        ("dose", "one unit"): 5,
        ("city", "strip white space"): 5,
        ("city", "one case"): 5,
        ("agree", "truth values as truth values"): 20,
        ("all", "drop constant column"): 20,
        ("none", "drop empty column"): 20,
        ("size", "numbers as numbers"): 20,
    }


def test_a_column_that_names_rows_is_a_key_though_equal_rows_repeat_it() -> None:
    frame = pd.DataFrame({"id": range(100), "kind": list("abcd") * 25})
    frame.loc[99] = frame.loc[3]
    found = profile(Table(frame))
    assert [(key.columns, key.repeated) for key in found.keys] == [(("id",), 0)]
    assert found.equal_rows == 1
    assert found.equal[0].rows == (3, 99)


def test_two_columns_name_a_row_together() -> None:
    days = [f"2024-01-{at:02}" for at in range(1, 21)]
    found = profiled(
        day=np.repeat(days, 24),
        hour=[f"{hour:02}:00" for hour in range(24)] * 20,
        value=np.arange(480) % 7,
    )
    assert [key.columns for key in found.keys] == [("day", "hour")]


def test_what_determines_what_is_found_in_spite_of_errors() -> None:
    draw = np.random.default_rng(0)
    city = draw.integers(0, 40, 2_000)
    land = city % 7
    wrong = draw.choice(2_000, 40, replace=False)
    land[wrong] = draw.integers(0, 7, 40)
    found = profiled(
        city=[f"city {at}" for at in city],
        land=[f"land {at}" for at in land],
        other=draw.choice(list("abcdef"), 2_000),
        rare=draw.permutation(2_000) // 2,
    )
    assert [(one.left, one.right) for one in found.dependencies] == [(("city",), "land")]
    assert found.dependencies[0].share == pytest.approx(1 - 40 * 6 / 7 / 2_000, abs=0.005)


def test_two_columns_together_determine_a_third() -> None:
    draw = np.random.default_rng(0)
    one, other = draw.integers(0, 8, 1_500), draw.integers(0, 9, 1_500)
    price = draw.permutation(72)[one * 9 + other] % 11
    found = profiled(one=one, other=other, price=price)
    told = {(each.left, each.right): each.share for each in found.dependencies}
    assert told[("one", "other"), "price"] == 1


def test_chance_determines_nothing() -> None:
    draw = np.random.default_rng(0)
    made = {f"c{at}": draw.integers(0, size, 800) for at, size in enumerate((2, 5, 30, 200, 390))}
    made["mostly"] = (draw.random(800) < 0.01).astype(int)
    assert profiled(**made).dependencies == ()


def test_rows_that_are_nearly_equal_are_found() -> None:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": range(1, 401),
            "name": [f"Name {at}" for at in range(400)],
            "city": draw.choice(["Rome", "Oslo", "Bern"], 400),
            "born": draw.integers(1940, 2000, 400),
        }
    )
    frame.loc[10, ["name", "city", "born"]] = frame.loc[7, ["name", "city", "born"]]
    frame.loc[20, ["name", "city", "born"]] = frame.loc[17, ["name", "city", "born"]]
    frame.loc[20, "name"] = "NAME  17."
    frame.loc[30, ["name", "city", "born"]] = frame.loc[27, ["name", "city", "born"]]
    frame.loc[27, "born"], frame.loc[30, "born"] = 1950, 1951
    found = profile(Table(frame))
    assert found.equal_rows == 0
    assert found.near_rows == 3
    assert {group.rows: group.differ for group in found.near} == {
        (7, 10): ("id",),
        (17, 20): ("id", "name"),
        (27, 30): ("id", "born"),
    }


def test_of_many_different_texts_some_speak_for_all_and_that_is_said() -> None:
    cells = pd.Series([f"key {at}" for at in range(30_000)])
    cells[::10] = cells[::10] + " "
    cells[5] = "N/A"
    found = profile(Table(pd.DataFrame({"a": cells})))
    (column,) = found
    assert column.disguised == ("N/A",)
    (advice,) = (each for each in column.advice if each.action == "strip white space")
    assert advice.rows == pytest.approx(3_000, rel=0.1)
    assert "by some of the values" in advice.words
    assert "is told by 20,000 of them" in found.notes[0]


def test_progress_goes_from_nothing_to_everything() -> None:
    shares: list[float] = []
    profile(
        Table(pd.DataFrame({"a": [1, 2] * 9, "b": [1, 3] * 9})), lambda _, at: shares.append(at)
    )
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
