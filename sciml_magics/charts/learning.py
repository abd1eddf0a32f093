"""Charts of learning: how a training went, and how a model gets better with answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, cast

import altair as alt

from sciml_magics.charts.labels import ANSWER_COLOUR, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.charts.words import printable

if TYPE_CHECKING:
    from sciml_magics.learning.curve import Point
    from sciml_magics.tasks import Moment

WIDTH, HEIGHT = 460, 220
_ONE_DOT = alt.OverlayMarkDef(size=30)


def training_chart(history: Sequence[Moment], name: str) -> alt.LayerChart:
    """Loss and validation score after each epoch of a training.

    Parameters
    ----------
    history
        As of `sciml_magics.tasks.Fit`.
    name
        Of the model.

    Raises
    ------
    NothingToDrawError
        If nothing was trained in epochs.
    """
    rows = [
        {
            "epoch": moment.epoch,
            "loss": moment.loss if isfinite(moment.loss) else None,
            "validation": moment.validation,
        }
        for moment in history
    ]
    if not rows:
        raise NothingToDrawError(f"{name} was not trained now: there is no training to draw")
    last = rows[-1]
    words = f"{name}: {len(rows)} epochs, loss at the end {_told(last['loss'])}" + (
        "" if last["validation"] is None else f", validation {_told(last['validation'])}"
    )
    epoch = alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1))
    tooltip = [
        alt.Tooltip("epoch:Q", format=".1f"),
        alt.Tooltip("loss:Q", format=".3f"),
        alt.Tooltip("validation:Q", title="validation", format=".3f"),
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=epoch, tooltip=tooltip)
    loss = base.mark_line(point=_ONE_DOT, color=MUTED_COLOUR, strokeDash=[4, 2]).encode(
        y=alt.Y("loss:Q", title="loss (dashed)", scale=alt.Scale(zero=True))
    )
    layers = [loss]
    if any(row["validation"] is not None for row in rows):
        score = alt.Y("validation:Q", title="validation score", scale=alt.Scale(domain=[0, 1]))
        layers.append(base.mark_line(point=_ONE_DOT, color=ANSWER_COLOUR).encode(y=score))
    chart = _layered(layers, f"{printable(name)}: training", "", words)
    return cast("alt.LayerChart", chart.resolve_scale(y="independent"))


def learning_curve_chart(
    points: Sequence[Point], task: str, before: float | None = None
) -> alt.LayerChart:
    """How good a model is on held-out answers, by the number of answers that it learned from.

    Parameters
    ----------
    points
        As of `sciml_magics.learning.curve`, at least one.
    task
        Name of the task.
    before
        Score of what answers without learning; drawn as a line.

    Raises
    ------
    NothingToDrawError
        If there is no point.
    """
    if not points:
        raise NothingToDrawError(f"nothing was learned in task '{task}' yet: there is no curve")
    last = points[-1]
    rows = [
        {
            "answers": point.examples,
            "score": point.score,
            "low": point.low if isfinite(point.low) else point.score,
            "high": point.high if isfinite(point.high) else point.score,
        }
        for point in points
    ]
    words = f"{task}: " + ", ".join(f"{p.score:.2f} with {p.examples:,} answers" for p in points)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "answers:Q", title="answers learned from", axis=alt.Axis(format=",d", tickMinStep=1)
        ),
        tooltip=[
            alt.Tooltip("answers:Q", format=",d"),
            alt.Tooltip("score:Q", title=last.measure, format=".3f"),
            alt.Tooltip("low:Q", title="95 % from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
        ],
    )
    score = alt.Y("score:Q", title=last.measure, scale=alt.Scale(domain=[0, 1]))
    band = base.mark_area(opacity=0.18, color=ANSWER_COLOUR).encode(y="low:Q", y2="high")
    line = base.mark_line(point=_ONE_DOT, color=ANSWER_COLOUR).encode(y=score)
    layers: list[alt.Chart] = [band, line]
    if before is not None:
        words += f"; {before:.2f} without learning"
        rule = alt.Chart(alt.InlineData(values=[{"before": before}]))
        layers.append(
            rule.mark_rule(color=RULE_COLOUR, strokeDash=[4, 3]).encode(
                y="before:Q", tooltip=[alt.Tooltip("before:Q", title="no learning", format=".3f")]
            )
        )
    below = f"on {last.held_out:,} held-out answers, 95 % interval"
    return _layered(layers, f"{printable(task)}: learning curve", below, words)


def _layered(layers: Sequence[alt.Chart], title: str, below: str, words: str) -> alt.LayerChart:
    chart = alt.layer(
        *layers,
        title=alt.TitleParams(title, subtitle=below or alt.Undefined, anchor="start"),
        description=printable(words),
        width=WIDTH,
        height=HEIGHT,
        background="transparent",
    )
    return cast("alt.LayerChart", chart)


def _told(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
