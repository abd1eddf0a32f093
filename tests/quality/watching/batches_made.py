"""Batches of one table that come again and again, alike or not."""

from __future__ import annotations

import numpy as np
import pandas as pd


def batch(seed: int, rows: int = 800) -> pd.DataFrame:
    """A batch; all seeds come from one distribution."""
    random = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnop"))
    names = 1 / np.arange(1, 400)
    return pd.DataFrame(
        {
            "row": np.arange(rows) + 10_000 * seed,
            "value": random.normal(20, 4, rows),
            "dose": random.lognormal(1, 1, rows).round(2),
            "count": random.poisson(3, rows),
            "site": random.choice(
                ["Oslo", "Rome", "Lima", "Cairo"], rows, p=[0.5, 0.3, 0.15, 0.05]
            ),
            "name": [f"n{at}" for at in random.choice(399, rows, p=names / names.sum())],
            "code": [
                f"{letters[at % 16].upper()}-{at:04d}" for at in random.integers(0, 9_999, rows)
            ],
            "note": [
                "".join(random.choice(letters, size)) for size in random.poisson(20, rows) + 1
            ],
            "taken": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(np.sort(random.integers(0, 1_000, rows)) + 1_000 * seed, unit="h"),
            "fine": random.random(rows) < 0.9,
            "weight": np.where(random.random(rows) < 0.1, np.nan, random.gamma(2, 2, rows)),
            "flat": 1.0,
        }
    )
