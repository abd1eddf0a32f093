"""Chart of a task's answers: how many of each, and how sure."""

from __future__ import annotations

from typing import cast

import altair as alt
import pandas as pd

from sciml_magics.charts.tally import Tally, tally
from sciml_magics.charts.words import listed, printable
from sciml_magics.tasks import Task, default_threshold

# Mid-tones: at least 3:1 against white and against the dark themes' background, and told apart by
# lightness as well as hue, so that no form of colour blindness merges them. Text and background
# are left to the theme.
ANSWER_COLOUR = "#3a87c2"
OTHERS_COLOUR = "#6897bd"
MUTED_COLOUR = "#8f8f8f"
RULE_COLOUR = "#d1731a"

COUNTS_WIDTH = 300
SCORES_WIDTH = 260
BAR_STEP = 20
LEAST_HEIGHT = 120

_UNITS = {"label": "rows", "labels": "labels", "spans": "spans", "text": "rows"}


def label_chart(
    frame: pd.DataFrame, task: Task, threshold: float | None = None
) -> alt.HConcatChart:
    """Chart of the answers of `task` in an annotated frame.

    At the left a bar per label, and muted bars for rows without an answer; at the right the
    distribution of the scores with the threshold. A click on a bar shows its scores alone;
    shift-click adds a bar, a double click clears. The frame is binned first: the chart carries a
    few hundred values, whatever the frame's size.

    Parameters
    ----------
    frame
        An annotated frame: it has the task's value, score and status columns.
    task
        The task.
    threshold
        The threshold that the frame was written with: 0 to 1, ``None`` for
        `sciml_magics.tasks.default_threshold`. Drawn as a rule; nothing is counted again.

    Returns
    -------
    altair.HConcatChart

    Raises
    ------
    FrameError
        If the frame has no answers of the task.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "topic": ["genes", "cells", "genes", None],
    ...         "topic_score": [0.9, 0.7, 0.8, None],
    ...         "topic_status": ["suggested", "suggested", "suggested", "missing"],
    ...     }
    ... )
    >>> chart = label_chart(frame, Task("topic", ("note",)))
    >>> chart.to_dict()["description"]
    'topic: 4 rows. Answers: genes 2, cells 1, (missing) 1.'
    """
    counted = tally(frame, task)
    if threshold is None:
        threshold = default_threshold(task.kind, len(task.labels))
    pick = alt.selection_point(name="pick", fields=["answer"])
    height = max(LEAST_HEIGHT, BAR_STEP * len(counted.counts))
    parts: list[alt.Chart | alt.LayerChart] = [_counts_chart(counted, task, pick, height)]
    if len(counted.lengths):
        parts.append(_lengths_chart(counted, height))
    if len(counted.scores):
        parts.append(_scores_chart(counted, task, pick, threshold, height))
    return alt.hconcat(
        *parts,
        title=alt.TitleParams(
            printable(task.name), subtitle=f"{counted.rows:,} rows", anchor="start"
        ),
        description=describe(counted, task),
        background="transparent",
        spacing=24,
    )


def describe(counted: Tally, task: Task) -> str:
    """The chart in words: what a screen reader says, and what stands where no chart is drawn."""
    bars = [
        f"{answer} {count:,}"
        for answer, count in zip(counted.counts["answer"], counted.counts["count"], strict=True)
    ]
    return f"{printable(task.name)}: {counted.rows:,} rows. Answers: {listed(bars)}."


def _data(table: pd.DataFrame) -> alt.InlineData:
    # Values in the chart itself: a data transformer that the user enabled must not send these few
    # rows to a file or a server.
    return alt.InlineData(values=cast("list[dict[str, object]]", table.to_dict(orient="records")))


def _group_colour() -> alt.Color:
    return alt.Color(
        "group:N",
        scale=alt.Scale(
            domain=["answer", "others", "no answer"],
            range=[ANSWER_COLOUR, OTHERS_COLOUR, MUTED_COLOUR],
        ),
        legend=None,
    )


def _counts_chart(counted: Tally, task: Task, pick: alt.Parameter, height: int) -> alt.Chart:
    unit = _UNITS[task.kind]
    chart = alt.Chart(_data(counted.counts), name="answers", width=COUNTS_WIDTH, height=height)
    bars = (
        chart.mark_bar(cursor="pointer")
        .encode(
            x=alt.X("count:Q", title=unit, axis=_count_axis()),
            y=alt.Y(
                "answer:N",
                sort=counted.counts["answer"].tolist(),
                title=None,
                axis=alt.Axis(labelLimit=180),
            ),
            color=_group_colour(),
            opacity=alt.when(pick).then(alt.value(1)).otherwise(alt.value(0.35)),
            tooltip=[
                alt.Tooltip("answer:N", title="answer"),
                alt.Tooltip("count:Q", title=unit, format=",d"),
            ],
        )
        .add_params(pick)
    )
    return cast("alt.Chart", bars)


def _scores_chart(
    counted: Tally, task: Task, pick: alt.Parameter, threshold: float, height: int
) -> alt.LayerChart:
    unit = _UNITS[task.kind]
    bars = (
        alt.Chart(_data(counted.scores), name="scores")
        .mark_bar()
        .encode(
            x=alt.X(
                "low:Q",
                bin="binned",
                title="score",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f"),
            ),
            x2="high",
            y=alt.Y("sum(count):Q", title=unit, axis=_count_axis()),
            color=_group_colour(),
            tooltip=[
                alt.Tooltip("low:Q", title="score from", format=".2f"),
                alt.Tooltip("high:Q", title="to", format=".2f"),
                alt.Tooltip("sum(count):Q", title=unit, format=",d"),
            ],
        )
        .transform_filter(pick)
    )
    layers = [bars, _threshold_rule(threshold)] if threshold else [bars]
    return cast("alt.LayerChart", alt.layer(*layers, width=SCORES_WIDTH, height=height))


def _threshold_rule(threshold: float) -> alt.Chart:
    chart = alt.Chart(alt.InlineData(values=[{"threshold": threshold}]), name="threshold")
    rule = chart.mark_rule(color=RULE_COLOUR, strokeDash=[5, 3], strokeWidth=1.5).encode(
        x="threshold:Q", tooltip=[alt.Tooltip("threshold:Q", format=".3~f")]
    )
    return cast("alt.Chart", rule)


def _lengths_chart(counted: Tally, height: int) -> alt.Chart:
    chart = alt.Chart(_data(counted.lengths), name="lengths", width=SCORES_WIDTH, height=height)
    bars = chart.mark_bar(color=ANSWER_COLOUR).encode(
        x=alt.X("low:Q", bin="binned", title="length of the answer (characters)"),
        x2="high",
        y=alt.Y("count:Q", title="rows", axis=_count_axis()),
        tooltip=[
            alt.Tooltip("low:Q", title="characters from", format=",d"),
            alt.Tooltip("high:Q", title="to below", format=",d"),
            alt.Tooltip("count:Q", title="rows", format=",d"),
        ],
    )
    return cast("alt.Chart", bars)


def _count_axis() -> alt.Axis:
    return alt.Axis(tickMinStep=1, format=",d", tickCount=5)
