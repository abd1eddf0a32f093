"""How an evaluation is shown in a notebook: its tables, safe to send to a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciml_magics.charts.words import printable
from sciml_magics.panels.views import lines_html

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.learning.evaluating.evaluation import Evaluation

MOST_ROWS = 100

_HEADS = {"low": "95 % from", "high": "to", "f1": "F1", "n": "records"}


def evaluation_html(found: Evaluation, source: str = "") -> str:
    """The line that sums it up, the table of labels and averages, and what there is besides."""
    head, _, facts = found.summary.partition(": ")
    notes = [*([source] if source else []), *found.notes]
    parts = [lines_html(head, facts.split(" · "), notes)]
    if len(found.classes):
        parts.append(_table(found.frame().reset_index()))
    if found.tokens is not None:
        parts += [lines_html("words", ["tags of single words"]), _table(found.tokens)]
    if found.slices is not None:
        table = found.slices.drop(columns=["accuracy"] if found.measure == "accuracy" else [])
        parts.append(_table(table.rename(columns={"score": found.measure})))
    return "".join(parts)


def evaluation_text(found: Evaluation, source: str = "") -> str:
    """The same as plain text."""
    lines = [found.summary, *([source] if source else []), *found.notes]
    if len(found.classes):
        lines.append(_readable(found.frame().reset_index()).to_string(index=False, na_rep="–"))
    if found.slices is not None:
        lines.append(_readable(found.slices).to_string(index=False, na_rep="–"))
    return "\n".join(printable(line) if "\n" not in line else line for line in lines)


def _table(table: pd.DataFrame) -> str:
    """A table as HTML; of many rows those at its end, where the averages are, stay."""
    shown = _readable(table)
    rows = shown.to_html(
        index=False, na_rep="–", border=0, escape=True, justify="right", max_rows=MOST_ROWS
    )
    return f'<div style="overflow-x:auto">{rows}</div>'


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.copy()
    for name in shown.columns:
        if shown[name].dtype.kind == "f":
            shown[name] = [f"{value:.3f}" if value == value else None for value in shown[name]]
        elif shown[name].dtype.kind in "iu":
            shown[name] = [f"{value:,}" for value in shown[name]]
        else:
            shown[name] = [printable(str(value)) for value in shown[name]]
    return shown.rename(columns=_HEADS)
