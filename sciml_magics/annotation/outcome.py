"""What comes out of a run, and out of a dry run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sciml_magics.tasks import Counts, Execution, ModelIdentity, Run, Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run.

    Parameters
    ----------
    frame
        A new frame: the user's columns, then value, score and status of the task.
    task
        The task as it was run, its labels resolved.
    run
        The run as it is in the store.
    seconds
        Wall time of the whole run, loading and writing included.
    statuses
        Rows per status, of those that were asked about: suggested, abstained, missing,
        unreadable, pending.
    notes
        Anything the person should know, a sentence each.
    threshold
        Score under which answers are abstentions, ``None`` for the usual one of the task; 0 where
        that was held against the model's own scores and calibrated ones are written.
    """

    frame: pd.DataFrame
    task: Task
    run: Run
    seconds: float
    statuses: Mapping[str, int]
    notes: tuple[str, ...] = ()
    threshold: float | None = None

    @property
    def summary(self) -> str:
        """One line: rows, reused, abstained, missing, seconds, rows/s, model@revision."""
        counts = self.run.counts
        rate = counts.selected / self.seconds if self.seconds else 0.0
        parts = [
            f"{self.task.name}: {counts.selected:,} rows",
            f"{counts.unique:,} different",
            f"{counts.reused:,} reused",
            f"{counts.abstained:,} abstained",
            f"{counts.missing:,} missing",
        ]
        if counts.unreadable:
            parts.append(f"{counts.unreadable:,} unreadable")
        if self.run.state == "stopped":
            parts.append("stopped early")
        parts += [f"{self.seconds:,.1f} s", f"{rate:,.0f} rows/s", self.run.model.short]
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run: what a run would cost, measured on a sample. Nothing is stored.

    Parameters
    ----------
    task
        The task, its labels resolved.
    model, execution
        What would run, and where.
    counts
        Rows, different records, reused and missing ones as the run would find them.
    to_compute
        Records that the model would read.
    sampled
        Records that were measured.
    rows_per_second
        Records per second on the sample, scaled to the length of the others.
    seconds
        Expected time to finish, loading included.
    memory
        Peak working memory in bytes.
    """

    task: Task
    model: ModelIdentity
    execution: Execution | None
    counts: Counts
    to_compute: int
    sampled: int
    rows_per_second: float
    seconds: float
    memory: int
