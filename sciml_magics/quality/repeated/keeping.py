"""Repeated rows as suggestions: people say whether two rows are one, and the others are dropped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sciml_magics._version import __version__
from sciml_magics.errors import StoreError
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.detecting.looking import state_of
from sciml_magics.quality.findings import Rows
from sciml_magics.quality.repeated.finding import Repeated
from sciml_magics.quality.table import Table
from sciml_magics.review.verdicts import Verdict, verdicts
from sciml_magics.store import Store
from sciml_magics.store.ledger import moment, now
from sciml_magics.tasks import Counts, Label, ModelIdentity, Record, Suggestion, Task, record_id

Said = Literal["", "repeated", "different"]

NAME = "repeated rows"
FAMILY = "repeated"
DROPPED = "dropped"
REPEATED: Said = "repeated"
DIFFERENT: Said = "different"
COLUMNS = ("row", "same_as", "score", "why", "said")
# A person looks at hundreds: so many of the surest are kept for it.
MOST = 20_000

_BATCH = 500
_ASKED = "Are these two rows one, written twice? The row of the record is the one to drop."


def repeated_task(table: Table) -> Task:
    """The question whether two rows are one."""
    names = tuple(column.name for column in table.columns)
    labels = (
        Label(REPEATED, "both rows are about the same thing: this one is dropped"),
        Label(DIFFERENT, "the rows are about two things: both stay"),
    )
    return Task(f"{table.name}.repeated", names, "label", labels=labels, instructions=_ASKED)


@dataclass(frozen=True)
class Kept:
    """What is proposed to be dropped, and what people said of it.

    Parameters
    ----------
    task
        The task to review.
    said
        For each of the repeated rows: `REPEATED`, `DIFFERENT`, or empty where nobody answered.
    """

    task: Task
    said: tuple[Said, ...]

    def dropped(self, found: Repeated, above: float | None) -> np.ndarray:
        """Positions of the rows to drop: what people say, and the sure ones that nobody answered.

        Parameters
        ----------
        found
            The repeated rows.
        above
            The lowest score of rows that nobody has to look at; ``None`` for people's word alone.
        """
        yes = np.array([one == REPEATED for one in self.said], dtype=bool)
        if above is not None:
            open_yet = np.array([not one for one in self.said], dtype=bool)
            yes |= open_yet & (found.scores >= above)
        return np.asarray(found.rows[yes])


def keep_repeated(table: Table, store: Store, found: Repeated, *, by: str = "unknown") -> Kept:
    """Keep repeated rows for the review, and read what people said of them before."""
    task = repeated_task(table)
    order = np.argsort(-found.scores, kind="stable")[:MOST].tolist()
    told = json.dumps({"compared": found.compared, "rows": found.rows[:MOST].tolist()})
    revision = hashlib.sha256(f"{__version__} {state_of(table)} {told}".encode()).hexdigest()
    identity = ModelIdentity(NAME, revision, FAMILY, json.dumps({"compared": found.compared}))
    addresses = {at: _address(table, found, at) for at in order}
    task_id = store.task(task)
    known = {one.suggestion.record_id for one in kept_by(store, task_id, identity)}
    if order and not all(addresses[at] in known for at in order):
        _store(table, store, found, order, identity, by)
    people = verdicts(store.responses(task.name, "label"))
    said: list[Said] = [""] * len(found.rows)
    for at, address in addresses.items():
        said[at] = _said(people.get(address))
    return Kept(task, tuple(said))


def _said(verdict: Verdict | None) -> Said:
    if verdict is None:
        return ""
    if verdict.status == "rejected" or verdict.value == DIFFERENT:
        return DIFFERENT
    return REPEATED if verdict.value == REPEATED else ""


def _store(
    table: Table,
    store: Store,
    found: Repeated,
    order: Sequence[int],
    identity: ModelIdentity,
    by: str,
) -> None:
    def note(at: int) -> tuple[Record, Suggestion]:
        record = Record(_address(table, found, at), _content(table, found, at))
        return record, _suggestion(record, found, at)

    _keep(table, store, repeated_task(table), identity, order, note, by)


def _keep(
    table: Table,
    store: Store,
    task: Task,
    identity: ModelIdentity,
    order: Sequence[int],
    note: Callable[[int], tuple[Record, Suggestion]],
    by: str,
) -> None:
    run = store.begin(store.task(task), identity, by=by, seed=None, code_version=__version__)
    counts = Counts(len(table), len(order), len(order), computed=len(order))
    try:
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            records, made = zip(*map(note, part), strict=True)
            store.append(run, list(records), list(made))
    except BaseException:
        # A full disk may be why we are here: then the run cannot be closed either.
        with suppress(StoreError):
            store.finish(run, "failed", counts)
        raise
    store.finish(run, "done", counts)


def _suggestion(record: Record, found: Repeated, at: int) -> Suggestion:
    score = float(found.scores[at])
    likely = ((REPEATED, score), (DIFFERENT, 1 - score))
    return Suggestion(record.id, REPEATED, score, likely, {"why": found.words[at]}, found.words[at])


def _content(table: Table, found: Repeated, at: int) -> tuple[tuple[str, str], ...]:
    """Both rows, column by column: as one text where they are the same."""
    row, other = int(found.rows[at]), int(found.kept[at])
    content = []
    for column in table.columns:
        one, same = column.text(row), column.text(other)
        if one or same:
            content.append((column.name, one if one == same else f"{one or '∅'} | {same or '∅'}"))
    return (*content, ("(rows)", f"{table.keys[row]} | {table.keys[other]}"))


def _address(table: Table, found: Repeated, at: int) -> bytes:
    rows = (int(found.rows[at]), int(found.kept[at]))
    texts = [column.text(row) for row in rows for column in table.columns]
    return record_id("repeated", table.name, *(table.keys[row] for row in rows), *texts)


def dropped_task(table: Table) -> Task:
    """The rows that were dropped, each as it was."""
    names = tuple(column.name for column in table.columns)
    labels = (Label(DROPPED, "the row is not in the new frame"),)
    what = "This row was dropped, since it repeats another."
    return Task(f"{table.name}.dropped", names, "label", labels=labels, instructions=what)


def keep_dropped(
    table: Table, store: Store, found: Repeated, kept: Kept, rows: Rows, *, by: str = "unknown"
) -> None:
    """Note which rows were dropped: as they were, which row stays, why, and who said so."""
    if not len(rows):
        return
    chosen = np.flatnonzero(np.isin(found.rows, rows)).tolist()
    stamp = moment(now())
    told = json.dumps([stamp.isoformat(), by, rows.tolist()])
    revision = hashlib.sha256(f"{state_of(table)} {told}".encode()).hexdigest()
    identity = ModelIdentity("dropped rows", revision, "cleaning")

    def note(at: int) -> tuple[Record, Suggestion]:
        row, other = int(found.rows[at]), int(found.kept[at])
        cells = [(column.name, column.text(row)) for column in table.columns]
        key, same = table.keys[row], table.keys[other]
        content = (*(cell for cell in cells if cell[1]), ("(row)", key))
        address = record_id("dropped", table.name, key, *(text for _, text in cells))
        who = "people" if kept.said[at] else f"{NAME}, score {found.scores[at]:.3g}"
        evidence = {"row": key, "same_as": same, "who": who, "by": by, "when": stamp.isoformat()}
        score = float(found.scores[at])
        return Record(address, content), Suggestion(
            address, DROPPED, score, (), evidence, found.words[at]
        )

    _keep(table, store, dropped_task(table), identity, chosen, note, by)


def repeated_frame(table: Table, found: Repeated, kept: Kept) -> pd.DataFrame:
    """The repeated rows, one a row, the surest first; the columns are `COLUMNS`."""
    order = np.argsort(-found.scores, kind="stable").tolist()
    keys = table.keys
    rows = [
        (
            keys[int(found.rows[at])],
            keys[int(found.kept[at])],
            float(found.scores[at]),
            found.words[at],
            kept.said[at],
        )
        for at in order
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
