"""The page about a batch: its numbers are the report's, and any name can be drawn."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.charts.watching import watching_chart
from sciml_magics.quality.rules import parse
from sciml_magics.quality.table import Table
from sciml_magics.quality.watching import Report, report
from tests.charts.test_labels import HOSTILE, parts, values


def compared(before: pd.DataFrame, after: pd.DataFrame, rules: str, name: str = "t") -> Report:
    given = parse(rules)
    first = report(Table(before, name), None, given)
    return report(Table(after, name), first.state, given)


def found(name: str = "batch", values: tuple[str, ...] = ("a", "b", "c")) -> Report:
    random = np.random.default_rng(0)
    before = pd.DataFrame(
        {"n": random.normal(size=400), "k": random.choice(np.array(values, object), 400)}
    )
    after = before.assign(n=before["n"] + 2, k=values[0])
    after.loc[:99, "n"] = np.nan
    return compared(before, after, "columns: {n: {max: 3, required: true}}", name)


def spec(of: Report) -> dict[str, Any]:
    made: dict[str, Any] = watching_chart(of).to_dict(validate=True)
    return made


def test_bars_and_points_are_the_numbers_of_the_report():
    of = found()
    rows = values(spec(of))
    bars = {row["column"]: row for row in rows if "distance" in row}
    assert {name: row["distance"] for name, row in bars.items()} == {
        one.column: one.distance for one in of.measured
    }
    assert {row["state"] for row in bars.values()} == {"new"}
    shares = {
        (row["name"], row["time"]): row["share"] for row in rows if "share" in row and "name" in row
    }
    assert shares["missing in n", "now"] == 0.25
    assert shares["missing in n", "before"] == 0
    assert shares["n: filled", "now"] == 0.25


def test_values_of_columns_that_changed_are_drawn_before_and_now():
    rows = [row for row in values(spec(found())) if "label" in row]
    shares = {(row["label"], row["time"]): row["share"] for row in rows}
    assert shares["a", "now"] == 1
    assert shares["a", "before"] == pytest.approx(1 / 3, abs=0.1)
    for time in ("before", "now"):
        drawn = [row["share"] for row in rows if row["time"] == time]
        assert sum(drawn) == pytest.approx(2)  # two columns changed


def test_what_is_as_before_is_drawn_in_grey():
    before = pd.DataFrame({"n": np.arange(200.0) % 7})
    of = compared(before, before, "columns: {n: {min: 0}}")
    rows = values(spec(of))
    assert {row["state"] for row in rows if "distance" in row} == {"as before"}
    assert not [row for row in rows if "label" in row]
    assert "nothing new" in spec(of)["description"]


def test_of_many_columns_the_farthest_are_drawn_and_that_is_said():
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(60, 300))).rename(columns=str)
    of = compared(wide, wide + 5, 'checks: ["`0` < 100"]')
    told = spec(of)
    assert len([row for row in values(told) if "distance" in row]) == 40
    assert "the 40 farthest of 300" in json.dumps(told)


def test_without_an_accepted_state_there_is_nothing_to_draw():
    frame = pd.DataFrame({"a": [1, 2]})
    with pytest.raises(NothingToDrawError, match="no state of 't' was accepted yet"):
        watching_chart(report(Table(frame, "t"), None))
    first = report(Table(frame, "t"), None)
    with pytest.raises(NothingToDrawError, match="no column of the accepted state"):
        watching_chart(report(Table(pd.DataFrame({"b": [1]}), "t"), first.state))


def test_hostile_names_draw_and_stay_text():
    vl_convert = pytest.importorskip("vl_convert")
    drawn = vl_convert.vegalite_to_svg(
        json.dumps(spec(found('<img src=x> t.a["b"] 题', tuple(HOSTILE))))
    )
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "题" in drawn


def test_text_and_background_are_left_to_the_theme():
    of = spec(found())
    keys = {key for part in parts(of) for key in part}
    assert not keys & {"labelColor", "subtitleColor", "fill", "gridColor"}
    assert of["background"] == "transparent"
    assert of["description"].startswith("batch: 400 rows")


def test_a_data_transformer_of_the_user_is_not_asked():
    import altair as alt

    with alt.data_transformers.enable("json"):
        assert not any("url" in part for part in parts(spec(found())))
