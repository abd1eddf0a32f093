"""How a list of cells or rows is shown in a notebook: a line, notes, and its first rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sciml_magics.charts.words import printable
from sciml_magics.panels.views import lines_html

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20


class Listed:
    """A result that a notebook shows as a line, notes, and the first rows of a list."""

    __slots__ = ()

    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        """The line, what to know and do next (a sentence each), and the list."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return listing_text(*self._listing())

    def _repr_html_(self) -> str:
        return listing_html(*self._listing())


def listing_html(summary: str, notes: Iterable[str], frame: pd.DataFrame) -> str:
    """The summary, notes, and the first rows of a frame, safe to send to a browser.

    Examples
    --------
    >>> import pandas as pd
    >>> "&lt;b&gt;" in listing_html("t: 1 cell", (), pd.DataFrame({"old": ["<b>"]}))
    True
    """
    head, _, facts = summary.partition(": ")
    shown = frame.head(MOST_ROWS)
    table = shown.to_html(
        index=False, na_rep="–", border=0, escape=True, float_format="{:.2f}".format
    )
    more = [f"{len(frame) - MOST_ROWS:,} more in .frame"] if len(frame) > MOST_ROWS else []
    lines = lines_html(head, facts.split(" · "), [*notes, *more])
    return lines + (table if len(frame) else "")


def listing_text(summary: str, notes: Iterable[str], frame: pd.DataFrame) -> str:
    """The same as plain text."""
    lines = [summary, *notes]
    if len(frame):
        shown = frame.head(MOST_ROWS)
        lines.append(shown.to_string(index=False, float_format="{:.2f}".format))
    if len(frame) > MOST_ROWS:
        lines.append(f"{len(frame) - MOST_ROWS:,} more in .frame")
    return "\n".join(printable(line) for part in lines for line in part.splitlines())
