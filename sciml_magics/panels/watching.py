"""How a watched batch is shown in a notebook: one report, safe to send to a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciml_magics.charts.words import printable
from sciml_magics.panels.views import lines_html, table_html

if TYPE_CHECKING:
    from sciml_magics.quality.watching import Change, Report

MOST_LINES = 40
_HEADS = {
    "new column": "columns",
    "lost column": "columns",
    "type": "columns",
    "values": "values",
    "lengths": "values",
    "spelling": "values",
    "new values": "values",
    "missing": "missing cells",
    "rule": "broken rules",
    "detector": "what detectors find",
}


def report_html(found: Report) -> str:
    """The line that sums it up, and what is new by kind."""
    head, _, facts = found.summary.partition(": ")
    parts = [lines_html(head, facts.split(" · "), found.notes)]
    parts += [table_html(name, rows) for name, rows in _lists(found)]
    return "".join(parts)


def report_text(found: Report) -> str:
    """The same as plain text."""
    lines = [found.summary, *found.notes]
    for name, rows in _lists(found):
        lines += [name, *(f"  {where}: {words}" for where, words in rows)]
    return "\n".join(map(printable, lines))


def _lists(found: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is new, by kind; of a first batch the rules that it breaks."""
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for one in found.changes:
        by_kind.setdefault(_HEADS[one.what], []).append((one.where, _words(one)))
    if found.before is None:
        broken = [one for one in found.rates if one.after and one.what == "rule"]
        if broken:
            by_kind["broken rules"] = [
                (one.where, f"{100 * one.after:.3g} % of the rows break it") for one in broken
            ]
    return [(name, _cut(rows)) for name, rows in by_kind.items()]


def _words(one: Change) -> str:
    if one.chance != one.chance:
        return one.words
    chance = "p < 0.0001" if one.chance < 0.0001 else f"p = {one.chance:.2g}"
    return f"{one.words} ({chance})"


def _cut(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(rows) <= MOST_LINES:
        return rows
    return [*rows[:MOST_LINES], ("…", f"{len(rows) - MOST_LINES:,} more")]
