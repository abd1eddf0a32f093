"""Write a frame's texts in one way, and its rows once: ``%standardise`` and ``%deduplicate``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from sciml_magics.annotation import Listener, person
from sciml_magics.annotation.progress import Phase, Progress
from sciml_magics.api.jobs import watched
from sciml_magics.api.showing import done_as
from sciml_magics.errors import QualityError, Stopped
from sciml_magics.panels.listings import Listed
from sciml_magics.quality.cleaning import Repairs, drop_rows
from sciml_magics.quality.cleaning.listing import as_shown
from sciml_magics.quality.repeated import By, repeated
from sciml_magics.quality.repeated.finding import THRESHOLD, check_asked
from sciml_magics.quality.repeated.keeping import (
    NAME,
    doomed,
    keep_repeated,
    repeated_frame,
    repeated_task,
)
from sciml_magics.quality.standard import Wishes
from sciml_magics.quality.standard.proposing import keep_standards
from sciml_magics.quality.standard.wishes import Decimal, Form
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from sciml_magics.tasks import Task


@dataclass(frozen=True, repr=False, eq=False)
class Standards(Listed, Repairs):
    """What should be written in another way, as a notebook shows it; nothing is changed yet."""

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        return self.summary, self.notes, as_shown(self.frame.drop(columns="others"))


@dataclass(frozen=True, repr=False, eq=False)
class Repeats(Listed):
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

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        dropped = (f"%changes {self.name} lists what was dropped, and puts it back",)
        return self.summary, dropped if self.dropped else (), self.frame


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
    early = f"{name}: stopped before anything was proposed"
    with watched(name, progress, early) as listen, open_store(store) as opened:
        return done_as(
            Standards,
            lambda: keep_standards(
                table, opened, columns, only=only, wishes=wishes, by=person(by), listen=listen
            ),
        )


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
    progress: bool | Listener = True,
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
        kept as it was: `sciml_magics.changes` lists it, `sciml_magics.take_back` puts it back.
    above
        The lowest score of rows that nobody has to look at: 0 to 1.
    by
        Who asks; the person at the keyboard by default.
    store, progress
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Repeats
        A row for each that could be dropped, with the one that stays, and why.

    Raises
    ------
    SciMLError
        If there is no such column, or a probability is none.
    Stopped
        If the person interrupted: nothing is dropped.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> names = ["Ada Lovelace", "Alan Turing", "Ada Lovelaec"]
    >>> people = pd.DataFrame({"name": names, "born": ["1815", "1912", "1815"]})
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = folder.name + "/sciml_magics.db"
    >>> found = deduplicate(people, apply=True, above=0.5, store=store, progress=False)
    >>> found.frame["why"].tolist(), found.cleaned.index.tolist()
    (["row 0 but for name 'Ada Lovelace'"], [0, 1])
    >>> folder.cleanup()
    """
    for number in (threshold, above):
        if number is not None and not 0 <= number <= 1:
            raise QualityError(f"a probability is from 0 to 1, not {number:g}")
    table = Table(frame, name)
    check_asked(table, columns, compare)
    task = repeated_task(table).name
    with watched(task, progress) as listen, open_store(store) as opened:
        steps = _Steps(task, len(table), listen)
        try:
            steps.tell("reading")
            found = repeated(
                table, columns, by=compare, threshold=threshold, tell=steps.part(0.0, 0.4)
            )
            kept = keep_repeated(table, opened, found, by=person(by), tell=steps.part(0.4, 0.8))
            rows = doomed(table, found, kept, kept.dropped(found, above)) if apply else []
            cleaned = (
                drop_rows(table, opened, rows, by=person(by), tell=steps.part(0.8, 1.0))
                if apply
                else None
            )
        except KeyboardInterrupt:
            steps.tell("stopped")
            raise Stopped(f"{name}: stopped; nothing was dropped") from None
        except BaseException:
            steps.tell("failed")
            raise
        steps.tell("done", 1.0)
    dropped = tuple(table.keys[one.row] for one in rows)
    told = repeated_frame(table, found, kept)
    return Repeats(name, kept.task, told, found.compared, len(table), cleaned, dropped)


class _Steps:
    """Tells how far a search has come, which has several steps.

    Parameters
    ----------
    task
        Name of the task.
    rows
        How many rows there are.
    listen
        Who is told.
    """

    def __init__(self, task: str, rows: int, listen: Listener) -> None:
        self._task, self._rows, self._listen = task, rows, listen
        self._began, self._fraction = perf_counter(), 0.0

    def tell(self, phase: Phase, fraction: float | None = None) -> None:
        """Tell a moment; without a share of the work that of the last one."""
        self._fraction = self._fraction if fraction is None else fraction
        seconds, done = perf_counter() - self._began, int(self._fraction * self._rows)
        self._listen(
            Progress(
                phase, self._task, NAME, self._rows, done, seconds=seconds, fraction=self._fraction
            )
        )

    def part(self, first: float, last: float) -> Callable[[float], None]:
        """What a step calls whose work lies between these shares of the whole."""
        return lambda share: self.tell("running", first + share * (last - first))
