"""Values of the nearest rows: by what stands in their columns, and by what their texts mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.repairing.sight import Ask, Seen, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source
from sciml_magics.quality.repairing.sources.dependencies import determinants

Floats = npt.NDArray[np.float32]

# Rows that are compared, and with embeddings, which take time.
COMPARED, EMBEDDED = 4_000, 1_000
NEAREST = 10
OFFERED = 4
# Cells that are compared with all rows at once.
BATCH = 500
# A column of more different values is no category that a text could tell.
CATEGORIES = 100
# Where other columns foretell so much of a column, texts need not be read.
FORETOLD = 0.8
# A column of free text: most values stand once, and have several words.
DIFFERENT, WORDS = 0.5, 3.0


@source("neighbours")
class Neighbours:
    """The rows that agree on most of the related columns; each column counts by what it adds."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._rows = _some(np.arange(len(sight)), COMPARED)

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The values of the nearest rows, by their votes."""
        singles = [one for one in determinants(self._sight).of(ask.column) if len(one.names) == 1]
        seen = self._sight[ask.column]
        rows = self._rows[seen.codes[self._rows] >= 0]
        if len(singles) < 2 or not len(rows):
            return
        total = sum(one.gain for one in singles)
        for first in range(0, len(ask), BATCH):
            part = ask.rows[first : first + BATCH]
            alike = np.zeros((len(part), len(rows)), dtype=np.float32)
            for one in singles:
                own = one.groups[part]
                same = (own[:, None] == one.groups[rows][None, :]) & (own >= 0)[:, None]
                alike += np.float32(one.gain / total) * same
            alike[part[:, None] == rows[None, :]] = 0
            yield from _votes(first, alike, rows, seen, "like this one in related columns")


@source("meaning")
class Meaning:
    """The rows whose free texts mean the same, by the embedded model.

    Asked only for categories that no other column foretells, in tables with a column of free text.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._vectors: dict[str, Floats] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The values of the rows with the nearest texts."""
        seen = self._sight[ask.column]
        if not 1 < seen.different <= min(CATEGORIES, seen.held / 5):
            return
        foretold = determinants(self._sight).of(ask.column)
        if foretold and foretold[0].gain >= FORETOLD:
            return
        name = next((n for n in self._sight.near(ask.column) if _is_free(self._sight[n])), None)
        if name is None:
            return
        texts = self._sight[name]
        rows = _some(np.flatnonzero((seen.codes >= 0) & (texts.codes >= 0)), EMBEDDED)
        asked = [at for at, row in enumerate(ask.rows.tolist()) if texts.codes[row] >= 0]
        if not len(rows) or not asked:
            return
        those = self._embed(name, rows)
        for first in range(0, len(asked), BATCH):
            part = asked[first : first + BATCH]
            own = ask.rows[part]
            alike = self._embed(name, own) @ those.T
            alike[own[:, None] == rows[None, :]] = 0
            for offer in _votes(0, np.maximum(alike, 0), rows, seen, f"nearest in '{name}'"):
                yield Offer(part[offer.at], offer.value, offer.strength, offer.words)

    def _embed(self, name: str, rows: npt.NDArray[np.int64]) -> Floats:
        """Embeddings of the texts of some rows, each different text once."""
        from sciml_magics.quality.standard.meaning import embedded

        seen = self._sight[name]
        codes, where = np.unique(seen.codes[rows], return_inverse=True)
        lacking = [seen.texts[code] for code in codes.tolist()]
        lacking = [text for text in lacking if text not in self._vectors]
        if lacking:
            self._vectors.update(zip(lacking, embedded(lacking), strict=True))
        found = np.stack([self._vectors[seen.texts[code]] for code in codes.tolist()])
        return np.asarray(found[where], dtype=np.float32)


def _votes(
    first: int, alike: Floats, rows: npt.NDArray[np.int64], seen: Seen, how: str
) -> Iterator[Offer]:
    """The values of the rows most alike, each row with the square of its likeness as its vote."""
    count = min(NEAREST, len(rows))
    near = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    votes = np.take_along_axis(alike, near, axis=1) ** 2
    codes = seen.codes[rows[near]]
    totals = votes.sum(axis=1)
    for i in np.flatnonzero(totals > 0).tolist():
        values, where = np.unique(codes[i], return_inverse=True)
        shares = np.bincount(where, weights=votes[i]) / (totals[i] + 0.1)
        for at in np.argsort(-shares)[:OFFERED].tolist():
            have = int(np.count_nonzero((where == at) & (votes[i] > 0)))
            if have:
                words = f"{have} of the {count} rows {how} have it"
                yield Offer(first + i, seen.texts[values[at]], float(shares[at]), words)


def _is_free(seen: Seen) -> bool:
    """Whether a column holds free text."""
    if seen.column.typed or seen.held < 20 or seen.different < DIFFERENT * seen.held:
        return False
    some = seen.some(200)
    return sum(len(text.split()) for text in some) >= WORDS * len(some)


def _some(rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
