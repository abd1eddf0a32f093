"""What a masked language model would write into a cell, of the values that the column has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources.base import Offer

if TYPE_CHECKING:
    from sciml_magics.models.filling import Filler

# The most frequent values that are tried, and other columns that are read.
VALUES, COLUMNS = 100, 8
# Long texts of other columns are cut.
LONGEST = 100
OFFERED = 4


class Filling:
    """Reads the row as a sentence with a gap.

    Parameters
    ----------
    filler
        The model, loaded.
    """

    def __init__(self, sight: Sight, filler: Filler) -> None:
        self._sight = sight
        self._filler = filler

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The values that fit best; none for columns of numbers."""
        seen = self._sight[ask.column]
        if self._sight.table[ask.column].numeric or not seen.held:
            return
        order = np.argsort(-seen.counts, kind="stable")[:VALUES]
        options = [seen.texts[at] for at in order[seen.counts[order] > 0].tolist()]
        gaps = [self._gap(ask.column, row) for row in ask.rows.tolist()]
        shares = self._filler.shares(gaps, options)
        for at in range(len(ask)):
            for best in np.argsort(-shares[at])[:OFFERED].tolist():
                if shares[at, best] > 0:
                    words = f"'{self._filler.name}' would write it there"
                    yield Offer(at, options[best], float(shares[at, best]), words)

    def _gap(self, column: str, row: int) -> tuple[str, str]:
        """What stands before and behind the cell, read as a sentence."""
        parts = []
        for name in self._sight.near(column)[:COLUMNS]:
            seen = self._sight[name]
            code = int(seen.codes[row])
            if code >= 0:
                parts.append(f"{_said(name)} is {seen.texts[code][:LONGEST]}")
        return f"{', '.join(parts)}, and {_said(column)} is ", "."


def _said(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
