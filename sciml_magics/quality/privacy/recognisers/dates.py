"""Dates: days, months and years, in figures and in words, with the time of the day behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sciml_magics.quality.privacy import words
from sciml_magics.quality.privacy.found import Found

_TIME = (
    r"(?:[ T,]+(?:at )?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:1[6-9]\d\d|20\d\d)"
_FIGURES = re.compile(
    rf"(?<![\d./\-])(?:{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}|{_DAY}[-/.]{_MONTH}[-/.](?:{_YEAR}|\d\d)"
    rf"|{_MONTH}/{_DAY}/(?:{_YEAR}|\d\d)){_TIME}(?![\d/])(?![.\-]\d)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"{_YEAR} ?年(?: ?{_MONTH} ?月(?: ?{_DAY} ?[日号])?)?|{_MONTH} ?月 ?{_DAY} ?[日号]"
)
_ALONE = re.compile(
    r"\b(?:in|since|during|of|from|by|until|till|before|after|around|circa|a|the|year|born|between|"
    rf"and|early|late|mid)[ -]({_YEAR})s?\b(?![-/]\d|[.,]\d|:\d"
    r"| (?:percent|people|rows|dollars|euros|km|kg|mg|ml|times|words|characters))",
    re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[Found]:
    """Dates in a text."""
    for match in _FIGURES.finditer(text):
        yield Found(*match.span(), "date", 0.85)
    for match in _CHINESE.finditer(text):
        yield Found(*match.span(), "date", 0.85)
    for match in _worded().finditer(text):
        yield Found(*match.span(), "date", 0.85)
    for match in _ALONE.finditer(text):
        yield Found(*match.span(1), "date", 0.6)
    for match in _days().finditer(text):
        yield Found(*match.span(), "date", 0.65)


@cache
def _worded() -> re.Pattern[str]:
    months = _alternatives(words.months_and_days()[0])
    return re.compile(
        rf"\b(?:{_DAY}(?:st|nd|rd|th|\.)?(?: of)?[ -](?:{months})\.?(?:[ ,-]+{_YEAR})?"
        rf"|(?:{months})\.? {_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?"
        rf"|(?:{months})\.?,? {_YEAR}){_TIME}(?!\w)",
        re.IGNORECASE,
    )


@cache
def _days() -> re.Pattern[str]:
    days = _alternatives(name for name in words.months_and_days()[1] if len(name) > 5)
    return re.compile(rf"\b(?:{days})\b", re.IGNORECASE)


def _alternatives(names: object) -> str:
    listed = sorted((str(name) for name in names), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(map(re.escape, listed))
