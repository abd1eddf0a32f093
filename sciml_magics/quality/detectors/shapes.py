"""The shape of a text: its letters, digits and signs, without what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Level = Literal["words", "runs", "exact"]

_CUT = "\x00"
_LONGEST = 200
_DIGITS = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_A]")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]+")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_SMALL = re.compile(r"[^\W\d_A]+")
_SPACES = re.compile(r"[^\S\x00]+")
_WORDS = re.compile(r"a(?: a)+")


def shapes(texts: Sequence[str], level: Level) -> list[str]:
    """The shape of each text; of a long one, that of its first 200 characters.

    Parameters
    ----------
    texts
        The texts.
    level
        ``words``: all letters are alike, and a row of words is one; ``runs``: capitals and small
        letters are told apart, lengths are not; ``exact``: a sign for every character.

    Examples
    --------
    >>> for level in ("words", "runs", "exact"):
    ...     shapes(["Mount Sinai", "35233-10", "3x"], level)
    ['a', '9-9', '9a']
    ['Aa Aa', '9-9', '9a']
    ['Aaaaa Aaaaa', '99999-99', '9a']
    """
    if not texts:
        return []
    whole = _CUT.join([text[:_LONGEST].replace(_CUT, " ") for text in texts])
    # From here on nine stands for digits: they go first, since letters never turn into them.
    whole = (_DIGIT if level == "exact" else _DIGITS).sub("9", whole)
    if level == "words":
        whole = _SPACES.sub(" ", _LETTERS.sub("a", whole))
        whole = _WORDS.sub("a", whole)
    elif level == "runs":
        whole = _SPACES.sub(" ", _SMALL.sub("a", _CAPITALS.sub("A", whole)))
    else:
        whole = _LETTER.sub("a", _CAPITAL.sub("A", whole))
    return whole.split(_CUT)
