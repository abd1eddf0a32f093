"""What breaks rules is found, with the reason in words."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Detector, Finding
from sciml_magics.quality.rules import parse
from sciml_magics.quality.table import Table
from tests.quality.rules.frames_made import MORE, RULES, broken, orderly


def found_in(rules: str, frame: pd.DataFrame) -> list[Finding]:
    return list(parse(rules).find(Table(frame, "people")))


def why(rules: str, frame: pd.DataFrame) -> list[str]:
    return [one.why(at) for one in found_in(rules, frame) for at in range(len(one))]


def test_a_table_that_keeps_all_rules_has_no_finding():
    assert found_in(RULES, orderly()) == []


def test_every_cell_that_breaks_a_rule_is_found_and_no_other():
    frame, wrong = broken()
    cells = {(int(row), one.column) for one in found_in(RULES, frame) for row in one.rows}
    assert cells == wrong


def test_rules_are_a_detector():
    assert isinstance(parse(RULES), Detector)


def test_the_frame_is_not_changed():
    frame, _ = broken()
    before = frame.copy(deep=True)
    found_in(RULES, frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("columns: {n: integer}", "1.5 is no whole number"),
        ("columns: {n: {min: 2}}", "1.5 is less than 2, the least that 'n' may be"),
        ("columns: {n: {max: 0.5}}", "1.5 is more than 0.5, the most that 'n' may be"),
        ("columns: {t: {pattern: '[a-z]+'}}", "'Rmoe' does not fit the pattern [a-z]+"),
        (
            "columns: {t: {values: [Rome, Oslo]}}",
            "'Rmoe' is none of the 2 values that 't' may be",
        ),
        ("columns: {t: {values: [Rmo, Oslo]}}", "did you mean 'Rmo'?"),
        ("columns: {m: {required: true}}", "missing, and 'm' must be filled"),
        ("columns: {d: {max: 2023-12-31}}", "'2024-02-30' is after 2023-12-31"),
        ("columns: {d: {format: '%d.%m.%Y'}}", "'2024-02-30' is no date written as %d.%m.%Y"),
        ("columns: {n: boolean, t: boolean}", "'Rmoe' is no truth value"),
        ("columns: {n: text}", "1.5 is no text"),
        ("checks: [n > 2]", "n > 2 does not hold, where n is 1.5"),
        ("checks: [it must grow: n > 2]", "it must grow: n > 2 does not hold, where n is 1.5"),
    ],
)
def test_the_reason_is_told_in_words(rules, words):
    frame = pd.DataFrame({"n": [1.5], "t": ["Rmoe"], "m": [None], "d": ["2024-02-30"]})
    assert any(words in told for told in why(rules, frame))


def test_a_repeated_value_or_key_tells_how_often_it_stands():
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", None]})
    assert why("columns: {a: {unique: true}}", frame)[0] == "1 stands in 2 rows, and 'a' is unique"
    assert why("keys: ['a, b']", frame)[0] == "2 rows have a 1, b 'x', which name one row"
    (found,) = found_in("columns: {a: {unique: true}}", frame)
    assert found.rows.tolist() == [0, 1]
    assert found.scores == pytest.approx([0.495, 0.495])


def test_a_broken_dependency_knows_what_should_stand_there():
    frame = pd.DataFrame({"zip": ["1"] * 15 + ["2", "2", "3"], "city": ["A"] * 14 + list("BCDA")})
    (minority,) = found_in("dependencies: [zip -> city]", frame)
    assert minority.rows.tolist() == [14, 15, 16]
    assert list(minority.values or ()) == ["A", None, None]
    assert minority.scores[0] == pytest.approx(0.99 * 14 / 15)
    assert minority.scores[1] == pytest.approx(0.99 / 2)
    assert minority.why(0) == "where zip 1, 'city' is 'A' in 14 rows, and 'B' here"
    assert "none more frequent than all others" in minority.why(1)


def test_what_was_meant_is_a_value():
    frame = pd.DataFrame({"t": ["Rmoe", "Oslo", "???"]})
    (found,) = found_in("columns: {t: {values: [Rome, Oslo]}}", frame)
    assert found.rows.tolist() == [0, 2]
    (found,) = found_in("columns: {t: {values: [Roome, Rmo]}}", frame[:1])
    assert list(found.values or ()) == ["Rmo"]


def test_a_missing_cell_breaks_only_what_asks_for_it():
    frame = pd.DataFrame({"n": [None, " ", "5"], "m": ["3", None, "4"]})
    assert found_in("columns: {n: {type: integer, min: 5}}\nchecks: [n > m]", frame) == []
    (found,) = found_in("columns: {n: {required: true}}", frame)
    assert found.rows.tolist() == [0, 1]


def test_numbers_are_compared_beyond_how_they_are_rounded():
    frame = pd.DataFrame({"a": [0.1, 0.1], "b": [0.2, 0.2], "total": [0.3, 0.31]})
    for check, rows in [
        ("total == a + b", [1]),
        ("total <= a + b", [1]),
        ("a + b < total", [0]),
        ("total != a + b", [0]),
    ]:
        assert found_in(f"checks: [{check}]", frame)[0].rows.tolist() == rows


def test_dates_and_their_parts_can_be_compared():
    frame = pd.DataFrame(
        {"start": ["2024-01-01", "01.02.2024"], "end": pd.to_datetime(["2024-01-05", "2024-01-01"])}
    )
    for check, rows in [
        ("start <= end", [1]),
        ("end - start == 4", [1]),
        ("start + 4 >= end and year(end) == 2024", []),
        ("end < '2024-01-03'", [0]),
        ("month(start) in (1, 3)", [1]),
    ]:
        found = found_in(f'checks: ["{check}"]', frame)
        assert (found[0].rows.tolist() if found else []) == rows


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("columns: {agee: {min: 0}}", "a column 'agee', which 'people' does not have: did you mea"),
        ("keys: [height]", "a column 'height', which 'people' does not have: it has age, name"),
        ("dependencies: [age -> nme]", "did you mean 'name'?"),
        ("checks: [age < edn]", "a column 'edn'"),
        (
            "checks: [age < name]",
            "numbers cannot be compared with texts ('age' holds numbers, 'nam",
        ),
        ("checks: [age + name > 1]", "texts cannot be computed with"),
        ("checks: [year(age) > 1]", "numbers have no year, month or day"),
    ],
)
def test_rules_that_do_not_fit_the_table_are_refused_in_one_line(rules, message):
    with pytest.raises(QualityError) as failed:
        found_in(rules, pd.DataFrame({"age": [1, 2], "name": ["x", "y"]}))
    assert message in str(failed.value)
    assert "\n" not in str(failed.value)


EVERYTHING = """\
columns:
  "{0}": {{type: {1}, required: true, unique: true, {2}}}
keys: ['{0}']
checks: ["missing(`{0}`) or `{0}` == `{0}`"]
"""


@pytest.mark.parametrize("name", MORE)
@pytest.mark.parametrize(
    ("type_", "more"),
    [
        ("integer", "min: 0, max: 5"),
        ("number", "values: ['1', '3']"),
        ("date", "min: 2000-01-01"),
        ("text", "pattern: '.'"),
        ("boolean", "values: ['true']"),
    ],
)
def test_hostile_frames_are_read(name, type_, more):
    table = Table(MORE[name](), "hostile")
    for column in table.columns[:3]:
        rules = parse(EVERYTHING.format(column.name, type_, more))
        for found in rules.find(table):
            assert len(found.rows) == len(found.scores)
            assert all(found.why(at) for at in range(len(found)))
            assert ((found.scores > 0) & (found.scores <= 1)).all()
            assert (np.diff(found.rows) > 0).all()


def test_two_columns_of_hostile_frames_determine_each_other_or_not():
    for make in MORE.values():
        table = Table(make())
        if len(table.columns) == 2:
            first, second = (f'"{column.name}"' for column in table)
            text = f"dependencies: ['{first} -> {second}', '{second} -> {first}']"
            for found in parse(text).find(table):
                assert all(found.why(at) for at in range(len(found)))


def test_many_columns_and_many_rows_take_seconds():
    random = np.random.default_rng(0)
    wide = pd.DataFrame(np.ones((3, 10_000)), columns=[f"c{at}" for at in range(10_000)])
    rules = "columns:\n" + "".join(f"  c{at}: {{min: 0}}\n" for at in range(10_000))
    long = pd.DataFrame(
        {
            "a": random.normal(size=300_000),
            "b": random.integers(0, 1_000, 300_000).astype(str),
            "c": random.integers(0, 1_000, 300_000),
        }
    )
    began = perf_counter()
    assert found_in(rules, wide) == []
    found = found_in(
        "columns: {a: {min: 0}, b: {pattern: '[0-9]{3}'}}\n"
        "keys: ['b, c']\ndependencies: [b -> c]\nchecks: [a < c]",
        long,
    )
    assert {one.column for one in found} == {"a", "b", "(row)", "c"}
    assert perf_counter() - began < 60
