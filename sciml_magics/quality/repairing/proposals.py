"""What a repair proposes for a cell, and the repairs that people accepted before."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Known:
    """A repair that a person accepted or wrote: an example.

    Parameters
    ----------
    row
        Position in the frame.
    column
        Name of the column.
    value
        What should stand there; the empty text stands for a missing cell.
    """

    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that might belong into a cell.

    Parameters
    ----------
    value
        The new text; empty for a missing cell.
    score
        Probability that this is the right value: 0 to 1, higher is surer.
    source
        Name of the source that speaks for it most.
    words
        Why, in words.
    """

    value: str
    score: float
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The candidates for one cell, best first. There are none where no source knows any.

    Parameters
    ----------
    row
        Position in the frame.
    column
        Name of the column.
    candidates
        Each with another value, none with the value that stands there.
    """

    row: int
    column: str
    candidates: tuple[Candidate, ...]

    def times(self, chance: float) -> Proposal:
        """The same with all scores times a probability."""
        if chance == 1.0:
            return self
        scaled = (replace(one, score=one.score * chance) for one in self.candidates)
        return replace(self, candidates=tuple(scaled))

    @property
    def best(self) -> Candidate | None:
        """The candidate with the highest score."""
        return self.candidates[0] if self.candidates else None
