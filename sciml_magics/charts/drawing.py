"""The marks of the charts of a review: rows of numbers in, a chart out.

Every chart is one view that is as wide as its place, for a panel may be narrow. Nothing is counted
in the browser, so that the datum of a mark is one of the rows given here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import altair as alt

from sciml_magics.charts.labels import (
    ANSWER_COLOUR,
    BAR_STEP,
    MUTED_COLOUR,
    RULE_COLOUR,
)
from sciml_magics.charts.words import listed

Row = dict[str, object]

CHANGES = ("kept", "removed", "added")
# Mid-tones, seen on white and on dark grounds; see the colours of the chart of labels.
_REJECTED_COLOUR = "#b8508f"
_FLAGGED_COLOUR = "#8c8318"
_DISPUTED_COLOUR = "#c2452d"
COLOURS = {
    "answered": ANSWER_COLOUR,
    "open": MUTED_COLOUR,
    "accepted": ANSWER_COLOUR,
    "corrected": RULE_COLOUR,
    "rejected": _REJECTED_COLOUR,
    "skipped": MUTED_COLOUR,
    "flagged": _FLAGGED_COLOUR,
    "disputed": _DISPUTED_COLOUR,
    "kept": ANSWER_COLOUR,
    "removed": _REJECTED_COLOUR,
    "added": RULE_COLOUR,
    "shown": ANSWER_COLOUR,
    "hidden": RULE_COLOUR,
}
HEIGHT = 200
CELL_STEP = 30
_LABEL_LIMIT = 130
_MOST_DOTS = 60


def stacked(
    rows: Sequence[Row],
    states: Sequence[str],
    title: str,
    unit: str = "records",
    more: Sequence[alt.Tooltip] = (),
) -> alt.Chart:
    """Horizontal bars of ``count``, one a ``label`` in the order given, cut by ``state``."""
    shown = [state for state in states if any(row["state"] == state for row in rows)]
    labels = list(dict.fromkeys(str(row["label"]) for row in rows))
    numbered: list[Row] = [{**row, "order": shown.index(str(row["state"]))} for row in rows]
    chart = _chart(numbered, title, _bars_in_words(rows, labels, title)).properties(
        height=max(3, len(labels)) * BAR_STEP
    )
    return cast(
        "alt.Chart",
        chart.mark_bar(cursor="pointer").encode(
            x=alt.X("count:Q", title=unit, axis=_counts()),
            y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(labelLimit=_LABEL_LIMIT)),
            color=_coloured(shown),
            order="order:Q",
            tooltip=[
                alt.Tooltip("label:N", title="label" if unit == "records" else "who"),
                alt.Tooltip("state:N", title="state"),
                alt.Tooltip("count:Q", title=unit, format=",d"),
                *more,
            ],
        ),
    )


def scores(bars: Sequence[Row], points: Sequence[Row], task: str) -> alt.LayerChart:
    """How many suggestions have each score, and above it how often people kept their value."""
    total = sum(int(str(row["count"])) for row in bars)
    words = f"Scores of {total:,} suggestions." + (
        " Kept by people, by score: "
        + listed([f"{row['low']:.2f} {row['share']:.0%} of {row['n']}" for row in points], 20)
        + "."
        if points
        else ""
    )
    title = _title(
        f"{task}: scores",
        "bars: all; points: kept by people, 95 % interval"
        if points
        else "nothing of it is answered yet",
    )
    score = alt.X(
        "low:Q",
        bin="binned",
        title="score of the model",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f"),
    )
    histogram = (
        alt.Chart(inline_data(bars), name="scores")
        .mark_bar(color=MUTED_COLOUR, opacity=0.6, cursor="pointer")
        .encode(
            x=score,
            x2="high",
            y=alt.Y("count:Q", title="suggestions", axis=_counts()),
            tooltip=[*_score_tooltips(), alt.Tooltip("count:Q", title="suggestions", format=",d")],
        )
    )
    layers: list[alt.Chart | alt.LayerChart] = [histogram]
    if points:
        # On an axis of its own: the one counts, the other is a share.
        layers.append(cast("alt.LayerChart", alt.layer(*_kept(points))))
    chart = layered(layers, title, f"{task}: {words}", HEIGHT)
    return cast("alt.LayerChart", chart.resolve_scale(y="independent"))


def _kept(points: Sequence[Row]) -> tuple[alt.Chart, alt.Chart]:
    """The share that people kept at each score, and its interval."""
    chart = alt.Chart(inline_data(points))
    share = alt.Y(
        "share:Q",
        title="kept by people",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5, grid=False, titleColor=RULE_COLOUR),
    )
    interval = chart.mark_rule(color=RULE_COLOUR, opacity=0.6).encode(
        x="middle:Q", y=alt.Y("least:Q"), y2="most"
    )
    dots = chart.mark_point(color=RULE_COLOUR, filled=True, opacity=1, cursor="pointer").encode(
        x="middle:Q",
        y=share,
        size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[30, 160])),
        tooltip=[*_score_tooltips(), *_share_tooltips()],
    )
    return cast("tuple[alt.Chart, alt.Chart]", (interval, dots))


def crossed(rows: Sequence[Row], labels: Sequence[str], task: str) -> alt.LayerChart:
    """A cell for each label that was suggested (down) and answered (across), with its number."""
    right = sum(int(str(row["count"])) for row in rows if row["suggested"] == row["answered"])
    total = sum(int(str(row["count"])) for row in rows)
    changed = sorted(
        (row for row in rows if row["suggested"] != row["answered"]),
        key=lambda row: -int(str(row["count"])),
    )
    moves = [f"{row['suggested']} to {row['answered']} {row['count']}" for row in changed]
    words = f"{task}: of {total:,} suggestions that people judged {right:,} were kept." + (
        f" Changed: {listed(moves)}." if moves else ""
    )
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "answered:N",
            sort=list(labels),
            title="answered",
            scale=alt.Scale(domain=list(labels)),
            axis=alt.Axis(labelAngle=-40, labelLimit=_LABEL_LIMIT),
        ),
        y=alt.Y(
            "suggested:N",
            sort=list(labels),
            title="suggested",
            scale=alt.Scale(domain=list(labels)),
            axis=alt.Axis(labelLimit=_LABEL_LIMIT),
        ),
        tooltip=[
            alt.Tooltip("suggested:N", title="suggested"),
            alt.Tooltip("answered:N", title="answered"),
            alt.Tooltip("count:Q", title="records", format=",d"),
            alt.Tooltip("share:Q", title="of what was suggested so", format=".0%"),
        ],
    )
    # A text must be read on each cell in both themes, so that no cell is filled entirely.
    cells = base.mark_rect(cursor="pointer").encode(
        color=alt.condition(
            "datum.suggested === datum.answered",
            alt.value(ANSWER_COLOUR),
            alt.value(RULE_COLOUR),
        ),
        opacity=alt.Opacity(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.12, 0.7])
        ),
    )
    numbers = base.mark_text(cursor="pointer").encode(text=alt.Text("count:Q", format=",d"))
    title = _title(f"{task}: suggested and answered", f"{right:,} of {total:,} kept")
    return layered([cells, numbers], title, words, max(3, len(labels)) * CELL_STEP)


def agreement(
    rows: Sequence[Row], overall: float, number: int, window: int, task: str
) -> alt.LayerChart:
    """Share of suggestions that were kept, over the last answers, as answering goes on."""
    shown = [name for name in ("shown", "hidden") if any(row["series"] == name for row in rows)]
    words = f"{task}: people kept {overall:.0%} of {number:,} suggestions." + "".join(
        f" Of the last {row['n']} {'blind ones' if row['series'] == 'hidden' else 'shown ones'}"
        f" {row['share']:.0%}."
        for row in (max((r for r in rows if r["series"] == name), key=_at) for name in shown)
    )
    base = alt.Chart(inline_data(sorted(rows, key=_at))).encode(
        x=alt.X(
            "at:Q",
            title="suggestions judged so far",
            scale=alt.Scale(domain=[min(1, number - 1), number], nice=False),
            axis=alt.Axis(format=",d", tickMinStep=1),
        ),
        color=_coloured(shown, "series:N", "the suggestion was"),
        tooltip=[
            alt.Tooltip("series:N", title="the suggestion was"),
            alt.Tooltip("at:Q", title="answer", format=",d"),
            *_share_tooltips(),
            alt.Tooltip("when:N", title="at"),
        ],
    )
    share = alt.Y(
        "share:Q",
        title="kept",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    band = base.mark_area(opacity=0.18, line=False).encode(y=alt.Y("least:Q"), y2="most")
    # A series of one answer is a point and no line.
    alone = any(sum(row["series"] == name for row in rows) == 1 for name in shown)
    dots = alt.OverlayMarkDef(size=18) if alone or len(rows) <= _MOST_DOTS else False
    line = base.mark_line(point=dots, strokeWidth=2).encode(
        y=share, strokeDash=alt.StrokeDash("series:N", sort=shown, legend=None)
    )
    title = _title(
        f"{task}: agreement with the model",
        f"{overall:.0%} of {number:,} kept; line: the last {window}, with 95 % interval",
    )
    return layered([band, line], title, words, HEIGHT)


def _at(row: Row) -> int:
    return int(str(row["at"]))


def _chart(rows: Sequence[Row], title: str, words: str) -> alt.Chart:
    return alt.Chart(
        inline_data(rows),
        title=_title(title),
        description=words,
        width="container",
        background="transparent",
    )


def layered(
    layers: Sequence[alt.Chart | alt.LayerChart], title: alt.TitleParams, words: str, height: int
) -> alt.LayerChart:
    """Layers as one chart, as wide as its place; `words` describe it to who cannot see it."""
    chart = alt.layer(
        *layers,
        title=title,
        description=words,
        width="container",
        height=height,
        background="transparent",
    )
    return cast("alt.LayerChart", chart)


def inline_data(rows: Sequence[Row]) -> alt.InlineData:
    """Rows as the data of a chart."""
    # In the chart itself: a data transformer that the user enabled must not send them elsewhere.
    return alt.InlineData(values=list(rows))


def _title(text: str, below: str = "") -> alt.TitleParams:
    return alt.TitleParams(
        text, subtitle=below or alt.Undefined, anchor="start", frame="group", limit=600
    )


def _counts() -> alt.Axis:
    return alt.Axis(tickMinStep=1, format=",d", tickCount=4)


def _coloured(states: Sequence[str], field: str = "state:N", title: str | None = None) -> alt.Color:
    return alt.Color(
        field,
        title=title,
        scale=alt.Scale(domain=list(states), range=[COLOURS[state] for state in states]),
        legend=alt.Legend(orient="bottom", direction="horizontal", columns=3, symbolOpacity=1),
    )


def _score_tooltips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("low:Q", title="score from", format=".2f"),
        alt.Tooltip("high:Q", title="to", format=".2f"),
    ]


def _share_tooltips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("share:Q", title="kept", format=".0%"),
        alt.Tooltip("least:Q", title="95 % from", format=".0%"),
        alt.Tooltip("most:Q", title="to", format=".0%"),
        alt.Tooltip("n:Q", title="answers", format=",d"),
    ]


def _bars_in_words(rows: Sequence[Row], labels: Sequence[str], title: str) -> str:
    states: dict[str, list[str]] = {label: [] for label in labels}
    totals: Counter[str] = Counter()
    for row in rows:
        states[str(row["label"])].append(f"{row['state']} {row['count']:,}")
        totals[str(row["label"])] += int(str(row["count"]))
    bars = [f"{label} {totals[label]:,} ({', '.join(states[label])})" for label in labels]
    return f"{title}. {listed(bars)}."
