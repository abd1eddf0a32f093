"""Decode the tags of tokens into spans of text.

Works on code points of the original text. One reading serves IOB1, IOB2, BIOES, BILOU and plain
tags: a span begins at B, S or U, and at any tag of its kind that nothing of that kind precedes; it
goes on over I, M, E and L (plain tags count as I); it ends behind S, U, E and L.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import Span

if TYPE_CHECKING:
    from sciml_magics.models.text_input import Tokens

Indices = npt.NDArray[np.int64]

OUTSIDE = "O"

_PREFIXED = re.compile(r"([BIMELSU])[-_](.+)", re.DOTALL)
_BEGINS = frozenset("BSU")
_ENDS = frozenset("SUEL")

# Scripts that put no space between words: there every token is judged by itself.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


# The smallest pieces that a word is made of, as a tokenizer may find them.
_PIECE = re.compile(rf"{_UNSPACED.pattern}|(?:(?!{_UNSPACED.pattern})\w)+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a model, taken apart.

    Parameters
    ----------
    kinds
        What each tag marks, shape ``[tags]``: position in `names`, -1 for outside.
    begins, ends
        Whether a span begins with the tag whatever is before it, or ends behind it.
    names
        What can be marked.
    """

    kinds: npt.NDArray[np.int64]
    begins: npt.NDArray[np.bool_]
    ends: npt.NDArray[np.bool_]
    names: tuple[str, ...]


def read_tags(tags: Sequence[str]) -> Tags:
    """Take the tags of a model apart, which may be of a scheme such as IOB or BIOES, or plain.

    It is a scheme if every tag but O has a prefix; ``B-cell`` beside ``macrophage`` is a plain tag.

    Examples
    --------
    >>> read_tags(["O", "B-PER", "I-PER", "E-LOC"]).names
    ('PER', 'LOC')
    >>> read_tags(["O", "B-cell", "macrophage"]).names
    ('B-cell', 'macrophage')
    """
    inside = [tag for tag in tags if tag != OUTSIDE]
    found = {tag: _PREFIXED.fullmatch(tag) for tag in inside}
    scheme = bool(inside) and all(found.values())
    parts = [_parts(tag, found.get(tag) if scheme else None) for tag in tags]
    names = tuple(dict.fromkeys(name for _, name in parts if name))
    kinds = [names.index(name) if name else -1 for _, name in parts]
    return Tags(
        kinds=np.array(kinds, dtype=np.int64),
        begins=np.array([prefix in _BEGINS for prefix, _ in parts]),
        ends=np.array([prefix in _ENDS for prefix, _ in parts]),
        names=names,
    )


def word_starts(
    text: str,
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    begins: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Which tokens begin a word, shape ``[tokens]``.

    Besides those that the tokenizer names, these are every token of a script without spaces, and
    punctuation at the end of a word, so that ``Paris,`` is a word and a comma.

    Examples
    --------
    >>> starts, stops = np.array([0, 5]), np.array([5, 6])
    >>> word_starts("Paris,", starts, stops, np.array([True, False])).tolist()
    [True, True]
    """
    found = begins.copy()
    last = len(text)
    for at in np.flatnonzero(~begins):
        start, stop = int(starts[at]), int(stops[at])
        piece = text[start:stop]
        unspaced = _UNSPACED.search(text[max(0, start - 1) : stop])
        closes = not any(map(str.isalnum, piece)) and (stop >= last or text[stop].isspace())
        found[at] = bool(unspaced) or (bool(piece.strip()) and closes)
    # Of a letter that is several tokens, only the first begins anything.
    found[1:] &= starts[1:] >= stops[:-1]
    return found


def words_of(text: str) -> list[tuple[int, int]]:
    """Bounds of the words of a text, by the rule of `word_starts`, whatever the tokenizer.

    Examples
    --------
    >>> text = "Paris, the non-EU city 东京"
    >>> [text[start:end] for start, end in words_of(text)]
    ['Paris', ',', 'the', 'non-EU', 'city', '东', '京']
    """
    pieces = [found.span() for found in _PIECE.finditer(text)]
    if not pieces:
        return []
    starts, stops = np.array(pieces, dtype=np.int64).T
    begins = np.array([start == 0 or text[start - 1].isspace() for start in starts.tolist()])
    first = np.flatnonzero(word_starts(text, starts, stops, begins))
    behind = np.append(first[1:], len(starts)) - 1
    return list(zip(starts[first].tolist(), stops[behind].tolist(), strict=True))


def word_places(text: str, tokens: Tokens) -> tuple[Indices, Indices, Indices]:
    """First token of each word and the word's bounds in the text, shape ``[words]`` each.

    Training and answering share this reading: the first token speaks for its word. A word's bounds
    leave out white space at its ends and hold the marks of its last letter.
    """
    first = np.flatnonzero(word_starts(text, tokens.starts, tokens.stops, tokens.begins))
    if not len(first):
        return first, first, first
    behind = np.append(first[1:], len(tokens.ids)) - 1
    starts, stops = tokens.starts[first].copy(), tokens.stops[behind].copy()
    for at, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        starts[at], stops[at] = _bounds(text, start, stop) or (start, start)
    return first, starts, stops


def best_tags(
    logits: npt.NDArray[np.float32], scheme: Tags, *, strict: bool
) -> npt.NDArray[np.int64]:
    """The tags of words that are likeliest together.

    Parameters
    ----------
    logits
        Shape ``[words, tags]``.
    scheme
        The tags, taken apart.
    strict
        The model was taught that a span begins with a tag that says so (IOB2): what only goes on
        follows its own kind alone, and the likeliest row of such tags is found by dynamic
        programming (Viterbi 1967). Else each word has its likeliest tag.

    Examples
    --------
    >>> scheme = read_tags(["O", "B-x", "I-x"])
    >>> logits = np.float32([[3, 2, 0], [0, 0, 4]])
    >>> best_tags(logits, scheme, strict=False).tolist()
    [0, 2]
    >>> best_tags(logits, scheme, strict=True).tolist()
    [1, 2]
    """
    tags: npt.NDArray[np.int64] = logits.argmax(axis=-1)
    if not strict or not len(tags):
        return tags
    goes_on = (scheme.kinds >= 0) & ~scheme.begins
    same = scheme.kinds[:, None] == scheme.kinds[None, :]
    allowed = ~goes_on[None, :] | same
    if not goes_on[tags[0]] and allowed[tags[:-1], tags[1:]].all():
        return tags  # the likeliest of all rows is one of those that are allowed
    cost = np.where(allowed, 0.0, -np.inf)
    totals = np.where(goes_on, -np.inf, logits[0])
    before = np.empty((len(tags), len(scheme.kinds)), dtype=np.int64)
    own = np.arange(len(scheme.kinds))
    for at, said in enumerate(logits[1:], 1):
        ways = totals[:, None] + cost
        before[at] = ways.argmax(axis=0)
        totals = ways[before[at], own] + said
    tags[-1] = totals.argmax()
    for at in range(len(tags) - 1, 0, -1):
        tags[at - 1] = before[at, tags[at]]
    return tags


def decode(
    text: str,
    places: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    first: npt.NDArray[np.bool_],
    tags: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    scheme: Tags,
) -> Iterator[tuple[int, Span]]:
    """Spans of a text from the tags of its words' first tokens.

    Parameters
    ----------
    text
        The original.
    places
        First code point of each token, and the one behind its last, shape ``[tokens]``.
    first
        Whether a token is the first of a word; it speaks for the word.
    tags
        Tag of each token.
    scores
        Probability of what its tag marks, 0 to 1, higher is surer.
    scheme
        The tags, taken apart.

    Yields
    ------
    Kind and span, in the order of the text. A span's score is the mean over its words.
    """
    words = np.flatnonzero(first)
    if not len(words):
        return
    behind = np.append(words[1:], len(first)) - 1
    starts, stops = places[0][words], places[1][behind]
    kinds = scheme.kinds[tags[words]]
    for begin, end in _runs(kinds, scheme.begins[tags[words]], scheme.ends[tags[words]]):
        bounds = _bounds(text, int(starts[begin]), int(stops[end - 1]))
        if bounds is not None:
            kind = int(kinds[begin])
            score = float(scores[words[begin:end]].mean())
            quoted = text[bounds[0] : bounds[1]]
            yield kind, Span(*bounds, label=scheme.names[kind], text=quoted, score=score)


def _parts(tag: str, prefixed: re.Match[str] | None) -> tuple[str, str]:
    if tag == OUTSIDE:
        return "", ""
    return (prefixed[1], prefixed[2]) if prefixed else ("I", tag)


def _runs(
    kinds: npt.NDArray[np.int64], begins: npt.NDArray[np.bool_], ends: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Half-open ranges of words that make a span each."""
    at = 0
    inside = np.flatnonzero(kinds >= 0)
    for begin in map(int, inside):
        if begin < at:
            continue
        at = begin + 1
        while at < len(kinds) and kinds[at] == kinds[begin] and not begins[at] and not ends[at - 1]:
            at += 1
        yield begin, at


def _bounds(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """The range without spaces at its ends, and with the marks that belong to its last letter."""
    while stop < len(text) and unicodedata.category(text[stop]).startswith("M"):
        stop += 1
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return (start, stop) if start < stop else None
