"""How right texts become wrong ones, letter by letter: learned from pairs of both."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from rapidfuzz.distance import Levenshtein

# Before anything was learned: one letter of twenty is wrong, and any of fifty letters may stand.
ERRORS, LETTERS = 0.05, 50
# So many errors are believed in before any was seen; half as many replace a letter.
PRIOR = 6.0
KINDS = ("replace", "insert", "delete")


@dataclass(frozen=True, eq=False)
class Channel:
    """What a person's, or a scanner's, errors look like.

    Parameters
    ----------
    kinds
        How often each kind of error was seen.
    stands
        How often each letter stood where it should not.
    swaps
        How often a letter (second) stood in the place of another (first).
    letters
        Letters of the right texts that were looked at, in all.

    Examples
    --------
    >>> plain, taught = Channel(), learn([("xoxe", "Rome"), ("Mxlan", "Milan")])
    >>> taught.likeness("Paxis", "Paris") > plain.likeness("Paxis", "Paris")
    True
    >>> taught.likeness("Paxis", "Paris") > taught.likeness("Pagis", "Paris")
    True
    """

    kinds: Counter[str] = field(default_factory=Counter)
    stands: Counter[str] = field(default_factory=Counter)
    swaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    letters: int = 0

    @cached_property
    def rate(self) -> float:
        """Errors for each letter."""
        return (self.kinds.total() + ERRORS * 100) / (self.letters + 100)

    def cost(self, old: str, new: str) -> float:
        """How surprising it is that `new` was written as `old`, in nats; 0 where they are equal."""
        return math.fsum(self._price(*step) for step in steps(old, new))

    def likeness(self, old: str, new: str) -> float:
        """The same against writing all of `old` by mistake: 0 to 1, higher is more alike."""
        if not old or not new:
            return 0.0
        everything = max(len(old), len(new)) * -math.log(self.rate / LETTERS)
        return max(0.0, 1 - self.cost(old, new) / everything)

    def _price(self, kind: str, right: str, wrong: str) -> float:
        key = (kind, right, wrong)
        if key not in self._prices:
            self._prices[key] = self._find_price(*key)
        return self._prices[key]

    @cached_property
    def _prices(self) -> dict[tuple[str, str, str], float]:
        return {}

    def _find_price(self, kind: str, right: str, wrong: str) -> float:
        share = (self.kinds[kind] + PRIOR / len(KINDS)) / (self.kinds.total() + PRIOR)
        chance = 1.0
        if wrong:
            chance = (self.stands[wrong] + PRIOR / LETTERS) / (self.stands.total() + PRIOR)
        if right and wrong and self.swaps:
            chance = (self.swaps[right, wrong] + PRIOR * chance) / (self._of[right] + PRIOR)
        return -math.log(min(self.rate, 0.5) * share * chance)

    @cached_property
    def _of(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for (right, _), count in self.swaps.items():
            found[right] += count
        return found

    def spoil(self, text: str, rng: np.random.Generator) -> str:
        """Write a text with at least one error, as this channel makes them."""
        if not text:
            return text
        number = 1 + int(rng.binomial(len(text) - 1, min(self.rate, 0.5)))
        found = list(text)
        for at in rng.choice(len(text), size=number, replace=False).tolist():
            kind = self._draw_kind(rng)
            if kind == "delete" and len(text) > 1:
                found[at] = ""
            elif kind == "insert":
                found[at] += self._draw_letter(rng, text)
            else:
                found[at] = self._draw_letter(rng, text)
        return "".join(found)

    def _draw_kind(self, rng: np.random.Generator) -> str:
        weights = np.array([self.kinds[kind] + PRIOR / len(KINDS) for kind in KINDS])
        return KINDS[int(rng.choice(len(KINDS), p=weights / weights.sum()))]

    def _draw_letter(self, rng: np.random.Generator, text: str) -> str:
        """A letter that was seen in a wrong place, or one like those of the text."""
        total = self.stands.total()
        if total and rng.random() < total / (total + PRIOR):
            letters = list(self.stands)
            weights = np.array([self.stands[letter] for letter in letters], dtype=float)
            return letters[int(rng.choice(len(letters), p=weights / weights.sum()))]
        letters = list("0123456789" if text.isdigit() else "abcdefghijklmnopqrstuvwxyz0123456789-")
        return letters[int(rng.integers(len(letters)))]


def learn(pairs: Iterable[tuple[str, str]]) -> Channel:
    """Learn a channel from pairs of wrong and right texts."""
    made = Channel()
    letters = 0
    for old, new in pairs:
        letters += len(new)
        for kind, right, wrong in steps(old, new):
            made.kinds[kind] += 1
            if wrong:
                made.stands[wrong] += 1
            if right and wrong:
                made.swaps[right, wrong] += 1
    return Channel(made.kinds, made.stands, made.swaps, letters)


@lru_cache(maxsize=100_000)
def steps(old: str, new: str) -> tuple[tuple[str, str, str], ...]:
    """What happened to `new` until it was `old`: kind, right letter, wrong letter.

    Examples
    --------
    >>> steps("Rxme", "Rome"), steps("Rme", "Rome")
    ((('replace', 'o', 'x'),), (('delete', 'o', ''),))
    """
    found = []
    for step in Levenshtein.editops(new, old):
        right = "" if step.tag == "insert" else new[step.src_pos]
        wrong = "" if step.tag == "delete" else old[step.dest_pos]
        found.append((step.tag, right, wrong))
    return tuple(found)
