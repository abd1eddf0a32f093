"""What people said of the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sciml_magics.quality.records import rows_of
from sciml_magics.quality.table import Table
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store
from sciml_magics.store.contents import read_records
from sciml_magics.tasks import Task

_ANSWERED = ("accepted", "corrected")


class Answers(NamedTuple):
    """What people said of rows.

    Parameters
    ----------
    rows
        Position of a row to the names of its columns that are wrong; of none if it is right.
    records
        How many different rows people answered that are in the table.
    gone
        How many they answered that are not.
    last
        Id of the newest response, 0 if there is none.
    """

    rows: Mapping[int, frozenset[str]]
    records: int
    gone: int
    last: int


def answers_to(store: Store, task: Task, table: Table) -> Answers:
    """The answers that hold, for every row of the table that they were given of."""
    kept = store.responses(task.name, task.kind)
    said = {
        address: frozenset(str(part) for part in verdict.value or ())
        for address, verdict in verdicts(kept).items()
        if verdict.status in _ANSWERED
    }
    records = read_records(store.database, list(said))
    places = rows_of(table, list(records.values()))
    rows = {row: said[address] for address, at in places.items() for row in at.tolist()}
    last = max((one.id for one in kept), default=0)
    return Answers(rows, len(places), len(said) - len(places), last)
