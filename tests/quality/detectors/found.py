"""What a detector says of a frame, cell by cell."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sciml_magics.quality.findings import Detector
from sciml_magics.quality.table import Table


class Said(NamedTuple):
    """What is said of a cell."""

    score: float
    words: str
    value: str | None


def said(detector: Detector, frame: pd.DataFrame) -> dict[tuple[int, str], Said]:
    """What is said of each cell, by row and column."""
    found = {}
    for finding in detector.find(Table(frame)):
        assert len(finding.rows) == len(finding.scores) == len(set(finding.rows.tolist()))
        assert list(finding.rows) == sorted(finding.rows)
        for at, row in enumerate(finding.rows.tolist()):
            value = None if finding.values is None else finding.values[at]
            score = float(finding.scores[at])
            assert 0 <= score <= 1
            found[row, finding.column] = Said(score, finding.why(at), value)
    return found


def sure(detector: Detector, frame: pd.DataFrame) -> set[tuple[int, str]]:
    """The cells that are rather wrong than right."""
    return {cell for cell, one in said(detector, frame).items() if one.score >= 0.5}
