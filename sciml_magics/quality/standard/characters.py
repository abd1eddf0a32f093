"""Unicode: composed characters, invisible ones, look-alikes, and texts decoded wrongly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import numpy as np

from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Found, Wishes

# Zero-width characters, soft hyphens, marks of direction, and control characters but tab and lines.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff]"
)
# Joiners, which emoji and some scripts need: only between letters that never do.
_JOINERS = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]+(?![^\x00-\x7f])|^[\u200c\u200d]+")
_LATIN = "AaBCcEeHIiJjKMNOoPpSsTXxYy"
_CYRILLIC = "АаВСсЕеНІіЈјКМНОоРрЅѕТХхУу"  # noqa: RUF001
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟοΡΤΥΧ", "ABEZHIKMNOoPTYX", strict=True))  # noqa: RUF001
_TO_LATIN = str.maketrans({**dict(zip(_CYRILLIC, _LATIN, strict=True)), **_GREEK})
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_WORD = re.compile(r"[^\W\d_]+")
# Full-width letters and digits, and joined letters such as ﬁ.
_WIDE = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06]")

_ODD = r"[\x00-\x08\x0e-\x1f\x7f]"
_Mend = tuple[Callable[[str], str], float, str]


class Characters:
    """One way to write a character: NFC, nothing invisible, one script in a word.

    Texts that were decoded with a wrong encoding are undone by ftfy.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Texts with characters that nobody meant to type."""
        looked = ~values.in_ascii() | values.matching(_ODD)
        changes = {}
        for at in np.flatnonzero(looked).tolist():
            if change := _mended(values.texts[at]):
                changes[at] = change
        return Found(changes)


def _mended(text: str) -> Change | None:
    new, sure, words = text, 1.0, []
    for mend, score, why in _MENDS:
        after = mend(new)
        if after != new:
            new, sure = after, min(sure, score)
            words.append(why)
    return Change(new, sure, "; ".join(words)) if words else None


def _decoded(text: str) -> str:
    """The text, decoded rightly where its letters show that it was not.

    Examples
    --------
    >>> _decoded("MÃ¼nchen"), _decoded("café")
    ('München', 'café')
    """
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    return fix_encoding(text) if is_bad(text) else text


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """The text without characters that nobody sees."""
    return _JOINERS.sub("", _INVISIBLE.sub("", text))


def _narrow(text: str) -> str:
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def one_script(text: str) -> str:
    r"""The text with every word in one script, where letters of another only look alike.

    Examples
    --------
    >>> one_script("R\N{CYRILLIC SMALL LETTER O}me"), one_script("Москва"), one_script("µm")
    ('Rome', 'Москва', 'µm')
    """
    return _WORD.sub(lambda found: _in_one_script(found[0]), text)


def _in_one_script(word: str) -> str:
    if word.isascii():
        return word
    latin = sum(letter.isascii() or "À" <= letter <= "ɏ" for letter in word)
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in word)
    if not latin or not (cyrillic or any(letter in _GREEK for letter in word)):
        return word
    new = word.translate(_TO_LATIN if latin >= cyrillic else _TO_CYRILLIC)
    kept = "Ͱ-Ͽ" if latin >= cyrillic else "A-Za-z"
    other = "Ѐ-ӿ" if latin >= cyrillic else ""
    return word if re.search(rf"[{kept}{other}]", new) else new


_MENDS: tuple[_Mend, ...] = (
    (_decoded, 0.95, "decoded with a wrong encoding"),
    (_composed, 0.95, "letters and accents that are not composed (NFC)"),
    (visible, 0.95, "invisible characters"),
    (_narrow, 0.9, "full-width or joined letters"),
    (one_script, 0.9, "letters of another script that look alike"),
)
