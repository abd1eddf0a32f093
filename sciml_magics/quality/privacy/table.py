"""Which columns of a frame can hold personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_integer_dtype,
    is_numeric_dtype,
)

from sciml_magics.errors import FrameError, QualityError
from sciml_magics.frames.lookup import column_at
from sciml_magics.quality.privacy.columns import kind_of_column
from sciml_magics.quality.privacy.kinds import SUFFIX
from sciml_magics.quality.table import Column, Table

_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns that are looked at.

    Parameters
    ----------
    texts
        Names of those that are read as texts.
    dates
        Names of those that hold dates of pandas' own, which are only shifted.
    notes
        What was left out and why, a sentence each.
    """

    texts: tuple[str, ...]
    dates: tuple[str, ...]
    notes: tuple[str, ...]


def choose_columns(table: Table, wanted: Sequence[str] | None) -> Chosen:
    """The columns that were asked for, else those that hold texts or are called like personal data.

    Raises
    ------
    FrameError
        If a column is not there, or stands twice.
    QualityError
        If a column that was asked for holds numbers with fractions, truth values or nested values.
    """
    texts, dates, notes = [], [], []
    for column in _asked(table, wanted):
        name = str(_spelt(table, column))
        if is_datetime64_any_dtype(column.cells.dtype):
            if wanted is not None or kind_of_column(name) == "date":
                dates.append(name)
            continue
        reason = _unreadable(table, column)
        if not reason and (wanted is not None or _may_hold(column, name)):
            texts.append(name)
        elif reason and wanted is not None:
            raise QualityError(f"column '{name}' {reason}: name columns of text with --columns")
        elif reason.startswith(("holds nested", "stands")):
            notes.append(f"column '{name}' {reason} and was not looked at")
    return Chosen(tuple(texts), tuple(dates), tuple(dict.fromkeys(notes)))


def is_result(name: str) -> bool:
    """Whether a column was written by a task on personal data, so that it quotes what was found."""
    return SUFFIX in name


def _asked(table: Table, wanted: Sequence[str] | None) -> list[Column]:
    if wanted is None:
        return [column for column in table if not is_result(column.name)]
    return [table.columns[column_at(table.frame, name)] for name in wanted]


def _spelt(table: Table, column: Column) -> object:
    label: object = table.frame.columns[column.at]
    return "/".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else label


def _unreadable(table: Table, column: Column) -> str:
    """Why a column cannot be read as texts; empty where it can."""
    kind = column.cells.dtype
    if is_bool_dtype(kind):
        return "holds truth values"
    if is_numeric_dtype(kind) and not is_integer_dtype(kind):
        return "holds numbers with fractions"
    try:
        column_at(table.frame, str(_spelt(table, column)))
    except FrameError:
        return "stands more than once under its name"
    if _is_nested(column):
        return "holds nested values"
    return ""


def _is_nested(column: Column) -> bool:
    kind = column.cells.dtype
    if isinstance(kind, pd.ArrowDtype):
        import pyarrow as pa

        return bool(pa.types.is_nested(kind.pyarrow_dtype))
    if kind != np.dtype(object):
        return False
    return any(
        not isinstance(cell, str) and (hasattr(cell, "__len__") or isinstance(cell, bytes))
        for cell in column.cells.tolist()
    )


def _may_hold(column: Column, name: str) -> bool:
    """Texts may; numbers do where the column is called so."""
    if is_integer_dtype(column.cells.dtype):
        return kind_of_column(name) is not None and not bool(column.missing.all())
    some = column.values[:_LOOKED_AT].tolist()
    return any(isinstance(value, str) for value in some)
