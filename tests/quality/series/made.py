"""Series of the tests."""

from __future__ import annotations

import numpy as np
import pandas as pd


def daily(days: int = 60, noise: float = 0.2, seed: int = 0) -> pd.DataFrame:
    """A value every hour, with a course over the day."""
    stamps = pd.date_range("2024-03-01", periods=24 * days, freq="h")
    values = 20 + 3 * np.sin(2 * np.pi * np.arange(len(stamps)) / 24)
    values += np.random.default_rng(seed).normal(0, noise, len(stamps))
    return pd.DataFrame({"at": stamps, "level": values})


def moved(frame: pd.DataFrame, at: object, by: object) -> pd.DataFrame:
    """The frame with its level moved at some rows."""
    level = frame["level"].to_numpy(copy=True)
    level[at] += by  # type: ignore[call-overload]
    return frame.assign(level=level)


def put(frame: pd.DataFrame, at: object, value: object) -> pd.DataFrame:
    """The frame with another level at some rows."""
    level = frame["level"].to_numpy(copy=True)
    level[at] = value  # type: ignore[call-overload]
    return frame.assign(level=level)
