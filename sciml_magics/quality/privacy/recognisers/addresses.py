"""Addresses: a street with a number, and what stands behind it up to country and post code.

In running text an address is one stretch. Where each part has a line of its own, as on an envelope,
the street, the town and the post code are stretches of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from sciml_magics.quality.privacy import words
from sciml_magics.quality.privacy.found import Found
from sciml_magics.quality.privacy.lists import STREET_AFTER, STREET_BEFORE, STREET_ENDINGS, UNITS

_NUMBER = r"\d{1,6}[A-Za-z]?(?:[-/]\d{1,4})?"
_PARTICLE = (
    r"(?:de|da|do|di|del|della|dos|la|le|les|el|van|der|von|den|und|y|e|i|s|na|nad|af|en|u\."
    r"|du|des)"
)
_UPPER = r"\p{Lu}[\p{L}\p{M}'\u2019.\-]*|\d{1,2}(?:st|nd|rd|th)"
_SMALL = r"\p{L}[\p{L}\p{M}'\u2019.\-]{2,}|\d{1,2}(?:st|nd|rd|th)"
# From one part to the next: blanks, a comma, a new line with the marks of a quoted mail.
_NEXT = r"(?:,?[ \t]+|[ \t]*,?[ \t]*\r?\n[ \t>?*]*,?[ \t]*|,)"
_POSTCODE = r"(?:\d{3,6}(?:[- ]\d{2,4})?|\p{Lu}{1,2}\d{1,2}\p{Lu}? \d\p{Lu}{2}|\d{4} ?\p{Lu}{2})"

_ABBREVIATED = 4  # letters and point of "str." and the like

_MILITARY = regex.compile(
    r"(?:PSC|CMR|Unit)\s\d{1,5},?\sBox\s\d{1,5}\s+(?:[ADF]PO)\s+A[AEP]\s+\d{5}"
    r"|US(?:NV|NS|S|CGC)\s[\p{L}'\u2019\-]+(?:\s[\p{L}'\u2019\-]+)?\s+[ADF]PO\s+A[AEP]\s+\d{5}",
    regex.IGNORECASE,
)
_BOX = regex.compile(
    r"\b(?:P\.?\s?O\.?\s?Box|Post(?:al)?\s?box|Postfach|Apartado|Boîte postale|BP)"
    r"\s*(?:no\.?\s*)?\d{1,6}\b",
    regex.IGNORECASE,
)
_CORNER = regex.compile(
    r"\b(?:the )?corner of [^\n?!]{3,60}? (?:and|&) [^\n?!,;.]{3,40}", regex.IGNORECASE
)
# "Elm Street 5 and Oak Road" after words that announce an address.
_ANNOUNCED = regex.compile(
    r"\b(?:address|addresses|lives?|living|located|house|flat)\b", regex.IGNORECASE
)


def find_addresses(text: str) -> Iterator[Found]:
    """Addresses in a text, and the towns and post codes of those that are written in lines."""
    for pattern in (_MILITARY, _BOX, _CORNER):
        for match in pattern.finditer(text):
            if "{" not in match[0]:
                yield Found(match.start(), match.end(), "address", 0.95)
    small = not any(map(str.isupper, text))
    end = 0
    # Overlapped: a name on the line above must not swallow the number that begins an address.
    for match in _streets(small).finditer(text, overlapped=True):
        if match.start() >= end and (score := _score(text, match, small)):
            end = match.end()
            yield from _parts(text, match, score)


@cache
def _streets(small: bool) -> regex.Pattern[str]:
    """A street with what stands around it; in a text of small letters names are any words."""
    units = "|".join(sorted((regex.escape(u) for u in UNITS), key=len, reverse=True))
    unit = rf"(?i:{units})\s*\d{{1,5}}[A-Za-z]?"
    no_unit = r"(?!(?i:apt|apartment|suite|unit|flat|floor|room|bldg|nan)\b)"
    any_word = rf"{no_unit}(?:\p{{L}}[\p{{L}}\p{{M}}'\u2019.\-]*|\d{{1,2}}(?:st|nd|rd|th))"
    capital = any_word if small else rf"{no_unit}(?:{_UPPER})"
    name = rf"{capital}(?: (?:{_PARTICLE} ){{0,2}}{capital}){{0,4}}"
    before = "|".join(sorted((regex.escape(w) for w in STREET_BEFORE), key=len, reverse=True))
    # Behind a number the words of a street may be small, too.
    numbered = rf"(?P<lead>{_NUMBER},? (?:{_NUMBER} )?)(?P<street>{any_word}(?: {any_word}){{0,5}})"
    plain = rf"(?P<street>(?:(?i:{before}) (?:{_PARTICLE} )?)?{name})"
    town = (
        rf"{no_unit}(?:{_SMALL if small else _UPPER})(?: (?:{_PARTICLE} ){{0,2}}{capital}){{0,4}}"
    )
    tail = rf"(?:{unit}|{_POSTCODE}\b|nan\b|{town}(?: {_POSTCODE}\b)?)"
    return regex.compile(
        rf"(?<![\p{{L}}\d.\-/:])(?P<front>{unit},?{_NEXT})?(?|{numbered}|{plain})"
        rf"(?P<trail>,? {_NUMBER}\.?(?![\d/:.\-]))?(?P<suffix> (?i:st|str|rd|ave)\b\.?)?"
        rf"(?P<unit>{_NEXT}{unit})?(?P<more>(?:{_NEXT}{tail}){{0,6}})"
    )


def _score(text: str, match: regex.Match[str], small: bool) -> float:
    """How sure it is that the stretch is an address; 0 for one that is none."""
    said = match["street"].split()
    street = [word.casefold().strip(",") for word in said]
    last, first = street[-1].strip("."), street[0]
    months, days = words.months_and_days()
    if any(word.strip(".") in months | days for word in street) or first in UNITS:
        return 0.0
    worded = (
        (len(street) > 1 and (last in STREET_AFTER or street[-1] in STREET_AFTER))
        or (len(street) > 1 and first in STREET_BEFORE)
        or (len(last) > 6 and last.endswith(STREET_ENDINGS))
    )
    lead = match["lead"] or ""
    signs = (
        1.2 * worded
        + bool(lead)
        + bool(match["trail"])
        + 1.2 * bool(match["unit"] or match["front"])
    )
    signs += 0.5 * bool(_ANNOUNCED.search(text, 0, match.start()))
    signs += 1.0 * (len(lead.split()) > 1) + 0.7 * ("\n" in match["more"])
    if not small and not any(word[0].isupper() or word[0].isdigit() for word in said):
        signs -= 1.0
    if (
        sum(
            word in words.plain_words() and word not in STREET_AFTER | STREET_BEFORE
            for word in street
        )
        > 1
    ):
        signs -= 1.0
    if signs >= 2.0:
        return min(0.75 + 0.1 * (signs - 2.0), 0.95)
    return 0.7 if match["trail"] and _after_place_word(text, match.start()) else 0.0


def _after_place_word(text: str, start: int) -> bool:
    before = text[:start].casefold().split()[-2:]
    return (
        bool(before)
        and before[-1] in ("at", "on", "of", "to", "from", "in")
        and "side" in before + text[:start].casefold().split()[-3:]
    )


_LINE = regex.compile(r"[^\n]+")


def _parts(text: str, match: regex.Match[str], score: float) -> Iterator[Found]:
    start, end = match.start(), _end(text, match)
    own_line = text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>?*") == ""
    if not own_line or "\n" not in text[start:end]:
        yield Found(start, end, "address", score)
        return
    for at, line in enumerate(_LINE.finditer(text, start, end)):
        yield from _of_line(text, line.start(), line.end(), score, first=at == 0)


def _of_line(text: str, start: int, end: int, score: float, *, first: bool) -> Iterator[Found]:
    """A line of an envelope: a street or flat, a town or country, a post code, or the last two."""
    while start < end and text[start] in " \t>?*,":
        start += 1
    while end > start and text[end - 1] in " \t,.\r":
        end -= 1
    line = text[start:end]
    if not line:
        return
    low = line.casefold().split()
    if first or (low[0] in UNITS and any(map(str.isdigit, line))):
        yield Found(start, end, "address", score)
    elif regex.fullmatch(_POSTCODE, line):
        yield Found(start, end, "postcode", score)
    elif town := regex.fullmatch(rf"(.*?\p{{L}}.*?),? ({_POSTCODE})", line):
        yield Found(start, start + town.end(1), "place", score)
        yield Found(start + town.start(2), end, "address", score)
    elif line != "nan":
        yield Found(start, end, "place", score)


def _end(text: str, match: regex.Match[str]) -> int:
    """Where the address ends: before words of a new sentence that the last part took in."""
    end: int = match.end()
    stretch = text[match.start() : end]
    cut = regex.search(r"\.\s+\p{Lu}\p{Ll}+$", stretch)
    if cut and not match["more"]:
        end = match.start() + cut.start()
    last = regex.search(r"[\p{L}\d]+\.$", text[match.start() : end])
    if last and (last[0][0].isdigit() or len(last[0]) > _ABBREVIATED):
        end -= 1  # the point ends the sentence
    return end
