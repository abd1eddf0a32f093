"""Values of other rows that agree on a column, or on two, that determines the one asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sciml_magics.quality.repairing.counting import beside, joined, reliability
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source
from sciml_magics.quality.table import Codes

# How well a column determines another is judged by this many rows.
SAMPLE = 20_000
# So many columns speak for a cell; pairs are made of the best of them.
KEPT, PAIRED = 6, 4
# A column that foretells so well needs no second one beside it.
ENOUGH = 0.98
# What a column adds must be worth this much more than always naming the most frequent value.
LEAST = 0.02
# So many rows without dependency are believed in before any was seen.
PRIOR = 5
# For each column and cell only the most frequent values are offered.
OFFERED = 5


@dataclass(frozen=True, eq=False)
class Determinant:
    """One column, or two, by which the rows are put into groups.

    Parameters
    ----------
    names
        Names of the columns.
    groups
        For each row its group; -1 where there is none.
    reliability
        How often the other rows of a group foretell the value of a row, 0 to 1.
    gain
        What share of the errors of always naming the most frequent value it avoids: 0 to 1, or less
        where it makes more of them.
    share
        The share of the other rows of a group that have the value of a row, in the mean.
    """

    names: tuple[str, ...]
    groups: Codes
    reliability: float
    gain: float
    share: float

    def __str__(self) -> str:
        return " and ".join(f"'{name}'" for name in self.names)


class Determinants:
    """Which columns determine which; each column is looked at once."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._found: dict[str, list[Determinant]] = {}
        rows = len(sight)
        everybody = np.arange(rows)
        rng = np.random.default_rng(0)
        self._sample = (
            everybody if rows <= SAMPLE else np.sort(rng.choice(rows, SAMPLE, replace=False))
        )

    def of(self, column: str) -> list[Determinant]:
        """What determines a column best, best first."""
        if column not in self._found:
            self._found[column] = self._find(column)
        return self._found[column]

    def _find(self, column: str) -> list[Determinant]:
        seen = self._sight[column]
        if not seen.held:
            return []
        base = float(seen.counts.max()) / seen.held
        found = []
        for name in self._sight.near(column):
            groups = self._sight[name].codes
            if groups.max(initial=-1) > 0 and (one := self._judge((name,), groups, column, base)):
                found.append(one)
        singles = [one for one in found if one.gain >= LEAST]
        singles.sort(key=lambda one: -one.gain)
        pairs = []
        if not singles or singles[0].reliability < ENOUGH:
            best = sorted(found, key=lambda one: -one.share)[:PAIRED]
            for first, second in combinations(best, 2):
                names = (*first.names, *second.names)
                groups = joined(first.groups, second.groups)
                one = self._judge(names, groups, column, base)
                if one and one.gain > max(first.gain, second.gain, 0) + LEAST:
                    pairs.append(one)
        return sorted(singles[:KEPT] + pairs, key=lambda one: -one.gain)[:KEPT]

    def _judge(
        self, names: tuple[str, ...], groups: Codes, column: str, base: float
    ) -> Determinant | None:
        if base >= 1.0:
            return None
        values = self._sight[column].codes
        right, share, rows = reliability(groups[self._sample], values[self._sample])
        if rows == 0:
            return None
        # a few rows prove little: some are put beside them of which only the majority is foretold
        right = (right * rows + PRIOR * base) / (rows + PRIOR)
        return Determinant(names, groups, right, (right - base) / (1 - base), share)


@source("alike rows")
class Dependencies:
    """The values beside the best determining column, by their share and its reliability."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._determinants = determinants(sight)

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The most frequent values of the other rows of the group."""
        best: dict[tuple[int, str], Offer] = {}
        for one in self._determinants.of(ask.column):
            for offer in self._by(one, ask):
                key = (offer.at, offer.value)
                if key not in best or best[key].strength < offer.strength:
                    best[key] = offer
        yield from best.values()

    def _by(self, one: Determinant, ask: Ask) -> Iterator[Offer]:
        texts = self._sight[ask.column].texts
        for at, values, counts, others in standing(self._sight, one.groups, ask):
            for value, count in zip(values[:OFFERED], counts[:OFFERED], strict=False):
                words = f"{count} of the {others} other rows with the same {one} have it"
                if others == 1:
                    words = f"the one other row with the same {one} has it"
                yield Offer(at, texts[value], one.reliability * count / others, words)


@source("columns")
class Together:
    """What all determining columns say together: each votes by what it adds and by its rows."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._determinants = determinants(sight)

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The values with the most votes."""
        texts = self._sight[ask.column].texts
        votes: list[dict[int, float]] = [{} for _ in range(len(ask))]
        heard = np.zeros(len(ask))
        speakers = np.zeros(len(ask), dtype=np.int64)
        for one in self._determinants.of(ask.column):
            for at, values, counts, others in standing(self._sight, one.groups, ask):
                heard[at] += one.gain
                speakers[at] += 1
                for value, count in zip(values[:OFFERED], counts[:OFFERED], strict=False):
                    share = one.gain * count / (others + 0.5)
                    votes[at][value] = votes[at].get(value, 0.0) + share
        for at, found in enumerate(votes):
            for value, vote in sorted(found.items(), key=lambda pair: -pair[1])[:OFFERED]:
                words = f"{vote / heard[at]:.0%} of the votes of {speakers[at]} related columns"
                yield Offer(at, texts[value], vote / heard[at], words.replace("%", " %", 1))


def standing(
    sight: Sight, groups: Codes, ask: Ask
) -> Iterator[tuple[int, list[int], list[int], int]]:
    """For each asked cell what the other rows of its group have, most frequent first.

    Yields
    ------
    tuple
        Index of the cell, codes of the values, rows with each, and the other rows in all. A cell
        without a group, or without another row in it, is left out.
    """
    codes = sight[ask.column].codes
    asked = groups[ask.rows]
    found = beside(groups, codes, asked)
    kept: dict[tuple[int, int], tuple[list[int], list[int], int]] = {}
    for at, (group, own) in enumerate(zip(asked.tolist(), codes[ask.rows].tolist(), strict=True)):
        if group < 0:
            continue
        if (group, own) not in kept:
            values, counts = found.of(group)
            counts = np.where(values == own, counts - 1, counts)
            order = np.argsort(-counts, kind="stable")[: OFFERED + 1]
            order = order[counts[order] > 0]
            kept[group, own] = (values[order].tolist(), counts[order].tolist(), int(counts.sum()))
        values_, counts_, others = kept[group, own]
        if others:
            yield at, values_, counts_, others


def determinants(sight: Sight) -> Determinants:
    """The determinants of a table; the sources of one table share them."""
    return sight.shared("determinants", lambda: Determinants(sight))


@source("frequent")
class Frequent:
    """The most frequent values of the column, which is little to go by."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The same few values for each cell, where the column has some that stand often."""
        seen = self._sight[ask.column]
        order = np.argsort(-seen.counts, kind="stable")[:3]
        for value in order[seen.counts[order] > 1].tolist():
            share = float(seen.counts[value]) / seen.held
            words = f"{share:.0%} of the column".replace("%", " %")
            for at in range(len(ask)):
                yield Offer(at, seen.texts[value], share, words)
