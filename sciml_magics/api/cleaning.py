"""Apply what was agreed to a new frame, list it, take it back: ``%clean`` and ``%changes``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.annotation import person
from sciml_magics.api.showing import shown_as
from sciml_magics.errors import QualityError
from sciml_magics.panels.listings import Listed
from sciml_magics.quality import cleaning
from sciml_magics.quality.cleaning.dropped import Dropped
from sciml_magics.quality.cleaning.lineage import Made, made_of
from sciml_magics.quality.cleaning.listing import REPLACED, TAKEN_BACK, as_shown, changes_frame
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import counted
from sciml_magics.store import open_store

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd


@dataclass(frozen=True, repr=False, eq=False)
class Cleaned(Listed, cleaning.Cleaned):
    """A cleaned frame and what was changed in it, as a notebook shows it."""

    def chart(self) -> alt.Chart:
        """How many cells of each column were changed, by who agreed."""
        from sciml_magics.charts.quality import changes_chart

        return changes_chart(self.changes, self.name)

    @property
    def _said(self) -> tuple[str, ...]:
        refused = [
            f"row {row}, {column}: {why}"
            for row, column, why in self.refused[["row", "column", "why"]].head(3).to_numpy()
        ]
        hint = [] if self.applied else [f"%clean {self.name} --apply makes a new frame of it"]
        return (*self.notes, *refused, *hint)

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        return self.summary, self._said, as_shown(self.changes)


@dataclass(frozen=True, repr=False, eq=False)
class Changes(Listed):
    """The cells of a table that were changed, and the rows that were dropped.

    Parameters
    ----------
    name
        Name of the table.
    frame
        One a row: ``row`` (key), ``column`` (``"(row)"`` for a row that was dropped), ``old``,
        ``new``, ``reason``, ``who``, ``when`` (UTC), ``state`` and ``score``. The state is
        ``"applied"``, ``"taken back"`` (then who and when are of taking it back), or
        ``"replaced"``: the table was cleaned anew later, from a frame without the change.
    """

    name: str
    frame: pd.DataFrame
    _changes: Sequence[Made] = field(default=())

    @property
    def summary(self) -> str:
        """One line: cells changed, rows dropped, and what of that no longer holds."""
        held = [one for one in self._changes if one.holds]
        cells = [one for one in held if not isinstance(one, Dropped)]
        rows, columns = {one.key for one in cells}, {one.column for one in cells}
        dropped = len(held) - len(cells)
        states = self.frame["state"].value_counts()
        parts = [
            f"{self.name}: {counted(len(cells), 'change')}",
            f"{counted(len(rows), 'row')}, {counted(len(columns), 'column')}",
            *([f"{counted(dropped, 'row')} dropped"] if dropped else []),
            *(f"{states[one]:,} {one}" for one in (TAKEN_BACK, REPLACED) if one in states),
        ]
        return " · ".join(parts)

    def chart(self) -> alt.Chart:
        """How many cells of each column were changed, by who agreed."""
        from sciml_magics.charts.quality import changes_chart

        return changes_chart(self.frame, self.name)

    def to_csv(self, path: str | Path) -> Path:
        """Write the list as comma-separated values; the path of the file."""
        file = Path(path).expanduser()
        self.frame.to_csv(file, index=False)
        return file

    def script(self) -> str:
        """A Python script of plain pandas that makes the changes that hold, exactly."""
        return cleaning.script_of(self.name, self._changes)

    def to_script(self, path: str | Path) -> Path:
        """Write the script; the path of the file.

        Raises
        ------
        QualityError
            If no change holds.
        """
        if not any(one.holds for one in self._changes):
            raise QualityError(f"no change of '{self.name}' holds: there is nothing to script")
        file = Path(path).expanduser()
        file.write_text(self.script(), encoding="utf-8")
        return file

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        return self.summary, (), as_shown(self.frame)


@dataclass(frozen=True, repr=False, eq=False)
class TakenBack(Listed, cleaning.TakenBack):
    """A frame in which changes are undone, as a notebook shows it."""

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        return self.summary, (), as_shown(self.changes)


def clean(
    frame: pd.DataFrame,
    *,
    name: str = "table",
    accept_above: float | None = None,
    apply: bool = True,
    by: str | None = None,
    store: str | Path | None = None,
) -> Cleaned:
    """Put what was agreed into a new frame, with a record of every cell: ``%clean`` as a function.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    name
        What the frame is called.
    accept_above
        Also apply proposals that nobody answered, with this score or a higher one: 0 to 1.
    apply
        Make the changes; else only tell them.
    by
        Who asks; the person at the keyboard by default.
    store
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Cleaned
        The new ``frame``, the ``changes``, and what was ``refused`` and why.

    Raises
    ------
    QualityError
        If nothing was proposed yet, or the score is none.
    """
    done = cleaning.clean(
        Table(frame, name), open_store(store), above=accept_above, apply=apply, by=by or person()
    )
    return shown_as(Cleaned, done)


def changes(name: str = "table", *, store: str | Path | None = None) -> Changes:
    """Every change that was made to a table: ``%changes`` as a function.

    Parameters
    ----------
    name
        What the table is called.
    store
        As of `sciml_magics.Task.run`.
    """
    found = made_of(open_store(store), name)
    return Changes(name, changes_frame(found), found)


def take_back(
    frame: pd.DataFrame,
    *,
    name: str = "table",
    row: str | None = None,
    column: str | None = None,
    by: str | None = None,
    store: str | Path | None = None,
) -> TakenBack:
    """Undo changes in a new frame: ``%changes --take-back`` as a function.

    Parameters
    ----------
    frame
        The frame as it is now; it is never changed.
    name
        What the frame is called.
    row, column
        Only changes in the row of this key, in this column, or both; all by default. The column
        ``"(row)"`` means rows that were dropped.
    by
        Who takes them back; the person at the keyboard by default.
    store
        As of `sciml_magics.Task.run`.

    Returns
    -------
    TakenBack
        The new ``frame``, and what was ``refused``: cells that hold another value since.

    Raises
    ------
    QualityError
        If there is no such change.
    """
    done = cleaning.take_back(
        Table(frame, name), open_store(store), row=row, column=column, by=by or person()
    )
    return shown_as(TakenBack, done)
