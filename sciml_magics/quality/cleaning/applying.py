"""Apply what is agreed to a new frame, and note every cell that is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sciml_magics.errors import QualityError
from sciml_magics.quality.cleaning.agreed import Agreed, agreed
from sciml_magics.quality.cleaning.cells import listable, spelt
from sciml_magics.quality.cleaning.changes import Change
from sciml_magics.quality.cleaning.dropped import Dropped
from sciml_magics.quality.cleaning.editing import Edit, Refused, edited, sort_out
from sciml_magics.quality.cleaning.lineage import made_of, standing
from sciml_magics.quality.cleaning.listing import changes_frame
from sciml_magics.quality.cleaning.undoing import note_undone, restored
from sciml_magics.quality.records import cell_records, changes_task
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import counted
from sciml_magics.store import Store, running
from sciml_magics.store.ledger import now
from sciml_magics.tasks import Counts, ModelIdentity, Suggestion

NAME = "cleaning"
FAMILY = "cleaning"
_BATCH = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Cleaned:
    """A frame with what was agreed put into its cells.

    Parameters
    ----------
    name
        Name of the table.
    frame
        A new frame; where nothing was applied, the given one.
    changes
        The cells that were changed now, one a row: ``row``, ``column``, ``old``, ``new``,
        ``reason``, ``who``, ``when``, ``state`` and ``score``.
    refused
        The cells that could not be: ``row``, ``column``, ``old``, ``new`` and ``why``.
    applied
        Whether `frame` has the changes, and they are noted; else this only tells what would be.
    notes
        What a person should know, a sentence each.
    """

    name: str
    frame: pd.DataFrame
    changes: pd.DataFrame
    refused: pd.DataFrame
    applied: bool
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: cells, rows and columns changed, and what was refused."""
        found, would = self.changes, "" if self.applied else "would be "
        count = len(found)
        rows, columns = found["row"].nunique(), found["column"].nunique()
        parts = [
            f"{self.name}: {counted(count, 'cell')} {would}changed",
            f"{counted(rows, 'row')}, {counted(columns, 'column')}",
        ]
        if len(self.refused):
            parts.append(f"{len(self.refused):,} refused")
        return " · ".join(parts)


def clean(
    table: Table,
    store: Store,
    *,
    above: float | None = None,
    apply: bool = True,
    by: str = "unknown",
) -> Cleaned:
    """Put the values that were agreed into a new frame.

    These are what people accepted or wrote in the review of the repairs and, where `above` is
    given, the proposals that nobody answered and whose score is as high. Changes that were taken
    back in their review are undone. A cell that has changed since, and a row that is gone, are
    refused, and told.

    Parameters
    ----------
    table
        The table; its frame is not changed.
    store
        Where agreement is and changes are noted.
    above
        The lowest score of proposals that nobody has to look at: 0 to 1.
    apply
        Make the changes; else only tell them.
    by
        Who asks.

    Raises
    ------
    QualityError
        If nothing was proposed yet, or the score is none.
    """
    if above is not None and not 0 <= above <= 1:
        raise QualityError(f"repairs are applied above a score from 0 to 1, not {above:g}")
    before, made = table.frame, made_of(store, table.name)
    frame, undone = restored(table, made)
    if undone:
        table = Table(frame, table.name)
    values = {one.cell: one for one in agreed(store, table, above)}
    found = sort_out(table, [Edit(one.cell, one.value) for one in values.values()])
    done = edited(table, found.possible)
    places = [(row, name) for name, edits in found.possible.items() for row, _ in edits]
    given = [values[edit.cell] for edits in found.possible.values() for _, edit in edits]
    after = Table(done.frame, table.name)
    changes = [
        _change(table, after, place, one, done.values[place])
        for place, one in zip(places, given, strict=True)
    ]
    if apply:
        note_undone(table, store, [one for one in undone if isinstance(one, Dropped)], by)
    if apply and changes:
        settings = {"above": above, "stands_on": standing(table, made)}
        _note(store, table, changes, places, settings, by)
    return Cleaned(
        table.name,
        done.frame if apply else before,
        changes_frame(changes),
        refused_frame(found.refused),
        apply,
        _notes(len(undone), found.done),
    )


def refused_frame(refused: Sequence[Refused]) -> pd.DataFrame:
    """The cells that could not be changed, one a row."""
    rows = [tuple(map(listable, (*one.edit.cell, one.edit.new, one.why))) for one in refused]
    return pd.DataFrame(rows, columns=["row", "column", "old", "new", "why"], dtype="str")


def _notes(undone: int, done: int) -> tuple[str, ...]:
    notes = []
    if undone:
        which, verb = ("change that was", "is") if undone == 1 else ("changes that were", "are")
        notes.append(f"{undone:,} {which} rejected in the review {verb} taken back")
    if done:
        notes.append(f"{counted(done, 'cell')} hold{'s' * (done == 1)} the agreed value already")
    return tuple(notes)


def _change(table: Table, after: Table, place: tuple[int, str], one: Agreed, value: Any) -> Change:
    row, name = place
    column, became = table[name], after[name]
    before, dtype = column.cells.dtype, str(became.cells.dtype)
    # The text of a number or a date says it all; blanks and values of mixed columns it does not.
    original = None if column.typed else spelt(column.cells.iloc[row])
    becomes = dtype if dtype != str(before) else ""
    if isinstance(before, pd.CategoricalDtype) and one.value and value not in before.categories:
        becomes = dtype
    return Change(
        one.cell,
        became.text(row),
        one.reason,
        one.who,
        one.when,
        one.score,
        str(before),
        becomes,
        original,
        value,
    )


def _note(
    store: Store,
    table: Table,
    changes: Sequence[Change],
    places: Sequence[tuple[int, str]],
    settings: Mapping[str, Any],
    by: str,
) -> None:
    """Keep the changes: each is a suggestion that can be rejected, which takes it back."""
    stamp = now()
    told = [(one.address(table.name).hex(), one.new) for one in changes]
    revision = hashlib.sha256(json.dumps([stamp, by, told]).encode()).hexdigest()
    identity = ModelIdentity(NAME, revision, FAMILY, json.dumps(settings))
    counts = Counts(len(table), len(changes), len(changes))
    with running(store, changes_task(table), identity, counts, by=by) as run:
        for start in range(0, len(changes), _BATCH):
            part = changes[start : start + _BATCH]
            records = cell_records(table, places[start : start + _BATCH])
            run.append(
                records, [_suggestion(one, table.name, at) for at, one in enumerate(part, start)]
            )


def _suggestion(one: Change, table: str, at: int) -> Suggestion:
    kind = type(one.value).__name__ if isinstance(one.value, pd.Timestamp | pd.Timedelta) else ""
    evidence = {
        "row": one.cell.key,
        "column": one.cell.column,
        "old": one.cell.text,
        "who": one.who,
        "when": one.when.isoformat(),
        "dtype": one.dtype,
        "becomes": one.becomes,
        "original": one.original,
        "value": str(one.value) if kind else one.value,
        "kind": kind,
        "at": at,
    }
    return Suggestion(one.address(table), one.new, one.score, (), evidence, one.reason)
