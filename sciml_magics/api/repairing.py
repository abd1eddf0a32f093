"""Propose values for the cells that look wrong in a frame: ``%repair``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.annotation import Listener, person
from sciml_magics.api.detecting import detect
from sciml_magics.api.jobs import watched
from sciml_magics.api.showing import done_as
from sciml_magics.panels.listings import Listed
from sciml_magics.quality import cleaning
from sciml_magics.quality.records import repairs_task
from sciml_magics.store import open_store

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.quality.detecting import Detection
    from sciml_magics.quality.rules import Rules


@dataclass(frozen=True, repr=False, eq=False)
class Repairs(Listed, cleaning.Repairs):
    """What could stand in cells, as a notebook shows it; nothing is changed yet."""

    def chart(self) -> alt.Chart:
        """How many cells of each column have a value, by how sure that is."""
        from sciml_magics.charts.quality import repairs_chart

        return repairs_chart(self.frame, self.table.name)

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        if not len(self.frame):
            return self.summary, self.notes, self.frame
        next_step = (
            f"%review {self.task.name} to choose; %clean {self.table.name} --apply to put what was "
            "accepted into a new frame"
        )
        return self.summary, (*self.notes, next_step), self.frame


def repair(
    frame: pd.DataFrame,
    rules: Rules | str | Path | None = None,
    *,
    name: str = "table",
    detection: Detection | None = None,
    above: float = 0.5,
    model: str | None = None,
    seed: int = 0,
    by: str | None = None,
    store: str | Path | None = None,
    progress: bool | Listener = True,
) -> Repairs:
    """Propose values for the cells that look wrong: ``%repair`` as a function.

    Nothing is changed. What is proposed is reviewed in ``NAME.repairs``, and applied by
    `sciml_magics.clean`. What people accepted or wrote before are examples to learn from.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    rules
        As of `sciml_magics.detect`.
    name
        What the frame is called.
    detection
        What looks wrong; ``None`` looks with the defaults of `sciml_magics.detect`, which is quick
        where it was done before.
    above
        Cells look wrong from this probability on: 0 to 1.
    model
        Hub id or folder of a masked language model that is asked for values, too; it takes time.
    seed
        Of everything random.
    by
        Who asks; the person at the keyboard by default.
    store, progress
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Repairs
        A row for each cell, with the new text, its score, where it comes from, and why.

    Raises
    ------
    SciMLError
        As `sciml_magics.detect`.
    Stopped
        If the person interrupted: what was proposed until then is stored, and its ``outcome``.
    """
    found = detection or detect(
        frame, rules, name=name, above=above, seed=seed, by=by, store=store, progress=progress
    )
    task = repairs_task(found.table)
    early = f"{task.name}: stopped before anything was proposed"
    with watched(task.name, progress, early) as listen:
        return done_as(
            Repairs,
            lambda: cleaning.repair(
                found,
                open_store(store),
                model=model,
                seed=seed,
                by=by or person(),
                listen=listen,
            ),
        )
