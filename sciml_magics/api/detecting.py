"""Find what looks wrong in a frame, and see it as a table and a chart: ``%detect``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.annotation import Listener, person
from sciml_magics.api.jobs import watched
from sciml_magics.api.rules import as_rules
from sciml_magics.api.showing import done_as
from sciml_magics.panels.listings import Listed
from sciml_magics.quality import detecting
from sciml_magics.quality.detecting import Options
from sciml_magics.quality.records import errors_task
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import counted
from sciml_magics.store import open_store

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.quality.rules import Rules


@dataclass(frozen=True, repr=False, eq=False)
class Detection(Listed, detecting.Detection):
    """What looks wrong in a frame, as a notebook shows it."""

    def chart(self) -> alt.Chart:
        """How many cells of each column look wrong, by detector."""
        from sciml_magics.charts.quality import findings_chart

        return findings_chart(self.counts(), self.table.name)

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        if not self.stored:
            return self.summary, self.notes, self.frame
        # Rows that are equal are asked about once.
        ask = min(len(self.asked), self.stored)
        teach = f", the {ask:,} that teach most first" if 1 < ask < self.stored else ""
        next_step = f"%review {self.task.name} shows {counted(self.stored, 'row')}{teach}"
        return self.summary, (*self.notes, next_step), self.frame


def detect(
    frame: pd.DataFrame,
    rules: Rules | str | Path | None = None,
    *,
    name: str = "table",
    detectors: Sequence[str] | None = None,
    time: str | Sequence[str] = (),
    image_model: str | None = None,
    above: float = 0.5,
    ask: int = 10,
    audit: int = 20,
    seed: int = 0,
    by: str | None = None,
    store: str | Path | None = None,
    progress: bool | Listener = True,
) -> Detection:
    """Find what looks wrong in a frame: ``%detect`` as a function.

    Every cell gets a probability that it is wrong, from what detectors see and from what people
    answered in the review of ``NAME.errors``. What was found before in the same frame, with the
    same answers, is read from the store.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    rules
        Rules that the frame must keep: as YAML, the ``Path`` of a file, or `Rules`.
    name
        What the frame is called: findings are kept in the task ``NAME.errors``.
    detectors
        Names of those that look; all by default.
    time
        The column that holds the time, or those of the date and of the time of the day: then the
        detectors of series look, though their own guess finds none.
    image_model
        A CLIP, SigLIP or image-classification model by whose embeddings columns of images are
        searched for outlying ones; without one, by colours and edges. Findings say by which.
    above
        Cells look wrong from this probability on: 0 to 1.
    ask
        So many rows are chosen whose answers would teach most.
    audit
        So many rows are drawn at random for the review, to see what was overlooked.
    seed
        Of everything random.
    by
        Who asks; the person at the keyboard by default.
    store, progress
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Detection
        A row for each cell that looks wrong, with its probability, its detector, and why.

    Raises
    ------
    SciMLError
        If the frame has no columns, a rule cannot be read, or there is no such detector.
    Stopped
        If the person interrupted: what was found until then is stored, and its ``outcome``.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> folder = tempfile.TemporaryDirectory()
    >>> frame = pd.DataFrame({"zip": ["00100", "00200", "00300", "x"] * 9, "n": range(36)})
    >>> rules = "columns: {n: {max: 34}}"
    >>> found = detect(frame, rules, progress=False, store=folder.name + "/sciml_magics.db")
    >>> found.frame[["row", "column", "value"]].values.tolist()[-1]
    ['35', 'n', '35']
    >>> folder.cleanup()
    """
    table = Table(frame, name)
    options = Options(
        detectors=detectors,
        time=[time] if isinstance(time, str) else time,
        image_model=image_model,
        rules=None if rules is None else as_rules(rules),
        above=above,
        ask=ask,
        audit=audit,
        seed=seed,
        by=by or person(),
    )
    task = errors_task(table)
    early = f"{task.name}: stopped before anything was looked at"
    with watched(task.name, progress, early) as listen:
        return done_as(
            Detection, lambda: detecting.detect(table, open_store(store), options, listen)
        )
