"""Rules are learned from a table, say how far they hold, and find what is wrong in the next one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.profiling import profile
from sciml_magics.quality.rules import Rules, Support, learn, parse
from sciml_magics.quality.table import Table
from tests.quality.rules.frames_made import MORE, broken, orderly


def samples(seed: int, rows: int = 600, missing: bool = True) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    number = random.integers(0, 10_000, rows)
    where = random.integers(0, 5, rows)
    first, second = random.gamma(2, 3, rows).round(2), random.gamma(2, 3, rows).round(2)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, rows), unit="D")
    frame = pd.DataFrame(
        {
            "sample": [f"S-{at:06d}" for at in random.permutation(900_000)[:rows]],
            "site": np.array(["Oslo", "Rome", "Lima", "Cairo", "Perth"])[where],
            "country": np.array(["Norway", "Italy", "Peru", "Egypt", "Australia"])[where],
            "box": [f"{chr(65 + at % 26)}{at % 10}" for at in number],
            "dry": first,
            "wet": second,
            "mass": first + second,
            "taken": start.strftime("%Y-%m-%d"),
            "read": start + pd.to_timedelta(random.integers(0, 30, rows), unit="D"),
            "note": [f"{'seen again ' * (at % 9)}by {at}" for at in number],
        }
    )
    return frame.mask(random.random(frame.shape) < 0.002) if missing else frame


def test_what_a_table_keeps_is_learned():
    rules = learn(Table(samples(0), "samples"))
    said = {one.column: one for one in rules.columns}
    assert said["sample"].pattern == "[A-Z]-[0-9]{6}"
    assert said["sample"].unique
    assert set(said["site"].values) == {"Oslo", "Rome", "Lima", "Cairo", "Perth"}
    assert said["box"].pattern == "[A-Z][0-9]"
    assert said["dry"].min == 0
    assert said["mass"].type == "number"
    assert said["taken"].type == said["read"].type == "date"
    assert said["note"].pattern is None
    assert said["note"].values == ()
    assert {"site -> country", "country -> site"} <= set(map(str, rules.dependencies))
    assert {"mass == dry + wet", "taken <= read"} <= set(map(str, rules.checks))
    assert all(one.required for one in rules.columns)


def test_how_far_each_rule_holds_is_said():
    frame = samples(0, missing=False)
    frame.loc[:2, "site"] = "Rmoe"
    frame.loc[3:4, "dry"] = np.nan
    rules = learn(Table(frame, "samples"))
    said = {one.column: one for one in rules.columns}
    assert "Rmoe" not in said["box"].values
    assert said["dry"].support["required"] == Support(598, 600)
    assert said["sample"].support["unique"] == Support(600, 600)
    assert "required: true  # 598 of 600 rows" in rules.to_yaml()
    (order,) = [one for one in rules.checks if str(one) == "taken <= read"]
    assert order.support == Support(600, 600)


def test_learned_rules_can_be_written_edited_and_read():
    rules = learn(Table(samples(0), "samples"))
    assert parse(rules.to_yaml()) == rules
    edited = parse(rules.to_yaml().replace("min: 0 ", "min: -1 "))
    assert edited != rules
    assert len(edited) == len(rules)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_next_table_of_the_same_kind_breaks_next_to_nothing(seed):
    rules = learn(Table(samples(0), "samples"))
    fresh = samples(seed, missing=False)
    wrong = {(row, one.column) for one in rules.find(Table(fresh)) for row in one.rows.tolist()}
    assert len(wrong) <= 2


def test_what_is_wrong_in_the_next_table_is_found():
    rules = learn(Table(samples(0), "samples"))
    frame = samples(5, missing=False).astype({"dry": object, "taken": object})
    planted: dict[tuple[int, str], Any] = {
        (1, "sample"): "S-12", (2, "site"): "Olso", (3, "country"): "Peru", (4, "box"): "77",
        (5, "dry"): -3.0, (6, "dry"): 5000.0, (7, "taken"): "31/31/2024", (8, "read"): pd.NaT,
    }  # fmt: skip
    for (row, column), value in planted.items():
        frame.loc[row, column] = value
    frame.loc[3, "site"] = "Oslo"
    found = {(row, one.column) for one in rules.find(Table(frame)) for row in one.rows.tolist()}
    assert set(planted) <= found


def test_errors_do_not_become_rules():
    frame, _ = broken()
    rules = learn(Table(frame))
    said = {one.column: one for one in rules.columns}
    assert "Ca" not in said["state"].values
    assert "Brimingham" not in said["city"].values


def test_a_code_for_missing_is_no_end_of_a_range():
    random = np.random.default_rng(0)
    values = random.normal(20, 2, 500).round(1)
    values[::20] = -200
    (rule,) = learn(Table(pd.DataFrame({"no2": values}))).columns
    assert rule.min is not None
    assert not isinstance(rule.min, str)
    assert rule.min >= 0
    assert not rule.required


def test_a_profile_can_be_given():
    table = Table(samples(0), "samples")
    assert learn(table, profile(table)) == learn(table)


@pytest.mark.parametrize("name", MORE)
def test_hostile_frames_are_learned_from(name):
    frame = MORE[name]()
    many = pd.concat([frame] * 12, ignore_index=True) if len(frame.columns) < 100 else frame
    for each in (frame, many):
        rules = learn(Table(each, "hostile"))
        assert isinstance(rules, Rules)
        if len(rules):
            assert parse(rules.to_yaml()) == rules
        for found in rules.find(Table(each, "hostile")):
            assert all(found.why(at) for at in range(len(found)))


def test_of_few_rows_nothing_is_learned():
    assert len(learn(Table(orderly(9)))) == 0
