"""Which answers people gave, who they were, and when."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames.naming import ANSWERED

Positions = npt.NDArray[np.int64]


class People:
    """What people said, one entry per record.

    Parameters
    ----------
    count
        Number of records.

    Attributes
    ----------
    status
        Index into `ANSWERED`, -1 where nobody answered; int8.
    times
        When the newest answer was given, in UTC; ``datetime64[ms]``.

    Examples
    --------
    >>> people = People(2)
    >>> people.put(1, "corrected", ("Ada", "Bo"), np.datetime64("2026-01-02T03:04:05.678"))
    >>> people.status.tolist()
    [-1, 1]
    """

    def __init__(self, count: int) -> None:
        self.status = np.full(count, -1, dtype=np.int8)
        self.times = np.full(count, np.datetime64("NaT"), dtype="datetime64[ms]")
        self._who = np.full(count, -1, dtype=np.int32)
        self._names: dict[str, int] = {}

    def put(
        self, position: int, status: str, annotators: tuple[str, ...], time: np.datetime64
    ) -> None:
        """Set what was said of one record, by whom and when."""
        self.status[position] = ANSWERED.index(status)
        names = ", ".join(annotators)
        self._who[position] = self._names.setdefault(names, len(self._names))
        self.times[position] = time

    def columns(self, at: Positions) -> tuple[Any, Any]:
        """Who and when, as columns of a frame.

        Parameters
        ----------
        at
            For each row of the frame the index of its record, negative if it has none.
        """
        found = at >= 0
        who = np.full(len(at), -1, dtype=np.int32)
        who[found] = self._who[at[found]]
        times = np.full(len(at), np.datetime64("NaT"), dtype="datetime64[ms]")
        times[found] = self.times[at[found]]
        names = pd.Index(list(self._names), dtype="str")
        return pd.Categorical.from_codes(who, categories=names), pd.DatetimeIndex(
            times
        ).tz_localize("UTC")
