"""Ask all sources about cells, and put what they offer side by side as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.repairing.channel import Channel
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources import Offer, Source

Matrix = npt.NDArray[np.float32]

# Weaker candidates than so many for a cell are not weighed.
WEIGHED = 20
# Sources that go by how a text is written.
_BY_WRITING = ("spelling", "words", "mending")


@dataclass(frozen=True, eq=False)
class Offers:
    """What was offered for the cells of one ask.

    Parameters
    ----------
    cells
        For each candidate the index of its cell in the ask; ascending, shape ``[candidates]``.
    values
        The candidates; no value twice for a cell, and none that stands there.
    by
        For each candidate the offers of the sources, by the source's name.
    """

    cells: npt.NDArray[np.int64]
    values: list[str]
    by: list[dict[str, Offer]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)


def collect(ask: Ask, asked: Mapping[str, Source]) -> Offers:
    """Ask the sources about the cells."""
    found: list[dict[str, dict[str, Offer]]] = [{} for _ in range(len(ask))]
    for name, one in asked.items():
        for offer in one.offer(ask):
            old = ask.olds[offer.at]
            if offer.value != old and not (name in _BY_WRITING and other_number(old, offer.value)):
                by = found[offer.at].setdefault(offer.value, {})
                if name not in by or by[name].strength < offer.strength:
                    by[name] = offer
    cells: list[int] = []
    values: list[str] = []
    offers: list[dict[str, Offer]] = []
    for at, candidates in enumerate(found):
        kept = sorted(candidates.items(), key=lambda pair: -_total(pair[1]))[:WEIGHED]
        cells += [at] * len(kept)
        values += [value for value, _ in kept]
        offers += [by for _, by in kept]
    return Offers(np.asarray(cells, dtype=np.int64), values, offers)


def other_number(old: str, new: str) -> bool:
    """Whether both are numbers, and not the same: then the one is not the other misspelt.

    A digit more or less makes another number that is as likely to be meant: what stands in other
    cells has to speak for it.

    Examples
    --------
    >>> other_number("-16.1", "16.1"), other_number("12,5", "12.5"), other_number("0.50", "0.5")
    (True, False, False)
    """
    try:
        return not isclose(float(old), float(new), rel_tol=1e-9)
    except ValueError:
        return False


def describe(
    ask: Ask, offers: Offers, names: Sequence[str], sight: Sight, channel: Channel
) -> Matrix:
    """What the ranking reads of each candidate.

    Returns
    -------
    numpy.ndarray
        Shape ``[candidates, 2 * names + 6]``: the strength of each source and the
        likeness to what stands there, each again as the lead over the best other candidate of the
        cell, then the value's share of the column, whether the cell is empty, whether what stands
        there is a value of other rows, and the column's different values as a share of its rows.
    """
    seen = sight[ask.column]
    strengths = np.zeros((len(offers), len(names) + 1), dtype=np.float32)
    for i, by in enumerate(offers.by):
        for j, name in enumerate(names):
            if name in by:
                strengths[i, j] = by[name].strength
        strengths[i, -1] = channel.likeness(ask.olds[offers.cells[i]], offers.values[i])
    own = seen.codes[ask.rows]
    shares = np.array(
        [
            seen.share(value) - (own[at] == seen.places.get(value, -2)) / max(seen.held, 1)
            for at, value in zip(offers.cells.tolist(), offers.values, strict=True)
        ],
        dtype=np.float32,
    )
    olds = np.array([(not old, old in seen.places) for old in ask.olds], dtype=np.float32)
    different = np.full(len(offers), seen.different / max(seen.held, 1), dtype=np.float32)
    return np.column_stack(
        [strengths, leads(strengths, offers.cells), shares, olds[offers.cells], different]
    )


def leads(strengths: Matrix, cells: npt.NDArray[np.int64]) -> Matrix:
    """How far each candidate leads the best other one of its cell; negative where it is behind.

    Examples
    --------
    >>> leads(np.array([[0.75], [0.5], [0.25]], dtype=np.float32), np.array([0, 0, 1])).tolist()
    [[0.25], [-0.25], [0.25]]
    """
    if not len(cells):
        return strengths
    starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
    group = np.cumsum(np.append(False, cells[1:] != cells[:-1]))
    best = np.maximum.reduceat(strengths, starts, axis=0)[group]
    at_best = strengths >= best
    ties = np.add.reduceat(at_best.astype(np.int64), starts, axis=0)[group]
    without = np.where(at_best, -1.0, strengths)
    second = np.maximum(np.maximum.reduceat(without, starts, axis=0)[group], 0.0)
    found: Matrix = np.where(
        at_best, np.where(ties > 1, 0.0, best - second), strengths - best
    ).astype(np.float32)
    return found


def _total(by: Mapping[str, Offer]) -> float:
    return sum(offer.strength for offer in by.values())
