"""Share units out to parts so that every label has its share in each.

The rarest label is shared out first, as in iterative stratification (Sechidis, Tsoumakas and
Vlahavas 2011), which serves one label and several alike. What a label leaves over after whole
units is dealt so that the parts come out in their sizes: with many small labels, going by each
label alone would give everything to the greatest part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

# Sums of shares such as 0.1 are not exact.
_EPS = 1e-9


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows that stay together.

    Parameters
    ----------
    size
        How many they are.
    labels
        How many of them have each label.
    """

    size: int
    labels: Mapping[str, int]


def share_out(units: Sequence[Unit], shares: Sequence[float]) -> list[int]:
    """The part of every unit.

    Parameters
    ----------
    units
        In the order in which they are dealt, which is to be random.
    shares
        Of each part, which sum to 1.

    Returns
    -------
    list of int
        Position of the part in `shares`.

    Examples
    --------
    >>> units = [Unit(1, {"a": 1}), Unit(1, {"b": 1}), Unit(1, {"a": 1}), Unit(1, {"b": 1})]
    >>> share_out(units, [0.5, 0.5])
    [0, 0, 1, 1]
    """
    return _Deal(units, shares).run()


class _Deal:
    def __init__(self, units: Sequence[Unit], shares: Sequence[float]) -> None:
        self._units = units
        self._shares = shares
        self._greatest = max(range(len(shares)), key=lambda part: (shares[part], -part))
        self._parts = [-1] * len(units)
        self._sizes = [0] * len(shares)
        self._dealt = 0
        totals: Counter[str] = Counter()
        self._of: dict[str, list[int]] = {}
        for at, unit in enumerate(units):
            totals.update(unit.labels)
            for label in unit.labels:
                self._of.setdefault(label, []).append(at)
        self._wanted = {label: [share * n for share in shares] for label, n in totals.items()}
        self._left = {label: len(own) for label, own in self._of.items()}
        self._rarest = [(left, label) for label, left in self._left.items()]
        heapify(self._rarest)
        self._begun: set[str] = set()

    def run(self) -> list[int]:
        while self._rarest:
            left, label = heappop(self._rarest)
            if left != self._left[label]:
                continue  # has become rarer since: it stands in the heap again
            for at in self._of[label]:
                if self._parts[at] < 0:
                    self._give(at, self._choose(label, self._units[at]))
        for at, unit in enumerate(self._units):
            if self._parts[at] < 0:
                self._give(at, self._behind(range(len(self._shares)), unit))
        self._fill()
        return self._parts

    def _fill(self) -> None:
        """Give an empty part a unit whose labels remain where it comes from."""
        held = Counter(
            (part, label)
            for part, unit in zip(self._parts, self._units, strict=True)
            for label in unit.labels
        )
        for empty in set(range(len(self._shares))) - set(self._parts):
            units = Counter(self._parts)
            spare = [
                (unit.size, at)
                for at, unit in enumerate(self._units)
                if units[self._parts[at]] > 1
                and all(held[self._parts[at], label] > 1 for label in unit.labels)
            ]
            if spare:
                _, at = min(spare)
                held.subtract((self._parts[at], label) for label in self._units[at].labels)
                self._parts[at] = empty

    def _choose(self, label: str, unit: Unit) -> int:
        wanted = self._wanted[label]
        most = max(wanted)
        if most >= 1 - _EPS:
            whole = [part for part, number in enumerate(wanted) if number >= most - _EPS]
            return self._behind(whole, unit)
        if label not in self._begun:
            return self._greatest
        some = [part for part, number in enumerate(wanted) if number > _EPS]
        return self._behind(some or range(len(wanted)), unit)

    def _behind(self, parts: Sequence[int], unit: Unit) -> int:
        """The part that lags furthest behind its share of what is dealt."""
        dealt = self._dealt + unit.size
        return max(parts, key=lambda part: (self._lag(part, dealt), -self._sizes[part], -part))

    def _lag(self, part: int, dealt: int) -> float:
        return round(self._shares[part] * dealt - self._sizes[part], 6)

    def _give(self, at: int, part: int) -> None:
        unit = self._units[at]
        self._parts[at] = part
        self._sizes[part] += unit.size
        self._dealt += unit.size
        for label, number in unit.labels.items():
            self._wanted[label][part] -= number
            self._begun.add(label)
            self._left[label] -= 1
            if self._left[label]:
                heappush(self._rarest, (self._left[label], label))
