"""The pseudonym of a value: keyed, of the same form, and never the value itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from sciml_magics.quality.privacy.lists import (
    CHINESE_SURNAMES,
    HONORIFICS,
    ORGANISATION_WORDS,
    STREET_AFTER,
    STREET_BEFORE,
    UNITS,
)
from sciml_magics.quality.privacy.pseudonyms.dates import days_of, shifted
from sciml_magics.quality.privacy.pseudonyms.keys import Key

_CONSONANTS, _VOWELS, _ENDS = "bdfgklmnprstvz", "aeiou", ("", "n", "l", "r", "s", "t")
_HAN = (
    "安邦宝博昌成诚达德栋恩飞丰福刚冠光广国海浩和恒洪华辉吉佳坚建江杰金京景俊凯康科可乐磊立亮林龙明宁鹏平奇清仁荣瑞山少"
    "生胜石世书树顺思松涛天庭伟文武希祥晓新兴雄旭雅艳阳义艺英永勇友宇雨玉元远云泽展哲振正志智中忠子自宗祖"
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]|['\u2019](?=[^\W\d_]))*|\d+")
_IS_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Small words between names tell nothing of who is named.
_SMALL = frozenset(
    ("de", "da", "di", "do", "dos", "del", "della", "der", "den", "van", "von", "zu", "la", "le",
     "du", "des", "el", "al", "of", "and", "the", "for", "or", "in", "at", "y", "e", "und", "et")
)  # fmt: skip
_KEPT = {
    "organisation": ORGANISATION_WORDS,
    "address": STREET_AFTER
    | STREET_BEFORE
    | UNITS
    | frozenset(("corner", "box", "po", "psc", "apo")),
}
# Signs that say what sort of place or office it is, not which.
_HAN_KEPT = {
    "address": "省市区县旗镇乡村路街道巷弄号楼室单元栋座层",
    "place": "省市区县",
    "organisation": "公司集团大学医院中小学研究所银行",
}
# Numbers that are the same whatever stands between their digits.
_DIGITS = frozenset(("phone", "card", "account", "ssn", "licence", "id", "postcode"))
_TRIES = 64


@dataclass
class Pseudonyms:
    """The pseudonyms of one key.

    The same kind and value, in whatever case and spacing, have the same pseudonym; a name has one
    for each of its words, so that ``Ada Lovelace`` and ``Dr Lovelace`` stay one person. Words
    become words that are none, of 24 million or more; numbers keep their length and form; e-mail
    and web addresses end in ``.example``, which nobody can own; dates are shifted.

    Parameters
    ----------
    key
        The secret that decides.

    Examples
    --------
    >>> ours = Pseudonyms(Key(b"0" * 32))
    >>> ours.of("phone", "+44 20 7946 0958") == ours.of("phone", "+442079460958")
    False
    >>> first, second = ours.of("person", "Ada Lovelace"), ours.of("person", "Dr ADA")
    >>> first.split()[0].upper() == second.split()[1]
    True
    """

    key: Key
    _known: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    def of(self, kind: str, text: str, person: str = "") -> str:
        """The pseudonym of a value.

        Parameters
        ----------
        kind
            One of the kinds of personal data.
        text
            The value as it stands in the text.
        person
            Whose date it is, where dates are shifted differently for each person.
        """
        at = (kind, text, person if kind == "date" else "")
        if at not in self._known:
            self._known[at] = self._made(kind, text, at[2])
        return self._known[at]

    def _made(self, kind: str, text: str, person: str) -> str:
        make: Callable[[str, str, str], str] = {
            "email": self._email,
            "web": self._web,
            "ip": self._ip,
            "age": self._age,
        }.get(kind, self._signs if kind in _DIGITS else self._words)
        if kind == "date":
            moved = shifted(text, days_of(self.key, person))
            if moved is not None and _plain(moved) != _plain(text):
                return moved
            make = self._signs
        for attempt in range(_TRIES):
            found = make(kind, text, str(attempt) if attempt else "")
            if _plain(found) != _plain(text):
                return found
        return "*" * max(len(text), 1)  # nothing of it can be written otherwise: a sign, say

    def _words(self, kind: str, text: str, salt: str) -> str:
        kept = _KEPT.get(kind, frozenset()) if not salt else frozenset()

        def one(match: re.Match[str]) -> str:
            word = match[0]
            low = _plain(word)
            if word.isdigit():
                return self._figures("number", word, salt)
            if low in HONORIFICS and kind in ("person", "title") and not salt:
                return word if kind == "person" else _cased("Mx", word)
            if low in kept or (low in _SMALL and word.islower() and not salt):
                return word
            return self._word(kind, word, salt)

        found = _WORD.sub(one, text)
        return found if found != text or salt else self._words(kind, text, "0")

    def _word(self, kind: str, word: str, salt: str) -> str:
        low = _plain(word)
        if _IS_HAN.search(word):
            return self._han(kind, low, salt)
        if len(word) == 1:
            letter = chr(ord("a") + self.key.numbers(1, "initial", low, salt)[0] % 26)
            return letter.upper() if word.isupper() else letter
        syllables = 4 if len(word) < 8 else 5
        drawn = self.key.numbers(2 * syllables + 1, "word", low, salt)
        name = "".join(
            _CONSONANTS[drawn[2 * at] % len(_CONSONANTS)]
            + _VOWELS[drawn[2 * at + 1] % len(_VOWELS)]
            for at in range(syllables)
        )
        name += _ENDS[drawn[-1] % len(_ENDS)]
        return _cased(name, word) if _plain(name) != low else self._word(kind, word, salt + "+")

    def _han(self, kind: str, low: str, salt: str) -> str:
        """A sign for each, the first of a person a surname; letters become signs, too."""
        drawn = self.key.numbers(len(low), "han", low, salt)
        signs = [_HAN[number % len(_HAN)] for number in drawn]
        if not salt:
            signs = [
                sign if sign in _HAN_KEPT.get(kind, "") else new
                for sign, new in zip(low, signs, strict=True)
            ]
        if kind == "person":
            signs[0] = CHINESE_SURNAMES[drawn[0] % len(CHINESE_SURNAMES)]
        return "".join(signs)

    def _signs(self, kind: str, text: str, salt: str) -> str:
        """Digits for digits and letters for letters; the rest stays."""
        bare = "".join(sign for sign in _plain(text) if sign.isalnum())
        drawn = iter(self.key.numbers(len(text), kind, bare, salt))
        found = []
        first = True
        for sign in text:
            if sign.isdigit():
                number = next(drawn)
                # What is read as a number keeps its length: no zero comes to stand in front.
                found.append(str(1 + number % 9 if first and sign != "0" else number % 10))
                first = False
            elif sign.isalpha():
                letter = chr(ord("a") + next(drawn) % 26)
                found.append(letter.upper() if sign.isupper() else letter)
            else:
                found.append(sign)
        return "".join(found)

    def _figures(self, kind: str, digits: str, salt: str) -> str:
        drawn = self.key.numbers(len(digits), kind, digits, salt)
        lead = str(1 + drawn[0] % 9) if digits[0] != "0" else str(drawn[0] % 10)
        found = lead + "".join(str(number % 10) for number in drawn[1:])
        return found if found != digits else self._figures(kind, digits, salt + "+")

    def _email(self, kind: str, text: str, salt: str) -> str:
        local, _, domain = text.rpartition("@")
        return f"{self._name(local or text, salt)}@{self._name(domain, salt)}.example"

    def _web(self, kind: str, text: str, salt: str) -> str:
        scheme, slashes, rest = text.partition("://") if "://" in text else ("", "", text)
        host, slash, path = rest.partition("/")
        tail = self._name(path, salt) if path else ""
        return f"{scheme}{slashes}{self._name(host, salt)}.example{slash}{tail}"

    def _name(self, text: str, salt: str) -> str:
        """One small word for a whole text, whatever stands in it."""
        drawn = self.key.numbers(11, "word", _plain(text), salt)
        return "".join(
            _CONSONANTS[drawn[2 * at] % len(_CONSONANTS)]
            + _VOWELS[drawn[2 * at + 1] % len(_VOWELS)]
            for at in range(5)
        )

    def _ip(self, kind: str, text: str, salt: str) -> str:
        """An address of the ranges that are private, of the same sort."""
        drawn = self.key.numbers(8, "ip", _plain(text), salt)
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", text.strip()):
            separator = "-" if "-" in text else ":"
            return separator.join(["02", *(f"{number % 256:02x}" for number in drawn[:5])])
        if ":" in text:
            return "fd00:" + ":".join(f"{number:x}" for number in drawn[:7])
        return ".".join(["10", *(str(number % 256) for number in drawn[:3])])

    def _age(self, kind: str, text: str, salt: str) -> str:
        """Another age of the same ten years."""

        def one(match: re.Match[str]) -> str:
            step = self.key.numbers(1, "age", match[0], salt)[0]
            last = int(match[0][-1])
            # One of nine other last digits; of one digit alone none is zero.
            if len(match[0]) == 1:
                return str(1 + (last - 1 + 1 + step % 8) % 9)
            return match[0][:-1] + str((last + 1 + step % 9) % 10)

        return (
            re.sub(r"\d+", one, text) if re.search(r"\d", text) else self._words(kind, text, salt)
        )


def _plain(text: str) -> str:
    """A value as it is looked up: compatible signs and cases are the same, and so are spaces.

    Examples
    --------
    >>> _plain("  John   SMITH ")
    'john smith'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _cased(name: str, like: str) -> str:
    if len(like) > 1 and like.isupper():
        return name.upper()
    return name[:1].upper() + name[1:] if like[:1].isupper() else name
