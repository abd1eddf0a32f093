"""Fixtures of the job's tests: a small frame, a store in a file, a suggester of a few lines."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sciml_magics.store import Store, open_store
from tests.annotation.keywords import Keywords


@pytest.fixture
def model() -> Keywords:
    return Keywords()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "sciml_magics.db")


@pytest.fixture
def frame() -> pd.DataFrame:
    words = ["gene sure", "star sure", "law", "nothing"]
    return pd.DataFrame({"text": [f"{words[i % 4]} {i}" for i in range(100)]})
