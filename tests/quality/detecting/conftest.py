from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality import findings
from sciml_magics.quality.detecting import looking
from sciml_magics.quality.findings import WHOLE_ROW, Finding, detector
from sciml_magics.quality.table import Table
from sciml_magics.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def cities() -> pd.DataFrame:
    city = ["Rome", "Oslo"] * 20
    zips = ["00100", "0010"] * 20
    frame = pd.DataFrame({"city": city, "zip": zips, "n": range(40)}, index=range(100, 140))
    frame.loc[103, "zip"] = "x"
    frame.loc[104, "city"] = "Rom"
    return frame


class Letters:
    """Finds letters in zip codes."""

    looks = 0

    def find(self, table: Table) -> Iterator[Finding]:
        Letters.looks += 1
        if "zip" in table:
            rows = np.flatnonzero([text.isalpha() for text in table["zip"].texts_at(_all(table))])
            yield Finding("letters", "zip", rows, _score(rows, 0.9), "there are letters in it")


class Rare:
    """Finds cities that are there once, and is not sure."""

    def find(self, table: Table) -> Iterator[Finding]:
        if "city" in table:
            column = table["city"]
            rows = np.flatnonzero(column.counts[column.codes] == 1)
            words = [f"'{column.text(row)}' is there once" for row in rows.tolist()]
            yield Finding("rare", "city", rows, _score(rows, 0.6), words, ["Rome"] * len(rows))


class Twice:
    """Says that the last row is there twice."""

    def find(self, table: Table) -> Iterator[Finding]:
        rows = _all(table)[-1:]
        yield Finding("twice", WHOLE_ROW, rows, _score(rows, 0.7), "it is there twice")


def _all(table: Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(len(table))


def _score(
    rows: np.ndarray[tuple[int], np.dtype[np.int64]], score: float
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.full(len(rows), score, dtype=np.float32)


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only these three detectors are known, and none has looked before."""
    monkeypatch.setattr(findings, "_known", {})
    monkeypatch.setattr(looking, "_MODULES", ())
    looking._found.clear()
    detector("letters")(Letters)
    detector("rare")(Rare)
    detector("twice")(Twice)
    Letters.looks = 0
