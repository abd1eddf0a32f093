"""Two values that stand in one cell, while the cell of the second is empty: "Rome IT"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source

# A value that so many rows have is one of the column's, and columns of more values are not tried.
ESTABLISHED, MOST_VALUES = 2, 5_000
# So many cells of a column are looked at to see how often its values end like this by themselves.
LOOKED_AT = 5_000

_PARTED = re.compile(r"[\s,;/|()-]+")


class Halves(NamedTuple):
    """The two values of a text."""

    own: str
    other: str


@source("merged", practised=False)
class Merged:
    """Takes two values apart, where the second is one of a column that is empty in the row."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._values: dict[str, set[str]] = {}
        self._sure: dict[tuple[str, str], float] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The first half for a cell that holds both, the second for the cell that is empty."""
        for name in self._sight.near(ask.column):
            empty = self._sight.table[name].codes
            hold = [at for at, old in enumerate(ask.olds) if old and empty[ask.rows[at]] < 0]
            for at in hold:
                if halves := self._halves(ask.olds[at], name):
                    sure = self._surety(ask.column, name)
                    words = f"'{halves.other}' is a value of '{name}', which is empty in this row"
                    yield Offer(at, halves.own, sure, words)
            lack = [at for at, old in enumerate(ask.olds) if not old]
            other = self._sight.table[name]
            doubted = self._sight[name].codes
            for at in lack:
                row = int(ask.rows[at])
                text = other.text(row) if doubted[row] < 0 else ""
                if text and (halves := self._halves(text, ask.column)):
                    words = f"'{name}' of this row holds '{text}', which ends with it"
                    yield Offer(at, halves.other, self._surety(name, ask.column), words)

    def _halves(self, text: str, name: str) -> Halves | None:
        """The value of the text's own column and, at its end, one of another column."""
        values = self._established(name)
        for gap in _PARTED.finditer(text[:500]):
            own, other = text[: gap.start()], text[gap.end() :].rstrip(")")
            if own and other in values:
                return Halves(own, other)
        return None

    def _established(self, name: str) -> set[str]:
        """Values of a column that several rows have."""
        if name not in self._values:
            seen = self._sight[name]
            found = np.flatnonzero(seen.counts >= ESTABLISHED)
            few = len(found) <= MOST_VALUES
            self._values[name] = {seen.texts[at] for at in found.tolist()} if few else set()
        return self._values[name]

    def _surety(self, column: str, other: str) -> float:
        """How seldom trusted values of a column end with a value of another by themselves."""
        if (column, other) not in self._sure:
            seen = self._sight[column]
            held = np.flatnonzero(seen.counts)[:LOOKED_AT].tolist()
            chance = sum(self._halves(seen.texts[at], other) is not None for at in held)
            self._sure[column, other] = 1 - (chance + 1) / (len(held) + 2)
        return self._sure[column, other]
