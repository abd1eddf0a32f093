"""How personal data that was found is shown in a notebook: counts, never the data itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciml_magics.charts.words import listed, printable
from sciml_magics.panels.views import lines_html

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.api.protecting import Privacy

MOST_ROWS = 100
_SHOWN_TASKS = 4


def privacy_html(found: Privacy) -> str:
    """The line that sums it up, the counts by column and kind, and what a second look found."""
    head, facts, notes = _told(found)
    parts = [lines_html(head, facts, notes)]
    if len(found.counts):
        parts.append(_table(found.counts))
    if len(found.left):
        parts += [lines_html("found by a second look", ["in the new texts"]), _table(found.left)]
    return "".join(parts)


def privacy_text(found: Privacy) -> str:
    """The same as plain text."""
    head, facts, notes = _told(found)
    lines = [f"{head}: {' · '.join(facts)}", *notes]
    lines += [table.to_string(index=False) for table in (found.counts, found.left) if len(table)]
    return "\n".join(printable(line) if "\n" not in line else line for line in lines)


def _told(found: Privacy) -> tuple[str, list[str], list[str]]:
    counts = found.counts
    count = len(found.tasks)
    facts = [f"{count:,} {'column' if count == 1 else 'columns'} looked at"]
    if len(counts):
        kinds = counts.groupby("kind")["found"].sum().sort_values(ascending=False)
        facts += [f"{count:,} {kind}" for kind, count in kinds.items()]
    else:
        facts.append("nothing found")
    notes = list(found.notes)
    if found.frame is not None:
        facts.append(f"{found.replaced:,} replaced by pseudonyms")
        notes.append(
            f"the key is {found.key}: who has it can find out who is who; keep it, and never share "
            "it with the frame"
        )
        left = int(found.left["rows"].sum()) if len(found.left) else 0
        if left:
            notes.append(f"a second look marks something in {left:,} rows of the new frame")
    elif len(counts):
        marked = [f"{found.name}.{column}.personal" for column in counts["column"].unique()]
        notes.append(f"look at it with %review {listed(marked, _SHOWN_TASKS)}")
    return found.name, facts, notes


def _table(table: pd.DataFrame) -> str:
    shown = table.map(lambda cell: f"{cell:,}" if isinstance(cell, int) else printable(str(cell)))
    rows = shown.to_html(index=False, border=0, escape=True, justify="right", max_rows=MOST_ROWS)
    return f'<div style="overflow-x:auto">{rows}</div>'
