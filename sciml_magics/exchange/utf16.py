"""Places in a text as tools written in JavaScript count them: in UTF-16 units."""

from __future__ import annotations

from bisect import bisect_left


def to_utf16(text: str, *places: int) -> list[int]:
    r"""Places in code points as places in UTF-16 units.

    Examples
    --------
    >>> to_utf16("a\U0001f600b", 1, 2, 3)
    [1, 3, 4]
    """
    wide = _wide(text)
    return [at + bisect_left(wide, at) for at in places]


def from_utf16(text: str, *places: int) -> list[int] | None:
    r"""Places in UTF-16 units as places in code points; ``None`` if one is within a character.

    Examples
    --------
    >>> from_utf16("a\U0001f600b", 1, 3, 4), from_utf16("\U0001f600", 1)
    ([1, 2, 3], None)
    """
    wide = _wide(text)
    # Where the wide characters end, in units; what comes after the n-th is n units further on.
    ends = [at + order + 2 for order, at in enumerate(wide)]
    found = []
    for place in places:
        before = bisect_left(ends, place + 1)
        at = place - before
        if before < len(wide) and ends[before] - 1 == place:
            return None
        found.append(at)
    return found


def _wide(text: str) -> list[int]:
    """Where the characters are that take two units."""
    if text.isascii():
        return []
    return [at for at, sign in enumerate(text) if sign > "\uffff"]
