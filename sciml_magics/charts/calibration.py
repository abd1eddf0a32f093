"""Charts of calibration: how far scores can be taken at their word, and what may be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import cast

import altair as alt

from sciml_magics.charts.drawing import Row
from sciml_magics.charts.labels import ANSWER_COLOUR, MUTED_COLOUR, RULE_COLOUR
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.charts.words import printable
from sciml_magics.learning.evaluating.reliability import Reliability
from sciml_magics.learning.trust.acceptance import Acceptance

SIZE = 230
HEIGHT = 200
_SHARE = alt.Scale(domain=[0, 1])
_SCORES = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f")
_PERCENT = alt.Axis(format=".0%", tickCount=5)


def calibration_chart(
    before: Reliability, after: Reliability, name: str, how: str = ""
) -> alt.HConcatChart:
    """How often answers are right at each score: as the model gave them, and calibrated.

    On the diagonal a score is what it says it is; below it the model is too sure of itself. Bars
    show how many answers have each score.

    Parameters
    ----------
    before, after
        As of `sciml_magics.learning.evaluating.reliability.reliability`.
    name
        What is calibrated.
    how
        In few words, by what.

    Raises
    ------
    NothingToDrawError
        If there are no answers.
    """
    if not before.count.sum():
        raise NothingToDrawError(f"nobody judged a suggestion of {name} yet: nothing to draw")
    panels = [
        reliability_chart(before, "as the model gives it"),
        reliability_chart(after, how or "calibrated"),
    ]
    words = (
        f"{printable(name)}: calibration error {before.ece:.3f} before and {after.ece:.3f} after "
        f"calibration, over {int(before.count.sum()):,} answers."
    )
    return alt.hconcat(
        *panels,
        title=alt.TitleParams(f"{printable(name)}: calibration", anchor="start"),
        description=words,
        background="transparent",
        spacing=24,
    )


def reliability_chart(found: Reliability, title: str) -> alt.LayerChart:
    """Share of answers that are right, by score, with the diagonal on which both are equal."""
    total = max(int(found.count.sum()), 1)
    rows: list[Row] = [
        {
            "low": float(low),
            "high": float(high),
            "n": int(n),
            "share": int(n) / total,
            "confidence": float(sure),
            "accuracy": float(right),
        }
        for low, high, n, sure, right in zip(
            found.low, found.high, found.count, found.confidence, found.accuracy, strict=True
        )
        if n
    ]
    base = alt.Chart(alt.InlineData(values=rows))
    tooltip = [
        alt.Tooltip("confidence:Q", title="score, mean", format=".2f"),
        alt.Tooltip("accuracy:Q", title="right", format=".0%"),
        alt.Tooltip("n:Q", title="answers", format=",d"),
    ]
    bars = base.mark_bar(color=MUTED_COLOUR, opacity=0.35).encode(
        x=alt.X("low:Q", bin="binned", scale=_SHARE, title="score", axis=_SCORES),
        x2="high",
        y=alt.Y("share:Q", scale=_SHARE),
        tooltip=tooltip,
    )
    ends: list[Row] = [{"at": 0.0}, {"at": 1.0}]
    even = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_line(color=RULE_COLOUR, strokeDash=[5, 3], strokeWidth=1.5)
        .encode(x="at:Q", y="at:Q")
    )
    # Each bin's distance from the diagonal is what the error is made of.
    off = base.mark_rule(color=ANSWER_COLOUR, strokeWidth=1.5).encode(
        x="confidence:Q", y="confidence:Q", y2="accuracy", tooltip=tooltip
    )
    right = base.mark_point(color=ANSWER_COLOUR, filled=True, opacity=1).encode(
        x="confidence:Q",
        y=alt.Y("accuracy:Q", scale=_SHARE, title="right, and share of answers", axis=_PERCENT),
        size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[20, 140])),
        tooltip=tooltip,
    )
    layers: Sequence[alt.Chart] = (bars, even, off, right)
    return cast(
        "alt.LayerChart",
        alt.layer(
            *layers,
            width=SIZE,
            height=SIZE,
            title=alt.TitleParams(
                printable(title), subtitle=f"calibration error {found.ece:.3f}", anchor="start"
            ),
        ),
    )


def acceptance_chart(
    found: Acceptance, name: str, threshold: float | None = None
) -> alt.HConcatChart:
    """How far people agree with the answers above a score, by that score and by what it takes in.

    Parameters
    ----------
    found
        As of `sciml_magics.learning.trust.acceptance.acceptance`.
    name
        What is accepted.
    threshold
        A score to mark.

    Raises
    ------
    NothingToDrawError
        If there is no threshold above which anything was judged.
    """
    rows: list[Row] = [
        {
            "threshold": float(at),
            "taken": float(share),
            "agreement": one.value,
            "low": one.low,
            "high": one.high,
            "n": one.n,
        }
        for at, share, one in zip(found.thresholds, found.share, found.agreements, strict=True)
        if isfinite(share)
    ]
    if not rows:
        raise NothingToDrawError(f"nobody judged a suggestion of {name} yet: nothing to draw")
    drawn = "drawn at random" if found.random else "not drawn at random"
    words = f"{printable(name)}: agreement of people by score. " + " ".join(
        f"Above {row['threshold']:.2f}: {row['agreement']:.0%}, {row['taken']:.0%} of all answers."
        for row in rows[:: max(1, len(rows) // 4)]
    )
    panels = [
        _agreement(rows, "threshold:Q", "accept above this score", threshold),
        _agreement(rows, "taken:Q", "share of all answers that is accepted", None),
    ]
    return alt.hconcat(
        *panels,
        title=alt.TitleParams(
            f"{printable(name)}: what may be accepted",
            subtitle=f"on {found.answers:,} answers, {drawn}; 95 % interval",
            anchor="start",
        ),
        description=words,
        background="transparent",
        spacing=24,
    )


def _agreement(
    rows: Sequence[Row], field: str, title: str, threshold: float | None
) -> alt.LayerChart:
    least = min(float(str(row["low"])) for row in rows)
    scale = alt.Scale(domain=[max(0.0, least - 0.05), 1], nice=False, clamp=True)
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        x=alt.X(field, title=title, axis=alt.Axis(format=".0%" if "taken" in field else ".2~f")),
        tooltip=[
            alt.Tooltip("threshold:Q", title="accept above", format=".3~f"),
            alt.Tooltip("taken:Q", title="share of all answers", format=".0%"),
            alt.Tooltip("agreement:Q", title="people agree", format=".1%"),
            alt.Tooltip("low:Q", title="95 % from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="answers", format=",d"),
        ],
    )
    band = base.mark_area(color=ANSWER_COLOUR, opacity=0.18).encode(
        y=alt.Y("low:Q", scale=scale), y2="high"
    )
    line = base.mark_line(
        color=ANSWER_COLOUR, strokeWidth=2, point=alt.OverlayMarkDef(size=18)
    ).encode(y=alt.Y("agreement:Q", title="people agree", scale=scale, axis=_PERCENT))
    layers: list[alt.Chart] = [band, line]
    if threshold is not None:
        at: list[Row] = [{"at": threshold}]
        layers.append(
            alt.Chart(alt.InlineData(values=at))
            .mark_rule(color=RULE_COLOUR, strokeDash=[5, 3], strokeWidth=1.5)
            .encode(x="at:Q", tooltip=[alt.Tooltip("at:Q", title="accept above", format=".3~f")])
        )
    return cast("alt.LayerChart", alt.layer(*layers, width=SIZE + 30, height=HEIGHT))
