"""What stands in the cells of text columns, as text."""

from __future__ import annotations

import datetime
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError

# Scalars that print as a person would write them. `decimal.Decimal` is a number, too.
_PLAIN = (
    numbers.Number,
    np.bool_,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    np.datetime64,
    np.timedelta64,
    pd.Period,
    pd.Interval,
)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column whose cells are read as text.

    Parameters
    ----------
    name
        The task's name for it.
    cells
        The column itself, not a copy.
    """

    name: str
    cells: pd.Series

    def read(self, rows: npt.NDArray[np.int64]) -> tuple[list[str | None], int]:
        """The text of the cells at these positions, and how many were no text themselves.

        ``None`` stands for a missing cell, and for an empty or a blank text. Numbers, dates and
        truth values are read as they print, and counted.

        Raises
        ------
        FrameError
            If a cell holds a list, bytes or another thing that is no text.
        """
        values = self.cells.iloc[rows].tolist()
        texts: list[str | None] = [
            value if type(value) is str and value and not value.isspace() else None
            for value in values
        ]
        converted = 0
        for at, text in enumerate(texts):
            if text is None and type(values[at]) is not str:
                texts[at] = self._printed(values[at], int(rows[at]))
                converted += texts[at] is not None and not isinstance(values[at], str)
        return texts, converted

    def _printed(self, value: object, row: int) -> str | None:
        if value is None or value is pd.NA:
            return None
        if isinstance(value, str):  # of a subclass, such as NumPy's
            return None if not value or value.isspace() else str.__str__(value)
        if isinstance(value, _PLAIN):
            scalar: Any = value
            return None if pd.isna(scalar) else str(scalar)
        kind = type(value).__name__
        way_out = "use --input image" if _is_image(kind) else "turn them into text first"
        raise FrameError(
            f"column '{self.name}' holds {kind} values (the first in row {row}, counted from 0), "
            f"not text: {way_out}"
        )


def _is_image(kind: str) -> bool:
    return kind.endswith("Image") or kind.endswith("ImageFile") or kind == "bytes"
