"""Tables with planted errors: clean ones of many kinds, and what goes wrong with them.

Each table has things (shops, clinics, stations) that several columns describe, and columns of its
rows: codes, measures, dates, answers, texts. Some columns get errors of one or two kinds. A sparse
kind spoils 1 to 8 % of the cells of a column, a systematic one 20 to 100 %.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Cells = npt.NDArray[np.object_]
Random = np.random.Generator

_SYLLABLES = [*map("".join, product("bdghkmrstv", "aeio")), "ster", "ton", "burg", "field"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MISSING = ("N/A", "-", "?", "unknown", "999", "none")


class Planted(NamedTuple):
    """A table before and after things went wrong, cell by cell."""

    dirty: pd.DataFrame
    clean: pd.DataFrame
    kinds: dict[str, tuple[str, ...]]

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Which cells are wrong; ``[rows, columns]``."""
        return np.asarray(self.dirty.to_numpy() != self.clean.to_numpy())


def planted(seed: int, rows: int = 1_000) -> Planted:
    """A table with planted errors; empty cells are empty texts."""
    rng = np.random.default_rng(seed)
    clean = _clean(rng, rows)
    dirty = clean.copy()
    letter = str(rng.choice(list("xqz#0")))
    kinds: dict[str, tuple[str, ...]] = {}
    for name in clean.columns:
        if rng.random() < 0.55:
            fitting = [kind for kind, fits in _FITS.items() if fits(clean[name])]
            chosen = rng.choice(
                fitting, size=min(len(fitting), 1 + int(rng.random() < 0.3)), replace=False
            )
            kinds[str(name)] = tuple(str(kind) for kind in chosen)
    for name, planned in kinds.items():
        for kind in planned:
            share = (
                rng.choice([0.2, 0.4, 0.7, 1.0]) if kind in _SYSTEMATIC else rng.uniform(0.01, 0.08)
            )
            hit = np.flatnonzero(rng.random(rows) < share)
            _KINDS[kind](rng, dirty, name, hit, letter)
    for name in clean.columns:
        if rng.random() < 0.05:
            _misplaced(rng, dirty, str(name), np.flatnonzero(rng.random(rows) < 0.05), letter)
    return Planted(dirty, clean, kinds)


# Clean columns


def _word(rng: Random) -> str:
    return "".join(rng.choice(_SYLLABLES, size=int(rng.integers(2, 4))))


def _words(rng: Random, count: int, each: int = 1) -> Cells:
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(_word(rng) for _ in range(int(rng.integers(1, each + 1))))] = None
    return np.array(list(found), dtype=object)


def _clean(rng: Random, rows: int) -> pd.DataFrame:
    things = int(rng.integers(20, 150))
    title = rng.random() < 0.5
    cities = _words(rng, max(things // 2, 3), 2)
    states = np.array([a + b for a in "abcd" for b in "klmn"], dtype=object)
    of_city = rng.integers(0, len(cities), things)
    of_state = rng.integers(0, len(states), len(cities))
    of_thing = {
        "number": [f"{10000 + 7 * n}" for n in range(things)],
        "name": _words(rng, things, 4),
        "street": [f"{rng.integers(1, 999)} {word} st" for word in _words(rng, things)],
        "city": cities[of_city],
        "state": states[of_state][of_city],
        "zip": [f"{20000 + 31 * n}" for n in of_city],
        "phone": [
            f"555-{rng.integers(100, 999)}-{rng.integers(1000, 9999)}" for _ in range(things)
        ],
        "kind": rng.choice(_words(rng, 4, 3), things),
        "open": rng.choice(["yes", "no"], things, p=[0.8, 0.2]),
    }
    at = rng.integers(0, things, rows)
    codes = np.array(
        [f"{a}-{n}" for a in ("hf", "pn", "scip-inf") for n in range(1, 8)], dtype=object
    )
    code = rng.integers(0, len(codes), rows)
    meanings = _words(rng, len(codes), 12)
    of_row = {
        "id": [str(n) for n in range(1, rows + 1)],
        "code": codes[code],
        "meaning": meanings[code],
        "score": [f"{n}%" for n in rng.integers(0, 101, rows)],
        "amount": [f"{n:.3f}" for n in rng.gamma(2.0, 0.03, rows)],
        "level": [str(n) for n in rng.poisson(40, rows)],
        "size": [f"{n} kg" for n in rng.choice([8, 12, 16, 24, 32], rows)],
        "weight": [f"{n:.1f}" for n in rng.normal(70, 10, rows)],
        "day": [
            f"20{rng.integers(10, 25)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
            for _ in range(rows)
        ],
        "time": [
            f"{rng.integers(1, 13)}:{rng.integers(0, 60):02} {half}"
            for half in rng.choice(["a.m.", "p.m."], rows)
        ],
        "grade": rng.choice(["low", "medium", "high"], rows),
        "title": _words(rng, rows, 4),
        "note": [" ".join(rng.choice(cities, 5)) for _ in range(rows)],
    }
    columns = {name: np.asarray(cells, dtype=object)[at] for name, cells in of_thing.items()}
    columns |= {name: np.asarray(cells, dtype=object) for name, cells in of_row.items()}
    kept = [name for name in columns if rng.random() < 0.6 or name in ("name", "city", "code")]
    frame = pd.DataFrame({name: columns[name] for name in kept}, dtype=object)
    for name in kept:
        if name in ("level", "amount", "grade", "note") and rng.random() < 0.5:
            frame.loc[rng.random(rows) < rng.uniform(0.02, 0.4), name] = ""
        if title and name in ("name", "city", "title", "kind"):
            frame[name] = frame[name].str.title()
    return frame


# What goes wrong


def _each(change: Callable[[Random, str, str], str]) -> Callable[..., None]:
    def spoil(
        rng: Random, frame: pd.DataFrame, name: str, hit: npt.NDArray[np.int64], letter: str
    ) -> None:
        cells = frame[name].to_numpy(copy=True)
        for row in hit.tolist():
            if cells[row]:
                cells[row] = change(rng, cells[row], letter)
        frame[name] = cells

    return spoil


def _letter_for(rng: Random, text: str, letter: str) -> str:
    count = 1 + int(rng.random() < 0.3) * max(1, len(text) // 10)
    for at in rng.integers(0, len(text), count).tolist():
        text = text[:at] + letter + text[at + 1 :]
    return text


def _typed_wrong(rng: Random, text: str, _: str) -> str:
    at = int(rng.integers(0, len(text)))
    other = str(rng.choice(list(_LETTERS)))
    made = (
        text[:at] + text[at + 1 :],
        text[:at] + other + text[at:],
        text[:at] + other + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    )
    return made[int(rng.integers(0, 4))] or other


def _other_row(
    rng: Random, frame: pd.DataFrame, name: str, hit: npt.NDArray[np.int64], _: str
) -> None:
    cells = frame[name].to_numpy(copy=True)
    cells[hit] = cells[rng.integers(0, len(cells), len(hit))]
    frame[name] = cells


def _unit(rng: Random, text: str, _: str) -> str:
    number, _, unit = text.partition(" ")
    return number + str(
        rng.choice([".0 " + unit, f" {unit}s", f" {unit}.", unit.upper(), " " + unit.upper()])
    )


def _code_for_missing(
    rng: Random, frame: pd.DataFrame, name: str, hit: npt.NDArray[np.int64], _: str
) -> None:
    cells = frame[name].to_numpy(copy=True)
    word = str(rng.choice(_MISSING))
    empty = cells == ""
    cells[empty if empty.any() else hit] = word
    frame[name] = cells


def _emptied(
    rng: Random, frame: pd.DataFrame, name: str, hit: npt.NDArray[np.int64], _: str
) -> None:
    cells = frame[name].to_numpy(copy=True)
    cells[hit] = ""
    frame[name] = cells


def _misplaced(
    rng: Random, frame: pd.DataFrame, name: str, hit: npt.NDArray[np.int64], _: str
) -> None:
    other = str(rng.choice([one for one in frame.columns if one != name]))
    here, there = frame[name].to_numpy(copy=True), frame[other].to_numpy(copy=True)
    if rng.random() < 0.5:
        here[hit] = [f"{a} {b}".strip() for a, b in zip(here[hit], there[hit], strict=True)]
        there[hit] = ""
    else:
        here[hit] = there[hit]
    frame[name], frame[other] = here, there


def _as_date(rng: Random, text: str, _: str) -> str:
    if text.count("-") != 2:
        return text
    year, month, day = text.split("-")
    return f"{month.lstrip('0')}/{day.lstrip('0')}/{year}"


def _thousandfold(text: str) -> str:
    try:
        return str(round(float(text) * 1000, 3))
    except ValueError:  # went wrong otherwise before
        return text


def _is(column: pd.Series, pattern: str) -> bool:
    return bool(column[column != ""].str.fullmatch(pattern).all())


_KINDS: dict[str, Callable[..., None]] = {
    "letter": _each(_letter_for),
    "typed wrong": _each(_typed_wrong),
    "other row": _other_row,
    "unit": _each(_unit),
    "percent": _each(lambda rng, text, letter: text + "%"),
    "point": _each(lambda rng, text, letter: text + ".0"),
    "thousand": _each(lambda rng, text, letter: _thousandfold(text)),
    "code": _code_for_missing,
    "emptied": _emptied,
    "capitals": _each(
        lambda rng, text, letter: text.upper() if text.lower() == text else text.lower()
    ),
    "space": _each(lambda rng, text, letter: " " + text),
    "date": _each(_as_date),
    "fewer digits": _each(lambda rng, text, letter: text[:-1] or text),
}
_FIXED = ("city", "state", "zip", "kind", "open", "meaning", "phone", "street", "name")
_SYSTEMATIC = {"unit", "percent", "point", "date", "code"}
_NUMBER = r"\d+(\.\d+)?"
_FITS: dict[str, Callable[[pd.Series], bool]] = {
    "letter": lambda column: not _is(column, r"20\d\d-.*"),
    "typed wrong": lambda column: _is(column, r"\D{4,}"),
    "other row": lambda column: column.nunique() < len(column) / 5 and column.name in _FIXED,
    "unit": lambda column: _is(column, r"\d+ kg"),
    "percent": lambda column: _is(column, r"0\.\d+"),
    "point": lambda column: _is(column, r"\d+") and column.name in ("level",),
    "thousand": lambda column: _is(column, r"\d+\.\d"),
    "code": lambda column: column.name in ("level", "amount", "grade", "note"),
    "emptied": lambda column: bool((column != "").all()) and column.name in _FIXED,
    "capitals": lambda column: _is(column, r"\D+") and column.name not in ("note",),
    "space": lambda column: column.name in ("city", "name", "kind"),
    "date": lambda column: _is(column, r"20\d\d-.*"),
    "fewer digits": lambda column: column.name in ("zip", "phone", "number"),
}
