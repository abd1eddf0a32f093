"""Put new values into cells of a frame, and keep the type of its columns where that can be.

`text`, `put` and `drop` need nothing but pandas: exported scripts carry them along, so that a
script does exactly what was done here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

_TRUTH = {"True": True, "False": False, "true": True, "false": False}
# Whole numbers of NumPy and truth values cannot be missing; those of pandas can.
_MAY_BE_MISSING = {
    "int8": "Int8",
    "int16": "Int16",
    "int32": "Int32",
    "int64": "Int64",
    "uint8": "UInt8",
    "uint16": "UInt16",
    "uint32": "UInt32",
    "uint64": "UInt64",
    "bool": "boolean",
}


def text(cell: Any) -> str:
    """What stands in a cell as it prints; nothing where it is missing or blank."""
    return "" if pd.isna(cell) is True or not str(cell).strip() else str(cell)


def put(
    df: pd.DataFrame, column: int, edits: Mapping[int, tuple[str, Any]], dtype: str = ""
) -> None:
    """Put new values where old ones stand: of a column, by positions, (what stands there, new)."""
    series: Any = df.iloc[:, column]
    cells = series.astype(object).to_numpy(copy=True)
    for row, (old, new) in edits.items():
        if text(cells[row]) != old:
            raise ValueError(f"row {row} of {series.name!r} holds {cells[row]!r}, not {old!r}")
        cells[row] = new
    kind: Any = dtype or series.dtype
    if isinstance(kind, pd.CategoricalDtype):
        more = [new for new in dict.fromkeys(new for _, new in edits.values()) if text(new)]
        values = [*kind.categories, *(value for value in more if value not in kind.categories)]
        kind = pd.CategoricalDtype(values, kind.ordered)
    made: Any = pd.Series(cells, df.index, object, series.name)
    df.isetitem(column, made.astype(kind))


def drop(
    df: pd.DataFrame, columns: Sequence[int], rows: Mapping[int, Sequence[str]]
) -> pd.DataFrame:
    """A frame without some rows: by positions, what stands in these columns of each."""
    for column, *held in zip(columns, *rows.values(), strict=True):
        cells = df.iloc[list(rows), column].astype(object).tolist()
        for row, cell, old in zip(rows, cells, held, strict=True):
            if text(cell) != old:
                raise ValueError(f"row {row} holds {cell!r}, not {old!r}: it is not dropped")
    stays = [row not in rows for row in range(len(df))]
    return df.loc[stays].copy()


def typed(column: pd.Series, rows: Sequence[int], texts: Sequence[str]) -> tuple[list[Any], str]:
    """New texts as values of a column, and the type that it gets; none if it keeps its own.

    Where a value does not fit, the column becomes one of any values.

    Examples
    --------
    >>> typed(pd.Series([1, 2]), [0], ["3"])
    ([3], '')
    >>> typed(pd.Series([1, 2]), [0], [""])
    ([None], 'Int64')
    >>> typed(pd.Series([1, 2]), [0], ["1.5"])
    ([1.5], 'float64')
    >>> typed(pd.Series([1, 2]), [0], ["many"])
    (['many'], 'object')
    """
    dtype = column.dtype
    inner = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    if isinstance(inner, pd.PeriodDtype | pd.IntervalDtype):
        return [text or None for text in texts], "object"
    if _kind(inner) == "O" and not isinstance(inner, pd.StringDtype):
        cells = column.iloc[list(rows)].tolist()
        return [_like(cell, text) for cell, text in zip(cells, texts, strict=True)], ""
    whole = _kind(inner) in "iu" and inner is dtype
    for kind in (_kind(inner), "f") if whole else (_kind(inner),):
        try:
            values = [_parsed(text, kind, inner) if text else None for text in texts]
        except (ValueError, OverflowError):
            continue
        if kind != _kind(inner):
            return values, "float64"
        return values, _MAY_BE_MISSING.get(str(dtype), "") if None in values else ""
    return [text or None for text in texts], "object"


def may_be_missing(dtype: Any) -> Any:
    """The type that a column gets where a cell of it becomes missing; most keep their own."""
    return _MAY_BE_MISSING.get(str(dtype), dtype)


def _kind(dtype: Any) -> str:
    if isinstance(dtype, pd.StringDtype) or "string" in str(dtype):
        return "O"
    return str(getattr(dtype, "kind", "O"))


def _parsed(text: str, kind: str, dtype: Any) -> Any:
    match kind:
        case "i" | "u":
            value = int(text) if text.lstrip("+-").isdigit() else _whole(text)
            pd.array([value], dtype=dtype)  # raises where it is too large for the column
            return value
        case "f":
            return float(text)
        case "b":
            if text not in _TRUTH:
                raise ValueError(text)
            return _TRUTH[text]
        case "M":
            moment = pd.Timestamp(text)
            zone = getattr(dtype, "tz", None)
            if (moment.tzinfo is None) != (zone is None):
                moment = moment.tz_localize(zone) if zone else moment.tz_localize(None)
            return _whole_in(moment, dtype)
        case "m":
            return _whole_in(pd.Timedelta(text), dtype)
        case "O":
            return text
    raise ValueError(text)


def _whole_in(moment: Any, dtype: Any) -> Any:
    """A moment or a time span, where the unit of a column holds all of it."""
    if pd.Series([moment], dtype=object).astype(dtype).iloc[0] != moment:
        raise ValueError(f"{moment} is finer than {dtype}")
    return moment


def _whole(text: str) -> int:
    number = float(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def _like(cell: Any, text: str) -> Any:
    """A text as the type of the cell that it replaces, where it reads as that."""
    if not text:
        return None
    if isinstance(cell, bool):
        return _TRUTH.get(text, text)
    for kind in (int, float):
        if type(cell) is kind:
            try:
                number = kind(text)
            except ValueError:
                return text
            return number if math.isfinite(number) else text
    return text


def spelt(cell: Any) -> Any:
    """A cell as JSON keeps it exactly, or ``None`` where its text says as much."""
    return cell if isinstance(cell, str | bool | int | float) and cell == cell else None


def listable(told: Any) -> Any:
    r"""A text as a frame can hold it: half a letter, which is no text, is written out.

    Examples
    --------
    >>> listable("a\ud800"), listable("é"), listable(None)
    ('a\\ud800', 'é', None)
    """
    return told.encode("utf-8", "backslashreplace").decode() if isinstance(told, str) else told
