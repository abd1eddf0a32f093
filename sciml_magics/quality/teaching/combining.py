"""One probability for each cell from what all detectors say, without any label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.findings import WHOLE_ROW, Finding
from sciml_magics.quality.table import Table

Probabilities = npt.NDArray[np.float32]

# Detectors of one family see the same thing in different ways: the surest of them counts. Others
# see a cell independently of one another.
_FAMILIES = {
    "pattern": "form",
    "type": "form",
    "formats": "form",
    "units": "form",
    "disguised": "form",
    "missing": "form",
}


def combine(table: Table, findings: Sequence[Finding]) -> Probabilities:
    """The probability that each cell is wrong, float32, ``[rows, columns]``; no label is needed.

    Detectors that look at the form of a value count as one, by the surest of them; beyond that
    detectors are taken as independent: a cell is right only if none of them is. Findings about
    whole rows and about columns that are not there say nothing of cells.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Table(pd.DataFrame({"zip": ["1", "x", "2"]}))
    >>> rows, half = np.array([1]), np.array([0.5], dtype=np.float32)
    >>> both = [Finding(name, "zip", rows, half, "odd") for name in ("pattern", "typos")]
    >>> combine(table, both)[:, 0].tolist()
    [0.0, 0.75, 0.0]
    """
    right = np.ones((len(table), len(table.columns)), dtype=np.float32)
    by_family: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        if finding.column != WHOLE_ROW and finding.column in table and len(finding):
            at = table[finding.column].at
            family = _FAMILIES.get(finding.detector, finding.detector)
            by_family.setdefault((at, family), []).append(finding)
    for (at, _), alike in by_family.items():
        right[:, at] *= 1 - surest(len(table), alike)
    return np.subtract(1, right, out=right)


def surest(rows: int, findings: Sequence[Finding]) -> Probabilities:
    """The highest score that any of the findings gives to each row; ``[rows]``."""
    found = np.zeros(rows, dtype=np.float32)
    for finding in findings:
        np.maximum.at(found, finding.rows, np.clip(finding.scores, 0, 1).astype(np.float32))
    return found
