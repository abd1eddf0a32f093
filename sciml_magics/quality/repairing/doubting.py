"""What a sure value for a cell says of the cell itself: what is right is seldom contradicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing.sight import Sight

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

# Whoever finds a cell wrong and whoever knows its value may go by the same hint: however rarely
# cells that look right are contradicted so surely, the odds are not raised further than this.
MOST = 10.0
# Cells of a column that look right and are asked about, half of them such as a detector spoke of.
ASKED = 60


def raised(chance: float, score: float, asked: Floats, right: Floats) -> float:
    """The probability that a cell is wrong, once it is known how sure its best value is.

    Parameters
    ----------
    chance
        That the cell is wrong, before.
    score
        Of its best value, if it is wrong.
    asked
        The same of all cells that look wrong.
    right
        The same of cells that look right, had they been asked about.

    Examples
    --------
    >>> sure, unsure = np.full(50, 0.99), np.full(50, 0.1)
    >>> round(raised(0.9, 0.99, sure, unsure), 3), round(raised(0.9, 0.99, sure, sure), 3)
    (0.989, 0.9)
    """
    if not 0 < chance < 1 or not len(right):
        return chance
    often = (np.count_nonzero(asked >= score) + 1) / (len(asked) + 2)
    seldom = (np.count_nonzero(right >= score) + 1) / (len(right) + 2)
    odds = chance / (1 - chance) * min(max(often / seldom, 1.0), MOST)
    return float(odds / (1 + odds))


def looking_right(
    sight: Sight, column: str, findings: Sequence[Finding], rng: np.random.Generator
) -> Rows:
    """Some cells of a column that look right: some that a detector spoke of, and any others.

    Parameters
    ----------
    sight
        The table; the cells in doubt are none of them.
    column
        Name of the column.
    findings
        What the detectors found.
    """
    trusted = sight[column].codes >= 0
    trusted[list(sight.known(column))] = False
    rows = np.flatnonzero(trusted)
    spoken = [one.rows for one in findings if one.column == column]
    suspected = np.intersect1d(rows, np.concatenate(spoken)) if spoken else rows[:0]
    half = min(len(suspected), ASKED // 2)
    first = rng.choice(suspected, half, replace=False)
    others = np.setdiff1d(rows, first)
    rest = rng.choice(others, min(len(others), ASKED - half), replace=False)
    return np.concatenate([first, rest]).astype(np.int64)
