"""A page about a table: what its columns mean, what is missing, how values lie, what goes together.

A row for each column, then a square for each pair of columns of which one determines the other.
Everything is counted before: the page carries a few thousand values, whatever the table's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import altair as alt

from sciml_magics.charts.drawing import Row, inline_data
from sciml_magics.charts.labels import ANSWER_COLOUR, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.words import listed, printable

if TYPE_CHECKING:
    from sciml_magics.quality.profiling import ColumnProfile, Dependency, Profile

MOST_COLUMNS = 60
MOST_TIED = 18
STEP = 22
_WIDTHS = {"means": 118, "filled": 130, "values": 250, "different": 70}
_LABEL_LIMIT = 150
_FILLED, _DISGUISED, _MISSING = "filled", "stands for missing", "missing"
_STATES = {_FILLED: ANSWER_COLOUR, _DISGUISED: RULE_COLOUR, _MISSING: MUTED_COLOUR}
_MONTHS = timedelta(days=60)


def profile_chart(found: Profile) -> alt.VConcatChart:
    """The page about a table; text and background are left to the theme.

    Parameters
    ----------
    found
        What is known of the table.
    """
    columns = found.columns[:MOST_COLUMNS]
    names = _apart([column.name for column in columns])
    labels = alt.Axis(labelLimit=_LABEL_LIMIT, labelOverlap=False, ticks=False, domain=False)
    parts: list[alt.Chart | alt.LayerChart] = [
        _texts(columns, names, labels),
        _filled(columns, names),
        _values(columns, names),
        _different(columns, names),
    ]
    rows: list[alt.HConcatChart | alt.LayerChart] = [
        cast("alt.HConcatChart", alt.hconcat(*parts, spacing=12).resolve_scale(y="shared"))
    ]
    if tied := _tied(found):
        rows.append(_squares(tied, found))
    chart = alt.vconcat(
        *rows,
        spacing=28,
        title=alt.TitleParams(
            f"{printable(found.name)}: {found.rows:,} rows, {len(found.columns):,} columns",
            subtitle=_below(found),
            anchor="start",
            limit=700,
        ),
        description=_described(found),
        background="transparent",
    )
    apart = chart.resolve_scale(color="independent", opacity="independent")
    return cast("alt.VConcatChart", apart.configure_view(stroke=None))


def _below(found: Profile) -> str:
    told = []
    if found.keys:
        told.append(f"named by {' and '.join(map(printable, found.keys[0].columns))}")
    if found.equal_rows:
        told.append(f"{found.equal_rows:,} rows are equal to an earlier one")
    if len(found.columns) > MOST_COLUMNS:
        told.append(f"the first {MOST_COLUMNS} columns are drawn")
    return "; ".join(told) or "every row is different" if found.rows else "no rows"


def _described(found: Profile) -> str:
    columns = [
        f"{printable(column.name)}: {column.semantic}, {column.missing_share:.0%} missing"
        for column in found.columns
    ]
    return f"Profile of {printable(found.name)}. {listed(columns, 30)}."


def _base(rows: Sequence[Row], names: Sequence[str], axis: alt.Axis | None) -> alt.Chart:
    scale = alt.Scale(domain=list(names))
    chart = alt.Chart(inline_data(rows), height=alt.Step(STEP))
    return chart.encode(y=alt.Y("column:N", sort=list(names), title=None, scale=scale, axis=axis))


def _texts(columns: Sequence[ColumnProfile], names: Sequence[str], axis: alt.Axis) -> alt.Chart:
    """What each column means."""
    rows: list[Row] = [
        {
            "column": name,
            "means": column.semantic + (f" in {column.unit}" if column.unit else ""),
            "type": column.type,
            "patterns": listed([printable(p.shape) for p in column.patterns], 4) or "–",
            "advice": printable("; ".join(one.words for one in column.advice)) or "–",
        }
        for column, name in zip(columns, names, strict=True)
    ]
    chart = _base(rows, names, axis).mark_text(align="left", limit=_WIDTHS["means"])
    return cast(
        "alt.Chart",
        chart.encode(
            x=alt.value(4),
            text="means:N",
            tooltip=[
                alt.Tooltip("column:N"),
                alt.Tooltip("means:N", title="means"),
                alt.Tooltip("type:N", title="held as"),
                alt.Tooltip("patterns:N", title="written"),
                alt.Tooltip("advice:N", title="could be standardised"),
            ],
        ).properties(width=_WIDTHS["means"], title=_head("means")),
    )


def _filled(columns: Sequence[ColumnProfile], names: Sequence[str]) -> alt.Chart:
    """How much of each column is filled, missing, and filled with what stands for missing."""
    rows: list[Row] = []
    for column, name in zip(columns, names, strict=True):
        lost = sum(one.rows for one in column.disguises)
        told = listed([printable(one.text) for one in column.disguises], 6)
        counts = (column.rows - column.missing - lost, lost, column.missing)
        for order, (state, count) in enumerate(zip(_STATES, counts, strict=True)):
            if count:
                share = count / column.rows
                what = told if state == _DISGUISED else ""
                rows.append(
                    {"column": name, "state": state, "order": order, "cells": count,
                     "share": share, "what": what or "–"}
                )  # fmt: skip
    shown = [state for state in _STATES if any(row["state"] == state for row in rows)]
    colour = alt.Color(
        "state:N",
        title=None,
        scale=alt.Scale(domain=shown, range=[_STATES[state] for state in shown]),
        legend=alt.Legend(orient="bottom", direction="vertical", symbolOpacity=1),
    )
    return cast(
        "alt.Chart",
        _base(rows, names, None)
        .mark_bar(height=STEP - 8)
        .encode(
            x=alt.X("share:Q", title=None, axis=_shares(), scale=alt.Scale(domain=[0, 1])),
            color=colour,
            order="order:Q",
            tooltip=[
                alt.Tooltip("column:N"),
                alt.Tooltip("state:N", title="cells are"),
                alt.Tooltip("what:N", title="written"),
                alt.Tooltip("cells:Q", format=",d"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(width=_WIDTHS["filled"], title=_head("filled")),
    )


def _values(columns: Sequence[ColumnProfile], names: Sequence[str]) -> alt.LayerChart:
    """Where numbers lie, as a strip that is fuller where more are; the shares of other values."""
    rows: list[Row] = []
    ends: list[Row] = []
    for column, name in zip(columns, names, strict=True):
        rows += [{"column": name, **part} for part in _strip(column)]
        if column.range is not None and column.range.least < column.range.most:
            first, last = (_spelt(value, column) for value in _ends(column))
            ends.append({"column": name, "first": first, "last": last})
    base = _base(rows, names, None)
    strip = base.mark_rect(height=STEP - 8, color=ANSWER_COLOUR).encode(
        x=alt.X("from:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1])),
        x2="to",
        opacity=alt.Opacity(
            "full:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.08, 0.95])
        ),
        tooltip=[
            alt.Tooltip("column:N"),
            alt.Tooltip("value:N"),
            alt.Tooltip("cells:Q", format=",d"),
        ],
    )
    marks = _base(ends, names, None)
    left = marks.mark_text(align="right", dx=-4, fontSize=9, limit=64).encode(
        x=alt.datum(0.24), text="first:N"
    )
    right = marks.mark_text(align="left", dx=4, fontSize=9, limit=64).encode(
        x=alt.datum(0.76), text="last:N"
    )
    return cast(
        "alt.LayerChart",
        alt.layer(strip, left, right).properties(
            width=_WIDTHS["values"], title=_head("values"), height=alt.Step(STEP)
        ),
    )


def _strip(column: ColumnProfile) -> list[Row]:
    """The pieces of a column's strip: numbers between their ends, other values by their share."""
    if column.range is not None:
        edges, heights = column.range.edges, column.range.heights
        if not max(heights, default=0):
            return []
        most, whole = max(heights), edges[-1] - edges[0] or 1.0
        pieces: list[Row] = []
        for low, high, height in zip(edges, edges[1:], heights, strict=False):
            if height:
                pieces.append(
                    {
                        "from": 0.25 + 0.5 * (low - edges[0]) / whole,
                        "to": 0.25 + 0.5 * (high - edges[0]) / whole if high > low else 0.75,
                        "full": (height / most) ** 0.5,
                        "value": f"{_spelt(low, column)} to {_spelt(high, column)}",
                        "cells": height,
                    }
                )
        return pieces
    held = column.rows - column.missing
    pieces, at = [], 0.0
    hidden = set(column.disguised)
    for text, count in column.common:
        if text not in hidden and count / max(held, 1) >= 0.005:
            share = count / held
            pieces.append(
                {"from": at, "to": at + max(share - 0.004, 0.002), "full": 0.25 + 0.75 * share,
                 "value": _short(text), "cells": count}
            )  # fmt: skip
            at += share
    if at < 0.999 and held:
        pieces.append(
            {"from": at, "to": 1.0, "full": 0.0, "value": "other values",
             "cells": held - sum(int(str(piece["cells"])) for piece in pieces)}
        )  # fmt: skip
    return pieces


def _different(columns: Sequence[ColumnProfile], names: Sequence[str]) -> alt.Chart:
    """How many different values there are."""
    rows: list[Row] = [
        {
            "column": name,
            "different": column.different,
            "text": "all" if column.unique and column.different > 1 else f"{column.different:,}",
        }
        for column, name in zip(columns, names, strict=True)
    ]
    chart = _base(rows, names, None).mark_text(align="right")
    return cast(
        "alt.Chart",
        chart.encode(
            x=alt.value(_WIDTHS["different"] - 8),
            text="text:N",
            tooltip=[
                alt.Tooltip("column:N"),
                alt.Tooltip("different:Q", title="different values", format=",d"),
            ],
        ).properties(width=_WIDTHS["different"], title=_head("different")),
    )


def _tied(found: Profile) -> list[Dependency]:
    """The strongest dependencies on one column, between few columns."""
    kept: list[Dependency] = []
    names: set[str] = set()
    for one in found.dependencies:
        both = {*one.left, one.right}
        if len(one.left) == 1 and len(names | both) <= MOST_TIED:
            names |= both
            kept.append(one)
    return kept


def _squares(tied: Sequence[Dependency], found: Profile) -> alt.LayerChart:
    """A square for each pair of columns of which one determines the other."""
    held = {name for one in tied for name in (*one.left, one.right)}
    names = [column.name for column in found.columns if column.name in held]
    shown = dict(zip(names, _apart(names), strict=True))
    rows: list[Row] = [
        {
            "left": shown[one.left[0]],
            "right": shown[one.right],
            "share": one.share,
            "strength": one.strength,
            "rows": one.rows,
            "against": round((1 - one.share) * one.rows),
        }
        for one in tied
    ]
    axis = alt.Axis(labelLimit=_LABEL_LIMIT, labelOverlap=False, labelAngle=-40)
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X("right:N", sort=list(shown.values()), title="is determined", axis=axis),
        y=alt.Y(
            "left:N",
            sort=list(shown.values()),
            title="determines",
            axis=alt.Axis(labelLimit=_LABEL_LIMIT, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("left:N", title="rows that are equal in"),
            alt.Tooltip("right:N", title="agree in"),
            alt.Tooltip("share:Q", title="share that agrees", format=".1%"),
            alt.Tooltip("against:Q", title="rows that do not", format=",d"),
            alt.Tooltip("rows:Q", title="of", format=",d"),
        ],
    )
    cells = base.mark_rect(color=ANSWER_COLOUR).encode(
        opacity=alt.Opacity(
            "strength:Q", legend=None, scale=alt.Scale(domain=[0.6, 1], range=[0.12, 0.7])
        )
    )
    numbers = base.mark_text(fontSize=10).encode(text=alt.Text("share:Q", format=".0%"))
    return cast(
        "alt.LayerChart",
        alt.layer(cells, numbers).properties(
            width=alt.Step(38),
            height=alt.Step(24),
            title=alt.TitleParams("which column determines which", anchor="start", fontSize=12),
        ),
    )


def _head(text: str) -> alt.TitleParams:
    return alt.TitleParams(
        text, anchor="start", frame="group", fontSize=11, fontWeight="normal", offset=4
    )


def _shares() -> alt.Axis:
    return alt.Axis(format=".0%", values=[0, 0.5, 1], grid=False)


def _ends(column: ColumnProfile) -> tuple[float, float]:
    return (column.range.least, column.range.most) if column.range else (0.0, 0.0)


def _spelt(value: float, column: ColumnProfile) -> str:
    """A number as it is read; a date of a column of dates."""
    if column.type != "date":
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:.4g}"
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    except OverflowError:
        return f"{value / 31_556_952 + 1970:.0f}"
    first, last = _ends(column)
    short = last - first < _MONTHS.total_seconds()
    return f"{moment:%Y-%m-%d %H:%M}" if short and column.semantic != "date" else f"{moment:%F}"


def _short(text: str) -> str:
    line = printable(" ".join(text.split()))
    return line if len(line) <= 60 else line[:59] + "…"


def _apart(names: Sequence[str]) -> list[str]:
    """Names as they can be drawn; two that then look alike are told apart."""
    found: list[str] = []
    for name in names:
        text = _short(name) or "–"
        while text in found:
            text = f"({text})"
        found.append(text)
    return found
