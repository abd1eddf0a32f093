"""From at most a few dozen labelled rows to the probability that each cell is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching.choosing import Clusters, Next, choose, clusters
from sciml_magics.quality.teaching.combining import Probabilities, combine
from sciml_magics.quality.teaching.features import (
    BLOCKS,
    OF_ROWS,
    CellFeatures,
    detector_names,
    features,
)
from sciml_magics.quality.teaching.reasons import reasons
from sciml_magics.quality.teaching.weighing import Labelled, weigh

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_LEAST = 0.01  # a cell that no detector flags is wrong with
_MOST = 0.97
_FLAGGED = 0.3
_MARKED = 60  # detectors that clusters tell apart

Answers = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Taught:
    """What is thought of a table after some rows are labelled.

    Parameters
    ----------
    table
        The table.
    probabilities
        That each cell is wrong; float32, ``[rows, columns]``.
    """

    table: Table
    probabilities: Probabilities
    _clusters: Clusters = field(repr=False)
    _answers: Answers = field(repr=False)

    def next_rows(self, count: int, *, seed: int = 0) -> list[Next]:
        """The rows to label next, each with its reason; fewer where fewer are left."""
        return choose(self.table, self._clusters, self.probabilities, self._answers, count, seed)

    def reasons(self, column: str, rows: npt.NDArray[np.int64]) -> list[str]:
        """Why cells of a column count as wrong by what was labelled, one sentence for each row."""
        return reasons(self.table[column], self._clusters, self._answers, rows)


class Teacher:
    """Learns from labelled rows which cells of a table are wrong.

    What is known of the cells is read once: make one of it, and ask it after every answer.

    Parameters
    ----------
    table
        The table.
    findings
        What the detectors found.
    """

    def __init__(self, table: Table, findings: Sequence[Finding]) -> None:
        self.table = table
        self._before = combine(table, findings)
        self._findings = findings
        self._clusters = clusters(table, _marks(table, findings))
        self._features: list[CellFeatures] | None = None

    def taught(self, answers: Answers) -> Taught:
        """What is thought of the table after these answers.

        Parameters
        ----------
        answers
            For the positions of rows the names of the columns that are wrong in them; an empty
            set says that nothing is.

        Raises
        ------
        QualityError
            If an answer is about a row or a column that the table does not have.
        """
        self._check(answers)
        probabilities = self._learned(answers) if answers else self._before
        return Taught(self.table, probabilities, self._clusters, answers)

    def _check(self, answers: Answers) -> None:
        for row, names in answers.items():
            if not 0 <= row < len(self.table):
                raise QualityError(f"there is no row {row} to learn from: the table has fewer")
            for name in names:
                if name not in self.table:
                    raise QualityError(f"row {row} is said to be wrong in '{name}': no such column")

    def _learned(self, answers: Answers) -> Probabilities:
        if self._features is None:
            self._features = features(self.table, self._findings, self._before)
        rows = np.array(sorted(answers), dtype=np.int64)
        before = _log_odds(self._before)
        cells = [
            Labelled(
                column.at,
                _of_cells(self._features[column.at], column.codes[rows], rows),
                before[rows, column.at].astype(np.float64),
                np.array([column.name in answers[row] for row in rows.tolist()]),
            )
            for column in self.table
        ]
        shared, own = _deviations(self._features[0].rows.shape[1])
        weights = weigh(cells, shared, own)
        for column, known in zip(self.table, self._features, strict=True):
            mine = weights.of(column.at)
            width = known.values.shape[1]
            of_values = known.values @ mine[:width]
            before[:, column.at] += of_values[column.codes] + (
                known.rows.astype(np.float32) @ mine[width:]
            )
        found = (1 / (1 + np.exp(-np.clip(before, -30, 30)))).astype(np.float32)
        for row, names in answers.items():
            found[row] = [column.name in names for column in self.table]
        return found


def teach(table: Table, findings: Sequence[Finding], answers: Answers) -> Taught:
    """What is thought of a table after some rows are labelled.

    Parameters
    ----------
    table
        The table.
    findings
        What the detectors found.
    answers
        For the positions of rows the names of the columns that are wrong in them.

    Raises
    ------
    QualityError
        If an answer is about a row or a column that the table does not have.
    """
    return Teacher(table, findings).taught(answers)


def _of_cells(
    known: CellFeatures, codes: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> csr_array:
    from scipy.sparse import csr_array, hstack

    return hstack([known.values[codes], csr_array(known.rows[rows].astype(np.float32))]).tocsr()


def _deviations(of_rows: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    sizes = [block.size for block in BLOCKS.values()] + [of_rows]
    blocks = [*BLOCKS.values(), OF_ROWS]
    shared = np.repeat([block.shared for block in blocks], sizes)
    return shared, np.repeat([block.own for block in blocks], sizes)


def _log_odds(probabilities: Probabilities) -> Probabilities:
    kept = np.clip(probabilities, _LEAST, _MOST)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float32)


def _marks(table: Table, findings: Sequence[Finding]) -> npt.NDArray[np.integer]:
    """For each cell, as bits, the detectors that flag it."""
    names = detector_names(findings)[:_MARKED]
    kind = np.uint32 if len(names) <= 32 else np.int64  # half the memory of a long table
    marks = np.zeros((len(table), len(table.columns)), dtype=kind)
    for bit, name in enumerate(names):
        for finding in findings:
            if finding.detector == name and finding.column in table:
                rows = finding.rows[finding.scores >= _FLAGGED]
                marks[rows, table[finding.column].at] |= 1 << bit
    return marks
