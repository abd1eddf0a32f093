"""Values of cells and labels of rows as JSON keeps them, to be put back exactly."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

# By the name of its type, how a value is read from its text.
_READ: dict[str, Callable[[str], Any]] = {
    "float": float,
    "complex": complex,
    "Timestamp": pd.Timestamp,
    "Timedelta": pd.Timedelta,
    "Decimal": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "list": json.loads,
    "dict": json.loads,
    "bytes": bytes.fromhex,
}
# Likewise of its parts.
_OF_PARTS: dict[str, Callable[..., Any]] = {
    "tuple": lambda *parts: parts,
    "Interval": pd.Interval,
    "Period": pd.Period,
}
_MISSING: dict[str, Any] = {"NaT": pd.NaT, "NA": pd.NA, "None": None}


def packed(value: Any) -> Any:
    """A value as JSON: as it is, or its type and text. Of other types only the text is kept.

    Examples
    --------
    >>> packed("a"), packed(2**70), packed(pd.NaT), packed(pd.Timestamp("2024")), packed((1, "b"))
    ('a', 1180591620717411303424, ['NaT', ''], ['Timestamp', '2024-01-01 00:00:00'],
     ['tuple', [1, 'b']])
    """
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        value = value.item()
    if value is pd.NaT or value is pd.NA or value is None:
        return ["NA" if value is pd.NA else str(value), ""]
    kind = type(value).__name__
    if isinstance(value, tuple):
        return ["tuple", [packed(part) for part in value]]
    if type(value) in (str, bool, int) or (type(value) is float and np.isfinite(value)):
        return value
    if isinstance(value, pd.Interval):
        return [kind, [packed(value.left), packed(value.right), value.closed]]
    if isinstance(value, pd.Period):
        return [kind, [str(value), value.freqstr]]
    if isinstance(value, bytes):
        return [kind, value.hex()]
    if isinstance(value, list | dict):
        return _nested(kind, value)
    if isinstance(value, datetime.date | datetime.time) and not isinstance(value, pd.Timestamp):
        return [kind, value.isoformat()]
    return [kind if kind in _READ else "str", str(value)]


def unpacked(kept: Any) -> Any:
    """The value that `packed` made this of.

    Examples
    --------
    >>> [unpacked(packed(value)) for value in ("a", None, float("inf"), pd.Timedelta("1h"), [1])]
    ['a', None, inf, Timedelta('0 days 01:00:00'), [1]]
    """
    if not isinstance(kept, list):
        return kept
    kind, told = kept
    if kind in _OF_PARTS:
        return _OF_PARTS[kind](*map(unpacked, told))
    if kind in _MISSING:
        return _MISSING[kind]
    return _READ[kind](told) if kind in _READ else told


def _nested(kind: str, value: list[Any] | dict[Any, Any]) -> list[str]:
    try:
        told = json.dumps(value)
    except (TypeError, ValueError):
        return ["str", str(value)]
    return [kind, told] if json.loads(told) == value else ["str", str(value)]
