"""Changes as a script of plain pandas, and as a file of comma-separated values."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from sciml_magics._version import __version__
from sciml_magics.frames.lookup import spelt_label
from sciml_magics.quality.cleaning.cells import put, text
from sciml_magics.quality.cleaning.changes import Change
from sciml_magics.quality.table import unlike

_HEAD = '''\
"""The changes that were agreed for {name}: {count:,} cells. Written by sciml_magics {version}.

As a script:    python FILE.py dirty.csv clean.csv
As a module:    from FILE import clean; cleaned = clean(df)

A cell that does not hold what it held, and a row or column that is not there, is an error.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd


{functions}

def clean(df: pd.DataFrame) -> pd.DataFrame:
    """A new frame with the changes made; the given one stays as it is."""
    df = df.copy(deep=False)
    row = {{key: at for at, key in enumerate(unlike([spelt_label(x) for x in df.index.tolist()]))}}
    column = {{key: at for at, key in enumerate(unlike([spelt_label(x) for x in df.columns]))}}
{puts}
    return df


if __name__ == "__main__":
    clean(pd.read_csv(sys.argv[1])).to_csv(sys.argv[2], index=False)
'''
_SAFE = str.maketrans({"\\": "/", '"': "'"})


def script_of(name: str, changes: Sequence[Change]) -> str:
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
        Python code. Nothing of the table is in it but the cells that were changed, as literals.
    """
    held = [one for one in changes if one.holds]
    functions = "\n\n".join(inspect.getsource(one) for one in (spelt_label, unlike, text, put))
    return _HEAD.format(
        name=ascii(name).translate(_SAFE),
        count=len(held),
        version=__version__,
        functions=functions,
        puts="\n".join(_puts(held)),
    )


def _puts(changes: Sequence[Change]) -> Iterator[str]:
    ordered = sorted(changes, key=lambda one: one.run)
    for _, of_run in groupby(ordered, key=lambda one: one.run):
        by_column: dict[str, list[Change]] = {}
        for one in of_run:
            by_column.setdefault(one.cell.column, []).append(one)
        for column, edits in by_column.items():
            kinds = {one.becomes for one in edits} - {"", "category"}
            yield "    put("
            yield "        df,"
            yield f"        column[{column!a}],"
            yield f"        [row[key] for key in {_listed(one.cell.key for one in edits)}],"
            yield f"        {_listed(one.cell.text for one in edits)},"
            yield f"        {_listed(one.value for one in edits)},"
            yield from (f"        {kind!r}," for kind in kinds)
            yield "    )"


def _listed(values: Any) -> str:
    return f"[{', '.join(map(_literal, values))}]"


def _literal(value: Any) -> str:
    r"""A value as Python code.

    Examples
    --------
    >>> _literal("it's"), _literal(None), _literal(float("inf")), _literal(pd.Timestamp("2024"))
    ('"it\'s"', 'None', "float('inf')", "pd.Timestamp('2024-01-01 00:00:00')")
    """
    if isinstance(value, pd.Timestamp | pd.Timedelta):
        return f"pd.{type(value).__name__}({str(value)!r})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return ascii(value)
