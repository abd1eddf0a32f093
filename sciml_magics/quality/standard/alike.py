"""Spellings of one name: what is the same but for its writing, and what never is the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np

from sciml_magics.quality.standard.values import Indices

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile("[\u2018\u2019\u201a\u201b\u2032\uff07`\u00b4]")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[\s._/,'-]+(?=[^\W\d_])|\.(?=$)")
_TOKEN = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"[ivx]+")
_ARTICLES = "of the and in for on at de la le du von van und a e y &"
SMALL = frozenset(_ARTICLES.split())
_NEGATIONS = ("un", "in", "im", "ir", "il", "dis", "non", "anti", "de", "a", "hypo", "hyper")
_OPPOSED = tuple(
    frozenset(words.split())
    for words in (
        "north south east west northern southern eastern western",
        "left right",
        "male female man woman men women boy girl",
        "yes no",
        "never former current ever always",
        "low medium high middle",
        "full part",
        "pre post before after",
        "min max minimum maximum",
        "upper lower",
        "mother father parent child",
        "positive negative",
        "mild moderate severe",
        "acute chronic",
        "increase decrease increased decreased",
        "with without",
        "first second third",
        "new old",
        "single married divorced widowed",
        "monday tuesday wednesday thursday friday saturday sunday",
        "january february march april may june july august september october november december",
        "red blue green yellow black white",
        "strongly somewhat slightly",
    )
)
# A letter typed wrongly in so long a name, and two in one as long as the second.
_ONE_EDIT, _TWO_EDITS = 5, 9


def folded(text: str) -> str:
    """The text without what its letter case, dashes, quotes and blanks say.

    Examples
    --------
    >>> folded("Hill–Farm "), folded("CAFÉ")
    ('hill-farm', 'café')
    """
    text = _QUOTES.sub("'", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))
    return " ".join(text.casefold().split())


def squeezed(text: str) -> str:
    """The folded text without accents and without what stands between its letters.

    Examples
    --------
    >>> squeezed("U.S.A."), squeezed("Ring-Road"), squeezed("Type 1.5"), squeezed("A+")
    ('usa', 'ringroad', 'type 1.5', 'a+')
    """
    bare = unicodedata.normalize("NFKD", folded(text))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _BETWEEN_LETTERS.sub("", bare)


def initials(text: str) -> frozenset[str]:
    """The first letters of its words, with and without small words; nothing of a single word.

    Examples
    --------
    >>> sorted(initials("United States of America"))
    ['usa', 'usoa']
    """
    words = _TOKEN.findall(folded(text))
    main = [word for word in words if word not in SMALL]
    if len(main) < 2 or max(map(len, words)) == 1:
        return frozenset()
    return frozenset("".join(word[0] for word in some) for some in (words, main))


def opposed(first: str, second: str) -> bool:
    """Whether two names cannot be one however alike: other numbers, letters or opposite words.

    Examples
    --------
    >>> opposed("type 1", "type 2"), opposed("satisfied", "dissatisfied"), opposed("Rom", "Rome")
    (True, True, False)
    >>> opposed("Hepatitis B", "Hepatitis C"), opposed("north side", "south side")
    (True, True)
    """
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return True
    if re.sub(r"[^+<>=%*-]", "", folded(first).strip("-")) != re.sub(
        r"[^+<>=%*-]", "", folded(second).strip("-")
    ) and re.search(r"[+<>=%*]", first + second):
        return True
    one, other = (set(_TOKEN.findall(folded(text))) for text in (first, second))
    only, others = one - other, other - one
    for group in _OPPOSED:
        if only & group and others & group:
            return True
    if {word for word in only | others if _is_mark(word)} and only and others:
        marks = [{word for word in words if _is_mark(word)} for words in (only, others)]
        if all(marks):
            return True
    return any(_negates(a, b) or _negates(b, a) for a in only for b in others)


def _is_mark(word: str) -> bool:
    """A single letter or a Roman numeral, which tells names apart that are otherwise alike."""
    return len(word) == 1 or bool(_ROMAN.fullmatch(word))


def _negates(word: str, other: str) -> bool:
    for prefix in _NEGATIONS:
        if word == prefix + other:
            return True
    return {word[:4], other[:4]} == {"hypo", "hype"} and word[4:] in (other[4:], other[5:])


def misspelt(rare: str, frequent: str) -> bool:
    """Whether one name is the other with a letter or two typed wrongly.

    Examples
    --------
    >>> misspelt("River Vally", "River Valley"), misspelt("Rat", "Cat")
    (True, False)
    """
    from rapidfuzz.distance import OSA

    short = min(len(rare), len(frequent))
    allowed = 2 if short >= _TWO_EDITS else 1 if short >= _ONE_EDIT else 0
    if not allowed or opposed(rare, frequent):
        return False
    far: int = OSA.distance(folded(rare), folded(frequent), score_cutoff=allowed)
    return far <= allowed


def grouped(texts: Sequence[str], key: Callable[[str], str]) -> list[list[int]]:
    """Indices of the texts that share a key with another, group by group.

    Examples
    --------
    >>> grouped(["Rome", "Oslo", "ROME"], folded)
    [[0, 2]]
    """
    import pandas as pd

    keys = pd.Series([key(text) for text in texts], dtype=object)
    codes = np.asarray(pd.factorize(keys)[0], dtype=np.int64)
    sizes = np.bincount(codes, minlength=1)
    shared = np.flatnonzero(sizes[codes] > 1)
    order: Indices = shared[np.argsort(codes[shared], kind="stable")]
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    return [part.tolist() for part in np.split(order, ends) if len(part)]
