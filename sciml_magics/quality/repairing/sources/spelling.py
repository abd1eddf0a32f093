"""Values of the column written nearly like what stands in a cell, as a whole or in part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from sciml_magics.quality.detectors.difference import difference
from sciml_magics.quality.repairing.channel import Channel
from sciml_magics.quality.repairing.sight import Ask, Seen, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source

# Of a column with very many values only so many are compared: the most frequent.
COMPARED = 5_000
# Texts that share less than this are not the same one misspelt.
ALIKE = 0.4
# So many are looked at for each text, by the plain distance, and so many of them offered.
LOOKED_AT, OFFERED = 20, 8
# Longer texts are compared by their beginnings.
LONGEST = 500
# A word that stands in so many other rows is spelt right.
ESTABLISHED = 2

_WORDS = re.compile(r"\w+|\W+")


def words_of(text: str) -> list[str]:
    """The words of a text and what stands between them, in order.

    Examples
    --------
    >>> words_of("12 oz.")
    ['12', ' ', 'oz', '.']
    """
    return _WORDS.findall(text)


def channel_of(sight: Sight) -> Channel:
    """The channel of a table: that which the ranking has learned, or a plain one."""
    return sight.shared("channel", Channel)


@source("spelling")
class Spelling:
    """Values that other rows have and that differ in few letters."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """The nearest values, by how likely each is to be misspelt like this."""
        seen, channel = self._sight[ask.column], channel_of(self._sight)
        olds = sorted({old for old in ask.olds if old})
        if not olds or not seen.held:
            return
        order = np.argsort(-seen.counts, kind="stable")[:COMPARED]
        known = order[seen.counts[order] > 0].tolist()
        near = nearest(olds, [seen.texts[value] for value in known])
        own = seen.codes[ask.rows].tolist()
        ranked = {
            old: sorted(
                ((channel.likeness(old, seen.texts[known[i]]), known[i]) for i in near[old]),
                reverse=True,
            )
            for old in olds
        }
        for at, old in enumerate(ask.olds):
            for likeness, value in ranked.get(old, ())[:OFFERED]:
                others = int(seen.counts[value]) - (own[at] == value)
                if others and likeness > 0:
                    yield Offer(at, seen.texts[value], likeness, _how(old, seen, value, others))


@source("words")
class Words:
    """The same text with its unheard-of words replaced by words that other rows have."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._counts: dict[str, Counter[str]] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """One text for each cell that has several words, some of them known and some not."""
        counts, seen = self._count(ask.column), self._sight[ask.column]
        channel = channel_of(self._sight)
        established = [word for word, count in counts.most_common(COMPARED) if word.strip()]
        parts = [words_of(old) for old in ask.olds]
        several = [words if len(words) > 1 else [] for words in parts]
        strange = sorted({w for words in several for w in words if w.strip() and counts[w] < 2})
        if not strange or not established:
            return
        near = nearest(strange, established)
        own_codes = seen.codes[ask.rows].tolist()
        for at, words in enumerate(several):
            own = set(words_of(seen.texts[own_codes[at]])) if own_codes[at] >= 0 else set()
            mended = list(words)
            likeness = 1.0
            for i, word in enumerate(words):
                if not word.strip() or counts[word] - (word in own) >= ESTABLISHED:
                    continue
                found = [
                    (channel.likeness(word, established[j]), established[j])
                    for j in near.get(word, ())
                    if counts[established[j]] - (established[j] in own) >= ESTABLISHED
                ]
                if found:
                    best = max(found)
                    mended[i], likeness = best[1], likeness * best[0]
            if mended != words:
                changed = [new for old, new in zip(words, mended, strict=True) if old != new]
                text = f"its word {_quoted(changed)} stands in other rows, this one does not"
                yield Offer(at, "".join(mended), likeness, text)

    def _count(self, column: str) -> Counter[str]:
        if column not in self._counts:
            seen, found = self._sight[column], Counter[str]()
            order = np.argsort(-seen.counts, kind="stable")[: 4 * COMPARED]
            for value in order.tolist():
                for word in set(words_of(seen.texts[value][:LONGEST])):
                    found[word] += int(seen.counts[value])
            self._counts[column] = found
        return self._counts[column]


def nearest(asked: Sequence[str], texts: Sequence[str]) -> dict[str, list[int]]:
    """For each text the indices of those most alike, nearest first.

    Examples
    --------
    >>> nearest(["Rxme"], ["Paris", "Rome"])
    {'Rxme': [1]}
    """
    found: dict[str, list[int]] = {}
    cut = [text[:LONGEST] for text in texts]
    for first in range(0, len(asked), 500):
        part = [text[:LONGEST] for text in asked[first : first + 500]]
        alike = process.cdist(
            part, cut, scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE
        )
        order = np.argsort(-alike, axis=1, kind="stable")[:, : LOOKED_AT + 1]
        for i, text in enumerate(asked[first : first + 500]):
            found[text] = [int(j) for j in order[i] if alike[i, j] > 0 and texts[j] != text]
    return found


def _how(old: str, seen: Seen, value: int, others: int) -> str:
    new = seen.texts[value]
    rows = "1 other row has it" if others == 1 else f"{others} other rows have it"
    return f"{difference(old, new, Levenshtein.distance(old, new))}, and {rows}"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words[:3])
