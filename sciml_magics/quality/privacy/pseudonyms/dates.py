"""Dates that are shifted: by the same number of days for one key, or for one key and person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache

from sciml_magics.quality.privacy.pseudonyms.keys import Key

# Between one and five years, so that every year changes.
_LEAST, _MOST = 366, 1826
_ANY_YEAR = 2001  # of a day and a month without a year

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_CHINESE = re.compile(r"(\d{4}) ?年(?: ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?([日号]))?)?")
_CHINESE_DAY = re.compile(r"(\d{1,2}) ?月 ?(\d{1,2}) ?([日号])")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")


def days_of(key: Key, person: str = "") -> int:
    """By how many days dates are shifted: one to five years back or forth.

    Never whole weeks, and never close to whole years, so that weekday, month and year all change.
    """
    at = 0
    while True:
        first, second = key.numbers(2, "shift", person, str(at))
        days = _LEAST + first % (_MOST - _LEAST)
        if days % 7 and 20 < days % 365 < 345:
            return days if second % 2 else -days
        at += 1


def shifted(text: str, days: int) -> str | None:
    """A date as it was written, so many days later; ``None`` for one that cannot be read.

    Examples
    --------
    >>> shifted("2/8/1935", 400), shifted("on 3 May 1999", -400), shifted("2008年5月1日", 400)
    ('3/14/1936', 'on 29 March 1998', '2009年6月5日')
    >>> shifted("Tuesday", 400), shifted("1977", 400), shifted("soon", 400)
    ('Wednesday', '1978', None)
    """
    ways: tuple[Callable[[str, int], str | None], ...] = (
        _iso, _figures, _chinese, _chinese_day, _worded, _weekday, _year,
    )  # fmt: skip
    for way in ways:
        found = way(text, days)
        if found is not None:
            return found
    return None


def _moved(year: int, month: int, day: int, days: int) -> date | None:
    try:
        return date(year, month, day) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, days: int) -> str | None:
    match = _ISO.search(text)
    new = _moved(int(match[1]), int(match[3]), int(match[4]), days) if match else None
    if match is None or new is None:
        return None
    padded = len(match[3]) == len(match[4]) == 2
    parts = (f"{new.year:04}", _wide(new.month, padded), _wide(new.day, padded))
    return text[: match.start()] + match[2].join(parts) + text[match.end() :]


def _figures(text: str, days: int) -> str | None:
    """Day or month first: where both can be, a slash means the month, as Americans write."""
    match = _DAY_FIRST.search(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if len(match[4]) == 2:
        year += 1900 if year > 30 else 2000
    month_first = second > 12 or (match[2] == "/" and first <= 12)
    new = _moved(year, *((first, second) if month_first else (second, first)), days)
    if new is None:
        return None
    pair = (new.month, new.day) if month_first else (new.day, new.month)
    padded = "0" in (match[1][0], match[3][0])
    shown = [_wide(pair[0], padded), _wide(pair[1], padded)]
    shown.append(f"{new.year:04}" if len(match[4]) == 4 else f"{new.year % 100:02}")
    return text[: match.start()] + match[2].join(shown) + text[match.end() :]


def _chinese(text: str, days: int) -> str | None:
    match = _CHINESE.search(text)
    if match is None:
        return None
    new = _moved(int(match[1]), int(match[2] or 6), int(match[3] or 15), days)
    if new is None:
        return None
    shown = f"{new.year}年"
    shown += f"{new.month}月" if match[2] else ""
    shown += f"{new.day}{match[4]}" if match[3] else ""
    return text[: match.start()] + shown + text[match.end() :]


def _chinese_day(text: str, days: int) -> str | None:
    match = _CHINESE_DAY.search(text)
    new = _moved(_ANY_YEAR, int(match[1]), int(match[2]), days) if match else None
    if match is None or new is None:
        return None
    return text[: match.start()] + f"{new.month}月{new.day}{match[3]}" + text[match.end() :]


def _worded(text: str, days: int) -> str | None:
    """With the name of a month, which is replaced by one of its own language."""
    for match in re.finditer(r"[^\W\d_]+", text):
        names = _months().get(match[0].casefold())
        if names is None:
            continue
        month = [name.casefold() for name in names].index(match[0].casefold()) + 1
        before, behind = text[: match.start()], text[match.end() :]
        year = _YEAR.search(behind) or _YEAR.search(before)
        day = re.search(r"(?<!\d)(\d{1,2})(st|nd|rd|th)?(?!\d)", before) or re.search(
            r"(?<!\d)(\d{1,2})(st|nd|rd|th)?(?![\d:])", behind
        )
        new = _moved(int(year[1]) if year else _ANY_YEAR, month, int(day[1]) if day else 15, days)
        if new is None:
            return None
        said = _cased(names[new.month - 1], match[0])
        days_said = (
            _wide(new.day, day[1][0] == "0") + (_ordinal(new.day) if day[2] else "") if day else ""
        )
        return (
            _with(before, year, day, new, days_said)
            + said
            + _with(behind, year, day, new, days_said)
        )
    return None


def _with(
    part: str, year: re.Match[str] | None, day: re.Match[str] | None, new: date, said: str
) -> str:
    """A part of the text beside the month, with the new year and day where it holds them."""
    edits = []
    if year and year.string == part:
        edits.append((year.start(), year.end(), f"{new.year:04}"))
    if day and day.string == part and part:
        edits.append((day.start(), day.end(), said))
    for start, end, text in sorted(edits, reverse=True):
        part = part[:start] + text + part[end:]
    return part


def _weekday(text: str, days: int) -> str | None:
    for match in re.finditer(r"[^\W\d_]+", text):
        names = _weekdays().get(match[0].casefold())
        if names is not None:
            at = [name.casefold() for name in names].index(match[0].casefold())
            said = _cased(names[(at + days) % 7], match[0])
            return text[: match.start()] + said + text[match.end() :]
    return None


def _year(text: str, days: int) -> str | None:
    match = _YEAR.search(text)
    if match is None:
        return None
    year = int(match[1]) + (round(abs(days) / 365.25) or 1) * (1 if days > 0 else -1)
    return text[: match.start()] + f"{year:04}" + text[match.end() :]


def _wide(number: int, padded: bool) -> str:
    return f"{number:02}" if padded else str(number)


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _cased(name: str, like: str) -> str:
    if like.isupper():
        return name.upper()
    return name.lower() if like.islower() else name[:1].upper() + name[1:]


@cache
def _months() -> dict[str, Sequence[str]]:
    return _named("months")


@cache
def _weekdays() -> dict[str, Sequence[str]]:
    return _named("days")


def _named(which: str) -> dict[str, Sequence[str]]:
    """The list of names that each name is of, English first; names in small letters."""
    from babel import Locale

    from sciml_magics.quality.privacy.words import LANGUAGES

    found: dict[str, Sequence[str]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for use in ("format", "stand-alone"):
                table = getattr(Locale(language), which)[use][width]
                names = [str(table[at]).strip(".") for at in sorted(table)]
                for name in names:
                    found.setdefault(name.casefold(), names)
    return found
