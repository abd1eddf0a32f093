"""Findings: what looks wrong in a table, and the detectors that look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Table

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

WHOLE_ROW = "(row)"


@dataclass(frozen=True, slots=True)
class Finding:
    """Cells of one column, or whole rows, that look wrong to one detector for one reason.

    Parameters
    ----------
    detector
        Name of the detector.
    column
        Name of the column; `WHOLE_ROW` where a row as a whole looks wrong.
    rows
        Positions in the frame, ascending; int64, shape ``[rows]``.
    scores
        Probability that the cell is wrong, as the detector sees it: 0 to 1, higher is surer wrong;
        float32, shape ``[rows]``.
    words
        The evidence in words: one sentence for all of them, or one for each.
    values
        What should stand there, where the detector knows: for each row a text, or ``None`` where it
        does not know. The empty text stands for a missing cell.
    """

    detector: str
    column: str
    rows: Rows
    scores: Scores
    words: str | Sequence[str]
    values: Sequence[str | None] | None = field(default=None)

    def __len__(self) -> int:
        return len(self.rows)

    def why(self, at: int) -> str:
        """The evidence for the row at index `at` of `rows`."""
        return self.words if isinstance(self.words, str) else self.words[at]


@runtime_checkable
class Detector(Protocol):
    """Looks for one kind of error in a table, without being told anything of it."""

    def find(self, table: Table) -> Iterator[Finding]:
        """What looks wrong; nothing where the detector does not apply."""
        ...


Made = TypeVar("Made", bound=Callable[[], Detector])

_known: dict[str, Callable[[], Detector]] = {}


def detector(name: str) -> Callable[[Made], Made]:
    """Register a class of detectors, or a function that makes one, under a name.

    Raises
    ------
    ValueError
        If the name is taken.
    """

    def register(made: Made) -> Made:
        if name in _known:
            raise ValueError(f"there is a detector '{name}' already")
        _known[name] = made
        return made

    return register


def detectors() -> dict[str, Callable[[], Detector]]:
    """What makes each detector, by its name, in the order in which they were registered."""
    return dict(_known)
