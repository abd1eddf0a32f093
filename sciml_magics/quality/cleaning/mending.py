"""The job that proposes repairs: ask for the value of each wrong cell, and keep what comes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from sciml_magics._version import __version__
from sciml_magics.annotation.progress import Listener, Phase, Progress, silent
from sciml_magics.errors import Stopped
from sciml_magics.quality.cleaning.agreed import ROUNDING, Answered, answered_cells
from sciml_magics.quality.cleaning.cells import listable
from sciml_magics.quality.detecting import Detection
from sciml_magics.quality.detecting.job import all_findings
from sciml_magics.quality.detecting.keeping import WORDS, kept_by
from sciml_magics.quality.detecting.looking import state_of
from sciml_magics.quality.findings import WHOLE_ROW, Rows
from sciml_magics.quality.records import Cell, cell_of, cell_records, repairs_task
from sciml_magics.quality.repairing import Known, Proposal, propose
from sciml_magics.quality.table import Table
from sciml_magics.store import OpenRun, Store, running
from sciml_magics.tasks import Counts, ModelIdentity, Record, Suggestion, Task

NAME = "repairs"
REPAIRS = "repairs"
COLUMNS = ("row", "column", "old", "new", "score", "source", "why", "others")
_BATCH = 500


@dataclass(frozen=True, slots=True, eq=False)
class Repairs:
    """What could stand in the cells that look wrong.

    Parameters
    ----------
    table
        The table.
    task
        The task that asks what should stand there: review it to choose, write or reject a value.
    frame
        A row for each cell: key of its ``row``, ``column``, ``old`` and ``new`` text (empty for a
        missing cell; ``None`` where no value is known), ``score`` (probability that the new text is
        right: 0 to 1, higher is surer), ``source``, ``why`` and how many ``others`` there are to
        choose from.
    answered
        How many repairs of this table people accepted or wrote, which this learnt from.
    seconds
        How long it took.
    reused
        Whether everything was in the store already.
    notes
        What a person should know, a sentence each.
    """

    table: Table
    task: Task
    frame: pd.DataFrame
    answered: int = 0
    seconds: float = 0.0
    reused: bool = False
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: cells, those with a value, sure ones, answers, seconds."""
        known = int(self.frame["new"].notna().sum())
        sure = int((self.frame["score"] >= 0.95 - ROUNDING).sum())
        parts = [
            f"{self.table.name}: a value for {known:,} of {len(self.frame):,} cells",
            f"{sure:,} with a score of 0.95 or more",
        ]
        if self.answered:
            parts.append(f"learnt from {self.answered:,} repairs")
        parts.append("read from the store" if self.reused else f"{self.seconds:,.1f} s")
        return " · ".join(parts)


def repair(
    detection: Detection,
    store: Store,
    *,
    model: str | None = None,
    seed: int = 0,
    by: str = "unknown",
    listen: Listener = silent,
) -> Repairs:
    """Propose values for the cells that look wrong, and keep them for the review.

    Nothing is changed. What people accepted or wrote before are examples to learn from.

    Parameters
    ----------
    detection
        What looks wrong.
    store
        Where people's answers are and proposals are kept.
    model
        Hub id or folder of a masked language model that is asked, too.
    seed
        Of everything random.
    by
        Who asks.
    listen
        Called with a `Progress` after every batch.

    Raises
    ------
    ModelError
        If there is no such model, or it fills no gaps.
    Stopped
        If the person interrupted: what was proposed until then is stored, and its ``outcome``.
    """
    table = detection.table
    chances = detection.frame["probability"].tolist()
    wrong = [
        (*cell, float(chance))
        for cell, chance in zip(detection.cells, chances, strict=True)
        if cell[1] != WHOLE_ROW
    ]
    cells = [(row, column) for row, column, _ in wrong]
    said = [one for one in answered_cells(store, table) if one.row is not None]
    identity = _identity(table, wrong, said, model, seed)
    keeper = _Keeper(table, store, identity, len(cells), by, listen, len(said))
    if (known := keeper.known()) is not None:
        return known
    examples = [Known(one.row, one.cell.column, one.value) for one in said if one.row is not None]
    findings = all_findings(detection) if cells else ()
    proposals = propose(
        table,
        cells,
        known=examples,
        findings=findings,
        wrong=[chance for _, _, chance in wrong],
        model=model,
        seed=seed,
    )
    return keeper.keep(proposals)


def keep_repairs(
    table: Table,
    store: Store,
    proposals: Iterable[Proposal],
    identity: ModelIdentity,
    *,
    total: int,
    by: str = "unknown",
    listen: Listener = silent,
) -> Repairs:
    """Keep repairs that something else proposes: they are reviewed and applied like all others.

    Parameters
    ----------
    table
        The table.
    store
        Where they are kept.
    proposals
        One for each cell.
    identity
        What proposes: of runs with the same `ModelIdentity.id` the last one speaks.
    total
        How many proposals there will be.
    by, listen
        As of `repair`.
    """
    keeper = _Keeper(table, store, identity, total, by, listen)
    return keeper.known() or keeper.keep(proposals)


def _identity(
    table: Table,
    wrong: Sequence[tuple[int, str, float]],
    said: Sequence[Answered],
    model: str | None,
    seed: int,
) -> ModelIdentity:
    """What proposes, and for what: equal where the same is proposed."""
    asked = sorted((row, column, round(chance, 5)) for row, column, chance in wrong)
    settings = {"cells": len(wrong), "examples": len(said), "model": model, "seed": seed}
    seen = json.dumps([settings, asked, sorted((*one.cell, one.value) for one in said)])
    revision = hashlib.sha256(f"{__version__} {state_of(table)} {seen}".encode()).hexdigest()
    return ModelIdentity(NAME, revision, REPAIRS, json.dumps(settings))


class _Keeper:
    """Keeps proposals as suggestions, batch by batch."""

    def __init__(
        self,
        table: Table,
        store: Store,
        identity: ModelIdentity,
        total: int,
        by: str,
        listen: Listener,
        answered: int = 0,
    ) -> None:
        self._table, self._store, self._identity = table, store, identity
        self._total, self._by, self._listen, self._answered = total, by, listen, answered
        self._task = repairs_task(table)
        self._began = perf_counter()
        self._rows: list[tuple[Any, ...]] = []
        self._tell("reading")

    def known(self) -> Repairs | None:
        """What the last run proposed, if it was the same."""
        task_id = self._store.find_task(self._task)
        same = [
            run for run in self._store.runs(self._task.name) if run.model.id == self._identity.id
        ]
        if task_id is None or not same or same[-1].state != "done":
            return None
        if same[-1].model != self._identity:
            return None
        for kept in kept_by(self._store, task_id, self._identity):
            record = self._store.record(kept.suggestion.record_id)
            assert record is not None
            self._rows.append(_row(cell_of(record), kept.suggestion))
        self._tell("done")
        return replace(self._found(), reused=True)

    def keep(self, proposals: Iterable[Proposal]) -> Repairs:
        """Store them, and give them back as a frame."""
        counts = Counts(len(self._table), self._total, self._total)
        with running(self._store, self._task, self._identity, counts, by=self._by) as run:
            try:
                self._tell("running")
                self._keep_all(run, proposals)
            except KeyboardInterrupt:
                run.state = "stopped"
            except BaseException:
                self._tell("failed")
                raise
        self._tell(run.state)
        found = self._found()
        if run.state == "stopped":
            raise Stopped(
                f"{self._task.name}: stopped with {len(self._rows):,} of {self._total:,} cells "
                "stored; run the same cell again to go on",
                found,
            )
        return found

    def _keep_all(self, run: OpenRun, proposals: Iterable[Proposal]) -> None:
        batch: list[Proposal] = []
        for one in proposals:
            batch.append(one)
            if len(batch) == _BATCH:
                self._store_batch(run, batch)
                batch = []
        if batch:
            self._store_batch(run, batch)

    def _store_batch(self, run: OpenRun, batch: Sequence[Proposal]) -> None:
        records = cell_records(self._table, [(one.row, one.column) for one in batch])
        made = [_suggestion(record, one) for record, one in zip(records, batch, strict=True)]
        run.append(records, made)
        self._rows += [
            _row(cell_of(record), one) for record, one in zip(records, made, strict=True)
        ]
        self._tell("running")

    def _found(self) -> Repairs:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(COLUMNS)
        frame = pd.DataFrame(dict(zip(COLUMNS, map(list, columns), strict=True)))
        frame = frame.sort_values("score", ascending=False, kind="stable", ignore_index=True)
        seconds = perf_counter() - self._began
        return Repairs(self._table, self._task, frame, self._answered, seconds)

    def _tell(self, phase: Phase) -> None:
        done = len(self._rows)
        counts: dict[str | None, int] = {}
        for row in self._rows:
            counts[row[1]] = counts.get(row[1], 0) + 1
        self._listen(
            Progress(
                phase,
                self._task.name,
                self._identity.id,
                total=self._total,
                done=done,
                seconds=perf_counter() - self._began,
                fraction=done / self._total if self._total else 0.0,
                labels=counts,
            )
        )


def _suggestion(record: Record, proposal: Proposal) -> Suggestion:
    best = proposal.best
    if best is None:
        return Suggestion(record.id, None, float("nan"), reason="no value is known")
    likely = tuple((one.value, one.score) for one in proposal.candidates)
    words = {one.value: one.words for one in proposal.candidates}
    evidence = {"source": best.source, WORDS: words}
    return Suggestion(record.id, best.value, best.score, likely, evidence, best.words)


def _row(cell: Cell, said: Suggestion) -> tuple[Any, ...]:
    others = max(0, len(said.alternatives) - 1)
    source = said.evidence.get("source", "")
    told = (*cell, said.value, said.score, source, said.reason, others)
    return tuple(map(listable, told))


def places(table: Table, keys: Sequence[str]) -> Rows:
    """Positions of the rows with these keys; -1 for a row that is not there."""
    at = {key: row for row, key in enumerate(table.keys)}
    return np.array([at.get(key, -1) for key in keys], dtype=np.int64)
