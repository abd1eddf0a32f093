"""Marked spans as tags of words: entity by entity with seqeval, and word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.models.spans import words_of
from sciml_magics.tasks import Span, Value

Bounds = Sequence[tuple[int, int]]
Numbers = npt.NDArray[np.float64]


class PerLabel(NamedTuple):
    """Scores of each label, in the order asked for; shape ``[labels]``."""

    precision: Numbers
    recall: Numbers
    f1: Numbers


def by_entity(
    gold: Sequence[Value],
    predicted: Sequence[Value],
    texts: Sequence[str],
    places: Mapping[str, int],
) -> PerLabel | None:
    """Scores of whole entities by seqeval, strict IOB2: bounds and label must both be right.

    Words are cut where a span begins or ends, so that tags hold every span exactly. Returns
    ``None`` where they cannot, for spans overlap or mark nothing but white space.

    Parameters
    ----------
    gold, predicted
        Spans of each text; ``None`` is no span.
    texts
        The texts.
    places
        Labels by name, numbered from 0.
    """
    so, said = ([spans_of(value) for value in values] for values in (gold, predicted))
    if not all(
        _taggable(text, one) for text, *both in zip(texts, so, said, strict=True) for one in both
    ):
        return None
    tags: tuple[list[list[str]], list[list[str]]] = ([], [])
    for text, *both in zip(texts, so, said, strict=True):
        words = _cut(
            words_of(text),
            [border for one in both for span in one for border in (span.start, span.end)],
        )
        for told, one in zip(tags, both, strict=True):
            # Numbers for labels: seqeval takes a hyphen in a name for the border of the prefix.
            told.append(_tags(words, one, {name: str(at) for name, at in places.items()}))
    from seqeval.metrics.v1 import precision_recall_fscore_support
    from seqeval.scheme import IOB2

    found = sorted({tag[2:] for told in tags for one in told for tag in one} - {""})
    scores = [np.zeros(len(places)) for _ in range(3)]
    if found:
        of_found = precision_recall_fscore_support(*tags, scheme=IOB2, zero_division=0)
        for score, values in zip(scores, of_found[:3], strict=True):
            score[[int(name) for name in found]] = values
    return PerLabel(*scores)


def tagged(values: Sequence[Value], words: Sequence[Bounds], names: Sequence[str]) -> list[str]:
    """IOB2 tags of all words of all texts, one after the other.

    A word has the tag of the first span that touches it.

    Examples
    --------
    >>> spans = (Span(4, 9, "LOC", "Paris"),)
    >>> tagged([spans], [[(0, 3), (4, 9)]], ["LOC"])
    ['O', 'B-LOC']
    """
    told = {name: name for name in names}
    return [
        tag
        for value, own in zip(values, words, strict=True)
        for tag in _tags(own, spans_of(value), told)
    ]


def tag_names(names: Sequence[str]) -> list[str]:
    """All tags, in the order of the table: those that begin, those that go on, and O."""
    return [*(f"B-{name}" for name in names), *(f"I-{name}" for name in names), "O"]


def spans_of(value: Value) -> list[Span]:
    """The spans of a value in the order of the text."""
    spans = [part for part in value or () if isinstance(part, Span)]
    return sorted(spans, key=lambda span: (span.start, span.end))


def _taggable(text: str, spans: Sequence[Span]) -> bool:
    apart = all(before.end <= after.start for before, after in pairwise(spans))
    return apart and all(text[span.start : span.end].strip() for span in spans)


def _cut(words: Bounds, borders: Sequence[int]) -> Bounds:
    if not borders:
        return words
    found: list[tuple[int, int]] = []
    for start, end in words:
        inner = sorted({start, end, *(at for at in borders if start < at < end)})
        found += pairwise(inner)
    return found


def _tags(words: Bounds, spans: Sequence[Span], names: Mapping[str, str]) -> list[str]:
    tags = ["O"] * len(words)
    at = 0
    for span in spans:
        while at < len(words) and words[at][1] <= span.start:
            at += 1
        inside = at
        while inside < len(words) and words[inside][0] < span.end:
            if tags[inside] == "O":
                tags[inside] = f"{'B' if inside == at else 'I'}-{names[span.label]}"
            inside += 1
    return tags
