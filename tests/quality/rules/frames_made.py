"""Tables for the tests of rules: an orderly one, one with planted errors, and hostile ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.quality.hostile import HOSTILE

RULES = """\
columns:
  id: {type: integer, required: true, unique: true}
  zip: {pattern: '[0-9]{5}'}
  state: {values: [AL, CA, NY]}
  age: {type: number, min: 0, max: 120}
  start: {type: date, min: 2020-01-01}
keys:
  - [name, start]
dependencies:
  - zip -> city
checks:
  - start <= end
  - the parts make the total: total == a + b
"""

MORE: dict[str, Callable[[], pd.DataFrame]] = {
    **HOSTILE,
    "no text names": lambda: pd.DataFrame([[1, "x"]] * 4, columns=pd.Index([0, 1.5])),
    "far dates as text": lambda: pd.DataFrame({"a": ["0001-01-01", "12024-05-01"] * 4}),
    "zones": lambda: pd.DataFrame({"a": pd.Series([pd.Timestamp("2024-01-01", tz="UTC"), None])}),
    "surrogates": lambda: pd.DataFrame(
        {"a": pd.Series(["\ud800", "\x00", "a\nb", "😀"], dtype=object)}
    ),
    "nullable": lambda: pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64")}),
    "spans of time": lambda: pd.DataFrame({"a": pd.to_timedelta([1, 2, 3], unit="D")}),
    "periods": lambda: pd.DataFrame({"a": pd.period_range("2024-01", periods=3, freq="M")}),
    "repeated labels": lambda: pd.DataFrame({"a": list("xyx"), "b": [1, 2, 3]}, index=[1, 1, 1]),
    "arrow": lambda: pd.DataFrame(
        {"a": pd.array(["x", None], dtype="string[pyarrow]"), "b": [dt.time(3), None]}
    ),
}


def orderly(rows: int = 60) -> pd.DataFrame:
    """A table that keeps `RULES`."""
    at = np.arange(rows)
    zips = np.array(["35233", "94103", "10001"])[at % 3]
    start = pd.Timestamp("2021-03-01") + pd.to_timedelta(at, unit="D")
    return pd.DataFrame(
        {
            "id": at,
            "name": [f"person {number % 7}" for number in at],
            "zip": zips,
            "city": np.array(["Birmingham", "San Francisco", "New York"])[at % 3],
            "state": np.array(["AL", "CA", "NY"])[at % 3],
            "age": 20 + at % 50,
            "start": start.strftime("%Y-%m-%d"),
            "end": (start + pd.Timedelta(days=3)).strftime("%Y-%m-%d"),
            "a": at / 10,
            "b": 0.2,
            "total": [f"{number / 10 + 0.2:.1f}" for number in at],
        }
    )


def broken() -> tuple[pd.DataFrame, set[tuple[int, str]]]:
    """The same with planted errors, and the cells and rows that break a rule."""
    frame = orderly().astype({"id": object, "age": object})
    wrong = {
        (3, "id"): "x3",
        (4, "id"): None,
        (9, "id"): 8,
        (5, "zip"): "1001",
        (6, "city"): "Brimingham",
        (7, "state"): "Ca",
        (10, "age"): -4,
        (11, "age"): "unknown",
        (12, "age"): 130,
        (13, "start"): "soon",
        (14, "start"): "2019-01-01",
        (15, "end"): "2020-12-24",
        (16, "total"): "3",
        (17, "total"): None,
    }
    for (row, column), value in wrong.items():
        frame.loc[row, column] = value
    frame.loc[21, ["name", "start", "end"]] = frame.loc[20, ["name", "start", "end"]].to_numpy()
    cells = {place for place in wrong if place not in {(17, "total"), (15, "end"), (16, "total")}}
    cells.add((8, "id"))
    cells |= {(15, "start"), (15, "end"), (15, "(row)")}
    cells |= {(16, "total"), (16, "a"), (16, "b"), (16, "(row)")}
    return frame, cells | {(20, "(row)"), (21, "(row)")}
