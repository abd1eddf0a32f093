"""Lists of names, places, months and plain words, read once from packages that keep them.

Names of people and towns are those of Faker (MIT), in all of its languages; countries, months and
days those of Babel (BSD, from the CLDR); plain English words those of the vocabulary of the
embedded model, in the order of how frequent they are.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any
from zoneinfo import available_timezones

from sciml_magics.errors import QualityError
from sciml_magics.quality.privacy.lists import ALSO_WORDS, GROUPS

# Languages whose names of countries, months and days are known.
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi", "is", "pl", "cs", "sk", "sl",
    "hr", "hu", "ro", "tr", "zh", "ja",
)  # fmt: skip
# So many of the vocabulary's words, the frequent ones, are taken as plain words.
_PLAIN = 20_000
_FREQUENT = 3_000


def need_presidio() -> None:
    """Raise `QualityError` unless the packages of the extra `privacy` are there."""
    for name in ("presidio_analyzer", "faker", "babel"):
        if find_spec(name) is None:
            raise QualityError(
                "finding personal data needs Presidio and lists of names: "
                "pip install 'sciml-magics[privacy]'"
            )


@cache
def given_names() -> frozenset[str]:
    """Given names in lower case, from all languages."""
    return _names("first_names", "first_name_")


@cache
def family_names() -> frozenset[str]:
    """Family names in lower case, from all languages."""
    return _names("last_names", "last_name_")


@cache
def places() -> frozenset[str]:
    """Towns, regions and countries in lower case."""
    import faker.providers.address as addresses

    parts = ("cities", "city_names", "city_name", "municipalities", "towns", "villages", "states",
             "provinces", "regions", "counties", "prefectures", "departments")  # fmt: skip
    found = set(_gathered(addresses, parts))
    found |= zones() | countries()
    return (
        frozenset(
            name.casefold().strip()
            for name in found
            if len(name) > 3 and not any(map(str.isdigit, name))
        )
        - _not_places()
    )


@cache
def zones() -> frozenset[str]:
    """Large towns in lower case: those that time zones are named after."""
    names = {zone.rpartition("/")[2].replace("_", " ") for zone in available_timezones()}
    return frozenset(name.casefold() for name in names if name.isalpha() or " " in name)


@cache
def countries() -> frozenset[str]:
    """Countries in lower case, in several languages."""
    from babel import Locale

    found = {
        "uk",
        "usa",
        "u.s.",
        "u.s.a.",
        "england",
        "scotland",
        "wales",
        "holland",
        "czech republic",
        "macedonia",
        "burma",
        "ivory coast",
        "swaziland",
        "cape verde",
    }
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code.isalpha():
                found.add(str(name).casefold())
    return frozenset(found)


@cache
def months_and_days() -> tuple[frozenset[str], frozenset[str]]:
    """Names of the months and of the days of the week in lower case, in several languages."""
    from babel import Locale

    months: set[str] = set()
    days: set[str] = set()
    for language in LANGUAGES:
        locale = Locale(language)
        for width in ("wide", "abbreviated"):
            for use in ("format", "stand-alone"):
                months |= {
                    str(name).casefold().strip(".") for name in locale.months[use][width].values()
                }
                days |= {
                    str(name).casefold().strip(".") for name in locale.days[use][width].values()
                }
    usable = [
        frozenset(name for name in names if len(name) > 2 and name.isalpha())
        for names in (months, days)
    ]
    return usable[0], usable[1]


@cache
def plain_words() -> frozenset[str]:
    """Frequent English words, names among them left out."""
    from sciml_magics.models import find_model

    words = (find_model().path / "vocab.txt").read_text("utf-8").split("\n")[:_PLAIN]
    listed = [word for word in words if word.isalpha() and word.isascii() and len(word) > 1]
    # There is a town or a family of nearly every frequent word: "born", "call", "more".
    frequent = set(listed[:_FREQUENT]) - given_names() - countries() - zones() - GROUPS
    named = (given_names() | family_names() | places() | GROUPS) - ALSO_WORDS
    return frozenset((set(listed) - named) | frequent) | ALSO_WORDS | stop_words()


@cache
def stop_words() -> frozenset[str]:
    """Words of English that have no meaning of their own."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | {"i'm", "i'll", "i've", "i'd", "it's", "don't", "can't", "ok"}


def _not_places() -> frozenset[str]:
    return stop_words() | {"world", "earth", "europe city", "center", "central", "northern"}


def _names(*parts: str) -> frozenset[str]:
    import faker.providers.person as persons

    return (
        frozenset(
            word.casefold()
            for name in _gathered(persons, parts)
            for word in name.split()
            if len(word) > 1 and word.replace("-", "").replace("'", "").isalpha()
        )
        - stop_words()
    )


def _gathered(package: Any, parts: tuple[str, ...]) -> Iterator[str]:
    """Texts in the attributes of a package's providers whose names begin so."""
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        for name in dir(provider):
            if name.startswith(parts):
                yield from _texts(getattr(provider, name))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple | set):
        for part in value:
            yield from _texts(part)
