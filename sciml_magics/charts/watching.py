"""One page about a batch: how far its columns have moved, what is wrong more often, and how.

Above at the left a bar for each column, at the right shares before and now; below the values of
the columns that changed. Everything is counted before: the page carries a few hundred values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import altair as alt

from sciml_magics.charts.drawing import Row, inline_data
from sciml_magics.charts.labels import ANSWER_COLOUR, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.charts.words import listed, printable

if TYPE_CHECKING:
    from sciml_magics.quality.watching import Report
    from sciml_magics.quality.watching.reports import Measured, Told

MOST_COLUMNS = 40
MOST_RATES = 30
MOST_DRAWN = 6
MOST_PARTS = 16
STEP = 20
WIDTH = 300
SMALL_WIDTH = 190
SMALL_HEIGHT = 130
LEAST_DISTANCE = 0.1
_LABEL_LIMIT = 190
_NEW, _AS_BEFORE = "new", "as before"
_STATES = {_NEW: RULE_COLOUR, _AS_BEFORE: MUTED_COLOUR}
_SPOKEN = {"values": "its values", "lengths": "characters", "spelling": "how it is spelt"}
_TIMES = {"before": MUTED_COLOUR, "now": ANSWER_COLOUR}

_Chart = alt.Chart | alt.LayerChart


def watching_chart(found: Report) -> alt.VConcatChart:
    """The page about a batch; text and background are left to the theme.

    Parameters
    ----------
    found
        What is new in it.

    Raises
    ------
    NothingToDrawError
        If no state was accepted yet, or the batch has nothing in common with it.
    """
    if found.before is None:
        raise NothingToDrawError(
            f"no state of '{printable(found.name)}' was accepted yet: nothing to compare with"
        )
    above: list[_Chart] = []
    if found.measured:
        above.append(_distances(found.measured))
    if rates := _telling(found.rates):
        above.append(_rates(rates))
    if not above:
        raise NothingToDrawError("the batch has no column of the accepted state: nothing to draw")
    drawn = [one for one in found.measured if one.changed][:MOST_DRAWN]
    rows: list[alt.HConcatChart | alt.ConcatChart] = [alt.hconcat(*above, spacing=40)]
    if drawn:
        small = alt.concat(*map(_values, drawn), columns=3, spacing=40)
        rows.append(small.resolve_scale(xOffset="independent"))
    chart = alt.vconcat(
        *rows,
        spacing=30,
        title=alt.TitleParams(
            printable(found.summary),
            subtitle=[printable(note) for note in found.notes[:4]],
            anchor="start",
            limit=900,
        ),
        description=_described(found),
        background="transparent",
    )
    apart = chart.resolve_scale(
        color="independent", x="independent", y="independent", xOffset="independent"
    )
    return cast("alt.VConcatChart", apart.configure_view(stroke=None))


def _described(found: Report) -> str:
    told = [f"{printable(one.where)}: {printable(one.words)}" for one in found.changes]
    return f"{printable(found.summary)}. {listed(told)}"


def _distances(measured: Sequence[Measured]) -> alt.LayerChart:
    """How far the values of each column lie from those before, those that changed first."""
    shown = measured[:MOST_COLUMNS]
    names = _apart([f"{one.column}{f' ({one.what})' * (one.what != 'values')}" for one in shown])
    rows: list[Row] = [
        {
            "column": name,
            "distance": one.distance,
            "chance": one.chance,
            "state": _NEW if one.changed else _AS_BEFORE,
        }
        for name, one in zip(names, shown, strict=True)
    ]
    below = f"dashed: below {LEAST_DISTANCE:g} it does not matter"
    if len(measured) > MOST_COLUMNS:
        below = f"the {MOST_COLUMNS} farthest of {len(measured):,}; {below}"
    bars = (
        alt.Chart(inline_data(rows))
        .mark_bar()
        .encode(
            x=alt.X(
                "distance:Q",
                title="Jensen-Shannon distance",
                scale=alt.Scale(domain=[0, max(0.3, *(one.distance for one in shown))]),
                axis=alt.Axis(tickCount=5, format=".2~f"),
            ),
            y=alt.Y("column:N", sort=names, title=None, axis=_names()),
            color=_coloured("state:N", _STATES),
            tooltip=[
                alt.Tooltip("column:N", title="column"),
                alt.Tooltip("distance:Q", title="distance", format=".3f"),
                alt.Tooltip("chance:Q", title="by chance", format=".2~g"),
                alt.Tooltip("state:N", title="values are"),
            ],
        )
    )
    least: list[Row] = [{"least": LEAST_DISTANCE}]
    rule = (
        alt.Chart(inline_data(least))
        .mark_rule(color=MUTED_COLOUR, strokeDash=[5, 3], strokeWidth=1.5)
        .encode(x="least:Q")
    )
    chart = alt.layer(
        bars,
        rule,
        title=_title("how far values have moved", below),
        width=WIDTH,
        height=max(3, len(rows)) * STEP,
    )
    return cast("alt.LayerChart", chart)


def _telling(rates: Sequence[Told]) -> list[Told]:
    """The shares that are worth a line: those that changed, then those that are not nought."""
    some = [one for one in rates if one.changed or one.after or one.before]
    return sorted(some, key=lambda one: (not one.changed, -max(one.after, one.before or 0.0)))


def _rates(rates: Sequence[Told]) -> alt.LayerChart:
    """Shares of missing cells, broken rules and findings: before and now."""
    shown = rates[:MOST_RATES]
    words = {"missing": "missing in {}", "rule": "{}", "detector": "found by {}"}
    names = _apart([words[one.what].format(one.where) for one in shown])
    points: list[Row] = []
    lines: list[Row] = []
    for name, one in zip(names, shown, strict=True):
        state = _NEW if one.changed else _AS_BEFORE
        points.append({"name": name, "time": "now", "share": one.after, "state": state})
        if one.before is not None:
            points.append({"name": name, "time": "before", "share": one.before, "state": state})
            lines.append({"name": name, "from": one.before, "to": one.after, "state": state})
    y = alt.Y("name:N", sort=names, title=None, axis=_names())
    most = max(0.01, *(float(str(row["share"])) for row in points))
    share = alt.X(
        "share:Q",
        title="share of rows",
        scale=alt.Scale(domain=[0, most]),
        axis=alt.Axis(format=".1~%", tickCount=5),
    )
    moved = (
        alt.Chart(inline_data(lines))
        .mark_rule(strokeWidth=2, opacity=0.7)
        .encode(
            x=alt.X("from:Q"),
            x2="to",
            y=y,
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=list(_STATES), range=list(_STATES.values())),
                legend=None,
            ),
        )
    )
    dots = (
        alt.Chart(inline_data(points))
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            x=share,
            y=y,
            color=_coloured("time:N", _TIMES),
            tooltip=[
                alt.Tooltip("name:N", title="what"),
                alt.Tooltip("time:N", title="when"),
                alt.Tooltip("share:Q", title="share", format=".2~%"),
                alt.Tooltip("state:N", title="it is"),
            ],
        )
    )
    below = "orange lines: new" if any(one.changed for one in shown) else "nothing of it is new"
    if len(rates) > MOST_RATES:
        below = f"{MOST_RATES} of {len(rates):,}; {below}"
    chart = alt.layer(
        moved,
        dots,
        title=_title("what is wrong, before and now", below),
        width=WIDTH,
        height=max(3, len(shown)) * STEP,
    )
    return cast("alt.LayerChart", chart.resolve_scale(color="independent"))


def _values(one: Measured) -> alt.Chart:
    """The values of a column that changed: shares before and now, side by side."""
    parts = list(one.parts)
    if len(parts) > MOST_PARTS:
        by_change = sorted(parts, key=lambda part: -abs(part.after - part.before))[:MOST_PARTS]
        parts = [part for part in parts if part in by_change]
    labels = _apart([part.label for part in parts])
    rows: list[Row] = [
        {"label": label, "time": time, "share": share}
        for label, part in zip(labels, parts, strict=True)
        for time, share in (("before", part.before), ("now", part.after))
    ]
    chart = (
        alt.Chart(inline_data(rows))
        .mark_bar()
        .encode(
            x=alt.X(
                "label:N",
                sort=labels,
                title=None,
                axis=alt.Axis(labelAngle=-40, labelLimit=110, labelOverlap=False),
            ),
            xOffset=alt.XOffset("time:N", sort=list(_TIMES)),
            y=alt.Y("share:Q", title="share", axis=alt.Axis(format=".0~%", tickCount=4)),
            color=_coloured("time:N", _TIMES),
            tooltip=[
                alt.Tooltip("label:N", title="value"),
                alt.Tooltip("time:N", title="when"),
                alt.Tooltip("share:Q", title="share", format=".1~%"),
            ],
        )
    )
    below = f"{_SPOKEN[one.what]}, distance {one.distance:.2f}"
    made = chart.properties(
        title=_title(printable(one.column), below), width=SMALL_WIDTH, height=SMALL_HEIGHT
    )
    return cast("alt.Chart", made)


def _title(text: str, below: str) -> alt.TitleParams:
    return alt.TitleParams(text, subtitle=below, anchor="start", frame="group", limit=400)


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=_LABEL_LIMIT, labelOverlap=False)


def _coloured(field: str, colours: dict[str, str]) -> alt.Color:
    return alt.Color(
        field,
        title=None,
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(orient="bottom", direction="horizontal", symbolOpacity=1),
    )


def _apart(names: Sequence[str]) -> list[str]:
    """Names as they can be drawn; those that look alike are told apart."""
    found: list[str] = []
    for name in names:
        text = printable(name) or "(empty)"
        while text in found:
            text += "\u200b"
        found.append(text)
    return found
