"""Text that is safe to send to a browser and to draw."""

from __future__ import annotations

_UNSAFE = dict.fromkeys((*range(32), 127, *range(55296, 57344)), "�")


def printable(text: str) -> str:
    r"""`text` with control characters and lone surrogates replaced.

    Neither travels in a notebook's JSON messages or can be drawn.

    Examples
    --------
    >>> printable("a\x00b")
    'a�b'
    """
    return text.translate(_UNSAFE)


def listed(names: list[str], most: int = 8) -> str:
    """The names in one line, the rest counted.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
