"""Find many known values in many texts at once, by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sciml_magics.quality.privacy.kinds import DIRECT
from sciml_magics.tasks import Span

_WORD = re.compile(r"\w+")
_LEAST_DIGITS = 7


@dataclass
class Finder:
    """Values that say who somebody is, found again wherever they stand as whole words.

    Only values that are hardly anything else are looked for: names of two words or more, addresses
    with an @, and numbers of seven digits or more.

    Parameters
    ----------
    known
        Spans whose values are looked for.

    Examples
    --------
    >>> finder = Finder([Span(0, 12, "person", "Ada Lovelace")])
    >>> [(span.start, span.text) for span in finder.find("See ADA  Lovelace, 1843")]
    [(4, 'ADA  Lovelace')]
    """

    known: Iterable[Span]
    numbers: set[int] = field(default_factory=set, init=False)
    _by_first: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict, init=False)
    _lengths: dict[str, list[int]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for span in self.known:
            if not tells(span):
                continue
            words = tuple(word.casefold() for word in _WORD.findall(span.text))
            self._by_first.setdefault(words[0], {}).setdefault(words, span.label)
            if len(words) == 1 and words[0].isascii() and words[0].isdigit():
                self.numbers.add(int(words[0]))
        for first, values in self._by_first.items():
            self._lengths[first] = sorted({len(words) for words in values}, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def find(self, text: str) -> Iterator[Span]:
        """Where the values stand in a text; none of the stretches overlap."""
        if not self._by_first:
            return
        places = [match.span() for match in _WORD.finditer(text)]
        words = [text[start:end].casefold() for start, end in places]
        at = 0
        while at < len(words):
            step = 1
            for length in self._lengths.get(words[at], ()):
                kind = self._by_first[words[at]].get(tuple(words[at : at + length]))
                if kind is not None and at + length <= len(words):
                    start, end = places[at][0], places[at + length - 1][1]
                    yield Span(start, end, kind, text[start:end])
                    step = length
                    break
            at += step


def tells(span: Span) -> bool:
    """Whether a value is looked for wherever it may stand."""
    if span.label not in DIRECT:
        return False
    words = _WORD.findall(span.text)
    digits = sum(map(str.isdigit, span.text))
    if span.label == "person":
        return sum(len(word) > 1 for word in words) > 1
    if span.label == "email":
        return len(words) > 1
    return digits >= _LEAST_DIGITS and bool(words)
