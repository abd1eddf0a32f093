"""Which rows of a frame a run looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError

Rows = npt.NDArray[np.int64]


def select_rows(
    frame: pd.DataFrame,
    *,
    where: str | None = None,
    sample: int | None = None,
    limit: int | None = None,
    seed: int = 0,
    variables: Mapping[str, Any] | None = None,
) -> Rows:
    """Positions of the rows for which `where` holds, then a sample of them, then the first few.

    Positions, because an index may hold a label twice.

    Parameters
    ----------
    frame
        The frame.
    where
        A pandas query; a missing truth value is no.
    sample
        Draw this many rows, in their order; all if there are fewer.
    limit
        Keep the first so many rows.
    seed
        Seed of the sample.
    variables
        What ``@name`` in the query refers to.

    Raises
    ------
    FrameError
        If the query does not work or a number is negative.

    Examples
    --------
    >>> select_rows(pd.DataFrame({"year": [1999, 2005, 2011]}), where="year > 2000").tolist()
    [1, 2]
    """
    for name, number in (("sample", sample), ("limit", limit)):
        if number is not None and number < 0:
            raise FrameError(f"--{name} {number} is negative: give a number of rows")
    rows = np.arange(len(frame), dtype=np.int64)
    if where is not None:
        rows = rows[_holds(frame, where, variables or {})]
    if sample is not None and sample < len(rows):
        rows = np.sort(np.random.default_rng(seed).choice(rows, sample, replace=False))
    return rows if limit is None else rows[:limit]


# What pandas raises for a query that a person wrote wrongly.
_WRONG = (
    SyntaxError,
    NameError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    NotImplementedError,
)


def _holds(frame: pd.DataFrame, where: str, variables: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    try:
        answer = frame.eval(where, local_dict=dict(variables), global_dict={})
    except _WRONG as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise FrameError(f"--where {where!r} does not work on this frame: {reason}") from error
    mask = pd.Series(np.asarray(answer, dtype=object).ravel())
    truths = mask.dropna().map(lambda cell: isinstance(cell, bool | np.bool_))
    if len(mask) != len(frame) or not truths.all():
        raise FrameError(f"--where {where!r} is not a condition on rows such as 'year > 2000'")
    return mask.eq(True).to_numpy(bool)
