"""What a recogniser finds, and which of several findings at one place stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sciml_magics.tasks import Span

# Kinds that a pattern shows: they stand before those that are weighed by words.
_SHOWN = frozenset(
    ("email", "web", "ip", "card", "account", "ssn", "licence", "id", "address", "date", "phone")
)
_SURE = 0.7
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text that looks like personal data.

    Parameters
    ----------
    start, end
        Half-open range of code points.
    kind
        One of `sciml_magics.quality.privacy.kinds.KINDS`.
    score
        Probability that it is, as its recogniser sees it: 0 to 1, higher is surer.
    """

    start: int
    end: int
    kind: str
    score: float


def choose(text: str, found: Iterable[Found]) -> tuple[Span, ...]:
    """The findings that stand, none of which overlap, in the order of the text.

    A sure pattern stands before a guess by words, then the surer one, then the longer one. White
    space at the ends is left out, and marks that belong to the last letter are taken in.

    Examples
    --------
    >>> both = [Found(0, 3, "person", 0.5), Found(0, 8, "person", 0.5), Found(9, 12, "age", 0.9)]
    >>> [span.text for span in choose("Ada King 36.", both)]
    ['Ada King', '36.']
    """
    taken: list[Span] = []
    for one in sorted(_outermost(list(found)), key=_rank):
        start, end = _bounds(text, one.start, one.end)
        if start >= end or any(start < span.end and span.start < end for span in taken):
            continue
        taken.append(Span(start, end, one.kind, text[start:end], min(float(one.score), 1.0)))
    return tuple(sorted(taken, key=lambda span: span.start))


def _outermost(found: list[Found]) -> list[Found]:
    """The findings without those that lie in a longer one of the same kind that is sure enough."""
    return [
        one
        for one in found
        if not any(
            other.kind == one.kind
            and other.score >= _ENOUGH
            and other.start <= one.start
            and one.end <= other.end
            and other.end - other.start > one.end - one.start
            for other in found
        )
    ]


def _rank(one: Found) -> tuple[bool, float, int, int, str]:
    shown = one.kind in _SHOWN and one.score >= _SURE
    return not shown, -round(one.score, 1), one.start - one.end, one.start, one.kind


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
