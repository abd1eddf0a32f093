"""What the dependencies of a table say together of each of its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.dependencies import Dependency, dependencies, majorities
from sciml_magics.quality.table import Codes, Table

_DOUBT = 0.5  # an unsure left side keeps this much of its voice
_PRIOR = 0.15  # weight of no opinion
_SUSPECT = 0.3
_EXCEPTION = 0.3  # what is left of the votes against a cell that is one of a kind of exceptions
_EACH = 3  # rows that make a kind
_SHARE = 0.8  # of its rows are against the dependency
_MOST = 50_000  # values of a column that kinds are looked for in

_Voice = tuple[Dependency, npt.NDArray[np.float16]]


@dataclass(frozen=True)
class ColumnVotes:
    """The opinion of the dependencies with one right side.

    Parameters
    ----------
    wrong
        For each row the share of the votes that are against its cell, by how sure they are; 0
        where nobody votes. ``[rows]``.
    doubted
        The same without regard to how far each dependency is to be trusted, from -1 (all others
        agree with the cell) to 1 (all disagree). ``[rows]``.
    loudest
        For each row the dependency, by its place in `dependencies`, with the strongest vote
        against it; -1 where there is none. ``[rows]``.
    dependencies
        Those that vote.
    """

    wrong: npt.NDArray[np.float32]
    doubted: npt.NDArray[np.float32]
    loudest: npt.NDArray[np.int16]
    dependencies: tuple[Dependency, ...]


def votes(table: Table) -> dict[int, ColumnVotes]:
    """For the position of each column that others fix, what they say of its cells.

    A vote is against a cell where most other rows with the same left side hold something else. It
    counts less where the left side is itself doubtful in this row, since then that is as likely
    the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"zip": list("1122334455") * 3, "city": list("AABBCCDDEE") * 3})
    >>> frame.loc[0, "city"] = "B"
    >>> found = votes(Table(frame))
    >>> bool(found[1].wrong[0] > 0.3), bool(found[1].wrong[1:].max() < 0.3)
    (True, True)
    """
    by_right: dict[int, list[_Voice]] = {}
    for one in dependencies(table):
        against = majorities(table.columns, one).against.astype(np.float16)
        by_right.setdefault(one.right, []).append((one, against))
    rows = len(table)
    sure: dict[int, npt.NDArray[np.float32]] = {}
    first = {right: _tallied(voices, sure, rows) for right, voices in by_right.items()}
    sure = {right: 1 - _DOUBT * found.wrong for right, found in first.items()}
    found = {right: _tallied(voices, sure, rows) for right, voices in by_right.items()}
    for right, votes_of in found.items():
        _leave_exceptions(table, right, votes_of)
    return found


def _leave_exceptions(table: Table, right: int, found: ColumnVotes) -> None:
    """Quieten the votes where another column explains them.

    Where nearly all rows with one value in a third column are against the dependency, as all those
    of one state may be, they are a kind of their own rather than errors.
    """
    suspect = np.flatnonzero(found.wrong >= _SUSPECT)
    if len(suspect) < _EACH:
        return
    explained = np.zeros(len(suspect), dtype=bool)
    for column in table:
        if column.at == right or not _EACH < len(column.values) <= _MOST:
            continue
        codes = column.codes[suspect]
        against = np.bincount(codes[codes >= 0], minlength=len(column.values))
        kind = (column.counts >= _EACH) & (against >= _SHARE * column.counts)
        explained |= np.append(kind, False)[codes]
    found.wrong[suspect[explained]] *= _EXCEPTION


def _tallied(
    voices: list[_Voice],
    sure: dict[int, npt.NDArray[np.float32]],
    rows: int,
) -> ColumnVotes:
    against, voted, loud, doubted = (np.zeros(rows, dtype=np.float32) for _ in range(4))
    loudest = np.full(rows, -1, dtype=np.int16)
    for place, (one, found) in enumerate(voices):
        vote = found.astype(np.float32)
        doubted += vote / len(voices)
        vote *= one.trust
        for left in one.left:
            if left in sure:
                vote *= sure[left]
        voted += np.abs(vote)
        against += np.maximum(vote, 0)
        louder = vote > loud
        loud[louder] = vote[louder]
        loudest[louder] = place
    # The share of the votes, held back by how unsure even the loudest is.
    wrong = against / np.maximum(voted + _PRIOR * loud, 1e-6) * loud
    return ColumnVotes(wrong.astype(np.float32), doubted, loudest, tuple(one for one, _ in voices))


def meant(table: Table, one: Dependency, rows: Codes) -> tuple[Codes, Codes]:
    """For each row what most rows of its group hold, as a code, and how many do."""
    found = majorities(table.columns, one)
    groups = found.of_row[rows]
    return found.value[groups], found.most[groups]
