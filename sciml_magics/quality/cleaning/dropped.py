"""Rows that were dropped: each as it was, why, and who said so, to be put back where it stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sciml_magics.quality.cleaning.agreed import said_of_cells, version_id
from sciml_magics.quality.cleaning.cells import text
from sciml_magics.quality.cleaning.packing import packed
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.findings import WHOLE_ROW
from sciml_magics.quality.table import Table
from sciml_magics.store import Store, running
from sciml_magics.store.ledger import moment, now
from sciml_magics.tasks import Counts, Label, ModelIdentity, Record, Suggestion, Task, record_id

NAME = "dropped rows"
FAMILY = "cleaning"
DROPPED = "dropped"
# What is listed as the new text of a row that is no longer there.
SHOWN = "(dropped)"
# Note of the response that comes with a frame in which a row stands again.
CARRIED_OUT = "taken back"
_BATCH = 500


class Doomed(NamedTuple):
    """A row to drop.

    Parameters
    ----------
    row
        Its position.
    same_as
        Key of the row that stays in its place; empty if none does.
    reason
        Why, in words.
    who
        Who says so.
    score
        Probability that it is right to drop it.
    """

    row: int
    same_as: str
    reason: str
    who: str
    score: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that was dropped.

    Parameters
    ----------
    key
        The key that it had.
    cells
        Names of the columns, and the texts that stood there.
    values
        What stood there, as `unpacked` reads it.
    label
        Its label in the index, likewise.
    at, rows
        Its position, and how many rows there were.
    index
        Type of the index.
    reason, who, when, score, run, taken_back, replaced
        As of `sciml_magics.quality.cleaning.Change`.
    made
        When it was noted.
    is_back
        Whether a frame was made in which it stands again, after it was taken back.
    """

    key: str
    cells: tuple[tuple[str, str], ...]
    values: tuple[Any, ...] = field(repr=False)
    label: Any
    at: int
    rows: int
    index: str
    reason: str
    who: str
    when: datetime
    score: float
    run: int = 0
    made: datetime | None = None
    taken_back: tuple[str, datetime] | None = None
    replaced: bool = False
    is_back: bool = False

    @property
    def column(self) -> str:
        """What stands for a column where the whole row is meant."""
        return WHOLE_ROW

    @property
    def old(self) -> str:
        """The row in one line."""
        return " · ".join(old for _, old in self.cells if old)

    @property
    def new(self) -> str:
        """What is listed in its place."""
        return SHOWN

    @property
    def holds(self) -> bool:
        """Whether it was neither taken back nor replaced by a later cleaning."""
        return self.taken_back is None and not self.replaced

    def address(self, table: str) -> bytes:
        """Address of its record."""
        return dropped_address(table, self.key, [old for _, old in self.cells])


def dropped_address(table: str, key: str, texts: Sequence[str]) -> bytes:
    """The address of the record of a row that is dropped."""
    return record_id("dropped", table, key, *texts)


def dropped_task(table: Table) -> Task:
    """The rows that were dropped, each as it was: a rejected one is put back."""
    names = tuple(column.name for column in table.columns)
    labels = (Label(DROPPED, "the row is not in the new frame"),)
    what = "This row was dropped, since it repeats another. Reject to put it back."
    return Task(f"{table.name}.dropped", names, "label", labels=labels, instructions=what)


def keep_dropped(
    table: Table,
    store: Store,
    doomed: Sequence[Doomed],
    *,
    by: str = "unknown",
    stands_on: Sequence[int] = (),
    tell: Callable[[float], None] = lambda fraction: None,
) -> None:
    """Note which rows of a table are dropped: as they were, why, and who said so.

    Parameters
    ----------
    table
        The table as it was.
    store
        Where it is noted.
    doomed
        The rows.
    by
        Who asks.
    stands_on
        Ids of the runs whose changes are in the table.
    tell
        Called with the share that is noted: 0 to 1.
    """
    if not doomed:
        return
    stamp = moment(now())
    told = json.dumps([stamp.isoformat(), by, [one.row for one in doomed]])
    revision = hashlib.sha256(told.encode()).hexdigest()
    settings = json.dumps({"stands_on": list(stands_on)})
    identity = ModelIdentity(NAME, revision, FAMILY, settings)
    counts = Counts(len(table), len(doomed), len(doomed))
    with running(store, dropped_task(table), identity, counts, by=by) as run:
        for start in range(0, len(doomed), _BATCH):
            part = [_noted(table, one, by, stamp) for one in doomed[start : start + _BATCH]]
            run.append([record for record, _ in part], [said for _, said in part])
            tell(min(1.0, (start + _BATCH) / len(doomed)))


def _noted(table: Table, one: Doomed, by: str, stamp: datetime) -> tuple[Record, Suggestion]:
    key, frame = table.keys[one.row], table.frame
    # Not as the table prints it, for which True and 1 are one value of a column.
    held = [column.cells.iloc[one.row] for column in table.columns]
    cells = [(column.name, text(cell)) for column, cell in zip(table.columns, held, strict=True)]
    address = dropped_address(table.name, key, [old for _, old in cells])
    content = (*(cell for cell in cells if cell[1]), (WHOLE_ROW, key))
    evidence = {
        "row": key,
        "same_as": one.same_as,
        "who": one.who,
        "by": by,
        "when": stamp.isoformat(),
        "columns": [name for name, _ in cells],
        "texts": [old for _, old in cells],
        "values": list(map(packed, held)),
        "label": packed(frame.index[one.row]),
        "at": one.row,
        "rows": len(table),
        "index": type(frame.index).__name__,
    }
    record = Record(address, content)
    return record, Suggestion(address, DROPPED, one.score, (), evidence, one.reason)


def stored_drops(store: Store, name: str) -> list[Dropped]:
    """Every row that was dropped of a table of this name, oldest first."""
    task = f"{name}.dropped"
    said = {
        address: (", ".join(one.annotators), one.created)
        for address, one in said_of_cells(store, task, "label").items()
        if one.status == "rejected"
    }
    carried = {
        kept.response.record_id: kept.created
        for kept in store.responses(task, "label")
        if kept.response.note == CARRIED_OUT
    }
    found = []
    for run in store.runs(task):
        if run.state != "done":
            continue
        for kept in kept_by(store, version_id(store, run), run.model):
            made, back = kept.suggestion.evidence, said.get(kept.suggestion.record_id)
            if "values" not in made:
                continue  # of a version that could not put rows back
            since = carried.get(kept.suggestion.record_id)
            found.append(
                Dropped(
                    made["row"],
                    tuple(zip(made["columns"], made["texts"], strict=True)),
                    tuple(made["values"]),
                    made["label"],
                    made["at"],
                    made["rows"],
                    made["index"],
                    kept.suggestion.reason,
                    made["who"],
                    datetime.fromisoformat(made["when"]),
                    kept.suggestion.score,
                    run.id,
                    kept.created,
                    back if back is not None and back[1] >= kept.created else None,
                    is_back=since is not None and since >= kept.created,
                )
            )
    return sorted(found, key=lambda one: (one.run, one.at))


def put_back(store: Store, table: Table) -> dict[str, datetime]:
    """Keys of rows that were dropped and taken back, as they stand in the table, and when."""
    rows = rows_by_key(table)
    return {
        one.key: one.taken_back[1]
        for one in stored_drops(store, table.name)
        if one.taken_back and stands(table, one, rows)
    }


def stands(table: Table, one: Dropped, rows: Mapping[str, int]) -> bool:
    """Whether a row stands in a table as it was dropped from one."""
    row = rows.get(one.key)
    return row is not None and all(
        name in table and text(table[name].cells.iloc[row]) == old for name, old in one.cells
    )


def rows_by_key(table: Table) -> dict[str, int]:
    """Positions of rows by their keys."""
    return {key: row for row, key in enumerate(table.keys)}
