"""In what two texts differ, in words."""

from __future__ import annotations

import unicodedata

from sciml_magics.quality.standard.characters import visible


def difference(old: str, new: str, edits: int) -> str:
    """What a person would call the difference between two texts.

    Parameters
    ----------
    old, new
        The texts.
    edits
        How many characters are other, missing or too many.

    Examples
    --------
    >>> difference("Rome ", "Rome", 1), difference("ROME", "Rome", 3), difference("Rxme", "Rome", 1)
    ('only white space differs', 'only letter case differs', '1 letter differs')
    >>> difference("12.5", "125", 1), difference("Zürich", "Zurich", 1)
    ('1 character differs', 'only accents differ')
    """
    if "".join(old.split()) == "".join(new.split()):
        return "only white space differs"
    if visible(old) == visible(new):
        return "only invisible characters differ"
    if unicodedata.normalize("NFKC", old) == unicodedata.normalize("NFKC", new):
        return "only the Unicode form differs"
    if old.casefold() == new.casefold():
        return "only letter case differs"
    if _bare(old) == _bare(new):
        return "only accents differ"
    if "".join(filter(str.isalnum, old)) == "".join(filter(str.isalnum, new)):
        return "only signs and white space differ" if edits > 1 else "1 character differs"
    if edits <= 2 and sorted(old) == sorted(new):
        return "2 characters are swapped"
    numbers = [sign for sign in (*old, *new) if not sign.isalpha()]
    noun = "character" if _stripped(old) == _stripped(new) and numbers else "letter"
    return f"1 {noun} differs" if edits == 1 else f"{edits} {noun}s differ"


def _stripped(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))
