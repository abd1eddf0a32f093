"""The page about a table: its numbers are the profile's, and any name and value can be drawn."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from sciml_magics.charts.profile import MOST_COLUMNS, profile_chart
from sciml_magics.quality.profiling import Profile, profile
from sciml_magics.quality.table import Table
from tests.charts.test_labels import HOSTILE, values


def profiled(frame: pd.DataFrame, name: str = "table") -> Profile:
    return profile(Table(frame, name))


def spec(found: Profile) -> dict[str, Any]:
    made: dict[str, Any] = profile_chart(found).to_dict(validate=True)
    return made


def test_filled_missing_and_disguised_cells_add_up() -> None:
    found = profiled(pd.DataFrame({"a": [1.5, None, -999, -999, 2.5, 3.5, 2.0, 1.0]}))
    rows = [row for row in values(spec(found)) if "state" in row]
    assert {row["state"]: row["cells"] for row in rows} == {
        "filled": 5,
        "stands for missing": 2,
        "missing": 1,
    }
    assert next(row for row in rows if row["state"] == "stands for missing")["what"] == "-999.0"


def test_strips_hold_all_values_that_stand_for_themselves() -> None:
    found = profiled(pd.DataFrame({"n": [*range(50), -999, -999], "c": list("abcd") * 13}))
    rows = [row for row in values(spec(found)) if "full" in row]
    assert sum(row["cells"] for row in rows if row["column"] == "n") == 50
    assert sum(row["cells"] for row in rows if row["column"] == "c") == 52
    assert all(0 <= row["from"] <= row["to"] <= 1 for row in rows)


def test_a_square_tells_which_column_determines_which() -> None:
    frame = pd.DataFrame({"city": ["Rome", "Oslo", "Bern"] * 20, "x": range(60)})
    frame["land"] = frame["city"].map({"Rome": "Italy", "Oslo": "Norway", "Bern": "Switzerland"})
    rows = [row for row in values(spec(profiled(frame))) if "left" in row]
    assert {(row["left"], row["right"], row["share"]) for row in rows} == {
        ("city", "land", 1),
        ("land", "city", 1),
    }


def test_nothing_is_drawn_of_an_empty_frame_but_its_name() -> None:
    assert "no rows" in json.dumps(spec(profiled(pd.DataFrame({"a": []}))))


def test_any_name_and_value_can_be_drawn() -> None:
    cells = pd.DataFrame({name: [*HOSTILE, None] for name in HOSTILE})
    text = json.dumps(spec(profiled(cells, '<img src=x> t.a["b"] 题')))
    assert "\\u0000" not in text


def test_of_many_columns_the_first_are_drawn_and_that_is_said() -> None:
    made = spec(profiled(pd.DataFrame({f"c{at}": [at, 1] for at in range(MOST_COLUMNS + 9)})))
    assert f"the first {MOST_COLUMNS} columns are drawn" in made["title"]["subtitle"]
    assert len(json.dumps(made)) < 300_000
