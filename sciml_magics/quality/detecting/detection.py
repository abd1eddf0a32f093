"""What was found to be wrong in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from sciml_magics.quality.findings import Finding, Rows
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import counted
from sciml_magics.tasks import Task

COLUMNS = ("row", "column", "value", "probability", "detector", "why")


class Asked(NamedTuple):
    """A row whose answer would teach most.

    Parameters
    ----------
    row
        Position in the frame.
    why
        In words.
    """

    row: int
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """What looks wrong in a table.

    Parameters
    ----------
    table
        The table.
    task
        The task that asks which cells of a row are wrong: review it to correct what was found.
    frame
        A row for each cell that looks wrong, the surest first: the key of its ``row`` (its label
        in the index), ``column`` (``"(row)"`` if the row as a whole does), ``value`` as it prints,
        ``probability`` that it is wrong (0 to 1, higher is surer), ``detector`` and ``why``.
    rows
        Position of each in the frame; int64.
    asked
        The rows whose answers would teach most.
    answered
        How many rows people answered, which detection learnt from.
    stored
        How many rows can be reviewed.
    seconds
        How long it took.
    reused
        Whether everything was in the store already.
    notes
        What a person should know, a sentence each.
    findings
        What the detectors said, for repairs; not known of a detection that was read from the store.
    """

    table: Table
    task: Task
    frame: pd.DataFrame
    rows: Rows
    asked: Sequence[Asked] = ()
    answered: int = 0
    stored: int = 0
    seconds: float = 0.0
    reused: bool = False
    notes: tuple[str, ...] = ()
    findings: Sequence[Finding] = field(default=(), repr=False)

    @property
    def cells(self) -> list[tuple[int, str]]:
        """Row position and column of each, in the order of `frame`."""
        return list(zip(self.rows.tolist(), self.frame["column"].tolist(), strict=True))

    @property
    def summary(self) -> str:
        """One line: rows, columns, what looks wrong, in how many rows, answers, seconds."""
        wrong, inside = len(self.frame), len(np.unique(self.rows))
        parts = [
            f"{self.table.name}: {counted(len(self.table), 'row')} × "
            f"{counted(len(self.table.columns), 'column')}",
            f"{wrong:,} {'cell looks' if wrong == 1 else 'cells look'} wrong in "
            f"{counted(inside, 'row')}"
            if wrong
            else "no cell looks wrong",
        ]
        if self.answered:
            parts.append(f"learnt from {counted(self.answered, 'answer')}")
        parts.append("read from the store" if self.reused else f"{self.seconds:,.1f} s")
        return " · ".join(parts)

    def counts(self) -> pd.DataFrame:
        """How many cells of each column each detector found, a pair a row."""
        by = self.frame.groupby(["column", "detector"], sort=False, observed=True)
        return by.size().rename("cells").reset_index()


def empty() -> pd.DataFrame:
    """A frame of nothing found."""
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    return frame.astype({"probability": np.float32})
