from __future__ import annotations

from typing import Any

import pandas as pd

from sciml_magics.charts.quality import MOST_BARS, changes_chart, findings_chart, repairs_chart


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of a chart."""
    [rows] = spec["datasets"].values()
    return list(rows)


def test_findings_are_bars_of_columns_cut_by_detector() -> None:
    counts = pd.DataFrame(
        [("zip", "type", 3), ("zip", "pattern", 4), ("city", "typos", 9)],
        columns=["column", "detector", "cells"],
    )
    spec = findings_chart(counts, "places").to_dict()
    assert spec["description"] == "places: cells that look wrong: city 9, zip 7."
    assert spec["encoding"]["y"]["sort"] == ["city", "zip"]
    assert [(row["column"], row["kind"], row["cells"]) for row in rows_of(spec)] == [
        ("zip", "type", 3),
        ("zip", "pattern", 4),
        ("city", "typos", 9),
    ]


def test_many_columns_and_detectors_are_told_and_left_out() -> None:
    counts = pd.DataFrame(
        [(f"c{at}", f"d{at % 20}", 1 + at % 7) for at in range(400)],
        columns=["column", "detector", "cells"],
    )
    spec = findings_chart(counts, "wide").to_dict()
    assert spec["title"]["subtitle"] == f"{400 - MOST_BARS:,} more columns are left out"
    assert len(spec["encoding"]["y"]["sort"]) == MOST_BARS
    assert "others" in spec["encoding"]["color"]["scale"]["domain"]
    assert len(rows_of(spec)) <= MOST_BARS


def test_repairs_are_cut_by_how_sure_they_are() -> None:
    frame = pd.DataFrame(
        {
            "column": ["a", "a", "a", "b"],
            "new": ["x", "y", None, "z"],
            "score": [0.99, 0.8, float("nan"), 0.2],
        }
    )
    rows = rows_of(repairs_chart(frame, "t").to_dict())
    assert {(row["column"], row["kind"]) for row in rows} == {
        ("a", "0.95 or more"),
        ("a", "0.8 to 0.95"),
        ("a", "no value known"),
        ("b", "below 0.8"),
    }


def test_changes_are_cut_by_who_agreed_and_what_was_taken_back() -> None:
    frame = pd.DataFrame(
        {
            "column": ["a", "a", "b"],
            "who": ["ada", "repairs, score 0.9 or more", "ada"],
            "state": ["applied", "applied", "taken back"],
        }
    )
    rows = rows_of(changes_chart(frame, "t").to_dict())
    assert {(row["column"], row["kind"]) for row in rows} == {
        ("a", "ada"),
        ("a", "repairs, score 0.9 or more"),
        ("b", "taken back"),
    }
