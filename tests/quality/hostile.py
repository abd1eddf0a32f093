"""Frames that nobody wants to read, but somebody has."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
import pandas as pd


def _wide() -> pd.DataFrame:
    return pd.DataFrame(
        np.arange(30_000).reshape(3, 10_000), columns=[f"c{at}" for at in range(10_000)]
    )


def _mixed() -> pd.DataFrame:
    return pd.DataFrame(
        {"m": [1, "two", 3.5, None, True, "4"], "n": [[1], {2}, {"a": 3}, None, (5,), "x"]}
    )


def _doubled() -> pd.DataFrame:
    return pd.DataFrame([[1, "a", 2.5], [1, "b", 2.5]], columns=["x", "x", "x"])


def _stamps() -> pd.DataFrame:
    stamps = pd.DatetimeIndex(["2024-01-03", "2024-01-01", "2024-01-01", "NaT"])
    return pd.DataFrame({"t": stamps, "v": [1.0, 2.0, 2.0, np.nan]}, index=[3, 1, 1, 0])


HOSTILE: dict[str, Callable[[], pd.DataFrame]] = {
    "one row": lambda: pd.DataFrame({"a": ["x"], "b": [1]}),
    "one column": lambda: pd.DataFrame({"a": ["x", "y", "x"]}),
    "no rows": lambda: pd.DataFrame({"a": pd.Series([], dtype="str"), "b": []}),
    "no columns": lambda: pd.DataFrame(index=[1, 2]),
    "all missing": lambda: pd.DataFrame({"a": [None] * 3, "b": [np.nan] * 3, "c": [" ", "", None]}),
    "constant": lambda: pd.DataFrame({"a": ["x"] * 50, "b": [1] * 50, "c": [0.5] * 50}),
    "10,000 columns": _wide,
    "mixed and nested": _mixed,
    "doubled names": _doubled,
    "stamps": _stamps,
    "dates beyond": lambda: pd.DataFrame(
        {"a": [datetime.date(1, 1, 1), datetime.date(9999, 12, 31), None]}
    ),
    "infinite": lambda: pd.DataFrame({"a": [np.inf, -np.inf, np.nan, 1.0]}),
    "large": lambda: pd.DataFrame({"a": [2**53, 2**53 + 1, 2**63 - 1], "b": [2**70, 1, None]}),
    "complex and spans": lambda: pd.DataFrame(
        {
            "z": np.array([1 + 2j, 3j, np.nan] * 4),
            "month": pd.period_range("2024-01", periods=12, freq="M"),
            "span": pd.to_timedelta(range(12), "h"),
            "between": pd.interval_range(0, 12),
        }
    ),
    "bytes and halves": lambda: pd.DataFrame(
        {"b": [b"\xff", b"a"] * 6, "s": ["\ud800", "\x00"] * 6}, dtype=object
    ),
    "emoji": lambda: pd.DataFrame({"\U0001f600": ["a", "b"], "\u6e29\u5ea6 (\u00b0C)": [1.5, 2.5]}),
    "unhashable": lambda: pd.DataFrame({"a": [[1], [1], {"k": [2]}, None]}),
    "several levels": lambda: pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "")]),
        index=pd.MultiIndex.from_tuples([("r", 1)]),
    ),
    "categories": lambda: pd.DataFrame(
        {"a": pd.Categorical(["x", None, "y"]), "b": [True, False, True]}
    ),
}  # fmt: skip
