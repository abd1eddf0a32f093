"""A made table with planted errors of many kinds, and the table as it should be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

TOWNS = (
    *("Ashford", "Brinkley", "Carrow", "Dunmere", "Eastvale", "Fenwick", "Glenport", "Harlow"),
    *("Ivybridge", "Kelmore", "Larkhill", "Morwen", "Northam", "Oakhurst", "Penrith", "Quayside"),
)
LANDS = ("NX", "KT", "VB", "RW")
GOODS = (
    *("oat flakes", "rye bread", "green tea", "black coffee", "olive oil", "sea salt"),
    *("brown rice", "red lentils", "apple juice", "goat cheese", "dark chocolate", "plum jam"),
)
KINDS = ("cereals", "cereals", "drinks", "drinks", "staples", "staples")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Made(NamedTuple):
    """A table, and what it should be."""

    dirty: pd.DataFrame
    clean: pd.DataFrame

    def wrong(self) -> list[tuple[int, str]]:
        """The cells that differ."""
        at = np.argwhere((self.dirty != self.clean).to_numpy())
        return [(int(row), self.dirty.columns[column]) for row, column in at]

    def right(self, row: int, column: str) -> str:
        """What should stand in a cell."""
        return str(self.clean[column].iloc[row])


def made(seed: int, rows: int = 800, share: float = 0.04) -> Made:
    """Orders of shops: columns that determine others, numbers, dates; each with its own errors."""
    rng = np.random.default_rng(seed)
    clean = _clean(rng, rows)
    dirty = clean.copy()
    hit = {name: np.flatnonzero(rng.random(rows) < share).tolist() for name in clean.columns}
    letter = LETTERS[int(rng.integers(26))]

    def put(name: str, row: int, text: str) -> None:
        dirty.loc[row, name] = text

    for name in ("town", "street", "item", "code"):
        for row in hit[name]:
            put(name, row, misspelt(rng, clean[name][row], letter if seed % 2 else ""))
    for row in hit["kind"]:
        put("kind", row, str(rng.choice([clean["kind"][row].upper(), "", "unknown"])))
    for row in hit["shop"]:
        put("shop", row, str(rng.choice(clean["shop"])))
    for row in hit["land"]:
        put("land", row, "")
        put("town", row, f"{clean['town'][row]} {clean['land'][row]}")
    units = [" g", " g.", " gram", "g", " GR"]
    for row in range(rows):
        put("weight", row, f"{float(clean['weight'][row]):.1f}{rng.choice(units)}")
        if clean["note"][row] == "" and row % 3:
            put("note", row, "n/a")
    for row in hit["price"]:
        put("price", row, f"EUR {clean['price'][row]}")
    for row in np.flatnonzero(rng.random(rows) < 0.3).tolist():
        year, month, day = clean["day"][row].split("-")
        put("day", row, f"{day}/{month}/{year}")
    for row in np.flatnonzero(rng.random(rows) < 0.3).tolist():
        put("rate", row, f"{float(clean['rate'][row]):g}%")
    return Made(dirty, clean)


def _clean(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    streets = [f"{int(rng.integers(1, 99))} {w} street" for w in LETTERS for _ in range(2)]
    shops = [f"S{n}" for n in rng.choice(np.arange(1000, 9999), 40, replace=False)]
    shop = rng.integers(len(shops), size=rows)
    town = np.arange(len(shops)) % len(TOWNS)
    good = rng.integers(len(GOODS), size=rows)
    codes = [f"{kind[:2].upper()}-{n:03d}" for n, kind in enumerate(KINDS * 2)]
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, size=rows), unit="D")
    weights = rng.choice(
        ["12", "12.5", "100", "250", "500", "8.4"], rows, p=[0.4, 0.1, 0.2, 0.1, 0.1, 0.1]
    )
    return pd.DataFrame(
        {
            "shop": [shops[i] for i in shop],
            "street": [streets[i] for i in shop],
            "town": [TOWNS[town[i]] for i in shop],
            "land": [LANDS[town[i] % len(LANDS)] for i in shop],
            "code": [codes[i] for i in good],
            "item": [GOODS[i] for i in good],
            "kind": [(KINDS * 2)[i] for i in good],
            "weight": weights,
            "price": [f"{value:.2f}" for value in rng.gamma(3, 5, rows)],
            "rate": [f"{value / 1000:g}" for value in rng.integers(5, 120, rows)],
            "day": pd.DatetimeIndex(days).strftime("%Y-%m-%d"),
            "note": rng.choice(["", "fragile", "gift", "urgent"], rows, p=[0.5, 0.2, 0.2, 0.1]),
        }
    )


def misspelt(rng: np.random.Generator, text: str, letter: str = "") -> str:
    """One or two letters changed, left out or put in; all to the same letter where one is given."""
    found = text
    while found == text:
        for _ in range(int(rng.integers(1, 3))):
            at = int(rng.integers(len(found)))
            new = letter or LETTERS[int(rng.integers(26))]
            kind = 0 if letter else int(rng.integers(3))
            found = found[:at] + ("" if kind == 1 else new) + found[at + (kind != 2) :]
    return found
