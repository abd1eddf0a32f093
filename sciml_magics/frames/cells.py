"""What stands in the cells of text columns, as text."""

from __future__ import annotations

import datetime
import decimal
import numbers
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError

_PLAIN = (
    numbers.Number,
    decimal.Decimal,
    np.bool_,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    np.datetime64,
    np.timedelta64,
    pd.Period,
    pd.Interval,
)


@dataclass(slots=True)
class TextColumn:
    """A column whose cells are read as text.

    Parameters
    ----------
    name
        The task's name for it.
    cells
        The column itself, not a copy.
    converted
        How many cells were numbers, dates or truth values, and read as they print.
    """

    name: str
    cells: pd.Series
    converted: int = 0

    def read(self, rows: npt.NDArray[np.int64]) -> list[str | None]:
        """The text of the cells at these positions; ``None`` where there is nothing to read.

        Raises
        ------
        FrameError
            If a cell holds a list, bytes or another thing that is no text.
        """
        part = self.cells.iloc[rows]
        empty = part.isna().to_numpy(bool)
        values = part.tolist()
        return [
            None if gone else self._text(value, row)
            for value, gone, row in zip(values, empty, rows, strict=True)
        ]

    def _text(self, value: object, row: int) -> str | None:
        if isinstance(value, str):
            return None if not value or value.isspace() else value
        if isinstance(value, _PLAIN):
            self.converted += 1
            return str(value)
        raise FrameError(
            f"column '{self.name}' holds {type(value).__name__} values (the first in row {row}), "
            "not text: turn them into text first"
        )
