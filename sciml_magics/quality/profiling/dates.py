"""Dates and times written as text: in which formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

What = Literal["date", "time", "date and time"]

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR, _DAY, _TWO = r"\d{4}", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_CLOCK = r"(?:[01]?\d|2[0-4])[:.h][0-5]\d(?:[:.][0-5]\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?"
_ZONE = r"(?:\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?"


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    what: What
    written: re.Pattern[str]


def _format(name: str, what: What, pattern: str) -> _Format:
    return _Format(name, what, re.compile(pattern, re.IGNORECASE))


_DATES = (
    ("YYYY-MM-DD", rf"{_YEAR}-{_TWO}-{_DAY}"),
    ("YYYY/MM/DD", rf"{_YEAR}/{_TWO}/{_DAY}"),
    ("YYYY.MM.DD", rf"{_YEAR}\.{_TWO}\.{_DAY}"),
    ("YYYYMMDD", r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    ("DD.MM.YYYY", rf"{_DAY}\.{_TWO}\.{_YEAR}"),
    ("DD.MM.YY", rf"{_DAY}\.{_TWO}\.\d{{2}}"),
    ("DD-MM-YYYY", rf"{_DAY}-{_TWO}-{_YEAR}"),
    ("MM-DD-YYYY", rf"{_TWO}-{_DAY}-{_YEAR}"),
    ("DD/MM/YYYY", rf"{_DAY}/{_TWO}/{_YEAR}"),
    ("MM/DD/YYYY", rf"{_TWO}/{_DAY}/{_YEAR}"),
    ("DD/MM/YY", rf"{_DAY}/{_TWO}/\d{{2}}"),
    ("MM/DD/YY", rf"{_TWO}/{_DAY}/\d{{2}}"),
    ("D Month YYYY", rf"{_DAY}\.?[ -]{_MONTH}[ ,-]+{_YEAR}"),
    ("Month D, YYYY", rf"{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}"),
    ("D-Mon-YY", rf"{_DAY}[ -]{_MONTH}[ -]\d{{2}}"),
    ("Month YYYY", rf"{_MONTH}[ -]{_YEAR}"),
)
FORMATS: tuple[_Format, ...] = (
    *(_format(name, "date", pattern) for name, pattern in _DATES),
    *(
        _format(f"{name} hh:mm", "date and time", rf"(?:{pattern})[T ,]+{_CLOCK}{_ZONE}")
        for name, pattern in _DATES
    ),
    _format("hh:mm", "time", _CLOCK),
)
# How pandas reads those whose months are numbers.
_READ = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYY.MM.DD": "%Y.%m.%d",
    "YYYYMMDD": "%Y%m%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "MM-DD-YYYY": "%m-%d-%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "YYYY-MM-DD hh:mm": "ISO8601",
}
# Where so many texts hold no date at all, none of the others is looked at.
_TRIED = 500
# Two formats that one text may have both; the one that explains most texts is meant.
_FAMILIES = (
    ("DD/MM/YYYY", "MM/DD/YYYY"),
    ("DD/MM/YY", "MM/DD/YY"),
    ("DD-MM-YYYY", "MM-DD-YYYY"),
)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates among texts.

    Parameters
    ----------
    what
        What most of them are.
    rows
        How many cells are such.
    formats
        The formats, and how many cells have each, the most frequent first.
    ambiguous
        Whether day and month could be taken for each other in all of them.
    """

    what: What
    rows: int
    formats: tuple[tuple[str, int], ...]
    ambiguous: bool = False


def dates(texts: Sequence[str], counts: Sequence[int]) -> Dates | None:
    """The formats of dates among texts that stand so often; ``None`` without any date.

    Examples
    --------
    >>> dates(["3.12.2024", "2024-12-04", "no"], [2, 1, 1]).formats
    (('DD.MM.YYYY', 2), ('YYYY-MM-DD', 1))
    """
    held: dict[str, list[int]] = {one.name: [] for one in FORMATS}
    for at, text in enumerate(texts):
        if at == _TRIED and not any(held.values()):
            return None
        if not 4 <= len(text) <= 45 or not any(sign.isdigit() for sign in text):
            continue
        stripped = text.strip()
        for one in FORMATS:
            if one.written.fullmatch(stripped):
                held[one.name].append(at)
    ambiguous = _settle(held)
    what_of = {one.name: one.what for one in FORMATS}
    rows: Counter[str] = Counter()
    kinds: Counter[What] = Counter()
    for name, places in held.items():
        if places:
            number = sum(counts[at] for at in places)
            rows[name] += number
            kinds[what_of[name]] += number
    if not rows:
        return None
    what = kinds.most_common(1)[0][0]
    return Dates(what, sum(rows.values()), tuple(rows.most_common()), ambiguous)


def _settle(held: dict[str, list[int]]) -> bool:
    """Leave each text to one format of its family; whether day and month cannot be told apart."""
    ambiguous = False
    for end in ("", " hh:mm"):
        for day_first, month_first in _FAMILIES:
            day, month = held[day_first + end], held[month_first + end]
            only_day, only_month = set(day) - set(month), set(month) - set(day)
            ambiguous |= bool(day) and not only_day and not only_month
            if len(only_month) > len(only_day):
                held[day_first + end] = sorted(only_day)
            else:
                held[month_first + end] = sorted(only_month)
    return ambiguous


def moments(cells: pd.Series) -> pd.Series:
    """Cells that pandas holds as dates, as seconds since 1970; NaN where there is none."""
    plain = cells.dt.tz_convert("UTC").dt.tz_localize(None) if cells.dt.tz is not None else cells
    seconds = (plain - pd.Timestamp("1970-01-01")) / pd.Timedelta(seconds=1)
    return seconds.astype(float)


def read_dates(texts: Sequence[str], name: str) -> pd.Series:
    """Texts of a format as seconds since 1970; NaN where one is of another, or none at all.

    Examples
    --------
    >>> read_dates(["02/01/1970", "soon"], "DD/MM/YYYY").tolist()
    [86400.0, nan]
    """
    if name not in _READ:
        return pd.Series(float("nan"), index=range(len(texts)))
    read = pd.to_datetime(
        pd.Series(texts, dtype=object), format=_READ[name], errors="coerce", utc=True
    )
    return moments(read)
