"""Which changes are in the frame that came last: a table may be cleaned anew from what it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from sciml_magics.quality.cleaning.changes import Change, stored_changes
from sciml_magics.quality.cleaning.dropped import Dropped, rows_by_key, stands, stored_drops
from sciml_magics.quality.table import Table
from sciml_magics.store import Store

Made = Change | Dropped
_Made = TypeVar("_Made", Change, Dropped)


def made_of(store: Store, name: str) -> list[Made]:
    """Every change of a table of this name, cells and rows, oldest first.

    What was made of a frame that the last cleaning did not begin with is marked as replaced.
    """
    changes, drops = stored_changes(store, name), stored_drops(store, name)
    base = _base(store, name)
    last = max(base, default=0)
    known = {last, *base.get(last, base)}
    marked = [_marked(one, known) for one in changes]
    found: list[Made] = [*_chained(marked), *(_marked(one, known) for one in drops)]
    return sorted(found, key=lambda one: one.run)


def _base(store: Store, name: str) -> dict[int, list[int]]:
    """By each run, those that it stands on; of runs that do not tell, all before them."""
    found: dict[int, list[int]] = {}
    runs = [run for task in ("changes", "dropped") for run in store.runs(f"{name}.{task}")]
    for run in sorted(runs, key=lambda run: run.id):
        if run.state == "done":
            settings = json.loads(run.model.settings)
            found[run.id] = settings.get("stands_on", list(found))
    return found


def _marked(one: _Made, known: set[int]) -> _Made:
    return one if one.run in known else replace(one, replaced=True)


def _chained(changes: Sequence[Change]) -> Iterable[Change]:
    """Mark changes of a cell over which a later run put another value, from the same text."""
    later: dict[tuple[str, str], Change] = {}
    found = []
    for one in reversed(changes):
        beside = later.get(one.cell[:2])
        if one.holds and beside and beside.cell.text == one.cell.text != one.new:
            found.append(replace(one, replaced=True))
            continue
        if one.holds:
            later[one.cell[:2]] = one
        found.append(one)
    return reversed(found)


def standing(table: Table, made: Iterable[Made]) -> list[int]:
    """Ids of the runs whose changes are in a table, as far as its cells and rows tell."""
    rows = rows_by_key(table)
    held = [one for one in made if one.taken_back is None]
    return [
        run
        for run, ones in groupby(sorted(held, key=lambda one: one.run), key=lambda one: one.run)
        if _stand(table, list(ones), rows)
    ]


def _stand(table: Table, made: Sequence[Made], rows: Mapping[str, int]) -> bool:
    told = [_stands(table, one, rows) for one in made]
    return told.count(False) <= told.count(True)


def _stands(table: Table, one: Made, rows: Mapping[str, int]) -> bool | None:
    """Whether a change is in a table; ``None`` where that cannot be seen."""
    if isinstance(one, Dropped):
        return not stands(table, one, rows)
    row = rows.get(one.cell.key)
    if row is None or one.cell.column not in table:
        return None
    text = table[one.cell.column].text(row)
    return True if text == one.new else False if text == one.cell.text else None
