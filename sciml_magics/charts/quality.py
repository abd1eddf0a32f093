"""Charts of what looks wrong in a table, what could stand there, and what was changed."""

from __future__ import annotations

from typing import cast

import altair as alt
import pandas as pd

from sciml_magics.charts.drawing import Row, inline_data
from sciml_magics.charts.labels import ANSWER_COLOUR, BAR_STEP, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.words import listed, printable

MOST_BARS = 30
_MOST_KINDS = 8
_OTHERS = "others"
_LABEL_LIMIT = 180
# Mid-tones, seen on white and on dark grounds, and told apart by lightness as well as hue.
_COLOURS = (
    ANSWER_COLOUR, RULE_COLOUR, "#5b9e63", "#b8508f", "#8c8318", "#7d6fc4", "#4fa3a5",
    "#c2452d", MUTED_COLOUR,
)  # fmt: skip
_SURENESS = ("0.95 or more", "0.8 to 0.95", "below 0.8", "no value known")


def findings_chart(counts: pd.DataFrame, name: str) -> alt.Chart:
    """How many cells of each column look wrong, a bar for each column cut by detector.

    Parameters
    ----------
    counts
        ``column``, ``detector`` and ``cells``, a pair a row.
    name
        Name of the table.

    Examples
    --------
    >>> counts = pd.DataFrame({"column": ["zip"], "detector": ["type"], "cells": [3]})
    >>> findings_chart(counts, "places").to_dict()["description"]
    'places: cells that look wrong: zip 3.'
    """
    return _bars(
        counts.rename(columns={"detector": "kind"}), f"{name}: cells that look wrong", "detector"
    )


def repairs_chart(frame: pd.DataFrame, name: str) -> alt.Chart:
    """For how many cells of each column a value is known, and how sure it is.

    Parameters
    ----------
    frame
        ``column``, ``new`` and ``score``, a cell a row.
    name
        Name of the table.
    """
    edges = [-0.1, 0.8, 0.95, 1.1]
    sure = pd.cut(
        frame["score"], edges, right=False, labels=["below 0.8", "0.8 to 0.95", _SURENESS[0]]
    )
    kinds = sure.astype(object).where(frame["new"].notna(), _SURENESS[3])
    counts = frame.assign(kind=kinds).groupby(["column", "kind"], observed=True, sort=False).size()
    title = f"{name}: values for cells"
    return _bars(counts.rename("cells").reset_index(), title, "score", _SURENESS)


def changes_chart(frame: pd.DataFrame, name: str) -> alt.Chart:
    """How many cells of each column were changed, by who agreed; what no longer holds apart.

    Parameters
    ----------
    frame
        ``column``, ``who`` and ``state``, a change a row.
    name
        Name of the table.
    """
    kinds = frame["who"].where(frame["state"] == "applied", frame["state"])
    counts = frame.assign(kind=kinds).groupby(["column", "kind"], sort=False).size()
    return _bars(counts.rename("cells").reset_index(), f"{name}: changed cells", "by")


def _bars(
    counts: pd.DataFrame, title: str, legend: str, kinds: tuple[str, ...] | None = None
) -> alt.Chart:
    by_kind = counts.groupby("kind", sort=False)["cells"].sum().sort_values(ascending=False)
    shown = [*(kinds or by_kind.index[:_MOST_KINDS])]
    kept = counts.assign(kind=counts["kind"].where(counts["kind"].isin(shown), _OTHERS))
    totals = kept.groupby("column", sort=False)["cells"].sum().sort_values(ascending=False)
    columns = [str(column) for column in totals.index[:MOST_BARS]]
    present = [kind for kind in (*shown, _OTHERS) if (kept["kind"] == kind).any()]
    rows = _rows(kept, columns, present)
    words = listed([f"{column} {totals[column]:,}" for column in columns])
    more = len(totals) - len(columns)
    chart = alt.Chart(
        inline_data(rows),
        title=alt.TitleParams(
            printable(title),
            subtitle=f"{more:,} more columns are left out" if more > 0 else alt.Undefined,
            anchor="start",
            frame="group",
            limit=600,
        ),
        description=printable(f"{title}: {words or 'none'}."),
        width="container",
        height=max(3, len(columns)) * BAR_STEP,
        background="transparent",
    )
    return cast(
        "alt.Chart",
        chart.mark_bar().encode(
            x=alt.X("cells:Q", title="cells", axis=alt.Axis(tickMinStep=1, format=",d")),
            y=alt.Y(
                "column:N",
                sort=list(map(printable, columns)),
                title=None,
                axis=alt.Axis(labelLimit=_LABEL_LIMIT),
            ),
            color=alt.Color(
                "kind:N",
                title=legend,
                scale=alt.Scale(domain=present, range=list(_COLOURS[: len(present)])),
                legend=alt.Legend(orient="bottom", direction="horizontal", columns=3),
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("column:N", title="column"),
                alt.Tooltip("kind:N", title=legend),
                alt.Tooltip("cells:Q", title="cells", format=",d"),
            ],
        ),
    )


def _rows(kept: pd.DataFrame, columns: list[str], kinds: list[str]) -> list[Row]:
    summed = kept.groupby(["column", "kind"], sort=False)["cells"].sum().reset_index()
    wanted = summed[summed["column"].isin(columns)]
    return [
        {
            "column": printable(str(row["column"])),
            "kind": row["kind"],
            "cells": int(row["cells"]),
            "order": kinds.index(row["kind"]),
        }
        for row in wanted.to_dict("records")
    ]
