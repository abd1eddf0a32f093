"""Read a number as people write it: groups, decimal comma, full-width and Chinese digits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from sciml_magics.quality.standard.wishes import Decimal

LONGEST = 60

_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_MINUS = re.compile(r"^[\u2212\u2013\u2012\ufe63\uff0d]\s*")
_POINTS = str.maketrans("\uff0e\uff0c\u066b\u2019\uff07", ".,,''")
_PARTS = re.compile(r"([+-]?)\s?([\d., ']*\d[.,]?)([eE][+-]?\d+)?")
_ONE_OF = {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"}
_LETTERS = str.maketrans(_ONE_OF)

_HAN = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    "\u3007": 0,
    "两": 2,
}
_HAN |= {digit: value for value, digit in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
_TENS = {"十": 10, "百": 100, "千": 1_000, "拾": 10, "佰": 100, "仟": 1_000}
_MYRIADS = {"亿": 100_000_000, "億": 100_000_000, "万": 10_000, "萬": 10_000}
_HAN_NUMBER = re.compile(f"-?[{''.join(_HAN)}{''.join(_TENS)}{''.join(_MYRIADS)}点]+")
_HAN_MIXED = re.compile(r"(-?)(\d+)(?:\.(\d+))?([万萬亿億])")


class Number(NamedTuple):
    """A number whose digits are known.

    Parameters
    ----------
    sign
        ``"-"``, ``"+"`` or nothing.
    whole
        Digits before the decimal sign.
    part
        Digits behind it; ``None`` where there is no decimal sign.
    power
        The exponent as it stands, with its ``e``.
    group
        What stands between groups of digits; empty where nothing does.
    """

    sign: str
    whole: str
    part: str | None = None
    power: str = ""
    group: str = ""

    def written(self, decimal: str = ".", group: str = "") -> str:
        """The number with that decimal sign and that between groups of three.

        Examples
        --------
        >>> Number("-", "1234", "50").written(",", ".")
        '-1.234,50'
        """
        whole = f"{int(self.whole):,}".replace(",", group) if group else self.whole
        part = "" if self.part is None or self.part == "" else decimal + self.part
        return f"{self.sign.replace('+', '')}{whole}{part}{self.power}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says as a number.

    Parameters
    ----------
    point, comma
        With a decimal point and with a decimal comma; ``None`` where it makes no sense so.
    note
        What had to be assumed: letters read as digits, or Chinese digits.
    """

    point: Number | None
    comma: Number | None
    note: str = ""

    @property
    def ambiguous(self) -> bool:
        """Whether both signs make sense and give different numbers."""
        return None not in (self.point, self.comma) and self.point != self.comma

    def by(self, decimal: Decimal | None) -> Number | None:
        """The number with this decimal sign, or the only one that makes sense."""
        if self.ambiguous:
            return {".": self.point, ",": self.comma, None: None}[decimal]
        return self.point or self.comma


def read_number(text: str) -> Reading | None:
    """What a text says as a number, ``None`` where it is none.

    Examples
    --------
    >>> read_number("1.234,5").by(None).written(), read_number("1\u202f234").by(None).written()
    ('1234.5', '1234')
    >>> read_number("1,234").ambiguous, read_number("三百五").by(None).written()
    (True, '350')
    >>> read_number("l2.6").by(None).written(), read_number("12 kg")
    ('12.6', None)
    """
    if len(text) > LONGEST:
        return None
    tidy = _tidied(text)
    found = _in_digits(tidy)
    if found is None and any(letter in _ONE_OF for letter in tidy) and re.search(r"\d", tidy):
        found = _in_digits(tidy.translate(_LETTERS))
        return found and Reading(found.point, found.comma, "a letter among digits")
    if found is None and (number := _in_han(tidy)):
        return Reading(number, number, "Chinese digits")
    return found


def _tidied(text: str) -> str:
    text = _BLANKS.sub(" ", text.strip())
    if not text.isascii():
        text = _MINUS.sub("-", text).translate(_POINTS)
        digits = (str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
        text = "".join(digits)
    return text


def _in_digits(text: str) -> Reading | None:
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    sign, body, power = found[1], found[2], found[3] or ""
    point, comma = (_split(sign, body, power, decimal) for decimal in (".", ","))
    return Reading(point, comma) if point or comma else None


_GROUPED = {
    decimal: re.compile(
        rf"([1-9]\d{{0,2}})(?:([ '{other}])\d{{3}})(?:\2\d{{3}})*(?:\{decimal}(\d*))?"
    )
    for decimal, other in ((".", ","), (",", "."))
}
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}(?:\.(\d*))?")
_PLAIN = {decimal: re.compile(rf"(\d*)(?:\{decimal}(\d*))?") for decimal in (".", ",")}


def _split(sign: str, body: str, power: str, decimal: str) -> Number | None:
    if (plain := _PLAIN[decimal].fullmatch(body)) and (plain[1] or plain[2]):
        return Number(sign, plain[1] or "0", plain[2], power)
    grouped = _GROUPED[decimal].fullmatch(body)
    group = grouped[2] if grouped else ","
    part = grouped[3] if grouped else None
    if grouped is None:
        indian = _INDIAN.fullmatch(body) if decimal == "." else None
        if indian is None:
            return None
        part = indian[1]
    whole = body.split(decimal, maxsplit=1)[0]
    return Number(sign, re.sub(r"\D", "", whole), part, power, group)


def _in_han(text: str) -> Number | None:
    """A number in Chinese digits, or one that ends in ten thousands or hundred millions."""
    if mixed := _HAN_MIXED.fullmatch(text):
        zeros = len(str(_MYRIADS[mixed[4]])) - 1
        part = mixed[3] or ""
        whole = mixed[2] + part[:zeros].ljust(zeros, "0")
        return Number(mixed[1], whole.lstrip("0") or "0", part[zeros:] or None)
    if not _HAN_NUMBER.fullmatch(text):
        return None
    whole, dot, part = text.lstrip("-").partition("点")
    known = _han_whole(whole)
    if known is None or (dot and (not part or any(digit not in _HAN for digit in part))):
        return None
    digits = "".join(str(_HAN[digit]) for digit in part)
    return Number("-" if text.startswith("-") else "", str(known), digits if dot else None)


def _han_whole(text: str) -> int | None:
    if not text:
        return None
    for sign, worth in _MYRIADS.items():
        if sign in text:
            before, _, after = text.rpartition(sign)
            many, rest = _han_whole(before), _han_whole(after) if after else 0
            if many is None or rest is None:
                return None
            short = len(after) == 1 and after in _HAN and _HAN[after] > 0  # 一万五: 15,000
            return many * worth + (rest * worth // 10 if short else rest)
    if all(digit in _HAN for digit in text):  # 二〇二六, digit by digit
        return int("".join(str(_HAN[digit]) for digit in text))
    total, digit, last = 0, None, 0
    for sign in text:
        if sign in _TENS:
            total += (1 if digit is None else digit) * _TENS[sign]
            digit, last = None, _TENS[sign]
        elif digit is not None and digit != 0:
            return None
        else:
            digit, last = _HAN[sign], 1 if sign in "零〇" else last
    if digit is None:
        return total
    return total + (digit * last // 10 if last > 10 else digit)
