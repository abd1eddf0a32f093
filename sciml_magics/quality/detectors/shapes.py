"""The shape of a text: its letters, digits and signs, without what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Level = Literal["words", "runs", "exact"]

_CUT = "\x00"
_LONGEST = 200


class _Signs(dict[int, str]):
    """The sign of each character, found when it is first met."""

    def __init__(self, level: Level) -> None:
        super().__init__({0: _CUT})
        self._level = level

    def __missing__(self, code: int) -> str:
        character = chr(code)
        sign = character
        if character.isdecimal():
            sign = "9"
        elif character.isalnum():
            sign = "A" if character.isupper() and self._level != "words" else "a"
        elif character.isspace() and self._level != "exact":
            sign = " "
        self[code] = sign
        return sign


_SIGNS: dict[Level, _Signs] = {level: _Signs(level) for level in ("words", "runs", "exact")}


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
    whole = _CUT.join(texts)
    if whole.count(_CUT) >= len(texts) or max(map(len, texts)) > _LONGEST:
        whole = _CUT.join([text[:_LONGEST].replace(_CUT, " ") for text in texts])
    # Of a million texts these whole-string steps are five times as fast as regular expressions.
    whole = whole.translate(_SIGNS[level])
    if level != "exact":
        for sign in "9Aa ":
            whole = _once(whole, sign * 2, sign)
    if level == "words":
        whole = _once(whole, "a a", "a")
    return whole.split(_CUT)


def _once(text: str, again: str, sign: str) -> str:
    """A text in which a sign stands for any number of it in a row."""
    while again in text:
        text = text.replace(again, sign)
    return text
