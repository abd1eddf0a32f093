"""Annotate a frame: ask the model about every record that has no answer, and keep each batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from sciml_magics.annotation.outcome import Outcome, Plan
from sciml_magics.annotation.progress import Listener, Phase, Progress, silent
from sciml_magics.annotation.request import Request
from sciml_magics.annotation.vectors import must_run, suggest_with
from sciml_magics.annotation.work import Positions, Work, find_work
from sciml_magics.errors import Stopped
from sciml_magics.frames import (
    STATUSES,
    Answers,
    Records,
    add_provenance,
    result_columns,
    write_columns,
)
from sciml_magics.models import Suggester
from sciml_magics.store import OpenRun, Store, running
from sciml_magics.tasks import ModelIdentity, Suggestion, Task

PLAN_SAMPLE = 96

Calibrate: TypeAlias = Callable[[Task, ModelIdentity, Records, Answers], str]


def annotate(
    frame: pd.DataFrame,
    request: Request,
    suggester: Suggester,
    store: Store,
    listen: Listener = silent,
    calibrate: Calibrate | None = None,
    *,
    work: Work | None = None,
) -> Outcome:
    """Answer the request's task for the rows of `frame`.

    Every batch is in the store before the next begins, so a run that is killed loses at most the
    batch in flight, and the same call again computes only what is missing.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    request
        The task, and which rows to ask about.
    suggester
        The model.
    store
        Where suggestions are kept.
    listen
        Called with a `Progress` after every batch.
    calibrate
        Puts calibrated scores over those of the model before they are written, and gives a
        sentence on it if it did; ``None`` leaves scores as they are.
    work
        From `find_work` with the same arguments, where the caller has it already.

    Returns
    -------
    Outcome
        A new frame with the task's columns, and what became of the rows.

    Raises
    ------
    SciMLError
        If the frame, the task, the model or the store does not allow it; one line says why.
    Stopped
        If the person interrupted; its ``outcome`` holds the frame as far as it came.
    """
    began = perf_counter()
    watch = _Watch(request.task.name, suggester.identity.short, listen)
    watch.tell("reading")
    work = work or find_work(frame, request, suggester, store)
    watch.begin(work)
    todo = work.records.ids[work.todo]
    execution = suggester.ready() if must_run(store, suggester, todo) else suggester.execution
    try:
        with running(
            store,
            work.task,
            suggester.identity,
            work.counts(len(frame)),
            by=request.by,
            seed=request.seed,
            execution=execution,
        ) as run:
            run.state = state = _ask_all(work, suggester, store, run, watch)
            watch.tell("writing")
            note = _calibrated(work, suggester, calibrate)
            result = _write(frame, request, work, suggester, store)
            statuses = _tally(result, work)
            run.counts = replace(run.counts, abstained=statuses["abstained"])
    except KeyboardInterrupt:
        watch.tell("stopped")
        raise Stopped(watch.stopped()) from None
    except BaseException:
        watch.tell("failed")
        raise
    outcome = Outcome(
        frame=result,
        task=work.task,
        run=store.run(run.id),
        seconds=perf_counter() - began,
        statuses=statuses,
        notes=(*work.records.notes, *note),
        threshold=request.threshold if work.answers.sure is None else 0.0,
    )
    watch.tell(state)
    if state == "stopped":
        raise Stopped(watch.stopped(), outcome)
    return outcome


def plan(frame: pd.DataFrame, request: Request, suggester: Suggester, store: Store) -> Plan:
    """Measure on a sample what `annotate` would cost. No suggestion is stored.

    Raises
    ------
    SciMLError
        As `annotate`.
    """
    work = find_work(frame, request, suggester, store)
    sample = work.spread(PLAN_SAMPLE)
    seconds = rate = 0.0
    memory = 0
    if len(sample):
        cost = suggester.estimate(work.records.take(sample), work.task)
        characters = int(work.records.sizes[work.todo].sum())
        compute = cost.seconds * characters / max(cost.characters, 1)
        seconds = cost.load_seconds + compute
        rate = len(work.todo) / compute if compute else 0.0
        memory = cost.memory
    return Plan(
        task=work.task,
        model=suggester.identity,
        execution=suggester.execution,
        counts=work.counts(len(frame)),
        to_compute=len(work.todo),
        sampled=len(sample),
        rows_per_second=rate,
        seconds=seconds,
        memory=memory,
    )


def _ask_all(
    work: Work, suggester: Suggester, store: Store, run: OpenRun, watch: _Watch
) -> Literal["done", "stopped"]:
    try:
        watch.start()
        for chunk in work.chunks():
            records = list(work.records.take(chunk))
            place = {record.id: at for at, record in enumerate(records)}
            for batch in suggest_with(store, suggester, records, work.task):
                at = [place[suggestion.record_id] for suggestion in batch]
                run.append([records[i] for i in at], batch)
                _keep(batch, chunk[at], work)
                watch.stored(batch, int(work.records.sizes[chunk[at]].sum()))
    except KeyboardInterrupt:
        return "stopped"
    return "done"


def _keep(batch: Sequence[Suggestion], positions: Positions, work: Work) -> None:
    scores = np.array([suggestion.score for suggestion in batch], dtype=np.float32)
    work.answers.put(positions, [suggestion.value for suggestion in batch], scores)


def _calibrated(work: Work, suggester: Suggester, calibrate: Calibrate | None) -> list[str]:
    if calibrate is None:
        return []
    note = calibrate(work.task, suggester.identity, work.records, work.answers)
    return [note] if note else []


def _write(
    frame: pd.DataFrame, request: Request, work: Work, suggester: Suggester, store: Store
) -> pd.DataFrame:
    threshold = request.threshold_for(work.task)
    result = write_columns(frame, work.task, work.records, work.answers, threshold)
    if not request.provenance:
        return result
    origin = store.provenance(store.task(work.task), suggester.identity, work.records.ids)
    return add_provenance(result, work.task, work.records, origin, store.runs())


class _Watch:
    """Keeps count of a run and tells its listener."""

    def __init__(self, task: str, model: str, listen: Listener) -> None:
        self._task = task
        self._model = model
        self._listen = listen
        self._began = perf_counter()
        self._labels: Counter[str | None] = Counter()
        self._size = self._size_done = self._total = self._reused = 0
        self.done = 0

    def begin(self, work: Work) -> None:
        self._total = len(work.todo)
        self._reused = int(np.count_nonzero(work.asked)) - len(work.todo)
        self._size = int(work.records.sizes[work.todo].sum())
        if self._total:
            self.tell("loading")

    def start(self) -> None:
        self._began = perf_counter()
        self.tell("running")

    def stored(self, batch: Sequence[Suggestion], size: int) -> None:
        self.done += len(batch)
        self._size_done += size
        for suggestion in batch:
            self._labels.update(_answers(suggestion))
        self.tell("running")

    def stopped(self) -> str:
        return (
            f"{self._task}: stopped with {self.done:,} records stored and "
            f"{self._total - self.done:,} to go; run the same cell again to go on"
        )

    def tell(self, phase: Phase) -> None:
        self._listen(
            Progress(
                phase=phase,
                task=self._task,
                model=self._model,
                total=self._total,
                done=self.done,
                reused=self._reused,
                seconds=perf_counter() - self._began,
                fraction=self._size_done / self._size if self._size else 0.0,
                labels=dict(self._labels.most_common()),
            )
        )


def _answers(suggestion: Suggestion) -> list[str | None]:
    value = suggestion.value
    if value is None:
        return [None]
    if isinstance(value, str):
        return [value]
    return [part if isinstance(part, str) else part.label for part in value]


def _tally(frame: pd.DataFrame, work: Work) -> Mapping[str, int]:
    _, _, status = result_columns(work.task)
    found = frame[status].iloc[work.rows].value_counts()
    return {name: int(found.get(name, 0)) for name in STATUSES}
