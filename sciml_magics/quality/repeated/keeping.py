"""Repeated rows as suggestions: people say whether two rows are one, and the others are dropped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sciml_magics._version import __version__
from sciml_magics.quality.cleaning.dropped import Doomed, put_back
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.detecting.looking import state_of
from sciml_magics.quality.findings import Rows
from sciml_magics.quality.repeated.finding import Repeated
from sciml_magics.quality.table import Table
from sciml_magics.review.verdicts import Verdict, verdicts
from sciml_magics.store import Store, running
from sciml_magics.tasks import Counts, Label, ModelIdentity, Record, Suggestion, Task, record_id

Said = Literal["", "repeated", "different"]

NAME = "repeated rows"
FAMILY = "repeated"
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
        Who takes the dropping of a row back says that it is different.
    people
        For each of them who said so.
    """

    task: Task
    said: tuple[Said, ...]
    people: tuple[tuple[str, ...], ...] = ()

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


def keep_repeated(
    table: Table,
    store: Store,
    found: Repeated,
    *,
    by: str = "unknown",
    tell: Callable[[float], None] = lambda fraction: None,
) -> Kept:
    """Keep repeated rows for the review, and read what people said of them before.

    Parameters
    ----------
    table
        The table.
    store
        Where they are kept.
    found
        The rows.
    by
        Who asks.
    tell
        Called with the share that is kept: 0 to 1.
    """
    task = repeated_task(table)
    order = np.argsort(-found.scores, kind="stable")[:MOST].tolist()
    told = json.dumps({"compared": found.compared, "rows": found.rows[:MOST].tolist()})
    revision = hashlib.sha256(f"{__version__} {state_of(table)} {told}".encode()).hexdigest()
    identity = ModelIdentity(NAME, revision, FAMILY, json.dumps({"compared": found.compared}))
    addresses = {at: _address(table, found, at) for at in order}
    task_id = store.task(task)
    known = {one.suggestion.record_id for one in kept_by(store, task_id, identity)}
    if order and not all(addresses[at] in known for at in order):
        _store(table, store, found, order, identity, by, tell)
    people = verdicts(store.responses(task.name, "label"))
    heard = {at: people[address] for at, address in addresses.items() if address in people}
    said: list[Said] = [""] * len(found.rows)
    for at, verdict in heard.items():
        said[at] = _said(verdict)
    if back := put_back(store, table):
        for at, row in enumerate(found.rows.tolist()):
            since = back.get(table.keys[row])
            if since and not (at in heard and heard[at].created > since):
                said[at] = DIFFERENT
    who = tuple(heard[at].annotators if at in heard else () for at in range(len(found.rows)))
    return Kept(task, tuple(said), who)


def _said(verdict: Verdict) -> Said:
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
    tell: Callable[[float], None],
) -> None:
    counts = Counts(len(table), len(order), len(order))
    with running(store, repeated_task(table), identity, counts, by=by) as run:
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            records = [
                Record(_address(table, found, at), _content(table, found, at)) for at in part
            ]
            made = [
                _suggestion(record, found, at) for record, at in zip(records, part, strict=True)
            ]
            run.append(records, made)
            tell(min(1.0, (start + _BATCH) / len(order)))


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


def doomed(table: Table, found: Repeated, kept: Kept, rows: Rows) -> list[Doomed]:
    """Rows to drop, each with the row that stays, why, and who says so."""
    chosen = np.flatnonzero(np.isin(found.rows, rows)).tolist()
    return [
        Doomed(
            int(found.rows[at]),
            table.keys[int(found.kept[at])],
            found.words[at],
            ", ".join(kept.people[at])
            if kept.said[at]
            else f"{NAME}, score {found.scores[at]:.3g}",
            float(found.scores[at]),
        )
        for at in chosen
    ]


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
