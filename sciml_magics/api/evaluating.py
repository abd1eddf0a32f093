"""Evaluate a task, and see the result as tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sciml_magics.api.showing import shown_as
from sciml_magics.errors import FrameError
from sciml_magics.learning.evaluating import evaluation
from sciml_magics.learning.evaluating.against import Which, against_column, against_people
from sciml_magics.panels.evaluations import evaluation_html, evaluation_text
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import altair as alt
    import pandas as pd

    from sciml_magics.charts.evaluation import Name
    from sciml_magics.learning.splitting.dividing import Divided
    from sciml_magics.tasks import Task


@dataclass(frozen=True, repr=False)
class Evaluation(evaluation.Evaluation):
    """How good answers are, as a notebook shows it.

    Parameters
    ----------
    source
        What was compared with what, in words.
    """

    source: str = ""

    def chart(self, name: Name | None = None) -> alt.Chart | alt.LayerChart:
        """A chart of it: see `sciml_magics.charts.evaluation.evaluation_chart`."""
        from sciml_magics.charts.evaluation import charts_of, evaluation_chart

        return evaluation_chart(self, name or charts_of(self)[0])

    def charts(self) -> tuple[Name, ...]:
        """The charts that there are of it, the one that tells most first."""
        from sciml_magics.charts.evaluation import charts_of

        return charts_of(self)

    def __repr__(self) -> str:
        return evaluation_text(self, self.source)

    def _repr_html_(self) -> str:
        return evaluation_html(self, self.source)


def evaluate_task(
    task: Task,
    frame: pd.DataFrame | None = None,
    *,
    gold: str | None = None,
    predicted: str | None = None,
    model: str | None = None,
    by: str | None = None,
    part: Which = "held_out",
    store: str | Path | None = None,
    seed: int = 0,
) -> Evaluation:
    """Evaluate a task; see `sciml_magics.api.Task.evaluate`."""
    if gold is None:
        if predicted is not None:
            raise FrameError("a column of answers is compared with one that is right: add --gold")
        found, source = against_people(
            open_store(store), task, frame, model=model, by=by, part=part, seed=seed
        )
    else:
        if frame is None:
            raise FrameError(f"which frame has the column '{gold}'? name it behind the task")
        where = None if predicted is not None else open_store(store)
        found, source = against_column(
            where, task, frame, gold, predicted=predicted, model=model, by=by, seed=seed
        )
    return shown_as(Evaluation, found, source=source)


def split(
    frame: pd.DataFrame,
    column: str | Sequence[str] = (),
    *,
    by: str | None = None,
    group: str | None = None,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    name: str = "split",
) -> pd.DataFrame:
    """A new frame with a column that splits its rows: ``%split`` as a function.

    Equal texts are never on two sides, nor are rows of one group; every label has its share in
    every part; the same seed gives the same split, in whatever order the rows stand.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    column
        What is read from a row; every column but `by` and `group` by default.
    by
        Column of the answers, so that every label has its share in every part.
    group
        Column of the group that a row belongs to.
    shares
        Share of each part by its name; 80, 10 and 10 % for train, validation and test by default.
    seed
        Of everything random.
    name
        Name of the new column, which is categorical.

    Raises
    ------
    SciMLError
        If a column is not there, or there are too few rows.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"text": list("abcdefghij"), "label": ["x", "y"] * 5})
    >>> done = split(frame, "text", by="label", shares={"train": 0.6, "test": 0.4})
    >>> done["split"].value_counts().to_dict()
    {'train': 6, 'test': 4}
    """
    return split_counted(
        frame, column, by=by, group=group, shares=shares, seed=seed, name=name
    ).frame


def split_counted(
    frame: pd.DataFrame,
    column: str | Sequence[str] = (),
    *,
    by: str | None = None,
    group: str | None = None,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    name: str = "split",
) -> Divided:
    """As `split`, with the rows of each label in each part, and what to know of it."""
    from sciml_magics.learning.splitting.dividing import split_frame
    from sciml_magics.learning.splitting.splits import SHARES

    return split_frame(
        frame, column, by=by, group=group, shares=shares or SHARES, seed=seed, name=name
    )
