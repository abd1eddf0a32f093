"""Write a frame's texts in one way, and its rows once: ``%standardise`` and ``%deduplicate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sciml_magics.annotation import Listener, person
from sciml_magics.api.watching import watched
from sciml_magics.errors import QualityError, Stopped
from sciml_magics.panels.listings import listing_html, listing_text
from sciml_magics.quality.cleaning import Repairs
from sciml_magics.quality.findings import Rows
from sciml_magics.quality.repeated import By, repeated
from sciml_magics.quality.repeated.finding import THRESHOLD
from sciml_magics.quality.repeated.keeping import keep_dropped, keep_repeated, repeated_frame
from sciml_magics.quality.standard import Wishes
from sciml_magics.quality.standard.proposing import keep_standards
from sciml_magics.quality.standard.wishes import Decimal, Form
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from sciml_magics.tasks import Task


@dataclass(frozen=True, repr=False, eq=False)
class Standards(Repairs):
    """What should be written in another way, as a notebook shows it; nothing is changed yet."""

    def __repr__(self) -> str:
        return listing_text(self.summary, self.notes, self._shown)

    def _repr_html_(self) -> str:
        return listing_html(self.summary, self.notes, self._shown)

    @property
    def _shown(self) -> pd.DataFrame:
        return self.frame.drop(columns="others")


@dataclass(frozen=True, repr=False, eq=False)
class Repeats:
    """Rows that are others written again.

    Parameters
    ----------
    name
        What the frame is called.
    task
        The task that asks whether two rows are one.
    frame
        A row for each: key of the ``row`` that could be dropped, of the row that it is the
        ``same_as``, ``score`` (0 to 1, higher is surer), ``why``, and what people ``said``.
    compared
        The columns that were compared.
    rows
        How many rows the table has.
    cleaned
        A new frame without the rows that were dropped; ``None`` where that was not asked for.
    dropped
        Keys of the rows that were dropped.
    """

    name: str
    task: Task
    frame: pd.DataFrame
    compared: tuple[str, ...]
    rows: int
    cleaned: pd.DataFrame | None = None
    dropped: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: rows, those that are others again, what people said, and what was dropped."""
        found, said = len(self.frame), int((self.frame["said"] != "").sum())
        parts = [
            f"{self.name}: {found:,} of {self.rows:,} rows repeat another",
            f"compared by {len(self.compared):,} columns",
        ]
        if said:
            parts.append(f"{said:,} answered")
        if self.cleaned is not None:
            parts.append(f"{len(self.dropped):,} dropped")
        return " · ".join(parts)

    def __repr__(self) -> str:
        return listing_text(self.summary, (), self.frame)

    def _repr_html_(self) -> str:
        return listing_html(self.summary, (), self.frame)


def standardise(
    frame: pd.DataFrame,
    columns: Sequence[str] = (),
    *,
    name: str = "table",
    only: Sequence[str] = (),
    form: Form = "standard",
    day_first: bool | None = None,
    decimal: Decimal | None = None,
    units: Mapping[str, str] | None = None,
    meaning: bool = True,
    by: str | None = None,
    store: str | Path | None = None,
    progress: bool | Listener = True,
) -> Standards:
    """Propose one way to write dates, numbers, units, names and categories.

    Nothing is changed: what is proposed is reviewed as the repairs of the table, and applied by
    `sciml_magics.clean`. Where a date or a number can be read in two ways, the other cells of the
    column decide and the notes say by what; where they do not tell, it is left alone.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    columns
        The columns to look at; all by default. Numbers and dates that pandas holds as such are
        left alone.
    name
        What the frame is called: repairs are kept in the task ``NAME.repairs``.
    only
        Some of ``characters``, ``spaces``, ``numbers``, ``dates``, ``units``, ``variants`` (letter
        case, dashes and quotes) and ``meaning`` (categories that mean the same); all by default.
    form
        ``"standard"``: ISO dates, decimal points. ``"column"``: as most of each column is.
    day_first
        Whether the day stands first where the column does not tell.
    decimal
        The decimal sign where the column does not tell.
    units
        The unit of a column, by its name; by default the one that most of it has.
    meaning
        Whether categories are compared by the embedded model, beside their spelling.
    by
        Who asks; the person at the keyboard by default.
    store, progress
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Standards
        A row for each cell, with the new text, its score, and why.

    Raises
    ------
    SciMLError
        If a column, a standard or a unit does not allow it.
    Stopped
        If the person interrupted; what was proposed is stored.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> visits = pd.DataFrame({"day": ["13/4/2026", "3/4/2026"], "dose": ["5 mg", "0.005 g"]})
    >>> folder = tempfile.TemporaryDirectory()
    >>> found = standardise(visits, store=folder.name + "/sciml_magics.db", progress=False)
    >>> found.frame[["row", "column", "old", "new"]].values.tolist()
    [['0', 'day', '13/4/2026', '2026-04-13'],
     ['1', 'day', '3/4/2026', '2026-04-03'],
     ['1', 'dose', '0.005 g', '5 mg']]
    >>> found.notes
    ('day: in 1 date the day can only stand first',)
    >>> folder.cleanup()
    """
    table = Table(frame, name)
    wishes = Wishes(form, day_first, decimal, units or {}, meaning)
    with watched(name, progress) as listen, open_store(store) as opened:
        try:
            found = keep_standards(
                table, opened, columns, only=only, wishes=wishes, by=person(by), listen=listen
            )
        except Stopped:
            raise
        except KeyboardInterrupt:
            raise Stopped(f"{name}: stopped before anything was proposed") from None
    return Standards(**{field.name: getattr(found, field.name) for field in fields(found)})


def deduplicate(
    frame: pd.DataFrame,
    columns: Sequence[str] = (),
    *,
    name: str = "table",
    compare: By = "text",
    threshold: float = THRESHOLD,
    apply: bool = False,
    above: float | None = None,
    by: str | None = None,
    store: str | Path | None = None,
) -> Repeats:
    """Find rows that are others written again, exactly or nearly so.

    Nothing is dropped unless asked for. What is found is reviewed as the task ``NAME.repeated``.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    columns
        What to compare; by default all columns but those that number the rows.
    name
        What the frame is called.
    compare
        ``"text"``: by spelling. ``"meaning"``: texts by the embedded model as well.
    threshold
        Smallest probability that two rows are one.
    apply
        Make a new frame without the rows that people said are repeated and, where `above` is
        given, without those that nobody answered and whose score is as high. What is dropped is
        kept as it was, in the task ``NAME.dropped``.
    above
        The lowest score of rows that nobody has to look at: 0 to 1.
    by
        Who asks; the person at the keyboard by default.
    store
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Repeats
        A row for each that could be dropped, with the one that stays, and why.

    Raises
    ------
    SciMLError
        If there is no such column, or a probability is none.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> names = ["Ada Lovelace", "Alan Turing", "Ada Lovelaec"]
    >>> people = pd.DataFrame({"name": names, "born": ["1815", "1912", "1815"]})
    >>> folder = tempfile.TemporaryDirectory()
    >>> found = deduplicate(people, apply=True, above=0.5, store=folder.name + "/sciml_magics.db")
    >>> found.frame["why"].tolist(), found.cleaned.index.tolist()
    (["row 0 but for name 'Ada Lovelace'"], [0, 1])
    >>> folder.cleanup()
    """
    for number in (threshold, above):
        if number is not None and not 0 <= number <= 1:
            raise QualityError(f"a probability is from 0 to 1, not {number:g}")
    table = Table(frame, name)
    found = repeated(table, columns, by=compare, threshold=threshold)
    with open_store(store) as opened:
        kept = keep_repeated(table, opened, found, by=person(by))
        positions = kept.dropped(found, above)
        if apply:
            keep_dropped(table, opened, found, kept, positions, by=person(by))
    cleaned: pd.DataFrame | None = None
    dropped: tuple[str, ...] = ()
    if apply:
        cleaned = _without(frame, positions)
        dropped = tuple(table.keys[row] for row in positions.tolist())
    told = repeated_frame(table, found, kept)
    return Repeats(name, kept.task, told, found.compared, len(table), cleaned, dropped)


def _without(frame: pd.DataFrame, positions: Rows) -> pd.DataFrame:
    """A new frame without the rows at these positions, whatever their labels are."""
    stays = np.ones(len(frame), dtype=bool)
    stays[positions] = False
    return frame.loc[stays].copy()
