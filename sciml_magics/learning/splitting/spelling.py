"""Texts that are equal but for how they are written."""

from __future__ import annotations

from unicodedata import normalize


def plain(text: str) -> str:
    r"""A text without what makes no difference: case, width of signs, kinds and runs of blanks.

    Compatible signs are one (NFKC), case is folded, and each run of white space is one blank.

    Examples
    --------
    >>> plain("  The\tﬁrst  CELL ") == plain("the first cell")
    True
    """
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())
