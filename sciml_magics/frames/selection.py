"""Which rows of a frame a run looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from tokenize import TokenError
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


# What pandas and the columns themselves raise for a query that a person wrote wrongly.
_WRONG = (
    SyntaxError,
    TokenError,
    NameError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    re.error,
)


def _holds(frame: pd.DataFrame, where: str, variables: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    try:
        answer: Any = frame.eval(where, local_dict=dict(variables), global_dict={})
    except _WRONG as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, SyntaxError):
            reason += "; a name with spaces stands in `backticks`"
        raise FrameError(f"--where {where!r} does not work on this frame: {reason}") from error
    mask = pd.Series(answer) if np.ndim(answer) == 1 else pd.Series([], dtype=bool)
    if mask.dtype != bool:
        mask = _truths(mask)
    if len(mask) != len(frame) or mask.dtype != bool:
        raise FrameError(f"--where {where!r} is not a condition on rows such as 'year > 2000'")
    return mask.to_numpy(bool)


def _truths(mask: pd.Series) -> pd.Series:
    """The same as plain truth values where it holds such and missing ones, else as it is."""
    missing = mask.isna()
    known = mask[~missing]
    if not known.map(lambda cell: isinstance(cell, bool | np.bool_)).all():
        return mask
    truths = pd.Series(False, index=range(len(mask)))
    truths[~missing.to_numpy(bool)] = known.to_numpy(bool)
    return truths
