"""Charts of an evaluation: what is mistaken for what, and how good answers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Literal, cast, get_args

import altair as alt

from sciml_magics.charts.calibration import reliability_chart
from sciml_magics.charts.drawing import Row, inline_data, layered
from sciml_magics.charts.labels import ANSWER_COLOUR, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.charts.words import listed, printable

if TYPE_CHECKING:
    from sciml_magics.learning.evaluating.evaluation import Evaluation

Name = Literal["confusion", "labels", "reliability", "slices"]
NAMES: tuple[Name, ...] = get_args(Name)

MOST_CROSSED = 80
MOST_ROWS = 80
# Cells of so many labels have room for their numbers.
_NUMBERED = 15
_LABEL_LIMIT = 150
_WRONG_COLOUR = "#b8508f"
_STATES = {"found": ANSWER_COLOUR, "missed": MUTED_COLOUR, "wrong": _WRONG_COLOUR}
_TITLES = {"found": "found", "missed": "missed", "wrong": "given wrongly"}


def charts_of(found: Evaluation) -> tuple[Name, ...]:
    """The charts that there are of an evaluation, the one that tells most first."""
    there: dict[Name, bool] = {
        "confusion": bool(found.confusion.to_numpy().sum()),
        "labels": len(found.classes) > 0,
        "slices": found.slices is not None,
        "reliability": found.calibration is not None,
    }
    return tuple(name for name, is_there in there.items() if is_there)


def evaluation_chart(found: Evaluation, name: Name) -> alt.Chart | alt.LayerChart:
    """A chart of an evaluation, as wide as its place; text and background are left to the theme.

    Parameters
    ----------
    found
        The evaluation.
    name
        ``"confusion"``: right answers against given ones; of several labels and of spans, what was
        found, missed and given wrongly. ``"labels"``: F1 of each label with its interval.
        ``"reliability"``: how often answers are right at each score. ``"slices"``: the score of
        each slice.

    Raises
    ------
    NothingToDrawError
        If the evaluation has no such part.
    """
    if name not in NAMES:
        raise NothingToDrawError(f"no chart '{name}': choose one of {', '.join(NAMES)}")
    if name not in charts_of(found):
        there = ", ".join(charts_of(found)) or "none"
        raise NothingToDrawError(f"this evaluation has no {name} to draw; there are: {there}")
    return _DRAW[name](found)


def _confusion(found: Evaluation) -> alt.Chart | alt.LayerChart:
    return _crossed(found) if found.kind == "label" else _found_and_missed(found)


def _crossed(found: Evaluation) -> alt.LayerChart:
    """A cell for each right answer (down) and given one (across), in shares of the row."""
    table = found.confusion
    if len(table) > MOST_CROSSED:
        often = table.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_CROSSED]
        kept = [name for name in table.index if name in set(often)]
        none = [name for name in table.columns if name not in set(table.index)]
        table = table.loc[kept, [*kept, *none]]
    down, across = _apart(list(table.index)), _apart(list(table.columns))
    totals = found.confusion.sum(axis=1)
    counts = table.to_numpy()
    rows: list[Row] = [
        {
            "right": down[at],
            "given": across[to],
            "count": int(counts[at, to]),
            "share": float(counts[at, to]) / max(int(totals[table.index[at]]), 1),
            "same": bool(table.index[at] == table.columns[to]),
        }
        for at, to in zip(*counts.nonzero(), strict=True)
    ]
    wrong = sorted((row for row in rows if not row["same"]), key=lambda row: -_number(row["count"]))
    moves = [f"{row['right']} as {row['given']} {row['count']}" for row in wrong]
    title = _title(found, "what is taken for what", _shown(found, len(table)))
    words = f"{printable(found.summary)}." + (f" Mistaken: {listed(moves)}." if moves else "")
    numbered = len(across) <= _NUMBERED
    step = 30 if numbered else max(10, 20 - len(across) // 8)
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "given:N",
            sort=across,
            title="given",
            scale=alt.Scale(domain=across),
            axis=_labels(across, angle=-40 if numbered else -90),
        ),
        y=alt.Y(
            "right:N", sort=down, title="right", scale=alt.Scale(domain=down), axis=_labels(down)
        ),
        tooltip=[
            alt.Tooltip("right:N", title="right"),
            alt.Tooltip("given:N", title="given"),
            alt.Tooltip("count:Q", title="records", format=",d"),
            alt.Tooltip("share:Q", title="of what is right so", format=".1%"),
        ],
    )
    # A number must be read on each cell in both themes: where there are any, none is filled.
    fill = [0.12, 0.7] if numbered else [0.2, 1]
    cells = base.mark_rect().encode(
        color=alt.condition("datum.same", alt.value(ANSWER_COLOUR), alt.value(RULE_COLOUR)),
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=fill)),
    )
    layers: list[alt.Chart] = [cells]
    if numbered:
        layers.append(base.mark_text().encode(text=alt.Text("count:Q", format=",d")))
    return layered(layers, title, words, max(3, len(down)) * step)


def _found_and_missed(found: Evaluation) -> alt.Chart:
    """Bars of what was found, missed and given wrongly, a label each."""
    table = found.confusion[found.confusion.sum(axis=1) > 0]
    sizes = table.sum(axis=1).sort_values(ascending=False, kind="stable")
    names = list(sizes.index[:MOST_ROWS])
    texts = dict(zip(names, _apart(names), strict=True))
    rows: list[Row] = [
        {
            "label": texts[name],
            "state": _TITLES[state],
            "order": at,
            "count": int(table[state][name]),
        }
        for name in names
        for at, state in enumerate(_STATES)
        if table[state][name]
    ]
    told = [
        f"{texts[name]} {table['found'][name]:,} found, {table['missed'][name]:,} missed, "
        f"{table['wrong'][name]:,} wrong"
        for name in names
    ]
    chart = alt.Chart(
        inline_data(rows),
        title=_title(found, "labels found and missed", _shown(found, len(names), len(table))),
        description=f"{printable(found.summary)}. {listed(told)}.",
        width="container",
        height=max(3, len(names)) * _step(len(names)),
        background="transparent",
    )
    states = list(_TITLES.values())
    return cast(
        "alt.Chart",
        chart.mark_bar().encode(
            x=alt.X(
                "count:Q", title="labels", axis=alt.Axis(tickMinStep=1, format=",d", tickCount=4)
            ),
            y=alt.Y("label:N", sort=list(texts.values()), title=None, axis=_labels(names)),
            color=alt.Color(
                "state:N",
                title=None,
                scale=alt.Scale(domain=states, range=list(_STATES.values())),
                legend=alt.Legend(orient="bottom", direction="horizontal", symbolOpacity=1),
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("label:N", title="label"),
                alt.Tooltip("state:N", title="is"),
                alt.Tooltip("count:Q", title="labels", format=",d"),
            ],
        ),
    )


def _by_label(found: Evaluation) -> alt.LayerChart:
    """F1 of each label that is there, the worst first."""
    table = found.classes[(found.classes["support"] + found.classes["predicted"]) > 0]
    table = table.sort_values(["f1", "label"], kind="stable")
    rows: list[Row] = [
        {
            "label": printable(str(row.label)),
            "value": _number(row.f1),
            "low": _bound(row.low),
            "high": _bound(row.high),
            "n": int(_number(row.support)),
            "precision": _number(row.precision),
            "recall": _number(row.recall),
        }
        for row in table.head(MOST_ROWS).itertuples()
    ]
    more = [
        alt.Tooltip("precision:Q", format=".3f"),
        alt.Tooltip("recall:Q", format=".3f"),
    ]
    below = f"point: F1, line: 95 % interval, dashed: {found.measure} {found.score:.3f}"
    if len(table) > MOST_ROWS:
        below = f"the {MOST_ROWS} worst of {len(table):,} labels; {below}"
    return _dots(found, rows, "F1 by label", below, "F1", more)


def _by_slice(found: Evaluation) -> alt.LayerChart:
    """The score of each slice, the largest first."""
    if found.slices is None:
        raise NothingToDrawError("this evaluation has no slices")
    rows: list[Row] = [
        {
            "label": printable(str(row.slice)),
            "value": _number(row.score),
            "low": _bound(row.low),
            "high": _bound(row.high),
            "n": int(_number(row.n)),
            "accuracy": _number(row.accuracy),
        }
        for row in found.slices.itertuples()
    ]
    more = [alt.Tooltip("accuracy:Q", format=".3f")]
    below = f"point: {found.measure}, line: 95 % interval, dashed: over all {found.score:.3f}"
    return _dots(found, rows, "by slice", below, found.measure, more)


def _dots(
    found: Evaluation,
    rows: Sequence[Row],
    what: str,
    below: str,
    measure: str,
    more: Sequence[alt.Tooltip],
) -> alt.LayerChart:
    """A point and its interval in every row, and a rule for the score over all."""
    names = _apart([str(row["label"]) for row in rows])
    named: list[Row] = [{**row, "label": name} for row, name in zip(rows, names, strict=True)]
    told = [f"{row['label']} {_number(row['value']):.2f}" for row in named]
    base = alt.Chart(inline_data(named)).encode(
        y=alt.Y("label:N", sort=names, title=None, axis=_labels(names)),
        tooltip=[
            alt.Tooltip("label:N", title="label" if "label" in what else "slice"),
            alt.Tooltip("value:Q", title=measure, format=".3f"),
            alt.Tooltip("low:Q", title="95 % from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
            alt.Tooltip("n:Q", title="records", format=",d"),
            *more,
        ],
    )
    share = alt.Scale(domain=[0, 1])
    bars = base.mark_rule(color=ANSWER_COLOUR, opacity=0.55, strokeWidth=2).encode(
        x=alt.X("low:Q", scale=share, title=measure), x2="high"
    )
    points = base.mark_point(color=ANSWER_COLOUR, filled=True, opacity=1, size=55).encode(
        x=alt.X("value:Q", scale=share, axis=alt.Axis(format=".1f", tickCount=6))
    )
    over_all: list[Row] = [{"score": found.score}]
    rule = (
        alt.Chart(inline_data(over_all))
        .mark_rule(color=RULE_COLOUR, strokeDash=[5, 3], strokeWidth=1.5)
        .encode(x="score:Q", tooltip=[alt.Tooltip("score:Q", title="over all", format=".3f")])
    )
    words = f"{printable(found.summary)}. {what}: {listed(told)}."
    height = max(3, len(named)) * _step(len(named))
    return layered([rule, bars, points], _title(found, what, below), words, height)


def _reliability(found: Evaluation) -> alt.LayerChart:
    if found.calibration is None:
        raise NothingToDrawError("the answers have no scores: nothing to draw")
    chart = reliability_chart(
        found.calibration, f"{printable(found.task)}: scores and what is right"
    )
    chart = chart.properties(
        description=f"{printable(found.summary)}. Share right by score.", background="transparent"
    )
    return chart


def _title(found: Evaluation, what: str, below: str) -> alt.TitleParams:
    return alt.TitleParams(
        f"{printable(found.task)}: {what}", subtitle=below, anchor="start", frame="group", limit=700
    )


def _shown(found: Evaluation, number: int, there: int | None = None) -> str:
    """The score, and how many of the labels are drawn where that is not all."""
    told = found.summary.partition(": ")[2]
    all_of = len(found.confusion) if there is None else there
    return f"{told}; the {number} most frequent of {all_of:,} labels" if number < all_of else told


def _labels(names: Sequence[str], angle: int = 0) -> alt.Axis:
    # All names are told, however many: the chart grows with them.
    size = 10 if len(names) <= 40 else 8 if len(names) <= 60 else 7
    return alt.Axis(
        labelLimit=_LABEL_LIMIT, labelOverlap=False, labelFontSize=size, labelAngle=angle
    )


def _step(number: int) -> int:
    return 20 if number <= 30 else 13


def _apart(names: Sequence[object]) -> list[str]:
    """Names as they can be drawn; two that then look alike are told apart."""
    texts: list[str] = []
    seen: set[str] = set()
    for name in names:
        text = printable(str(name))
        while text in seen:
            text = f"({text})"
        seen.add(text)
        texts.append(text)
    return texts


def _number(value: object) -> float:
    return float(str(value))


def _bound(value: object) -> float | None:
    number = _number(value)
    return number if isfinite(number) else None


_DRAW: dict[Name, Callable[[Evaluation], alt.Chart | alt.LayerChart]] = {
    "confusion": _confusion,
    "labels": _by_label,
    "reliability": _reliability,
    "slices": _by_slice,
}
