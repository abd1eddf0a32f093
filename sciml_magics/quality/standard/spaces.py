"""White space: around texts, doubled within them, and of unusual kinds."""

from __future__ import annotations

import re

import numpy as np

from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Found, Wishes

SURE = 0.95

# Spaces of other widths than a typewriter's, as Unicode lists them (category Zs), and the tab.
_OTHER = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = rf"^\s|\s$|  |[{_OTHER}]"
_LINE = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")


class Spaces:
    """One blank between words, none around a text.

    Line breaks inside a text are left: they are its paragraphs.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """White space that most of the column does not have."""
        odd = values.matching(rf"{_ODD}|^[{_OTHER}]|[{_OTHER}]$")
        changes = {}
        for at in np.flatnonzero(odd).tolist():
            text = values.texts[at]
            new = tidy(text)
            if new != text:
                changes[at] = Change(new, SURE, _words(text))
        return Found(changes)


def tidy(text: str) -> str:
    r"""The text with single blanks, and none around it.

    Examples
    --------
    >>> tidy("  Hill\u00a0 Farm\t"), tidy("one \n\n  two")
    ('Hill Farm', 'one\n\n  two')
    """
    text = text.strip()
    if _LINE.search(text):
        return re.sub(rf"[ {_OTHER}]+(?=[\r\n])", "", text)
    return re.sub(r"\s+", " ", text)


def _words(text: str) -> str:
    bare = text.strip()
    if bare == text:
        odd = re.search(rf"[{_OTHER}]", text)
        kind = "a blank of an unusual kind" if odd else "more than one blank"
        return f"{kind} between words"
    if text.endswith(bare):
        return "white space before the text"
    return "white space behind the text" if text.startswith(bare) else "white space around the text"
