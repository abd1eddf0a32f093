"""Changes as a script of plain pandas, and as a file of comma-separated values."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import pandas as pd

from sciml_magics._version import __version__
from sciml_magics.frames.lookup import spelt_label
from sciml_magics.quality.cleaning.cells import drop, put, text
from sciml_magics.quality.cleaning.changes import Change
from sciml_magics.quality.cleaning.dropped import Dropped
from sciml_magics.quality.cleaning.lineage import Made
from sciml_magics.quality.table import unlike
from sciml_magics.quality.wording import counted

_HEAD = '''\
"""The changes that were agreed for {name}: {what}. Written by sciml_magics {version}.

As a script:    python FILE.py dirty.csv clean.csv
As a module:    from FILE import clean; cleaned = clean(df)

A cell that does not hold what it held, and a row or column that is not there, is an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd


def clean(df: pd.DataFrame) -> pd.DataFrame:
    """A new frame with the changes made; the given one stays as it is."""
    df = df.copy(deep=False)
    row, column = places(df.index), places(df.columns)
{steps}
    return df


{functions}

if __name__ == "__main__":
    clean(pd.read_csv(sys.argv[1])).to_csv(sys.argv[2], index=False)
'''
_SAFE = str.maketrans({"\\": "/", '"': "'"})
_MOST_WORDS = 100


def places(labels: Iterable[Any]) -> dict[str, int]:
    """Positions of rows or columns by their labels; of equal ones the second is "a (2)"."""
    return {name: at for at, name in enumerate(unlike([spelt_label(one) for one in labels]))}


def script_of(name: str, changes: Sequence[Made]) -> str:
    """A script of plain pandas that makes the changes that hold, exactly as they were made.

    Parameters
    ----------
    name
        Name of the table.
    changes
        From `sciml_magics.quality.cleaning.changes_of`.

    Returns
    -------
    str
        Python code. Nothing of the table is in it but the cells that were changed and the rows
        that were dropped, as literals.
    """
    held = [one for one in changes if one.holds]
    drops = sum(isinstance(one, Dropped) for one in held)
    used: list[Callable[..., Any]] = [places, text, put, unlike, spelt_label]
    if drops:
        used.insert(3, drop)
    dropped = [f"{counted(drops, 'row')} dropped"] if drops else []
    return _HEAD.format(
        name=ascii(name).translate(_SAFE),
        what=", ".join([counted(len(held) - drops, "cell"), *dropped]),
        version=__version__,
        functions="\n\n".join(map(inspect.getsource, used)),
        steps="\n".join(_steps(held)),
    )


def _steps(changes: Sequence[Made]) -> Iterator[str]:
    ordered = sorted(changes, key=attrgetter("run"))
    for _, group in groupby(ordered, key=attrgetter("run")):
        of_run = list(group)
        by_column: dict[str, list[Change]] = {}
        for one in of_run:
            if isinstance(one, Change):
                by_column.setdefault(one.column, []).append(one)
        for column, edits in by_column.items():
            yield from _put(column, edits)
        if drops := [one for one in of_run if isinstance(one, Dropped)]:
            yield from _drop(drops)


def _put(column: str, edits: Sequence[Change]) -> Iterator[str]:
    kinds = {one.becomes for one in edits} - {"", "category"}
    more = f", dtype={kinds.pop()!r}" if kinds else ""
    yield f"    edits = {{  # {_words(column)}"
    for one in edits:
        told = f"row[{_literal(one.key)}]: ({_literal(one.old)}, {_literal(one.value)}),"
        yield f"        {told}{_why(one)}"
    yield "    }"
    yield f"    put(df, column[{_literal(column)}], edits{more})"


def _drop(drops: Sequence[Dropped]) -> Iterator[str]:
    names = [name for name, _ in drops[0].cells]
    yield "    rows = {"
    for one in drops:
        texts = ", ".join(_literal(old) for _, old in one.cells)
        yield f"        row[{_literal(one.key)}]: [{texts}],{_why(one)}"
    yield "    }"
    listed = ", ".join(_literal(name) for name in names)
    yield f"    df = drop(df, [column[name] for name in [{listed}]], rows)"
    yield "    row = places(df.index)"


def _why(one: Made) -> str:
    return f"  # {_words(' · '.join(filter(None, (one.reason, one.who))))}"


def _words(told: str) -> str:
    """Words as a comment holds them: in one line, and nothing that hides."""
    line = "".join(sign if sign.isprintable() else " " for sign in told)
    return line if len(line) <= _MOST_WORDS else f"{line[:_MOST_WORDS]}…"


def _literal(value: Any) -> str:
    r"""A value as Python code.

    Examples
    --------
    >>> _literal("it's"), _literal(None), _literal(float("inf")), _literal(pd.Timestamp("2024"))
    ('"it\'s"', 'None', "float('inf')", "pd.Timestamp('2024-01-01 00:00:00')")
    >>> _literal("北京"), _literal("\u200b\ud800")
    ("'北京'", "'\\u200b\\ud800'")
    """
    if isinstance(value, pd.Timestamp | pd.Timedelta):
        return f"pd.{type(value).__name__}({str(value)!r})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)
