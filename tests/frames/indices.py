"""Indices of every sort, of three rows."""

from __future__ import annotations

import pandas as pd

INDICES: dict[str, pd.Index] = {
    "duplicate": pd.Index([0, 0, 0]),
    "named, one missing": pd.Index(["a", None, "a"], name="key"),
    "two levels": pd.MultiIndex.from_tuples([(1, "a"), (1, "a"), (2, "b")], names=["x", None]),
    "times with a zone": pd.date_range("2024", periods=3, tz="Asia/Shanghai", name="when"),
    "categorical": pd.CategoricalIndex(["a", "b", "a"]),
    "intervals": pd.interval_range(0, 3),
    "descending": pd.RangeIndex(10, 4, -2),
    "nullable": pd.Index([1, None, 3], dtype="Int64"),
}
