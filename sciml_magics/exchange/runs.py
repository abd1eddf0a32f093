"""Predictions of a file as runs of the models that it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from sciml_magics.exchange.example import Prediction
from sciml_magics.exchange.files import unreadable
from sciml_magics.exchange.gathering import addresses_of, suggested_for
from sciml_magics.exchange.source import Entry
from sciml_magics.store import OpenRun, Store, running
from sciml_magics.tasks import Counts, ModelIdentity, Record, Suggestion, Task

FAMILY = "import"
NO_SCORE = "the file gave no score"

_BLOCK = 1 << 20


class ImportRuns:
    """Runs of the models that a file names, begun when they are first met.

    Parameters
    ----------
    store
        Where suggestions are kept.
    task
        The task.
    path
        The file.
    model
        The model where the file names none; ``None`` for the file's own name.
    by
        Who imports.
    """

    def __init__(self, store: Store, task: Task, path: Path, model: str | None, by: str) -> None:
        self._store = store
        self._task = task
        self._task_id = store.task(task)
        self._model = model or ""
        self._file = path.name
        self._by = by
        # Another file under the same name is another model: its predictions are new ones.
        self._digest = _digest(path)
        self._runs: dict[ModelIdentity, OpenRun] = {}

    def keep(self, parts: Iterable[Sequence[Entry]]) -> int:
        """Keep all predictions; how many are new."""
        with ExitStack() as ends:
            for part in parts:
                self._add(part, ends)
        return sum(run.counts.computed for run in self._runs.values())

    def _add(self, part: Sequence[Entry], ends: ExitStack) -> None:
        suggested: dict[ModelIdentity, dict[bytes, Suggestion]] = {}
        found: dict[bytes, Record] = {}
        given: dict[ModelIdentity, int] = {}
        for record, example in part:
            found[record.id] = record
            for one in example.predictions:
                identity = self._identity(one.model)
                made = _suggestion(record, one)
                suggested.setdefault(identity, {}).setdefault(record.id, made)
                given[identity] = given.get(identity, 0) + 1
        known = suggested_for(self._store, self._task_id, addresses_of(found.values()))
        for identity, by_record in suggested.items():
            run = self._run(identity, ends)
            there = {
                address
                for address in by_record
                if any(kept.model == identity for kept in known.get(address, ()))
            }
            batch = [found[address] for address in by_record]
            before = run.counts
            run.append(batch, list(by_record.values()))
            run.counts = _added(before, given[identity], len(by_record) - len(there))

    def _run(self, identity: ModelIdentity, ends: ExitStack) -> OpenRun:
        if identity not in self._runs:
            begun = running(self._store, self._task, identity, Counts(), by=self._by)
            self._runs[identity] = ends.enter_context(begun)
        return self._runs[identity]

    def _identity(self, model: str) -> ModelIdentity:
        named = model or self._model
        if not named:
            return ModelIdentity(self._file, self._digest, FAMILY)
        name, _, revision = named.rpartition("@")
        # Without "@" all of it is the name.
        return ModelIdentity(name or revision, revision if name else self._digest, FAMILY)


def _added(counts: Counts, given: int, new: int) -> Counts:
    """What became of rows, with those of another part of the file."""
    rows, computed = counts.rows + given, counts.computed + new
    return Counts(rows=rows, selected=rows, unique=rows, reused=rows - computed, computed=computed)


def _suggestion(record: Record, prediction: Prediction) -> Suggestion:
    scored = prediction.score == prediction.score
    if prediction.value is None or scored:
        return Suggestion(record.id, prediction.value, prediction.score, prediction.alternatives)
    return Suggestion(record.id, prediction.value, 1.0, prediction.alternatives, reason=NO_SCORE)


def _digest(path: Path) -> str:
    """SHA-256 over a file, or over the files of a folder."""
    digest = hashlib.sha256()
    try:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                with file.open("rb") as opened:
                    while block := opened.read(_BLOCK):
                        digest.update(block)
    except OSError as error:
        raise unreadable(path, error) from error
    return digest.hexdigest()
