"""A batch like the accepted one gives an empty report; one that drifted says what is new."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.rules import Rules, parse
from sciml_magics.quality.table import Table
from sciml_magics.quality.watching import Report, State, report
from sciml_magics.quality.watching.reading import read_state
from tests.quality.rules.frames_made import MORE
from tests.quality.watching.batches_made import batch


def compared(before: pd.DataFrame, after: pd.DataFrame, rules: str | Rules | None = None) -> Report:
    given = parse(rules) if isinstance(rules, str) else rules
    first = report(Table(before, "batch"), None, given)
    kept = State.from_json(first.state.to_json())
    return report(Table(after, "batch"), kept, given)


def news(found: Report) -> list[tuple[str, str]]:
    return [(one.what, one.where) for one in found.changes]


def test_the_same_batch_has_nothing_new():
    found = compared(batch(0), batch(0))
    assert found.changes == ()
    assert found.summary.endswith("nothing new")
    assert found.tests > 15


def test_equal_batches_raise_next_to_no_alarm():
    alarms = [news(compared(batch(seed), batch(seed + 1_000))) for seed in range(30)]
    told = [one for one in alarms if one]
    # One of a hundred is promised: two or more of thirty would have a chance of 4 in 100.
    assert len(told) <= 1, told


def test_equal_batches_of_unlike_sizes_raise_no_alarm():
    for seed in range(6):
        assert news(compared(batch(seed, 3_000), batch(seed + 1_000, 120))) == []
        assert news(compared(batch(seed, 150), batch(seed + 1_000, 3_000))) == []


def drifted(seed: int = 77) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = batch(seed)
    frame["value"] += 2.5
    frame["dose"] = frame["dose"].astype(str) + " mg"
    frame["site"] = np.where(random.random(len(frame)) < 0.2, "Perth", frame["site"])
    frame["name"] = np.where(random.random(len(frame)) < 0.05, "nobody", frame["name"])
    frame["code"] = frame["code"].str.replace("-", "")
    frame["fine"] = random.random(len(frame)) < 0.6
    frame["weight"] = frame["weight"].mask(random.random(len(frame)) < 0.2)
    return frame.drop(columns="count").assign(extra=1)


def test_everything_that_drifted_is_told_and_nothing_else():
    found = compared(batch(0), drifted())
    told = set(news(found)) - {one for one in news(found) if one[0] == "rule"}
    assert told == {
        ("lost column", "count"),
        ("new column", "extra"),
        ("type", "dose"),
        ("values", "value"),
        ("values", "site"),
        ("new values", "site"),
        ("new values", "name"),
        ("lengths", "code"),
        ("spelling", "code"),
        ("values", "fine"),
        ("missing", "weight"),
    }
    rules = {where for what, where in news(found) if what == "rule"}
    assert {"code: pattern [A-Z]-[0-9]{4}", "site: one of 4 values"} <= rules
    assert not any(where.startswith("dose: ") for where in rules)
    words = {(one.what, one.where): one.words for one in found.changes}
    assert words["type", "dose"] == "numbers before, texts now"
    assert words["new values", "site"].startswith("not met before: 'Perth' (")
    assert "of the cells are missing, 8.38 % before" in words["missing", "weight"]
    assert "the middle one is 22." in words["values", "value"]
    assert words["lost column", "count"] == "the column held numbers, and is gone"


@pytest.mark.parametrize("seed", range(5))
def test_drifts_of_half_a_standard_deviation_are_seen(seed):
    after = batch(seed + 500)
    after["value"] += 2
    assert ("values", "value") in news(compared(batch(seed), after))


def test_a_spread_that_doubles_and_a_tail_that_appears_are_seen():
    wider, tailed = batch(9), batch(10)
    wider["value"] = 20 + 2 * (wider["value"] - 20)
    tailed.loc[::20, "value"] = 9_999.0
    assert ("values", "value") in news(compared(batch(0), wider))
    assert ("rule", "value: at most 36") in news(compared(batch(0), tailed))


def test_a_closed_set_tells_of_a_single_new_value_and_an_open_one_does_not():
    after = batch(5)
    after.loc[3, ["site", "name"]] = ["Perth", "somebody"]
    found = compared(batch(0), after)
    assert [one for one in news(found) if one[0] == "new values"] == [("new values", "site")]


def test_rare_values_of_fifty_columns_raise_no_alarm():
    many = np.arange(1, 13)
    shares = many**-2.0 / (many**-2.0).sum()

    def rare(seed: int) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        return pd.DataFrame(random.choice(many, (500, 50), p=shares)).astype(str)

    told = [news(compared(rare(seed), rare(seed + 100), Rules())) for seed in range(15)]
    assert sum(map(bool, told)) <= 1, told


def test_a_value_that_was_rare_before_may_be_missing_and_come_back():
    before = pd.DataFrame({"site": ["Oslo"] * 50 + ["Rome"] * 48 + ["Lima"] * 2})
    after = pd.DataFrame({"site": ["Oslo"] * 50 + ["Rome"] * 49 + ["Cairo"]})
    assert news(compared(before, after, Rules())) == []


def test_errors_are_counted_by_rule():
    rules = "columns: {value: {max: 40}, site: {values: [Oslo, Rome, Lima, Cairo]}}\nkeys: [row]"
    after = batch(1)
    after.loc[:30, "value"] = 50.0
    found = compared(batch(0), after, rules)
    (rule,) = [one for one in found.changes if one.what == "rule"]
    assert rule.where == "value: at most 40"
    assert rule.words.startswith("3.88 % of the rows break it, 0 % before")
    told = {one.where: one for one in found.rates if one.what == "rule"}
    assert told["key row"].before == told["key row"].after == 0


def test_a_rule_that_was_not_watched_before_is_told_without_judgement():
    first = report(Table(batch(0)), None, parse("keys: [row]"))
    found = report(Table(batch(1)), first.state, parse("columns: {value: {max: 0}}"))
    assert [one for one in found.changes if one.what == "rule"] == []
    assert [one.before for one in found.rates if one.what == "rule"] == [None]
    assert "not watched before, so not judged: 1 rule" in found.notes


def test_rules_about_lost_columns_are_left_out_and_others_are_refused():
    rules = "columns: {value: {max: 90}, count: {min: 0}}"
    found = compared(batch(0), batch(1).drop(columns="count"), rules)
    assert "left out 1 rule on columns that are lost" in found.notes
    first = report(Table(batch(0)), None, parse(rules))
    with pytest.raises(QualityError, match="did you mean 'value'"):
        report(Table(batch(1)), first.state, parse("columns: {valu: {max: 90}}"))


def test_findings_are_counted_by_detector():
    rows = np.arange(0, 800, 4)

    def found_in(some: np.ndarray) -> dict[str, list[Finding]]:
        scores = np.full(len(some), 0.9, dtype=np.float32)
        return {"typos": [Finding("typos", "site", some, scores, "looks odd")]}

    first = report(Table(batch(0)), None, parse("keys: [row]"), found_in(rows[:4]))
    same = report(Table(batch(1)), first.state, None, found_in(rows[:6]))
    more = report(Table(batch(1)), first.state, None, found_in(rows))
    assert [one for one in news(same) if one[0] == "detector"] == []
    assert ("detector", "typos") in news(more)


def test_dates_are_told_and_not_tested():
    found = compared(batch(0), batch(3))
    assert any(note.startswith("taken: from 2024-") for note in found.notes)
    assert "taken" not in {one.column for one in found.measured}
    assert "row" not in {one.column for one in found.measured}


@pytest.mark.parametrize("name", MORE)
def test_hostile_frames_are_watched(name):
    frame = MORE[name]()
    table = Table(frame, "hostile")
    state = read_state(table)
    assert State.from_json(state.to_json()) == state
    assert report(table, state).changes == ()
    for other in ("one row", "no columns", "mixed and nested"):
        found = report(Table(MORE[other](), "hostile"), state)
        assert isinstance(found.summary, str)
        assert len(found.frame()) == len(found.changes)


def test_many_rows_and_many_columns_take_seconds():
    began = perf_counter()
    first = report(Table(batch(0, 100_000)), None)
    found = report(Table(batch(1, 100_000)), first.state)
    assert perf_counter() - began < 90
    assert [one for one in news(found) if one[0] != "new values"] == []
