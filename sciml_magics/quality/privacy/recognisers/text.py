"""The words of a text, where they stand, and what their endings look like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sciml_magics.quality.privacy.lists import HONORIFICS

LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{LETTER}(?:{LETTER}|[\u0300-\u036f]|['\u2019\-](?={LETTER}))*\.?")
_POSSESSIVE = re.compile(r"['\u2019]s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text: where it stands, and as it is looked up."""

    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter, or is of a script that has none."""
        return self.text[0].isupper() or self.text[0].istitle()

    @property
    def initial(self) -> bool:
        """Whether it is one letter, with a point or without."""
        return len(self.text.rstrip(".")) == 1 and self.capital


def words_of(text: str) -> list[Word]:
    """The words of a text; a point behind a word belongs to it only where it abbreviates.

    Examples
    --------
    >>> [word.text for word in words_of("Dr. J. O'Neil's car.")]
    ['Dr.', 'J.', "O'Neil", 'car']
    """
    found = []
    for match in _WORD.finditer(text):
        piece = match[0]
        if piece.endswith(".") and len(piece) > 2 and piece[:-1].lower() not in HONORIFICS:
            piece = piece[:-1]
        possessive = _POSSESSIVE.search(piece)
        if possessive:
            piece = piece[: possessive.start()]
        if piece:
            low = piece.rstrip(".").casefold().replace("\u2019", "'")
            found.append(Word(match.start(), match.start() + len(piece), piece, low))
    return found


_FAMILY_ENDS = (
    "son", "sen", "sson", "dóttir", "dottir", "ov", "ova", "ev", "eva", "ić", "ič", "ska",
    "ski", "ský", "ská", "czyk", "czak", "wicz", "vich", "enko", "yan", "ian", "dze",
    "shvili", "ez", "az", "oğlu", "berg", "ström", "qvist", "kvist", "lund", "gren", "nen",
    "la", "sma", "stra", "man", "mann", "stein", "elli", "etti", "ini", "ucci", "oulos",
    "idis", "akis",
)  # fmt: skip
_PLACE_ENDS = (
    "ville", "town", "ton", "burg", "borough", "bury", "ham", "stad", "staðir", "staður",
    "fjörður", "vik", "vík", "by", "köping", "borg", "heim", "dorf", "hausen", "ingen",
    "kirchen", "bach", "feld", "wald", "furt", "ów", "owo", "ice", "grad", "gorod", "sk",
    "hely", "vár", "háza", "küla", "järvi", "lahti", "niemi", "ford", "mouth", "port",
    "shire", "land", "wick", "holm", "sund", "ø", "dam", "dijk", "drecht", "hof", "berge",
    "stan", "polis", "abad", "pur", "pura",
)  # fmt: skip


def like_family(word: str) -> bool:
    """Whether a word in small letters ends like a family name."""
    return len(word) > 4 and word.endswith(_FAMILY_ENDS)


def like_place(word: str) -> bool:
    """Whether a word in small letters ends like the name of a town."""
    return len(word) > 4 and word.endswith(_PLACE_ENDS)


def inflected(word: str) -> bool:
    """Whether a word that is in no list looks like one of the language, not like a name."""
    return word.endswith(
        ("ing", "ed", "ly", "tion", "ness", "ment", "ful", "ous", "ity", "ive", "able")
    )
