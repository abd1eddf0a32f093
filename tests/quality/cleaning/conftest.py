from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest

from sciml_magics.quality.cleaning import Repairs, keep_repairs
from sciml_magics.quality.repairing import Candidate, Proposal
from sciml_magics.quality.table import Table
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import ModelIdentity

# Row position, column, and new texts with their scores.
Proposed = tuple[int, str, Sequence[tuple[str, float]]]
Propose = Callable[..., Repairs]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city": ["Rome", "Rom", "Oslo", None],
            "n": [1, 2, 30, 4],
            "kind": pd.Categorical(["a", "b", "a", "b"]),
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2042-01-03", "2024-01-04"]),
            "any": [1, "two", 3.5, " "],
        },
        index=["w", "x", "y", "z"],
    )


@pytest.fixture
def propose(store: Store) -> Propose:
    """Keeps proposals, as if a model had made them."""

    def keep(frame: pd.DataFrame, *given: Proposed, name: str = "places") -> Repairs:
        proposals = [
            Proposal(
                row, column, tuple(Candidate(*one, "majority", "most say so") for one in likely)
            )
            for row, column, likely in given
        ]
        model = ModelIdentity("repairs", repr(given), "repairs")
        return keep_repairs(Table(frame, name), store, proposals, model, total=len(given))

    return keep
