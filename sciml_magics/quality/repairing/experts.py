"""Put together what the ranking says and what sources say that no practice can judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Two that speak independently name the same wrong value once in so many times.
CHANCE = 3.0
# A source's own word counts as much as so many accepted repairs.
PRIOR = 4.0
# No source is believed more than this.
SUREST = 0.995


def combine(said: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The probability of each value, from several that each give some values a probability.

    What one leaves over it says of all other values alike: it does not speak against them, and
    little more against those that it names as unlikely.

    Examples
    --------
    >>> found = combine([{"Rome": 0.9}, {"Roma": 0.3}])
    >>> {value: round(chance, 2) for value, chance in found.items()}
    {'Rome': 0.86, 'Roma': 0.04}
    >>> round(combine([{"Rome": 0.9}, {"Rome": 0.3}])["Rome"], 2)
    0.92
    """
    spoken = [one for one in said if one]
    if len(spoken) == 1:
        return dict(spoken[0])
    nothing = 1.0
    odds: dict[str, float] = {}
    left = [max(1 - sum(one.values()), 1 - SUREST) for one in spoken]
    for rest in left:
        nothing *= rest
    for value in dict.fromkeys(value for one in spoken for value in one):
        odds[value], agree = 1.0, 0
        for one, rest in zip(spoken, left, strict=True):
            chance = one.get(value, rest)
            odds[value] *= max(chance, rest / CHANCE)
            agree += value in one and chance > rest / CHANCE
        odds[value] *= CHANCE ** max(agree - 1, 0)
    total = nothing + sum(odds.values())
    return {value: chance / total for value, chance in odds.items()}


@dataclass
class Records:
    """How often each source was right on accepted repairs, against how sure it was.

    Examples
    --------
    >>> records = Records()
    >>> for _ in range(36):
    ...     records.add("format", 0.9, True)
    >>> round(records.belief("format", 0.9), 2), records.belief("other", 0.9)
    (0.99, 0.9)
    """

    sure: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    right: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, name: str, strength: float, right: bool) -> None:
        """Count what a source said first about an accepted repair."""
        self.sure[name] += strength
        self.right[name] += right
        self.told[name] += 1

    def belief(self, name: str, strength: float) -> float:
        """What a strength is worth, by how the source did so far."""
        if told := self.told[name]:
            mean = min(self.sure[name] / told, SUREST)
            earned = (PRIOR * mean + self.right[name]) / (PRIOR + told)
            odds = strength * earned * (1 - mean)
            strength = odds / (odds + (1 - strength) * (1 - earned) * mean)
        return min(strength, SUREST)
