"""Texts that are equal but for how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from sciml_magics.tasks import Record, Task


def plain(text: str) -> str:
    r"""A text without what makes no difference: case, width of signs, kinds and runs of blanks.

    Compatible signs are one (NFKC), case is folded, and each run of white space is one blank.

    Examples
    --------
    >>> plain("  The\tﬁrst  CELL ") == plain("the first cell")
    True
    """
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def told_apart(records: Sequence[Record], task: Task) -> list[str]:
    """What tells records apart: their texts; of images, whose texts name a place, the addresses.

    Examples
    --------
    >>> record = Record(b"12", (("file", "32 × 32 image"),))
    >>> told_apart([record], Task("t", ("file",), input="image"))
    ['3132']
    """
    if task.input == "image":
        return [record.id.hex() for record in records]
    return [record.text for record in records]
