"""Read a date as people write it, with or without a time; any year from 1 to 9999."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

Order = Literal["ymd", "dmy", "mdy"]

LONGEST = 60

_MONTHS = (
    "january jan januar janvier enero ene",
    "february feb februar février fevrier fév febrero",
    "march mar märz maerz mär mars marzo",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet juil julio",
    "august aug août aout agosto ago",
    "september sep sept septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre decembre déc diciembre dic",
)
_MONTH = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names.split()}

_CLOCK = re.compile(r"(?P<gap>[T ]|, ?)(?P<clock>\d{1,2}:\d{2}.*)$")
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>[.,]\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)? ?(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_DATES = (
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
    r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]",
    r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})",
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ /-]?(?:of )?(?P<name>[^\W\d_]{3,10})\.?,?[ /-]?"
    r"(?P<year>\d{4}|(?<=[/-])\d{2})",
    r"(?P<name>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
)
_FORMS = tuple(re.compile(rf"(?:[^\W\d_]{{3,10}},? )?{one}") for one in _DATES)
# Two digits of a year: as strptime reads them (POSIX).
_PIVOT = 69
_EXCEL = date(1899, 12, 30)


class Shape(NamedTuple):
    """How a date of three numbers is written, apart from which it is."""

    order: Order | None
    sep: str
    padded: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says as a date.

    Parameters
    ----------
    day_first, month_first
        The day it is in either order of day and month; ``None`` where the calendar has no such day.
        Both are the same where the text tells the order.
    time
        Hours, minutes, and what else was given, in 24 hours; empty without a time.
    gap
        What stands between date and time.
    shape
        How the date is written; ``None`` where it is not three numbers between two signs.
    short_year
        Whether the year has two digits.
    compact
        Whether it is eight digits and nothing else: it may be no date at all.
    """

    day_first: date | None
    month_first: date | None
    time: str = ""
    gap: str = ""
    shape: Shape | None = None
    short_year: bool = False
    compact: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether both orders give a day, and not the same one."""
        both = None not in (self.day_first, self.month_first)
        return both and self.day_first != self.month_first

    def day(self, day_first: bool | None) -> date | None:
        """The day, in this order where it is needed."""
        if self.ambiguous:
            return {True: self.day_first, False: self.month_first, None: None}[day_first]
        return self.day_first or self.month_first

    def written(self, day: date, shape: Shape = Shape("ymd", "-", True), gap: str = "T") -> str:  # noqa: B008
        """The moment in a shape, by default as ISO 8601.

        Examples
        --------
        >>> moment = read_moment("4/3/26 8:00 pm")
        >>> moment.written(moment.day(True)), moment.written(moment.day(False), gap=" ")
        ('2026-03-04T20:00', '2026-04-03 20:00')
        """
        two = f"{day.day:02}", f"{day.month:02}"
        number, month = two if shape.padded else (str(day.day), str(day.month))
        parts = {"ymd": (f"{day.year:04}", month, number), "mdy": (month, number, f"{day.year:04}")}
        ordered = parts.get(shape.order or "dmy", (number, month, f"{day.year:04}"))
        return shape.sep.join(ordered) + (gap + self.time if self.time else "")


def read_moment(text: str) -> Moment | None:
    """What a text says as a date, ``None`` where it is none.

    Examples
    --------
    >>> read_moment("13/02/1066").day(None), read_moment("Mar 4, 2026").day(None)
    (datetime.date(1066, 2, 13), datetime.date(2026, 3, 4))
    >>> read_moment("31/02/2020").day(True), read_moment("12 May")
    (None, None)
    """
    text = text.strip()
    if not 6 <= len(text) <= LONGEST:
        return None
    clock = _CLOCK.search(text)
    if clock is None:
        return _read_day(text)
    day, time = _read_day(text[: clock.start()]), _read_time(clock["clock"])
    if day is None or time is None:
        return None
    if not time:
        return Moment(None, None)
    return Moment(
        day.day_first, day.month_first, time, clock["gap"], day.shape, day.short_year, day.compact
    )


def from_serial(text: str) -> date:
    """The day that a spreadsheet means by a number of days.

    Examples
    --------
    >>> from_serial("45321").isoformat()
    '2024-01-30'
    """
    return _EXCEL + timedelta(days=int(text.partition(".")[0]))


# A column of a million moments has few days and few times of the day.
@lru_cache(maxsize=65_536)
def _read_day(text: str) -> Moment | None:
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _moment(found)
    return None


def _moment(found: re.Match[str]) -> Moment | None:
    parts = found.groupdict()
    year, short = int(parts["year"]), len(parts["year"]) == 2
    if short:
        year += 1900 if year >= _PIVOT else 2000
    sep = parts.get("sep", "")
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        shape = Shape(None, sep, len(parts["first"]) == len(parts["second"]) == 2)
        return Moment(
            _day(year, second, first), _day(year, first, second), shape=shape, short_year=short
        )
    month = _MONTH.get(parts["name"].lower()) if "name" in parts else int(parts["month"])
    if month is None:
        return None
    day = _day(year, month, int(parts["day"]))
    padded = bool(sep) and len(parts["month"]) == len(parts["day"]) == 2
    return Moment(
        day,
        day,
        shape=Shape("ymd", sep, padded) if sep else None,
        short_year=short,
        compact=found[0].isdigit(),
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=131_072)
def _read_time(text: str) -> str | None:
    """A time in 24 hours; empty where the day has no such time, ``None`` where it is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half := (found["half"] or "").lower():
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return ""
    seconds = "" if found["second"] is None else f":{second:02}"
    fraction = (found["fraction"] or "").replace(",", ".")
    return f"{hour:02}:{minute:02}{seconds}{fraction}{found['zone'] or ''}"
