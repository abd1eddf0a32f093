"""Find the columns that a task names, and refuse what is no frame, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import pandas as pd

from sciml_magics.errors import FrameError

_SHOWN = 12
# What turns other libraries' tables into a frame: pandas, Polars and Arrow, xarray, Spark, Dask.
_CONVERTING = ("to_frame", "to_pandas", "to_dataframe", "toPandas", "compute")


def check_frame(frame: object, columns: Sequence[str]) -> None:
    """Raise `FrameError` unless `frame` is a DataFrame that has each of `columns` once."""
    if not isinstance(frame, pd.DataFrame):
        kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__qualname__}"
        method = next((name for name in _CONVERTING if hasattr(frame, name)), None)
        way_out = f"call .{method}() on it" if method else "wrap it in pd.DataFrame(…)"
        raise FrameError(f"this is a {kind.removeprefix('builtins.')}, no pandas frame: {way_out}")
    for name in columns:
        column_at(frame, name)


def column_at(frame: pd.DataFrame, name: str) -> int:
    """Position of the column called `name`.

    Names that are no strings go by how they print, and those of several levels by their parts with
    a slash between or by how the tuple prints, where nothing is called exactly so.

    Raises
    ------
    FrameError
        If there is no such column, or more than one.

    Examples
    --------
    >>> column_at(pd.DataFrame({"a": [1], 7: [2]}), "7")
    1
    """
    if frame.columns.nlevels == 1 and frame.columns.is_unique and name in frame.columns:
        at = frame.columns.get_loc(name)  # without a look at ten thousand others
        if isinstance(at, int):
            return at
    names: list[object] = list(frame.columns)
    printed = [spelt_label(column) for column in names]
    found = [i for i, column in enumerate(names) if isinstance(column, str) and column == name]
    found = found or [i for i, text in enumerate(printed) if text == name]
    found = found or [i for i, column in enumerate(names) if str(column) == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise FrameError(f"{len(found)} columns are called '{name}': rename all but one")
    near = get_close_matches(name, printed, n=1)
    if near:
        raise FrameError(f"no column '{name}': did you mean '{near[0]}'?")
    shown = ", ".join(f"'{text}'" for text in printed[:_SHOWN]) or "none"
    more = f" and {len(printed) - _SHOWN} more" if len(printed) > _SHOWN else ""
    raise FrameError(f"no column '{name}': the frame has {shown}{more}")


def spelt_label(column: object) -> str:
    """A label of a column or row as it prints; of several levels the parts, a slash between."""
    if isinstance(column, tuple):
        return "/".join(str(part) for part in column if str(part))
    return str(column)
