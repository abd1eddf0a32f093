"""The cells that were changed: a list with who, when and why, read from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from sciml_magics.quality.cleaning.agreed import said_of_cells, version_id
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.records import Cell, cell_address
from sciml_magics.quality.table import Table
from sciml_magics.store import Store

COLUMNS = ("row", "column", "old", "new", "reason", "who", "when", "state", "score")
APPLIED, TAKEN_BACK = "applied", "taken back"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that was changed.

    Parameters
    ----------
    cell
        The cell, and the text that stood there.
    new
        The text that was put there; empty for a missing cell.
    reason
        Why, in words.
    who
        Who agreed.
    when
        When it was agreed, in UTC.
    score
        Probability that it is right, as what proposed it saw it; NaN where a person wrote it.
    dtype
        The type that the column had before.
    becomes
        The type that the column got; empty if it kept its own.
    original
        What stood there, where its text does not say it all.
    value
        What was put there.
    run
        Id of the run that made it.
    taken_back
        Who took it back, and when; ``None`` while it holds.
    """

    cell: Cell
    new: str
    reason: str
    who: str
    when: datetime
    score: float
    dtype: str
    becomes: str
    original: Any = None
    value: Any = None
    run: int = 0
    taken_back: tuple[str, datetime] | None = None

    def address(self, table: str) -> bytes:
        """Address of the cell's record."""
        return cell_address(table, self.cell)

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.taken_back is None


def changes_of(store: Store, table: Table) -> list[Change]:
    """Every change that was made to a table of this name, oldest first."""
    return stored_changes(store, table.name)


def stored_changes(store: Store, name: str) -> list[Change]:
    """As `changes_of`, by the name of the table."""
    task = f"{name}.changes"
    said = _said(store, task)
    found: list[Change] = []
    for run in store.runs(task):
        if run.state != "done":
            continue
        kept_ones = kept_by(store, version_id(store, run), run.model)
        for kept in sorted(kept_ones, key=lambda one: int(one.suggestion.evidence["at"])):
            made, new = kept.suggestion.evidence, kept.suggestion.value
            assert isinstance(new, str)
            back = said.get(kept.suggestion.record_id)
            found.append(
                Change(
                    Cell(made["row"], made["column"], made["old"]),
                    new,
                    kept.suggestion.reason,
                    made["who"],
                    datetime.fromisoformat(made["when"]),
                    kept.suggestion.score,
                    made["dtype"],
                    made["becomes"],
                    made["original"],
                    _value(made["value"], made["kind"]),
                    run.id,
                    back if back is not None and back[1] >= kept.created else None,
                )
            )
    return found


def _value(value: Any, kind: str) -> Any:
    if kind:
        return pd.Timestamp(value) if kind == "Timestamp" else pd.Timedelta(value)
    return value


def _said(store: Store, task: str) -> dict[bytes, tuple[str, datetime]]:
    """Who took changes back and when, by address of the cell."""
    return {
        address: (", ".join(one.annotators), one.created)
        for address, one in said_of_cells(store, task).items()
        if one.status == "rejected"
    }


def changes_frame(changes: Sequence[Change]) -> pd.DataFrame:
    """The list of changes, one a row; `COLUMNS` says which columns there are."""
    rows = [
        (
            *(one.cell.key, one.cell.column, one.cell.text, one.new, one.reason),
            *((one.who, one.when) if one.taken_back is None else one.taken_back),
            APPLIED if one.holds else TAKEN_BACK,
            one.score,
        )
        for one in changes
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["when"] = pd.to_datetime(frame["when"], utc=True)
    texts = {name: "str" for name in COLUMNS if name not in ("when", "score")}
    return frame.astype({**texts, "score": "float64"})
