"""The list of changes as a frame: cells and rows, with who, when and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from sciml_magics.quality.cleaning.cells import listable
from sciml_magics.quality.cleaning.lineage import Made, made_of
from sciml_magics.quality.table import Table
from sciml_magics.store import Store

COLUMNS = ("row", "column", "old", "new", "reason", "who", "when", "state", "score")
_BLANKS = re.compile(r"^ +| +$| {2,}")
APPLIED, TAKEN_BACK, REPLACED = "applied", "taken back", "replaced"


def changes_of(store: Store, table: Table) -> list[Made]:
    """Every change that was made to a table of this name, oldest first."""
    return made_of(store, table.name)


def changes_frame(changes: Sequence[Made]) -> pd.DataFrame:
    """The list of changes, one a row; `COLUMNS` says which columns there are."""
    rows = [
        (
            *map(listable, (one.key, one.column, one.old, one.new, one.reason)),
            *((one.who, one.when) if one.taken_back is None else one.taken_back),
            state_of(one),
            one.score,
        )
        for one in changes
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["when"] = pd.to_datetime(frame["when"], utc=True)
    texts = {name: "str" for name in COLUMNS if name not in ("when", "score")}
    return frame.astype({**texts, "score": "float64"})


def state_of(one: Made) -> str:
    """What has become of a change, in words."""
    if one.taken_back is not None:
        return TAKEN_BACK
    return REPLACED if one.replaced else APPLIED


def as_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """A list of changes or repairs as people read it: blanks are seen, times are to the minute."""
    shown = frame.copy(deep=False)
    for name in ("old", "new"):
        shown[name] = [with_blanks(x) if isinstance(x, str) else x for x in shown[name]]
    if "when" in shown:
        shown["when"] = shown["when"].dt.strftime("%Y-%m-%d %H:%M")
    return shown


def with_blanks(text: str) -> str:
    """A text whose blanks at the ends, or several in a row, are seen.

    Examples
    --------
    >>> with_blanks(" Turku "), with_blanks("New  York"), with_blanks("New York")
    ('␣Turku␣', 'New␣␣York', 'New York')
    """
    return _BLANKS.sub(lambda found: "␣" * len(found.group()), text)
