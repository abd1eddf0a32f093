"""From findings and answers to a probability for each cell, and which rows to ask about next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detecting.answers import Answers
from sciml_magics.quality.findings import WHOLE_ROW, Finding, Rows
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import Taught, Teacher
from sciml_magics.quality.teaching.combining import surest

Numbers = npt.NDArray[np.float32]

_SAID = "people said so"


@dataclass(frozen=True, slots=True)
class Judged:
    """How likely what is wrong.

    Parameters
    ----------
    cells
        Probability that a cell is wrong: 0 to 1, higher is surer; float32, ``[rows, columns]``.
    whole
        The same of rows as a whole; ``[rows]``.
    ask
        Positions of the rows whose answer would teach most, the best first, each with why.
    taught
        What was learnt from answers.
    answered
        What people said of rows, by position.
    """

    def why(self, column: str, rows: Rows) -> list[str]:
        """Why cells that no detector speaks of count as wrong."""
        unsaid = np.array([row for row in rows.tolist() if row not in self.answered], np.int64)
        if column == WHOLE_ROW or not len(unsaid):
            return [_SAID] * len(rows)
        learnt = dict(zip(unsaid.tolist(), self.taught.reasons(column, unsaid), strict=True))
        return [learnt.get(row, _SAID) for row in rows.tolist()]

    cells: Numbers
    whole: Numbers
    ask: Sequence[tuple[int, str]]
    taught: Taught
    answered: Mapping[int, frozenset[str]]

    def names(self, table: Table) -> list[str]:
        """What a probability can be of, in the order of `of`."""
        return [*(column.name for column in table), WHOLE_ROW]

    def of(self, rows: Rows) -> Numbers:
        """The probabilities of some rows: of their cells, and last of the row as a whole."""
        return np.column_stack([self.cells[rows], self.whole[rows]])

    def flagged(self, above: float) -> Rows:
        """The rows in which anything looks wrong, the surest first."""
        most = np.maximum(self.cells.max(axis=1, initial=0), self.whole)
        rows = np.flatnonzero(most >= above)
        return rows[np.argsort(-most[rows], kind="stable")]


def judge(
    table: Table, findings: Sequence[Finding], answers: Answers, ask: int, seed: int
) -> Judged:
    """Judge every cell by what was found, and by what people said of other rows.

    Rows that people answered are as they said.
    """
    names = {column.name for column in table}
    of_cells = {row: wrong & names for row, wrong in answers.rows.items()}
    taught = Teacher(table, findings).taught(of_cells)
    whole = surest(len(table), [one for one in findings if one.column == WHOLE_ROW])
    for row, wrong in answers.rows.items():
        whole[row] = WHOLE_ROW in wrong
    asked = [(one.row, one.reason) for one in taught.next_rows(ask, seed=seed)] if ask else []
    return Judged(taught.probabilities, whole, asked, taught, answers.rows)
