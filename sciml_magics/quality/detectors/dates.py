"""Which of the usual formats a date is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

NO_DAY = "no day"
"""Looks like a date, but the calendar does not have it."""

_TIME = (
    r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?:Z| ?[+-]\d{2}:?\d{2})?)?"
)
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMATS = {
    "year-month-day": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "year/month/day": r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    "year.month.day": r"(?P<y>\d{4})\.(?P<m>\d{1,2})\.(?P<d>\d{1,2})",
    "numbers and slashes": r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4}|\d{2})",
    "numbers and hyphens": r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<y>\d{4}|\d{2})",
    "day.month.year": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}|\d{2})",
    "day, name of the month, year": rf"(?P<d>\d{{1,2}})[ -]{_MONTH}[ ,-]+(?P<y>\d{{4}}|\d{{2}})",
    "name of the month, day, year": rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
}
_READ = [(name, re.compile(written + _TIME, re.IGNORECASE)) for name, written in _FORMATS.items()]
_TRIED = 200
_SHARE = 0.6


def date_formats(texts: Sequence[str]) -> list[str | None] | None:
    """The format of each text; ``None`` for a text that is no date.

    ``None`` for all where dates are not most of a first sample: then it is no column of dates.

    Examples
    --------
    >>> date_formats(["2024-05-01", "1 May 2024", "1.5.24 10:30", "2024-13-01", "soon"])
    ['year-month-day', 'day, name of the month, year', 'day.month.year', 'no day', None]
    >>> date_formats(["Rome", "Oslo", "2024-05-01"]) is None
    True
    """
    step = max(1, len(texts) // _TRIED)
    tried = [_format(text) for text in texts[::step]]
    if not tried or sum(name is not None for name in tried) < _SHARE * len(tried):
        return None
    return tried if step == 1 else [_format(text) for text in texts]


def _format(text: str) -> str | None:
    for name, pattern in _READ:
        if found := pattern.fullmatch(text.strip()):
            return name if _is_day(found.groupdict()) else NO_DAY
    return None


def _is_day(parts: dict[str, str | None]) -> bool:
    year = int(parts["y"] or 0)
    if "a" in parts:
        one, two = int(parts["a"] or 0), int(parts["b"] or 0)
        return _exists(year, one, two) or _exists(year, two, one)
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts["m"] or 0)
    return _exists(year, month, int(parts["d"] or 0))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return False
    return True
