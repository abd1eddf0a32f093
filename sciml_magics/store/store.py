"""The durable record: tasks, models, runs, records and suggestions."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sqlalchemy import Table, insert, select

from sciml_magics.store import catalogue, codec, ledger
from sciml_magics.store.batch import Source, Writer, check
from sciml_magics.store.database import Database
from sciml_magics.store.identities import known_model, model_row
from sciml_magics.store.kept import Holding, Kept, TaskVersion, as_kept, as_task, read_kept
from sciml_magics.store.lookup import CHUNK, Ids, Origin, Positions, looked_up
from sciml_magics.store.responses import respond, responses_to
from sciml_magics.store.schema import records, run_ends, runs, suggestions, tasks
from sciml_magics.store.selections import select_records
from sciml_magics.tasks import (
    Counts,
    Execution,
    KeptResponse,
    Kind,
    ModelIdentity,
    Record,
    Response,
    Run,
    RunState,
    Suggestion,
    Task,
    Value,
)

Answered = tuple[Positions, list[Value], npt.NDArray[np.float32]]


class Store:
    """A store that is open: made by `open_store`, usable from every thread and after a fork.

    Rows are only added. Everything that fails raises `StoreError` with one line, and what was
    stored before stays.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database)
        self._sources: dict[int, Source] = {}
        self._models: dict[ModelIdentity, int] = {}
        weakref.finalize(self, database.close)

    @property
    def name(self) -> str:
        """Path or URL, without a password: for people to read."""
        return self._database.name

    @property
    def database(self) -> Database:
        """Connections and transactions, for floors that ask their own questions."""
        return self._database

    @property
    def path(self) -> Path | None:
        """The file, or ``None`` on a server."""
        return self._database.path

    def close(self) -> None:
        """Close the connections to the store; SQLite then leaves one single file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def task(self, task: Task) -> int:
        """Id of this version of a task; a task that differs from all earlier ones is a new version.

        Returns
        -------
        int
            The same for equal tasks, for ever.
        """
        found = self.find_task(task)
        while found is None:
            with self._database.write() as connection:
                connection.execute(self._new(tasks), catalogue.task_row(connection, task))
            found = self.find_task(task)
        return found

    def find_task(self, task: Task) -> int | None:
        """Id of this version of a task, if it was ever used."""
        same = (tasks.c.name == task.name) & (tasks.c.fingerprint == task.fingerprint)
        with self._database.read() as connection:
            found = connection.scalar(select(tasks.c.id).where(same))
        return None if found is None else int(found)

    def tasks(self) -> list[TaskVersion]:
        """Every version of every task, in the order in which they were first used."""
        return catalogue.versions_of_tasks(self._database)

    def latest(self, name: str) -> Task | None:
        """The version of a task that ran last, else the newest; ``None`` if there is none."""
        return catalogue.latest(self._database, name)

    def holdings(self) -> list[Holding]:
        """How many suggestions there are, per version of a task and model."""
        return catalogue.holdings(self._database)

    def begin(
        self,
        task_id: int,
        identity: ModelIdentity,
        execution: Execution | None = None,
        *,
        by: str,
        seed: int | None,
        code_version: str,
    ) -> int:
        """Note that a run begins.

        Parameters
        ----------
        task_id
            From `task`.
        identity
            The model.
        execution
            Where and how it runs; ``None`` for a run that needs no model.
        by
            Who asks.
        seed
            Seed of everything random in it.
        code_version
            Version of this package.

        Returns
        -------
        int
            Id of the run.
        """
        row = {
            "task_id": task_id,
            "by": by,
            "seed": seed,
            "code_version": code_version,
            "device": execution.device if execution else None,
            "precision": execution.precision if execution else None,
            "started": ledger.now(),
            **ledger.this_process(),
        }
        with self._database.write() as connection:
            row["model_id"] = model_row(connection, self._database, identity)
            inserted = connection.execute(insert(runs).returning(runs.c.id), row)
            return int(inserted.scalar_one())

    def finish(self, run_id: int, state: RunState, counts: Counts) -> None:
        """Note how a run ended. What was noted first stays."""
        with self._database.write() as connection:
            connection.execute(self._new(run_ends), ledger.end_row(run_id, state, counts))

    def run(self, run_id: int) -> Run:
        """One run.

        Raises
        ------
        KeyError
            If there is none of this id.
        """
        with self._database.read() as connection:
            row = connection.execute(ledger.read_runs().where(runs.c.id == run_id)).first()
        if row is None:
            raise KeyError(run_id)
        return ledger.as_run(row)

    def runs(self, task: str | None = None) -> list[Run]:
        """All runs, or those of a task of this name, oldest first.

        A run whose process ended before it could say so is ``"stopped"`` if it was on this host.
        """
        find = ledger.read_runs()
        if task is not None:
            find = find.where(tasks.c.name == task)
        with self._database.read() as connection:
            rows = connection.execute(find).all()
        return [ledger.as_run(row) for row in rows]

    def append(self, run_id: int, batch: Sequence[Record], suggested: Sequence[Suggestion]) -> None:
        """Keep a batch: all of it is stored when this returns, or nothing if it raises.

        Of several suggestions by one model for one record and task the first is kept.

        Parameters
        ----------
        run_id
            From `begin`.
        batch
            The records, in any order.
        suggested
            Suggestions for them.

        Raises
        ------
        TaskError
            If a span does not quote its record's text.
        ValueError
            If a suggestion is for a record that is not in the batch.
        """
        by_id = {record.id: record for record in batch}
        check(suggested, by_id)
        self._writer.write(self._source(run_id), by_id, suggested, ledger.now())

    def answers(
        self, task_id: int, identity: ModelIdentity, ids: Ids, chunk: int = CHUNK
    ) -> Iterator[Answered]:
        """What a model answered for those of `ids` that it has read, a chunk at a time.

        Parameters
        ----------
        task_id
            From `task`.
        identity
            The model.
        ids
            Addresses of records, shape ``(n,)``, 16 bytes each (``dtype "V16"``).
        chunk
            How many addresses to look up at a time.

        Yields
        ------
        positions
            Where in `ids` the answered records are, in any order; int64, shape ``(m,)``.
        values
            Their values; ``None`` is an abstention.
        scores
            0 to 1, higher is surer, NaN where the model gave none; float32, shape ``(m,)``.
        """
        model_id = self._known_model(identity)
        if model_id is None:
            return
        columns = (suggestions.c.value, suggestions.c.score)
        for at, rows in looked_up(self._database, task_id, model_id, ids, columns, chunk):
            _, values, scores = zip(*rows, strict=True)
            yield (
                at,
                [codec.load_value(value) for value in values],
                np.array(scores, dtype=np.float32),
            )

    def provenance(self, task_id: int, identity: ModelIdentity, ids: Ids) -> Origin:
        """Which run each suggestion came from, and when; parameters as of `answers`."""
        origin = Origin(
            np.full(len(ids), -1, dtype=np.int64),
            np.full(len(ids), np.datetime64("NaT"), dtype="datetime64[ms]"),
        )
        model_id = self._known_model(identity)
        if model_id is None:
            return origin
        columns = (suggestions.c.run_id, suggestions.c.created)
        for at, rows in looked_up(self._database, task_id, model_id, ids, columns):
            _, run_ids, created = zip(*rows, strict=True)
            origin.runs[at] = run_ids
            origin.times[at] = np.array(created, dtype="datetime64[ms]")
        return origin

    def suggestions_of(self, record_id: bytes, task_id: int) -> list[Kept]:
        """Everything that models suggested for a record, oldest first."""
        find = (
            read_kept()
            .where(records.c.address == record_id, suggestions.c.task_id == task_id)
            .order_by(suggestions.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(find).all()
        return [as_kept(row) for row in rows]

    def respond(self, task_id: int, responses: Sequence[Response]) -> list[KeptResponse]:
        """Keep what people said: all of it is stored when this returns, or nothing if it raises.

        Parameters
        ----------
        task_id
            From `task`.
        responses
            Each with a key of its own. A key that the store knows adds nothing.

        Returns
        -------
        list of KeptResponse
            What is stored under each key, in the order given.

        Raises
        ------
        TaskError
            If the task does not allow a value, a record is not in the store, or there is nothing to
            take back.
        """
        return respond(self._database, task_id, responses)

    def responses(
        self, task: str, kind: Kind | None = None, ids: Ids | None = None
    ) -> list[KeptResponse]:
        """Everything that was said of a task, whatever its version, in the order of its storing.

        Parameters
        ----------
        task
            Name of the task.
        kind
            Only of versions of this kind.
        ids
            Only of these records: addresses as of `answers`.

        Returns
        -------
        list of KeptResponse
            Undone responses and undos included; `sciml_magics.review.holding` tells what holds.
        """
        return responses_to(self._database, task, kind, ids)

    def select(self, task_id: int, ids: Ids) -> str:
        """Keep a set of records under a short name, which is the same for the same set.

        Parameters
        ----------
        task_id
            From `task`.
        ids
            Addresses as of `answers`; those that the store does not hold are left out.
        """
        return select_records(self._database, task_id, ids)

    def record(self, record_id: bytes) -> Record | None:
        """What was read from a row, ``None`` if it is not in the store."""
        find = select(records.c.content).where(records.c.address == record_id)
        with self._database.read() as connection:
            content = connection.scalar(find)
        return None if content is None else Record(record_id, codec.load_content(content))

    def _new(self, table: Table) -> Any:
        return self._database.insert(table).on_conflict_do_nothing()

    def _known_model(self, identity: ModelIdentity) -> int | None:
        if identity not in self._models:
            with self._database.read() as connection:
                found = known_model(connection, identity)
            if found is None:
                return None
            self._models[identity] = found
        return self._models[identity]

    def _source(self, run_id: int) -> Source:
        if run_id not in self._sources:
            find = select(runs.c.task_id, runs.c.model_id, tasks.c.definition).join_from(
                runs, tasks
            )
            with self._database.read() as connection:
                row = connection.execute(find.where(runs.c.id == run_id)).one()
            self._sources[run_id] = Source(
                run_id, row.task_id, row.model_id, as_task(row.definition)
            )
        return self._sources[run_id]
