"""Numbers of things in words."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number of things.

    Examples
    --------
    >>> counted(1, "row"), counted(2_000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


def whole(texts: list[str]) -> list[str]:
    r"""Texts with question marks for half characters, which no frame of texts can hold.

    Examples
    --------
    >>> whole(["a", "\ud800b"])
    ['a', '?b']
    """
    return [text.encode("utf-8", "replace").decode() for text in texts]
