"""The cells that were changed: a list with who, when and why, read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from sciml_magics.quality.cleaning.agreed import said_of_cells, version_id
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.records import Cell, cell_address
from sciml_magics.store import Store


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
        Who took it back, and when; ``None`` while nobody did.
    replaced
        Whether the table was cleaned anew later, from a frame that does not have it.
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
    replaced: bool = False

    @property
    def key(self) -> str:
        """Key of the row."""
        return self.cell.key

    @property
    def column(self) -> str:
        """Name of the column."""
        return self.cell.column

    @property
    def old(self) -> str:
        """The text that stood there."""
        return self.cell.text

    def address(self, table: str) -> bytes:
        """Address of the cell's record."""
        return cell_address(table, self.cell)

    @property
    def holds(self) -> bool:
        """Whether it was neither taken back nor replaced by a later cleaning."""
        return self.taken_back is None and not self.replaced


def stored_changes(store: Store, name: str) -> list[Change]:
    """Every cell that was changed in a table of this name, oldest first."""
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
