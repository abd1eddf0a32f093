"""What the values of a column mean, told from how they are written and from its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.profiling.profiles import Semantic

LEAST_FIT = 0.85
# Units that stand behind numbers or in the names of columns.
_UNITS = """
m cm mm km µm um nm in ft mi yd kg g mg µg ug ng t lb lbs oz s sec ms µs us min h hr hrs hours
d day days wk weeks months y yr yrs years l ml µl ul dl cl gal °c °f c f k degc degf celsius
fahrenheit kelvin pa hpa kpa mpa bar mbar atm psi mmhg v mv kv a ma w kw mw kwh wh j kj cal
kcal hz khz mhz ghz mol mmol µmol umol nmol ppm ppb mg/l mg/dl g/l g/dl mmol/l µg/m³ ug/m3
µg/m3 mg/m3 kg/m2 kg/m² m/s km/h mph kmh rpm bpm % n kn lux lx db dba ω ohm ° deg rad m2 m²
ounce ounces gram grams pound pounds liter liters litre litres meter meters inch inches feet
km2 km² ha acres m3 m³ iu u/l iu/l meq/l cells/µl kb mb gb tb bp kda da mm/h w/m2 w/m²
"""
UNITS = frozenset(_UNITS.split())
MONEY = r"[$€£¥₹]|usd|eur|gbp|chf|jpy"
_NUMBER = r"[+-]?(?:\d{1,3}(?:[ ,.'\u2019]\d{3})+|\d+)?(?:[.,]?\d+)?(?:e[+-]?\d+)?"
_QUANTITY = re.compile(rf"(?=[+\-.,\d]){_NUMBER}\s*([^\s\d.,+-][^\s\d]*(?:/\S+)?[²³23]?)", re.I)
_IN_NAME = re.compile(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$|(?:_|\bin |\s)([^\s_()\[\]]+)$")
_SEPARATED = re.compile(rf"(?=[+\-.,\d]){_NUMBER}", re.I)

Fits = Callable[[str], object]


def _whole(pattern: str) -> Fits:
    return re.compile(pattern, re.IGNORECASE).fullmatch


_WRITTEN: tuple[tuple[Semantic, Fits], ...] = (
    ("UUID", _whole(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?")),
    ("ORCID", _whole(r"(?:https?://orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dx]")),
    ("DOI", _whole(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+")),
    ("e-mail", _whole(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")),
    ("web address", _whole(r"(?:https?://|ftp://|www\.)\S+")),
    ("IP address", _whole(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}")),
    ("percentage", _whole(rf"{_NUMBER}\s*%")),
    ("money", _whole(rf"(?:{MONEY})\s*{_NUMBER}|{_NUMBER}\s*(?:{MONEY})")),
    (
        "coordinates",
        _whole(
            r"\(?[+-]?\d{1,2}\.\d+\s*[,;]\s*[+-]?\d{1,3}\.\d+\)?"
            r"|\d{1,3}\s*°(?:\s*\d{1,2}\s*['\u2032])?(?:\s*[\d.]+\s*[\"″])?\s*[nsew].*"
        ),
    ),
    (
        "telephone",
        _whole(r"(?=(?:\D*\d){7,15}\D*$)(?:\+|00|\()[\d\s()./-]+|\d{3}[-. ]\d{3}[-. ]\d{4}"),
    ),
    ("sequence", _whole(r"[acgtun]{12,}|[acdefghiklmnpqrstvwy]{30,}")),
    ("file", _whole(r"(?:[a-z]:)?[\w ./\\-]*[\w-]\.(?:[a-z]{2,4}\d?|[a-z]\d|h5|gz)")),
)
_LATITUDE = re.compile(r"(?:^|[_\W])lat(?:itude)?(?:$|[_\W])|latitude", re.I)
_LONGITUDE = re.compile(r"(?:^|[_\W])(?:lon|lng|long)(?:itude)?(?:$|[_\W])|longitude", re.I)
_TELEPHONE = re.compile(r"phone|mobile|fax|\btel\b", re.I)
_POSTAL = re.compile(r"(?:^|[_\W])(?:zip|plz(?:$|[_\W]))|postal|post_?code|zip_?code", re.I)
_NAMED_ID = re.compile(r"(?:^|[_\W])(?:id|key|nr|no|uid|code|number)$|(?-i:Id|ID)$", re.I)
_TRUTHS = (
    {"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"}, {"0", "1"}, {"on", "off"},
    {"ja", "nein"}, {"oui", "non"}, {"si", "no"}, {"positive", "negative"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What values mean, the share of cells that fit, and the unit where they have one."""

    semantic: Semantic
    fits: float
    unit: str = ""


def truths(texts: Sequence[str]) -> bool:
    """Whether these are all the truth values of one or several spellings, and both sides of one.

    Examples
    --------
    >>> truths(["yes", "No"]), truths(["yes", "maybe"])
    (True, False)
    """
    found = {text.strip().lower() for text in texts}
    known = set().union(*_TRUTHS)
    return 2 <= len(found) <= 8 and found <= known and any(pair <= found for pair in _TRUTHS)


def unit_behind(text: str) -> str:
    """The word that stands behind a number; empty where the text is no number with a word.

    Examples
    --------
    >>> unit_behind("12.5 mg/L"), unit_behind("12 oz."), unit_behind("7"), unit_behind("a 5 b")
    ('mg/L', 'oz', '', '')
    """
    found = _QUANTITY.fullmatch(text.strip())
    return "" if found is None else found[1].rstrip(".")


def unit_in_name(name: str) -> str:
    """The unit that the name of a column ends with.

    Examples
    --------
    >>> unit_in_name("weight_kg"), unit_in_name("T (°C)"), unit_in_name("age"), unit_in_name("a_t")
    ('kg', '°C', '', '')
    """
    found = _IN_NAME.search(name)
    if found is None:
        return ""
    unit = found[1] or found[2] or ""
    # A single letter or a plain word behind an underscore is seldom a unit.
    if found[1] is None and (len(unit) < 2 or unit.lower() in ("in", "day", "days", "months")):
        return ""
    return unit if unit.lower() in UNITS else ""


def written_meaning(name: str, texts: Sequence[str], counts: Sequence[int]) -> Meaning | None:
    """What texts mean by how they are written; ``None`` where they might be anything."""
    total = sum(counts)
    for semantic, fits in _WRITTEN:
        misses = 0
        for text, count in zip(texts, counts, strict=True):
            if not fits(text.strip()):
                misses += count
                if misses > (1 - LEAST_FIT) * total:
                    break
        else:
            return Meaning(semantic, 1 - misses / total)
    if (found := _numbers_with_units(texts, counts, total)) is not None:
        return found
    digits = _share(texts, counts, lambda text: 7 <= sum(map(str.isdigit, text)) <= 15)
    if _TELEPHONE.search(name) and digits >= LEAST_FIT:
        return Meaning("telephone", digits)
    postal = _share(texts, counts, _whole(r"[a-z]{0,2}[- ]?\d[\w -]{2,8}"))
    if _POSTAL.search(name) and postal >= LEAST_FIT:
        return Meaning("postal code", postal)
    return None


def _numbers_with_units(texts: Sequence[str], counts: Sequence[int], total: int) -> Meaning | None:
    """Numbers with a unit behind them: all the same word, known ones, or only here and there."""
    units: Counter[str] = Counter()
    bare = 0
    for text, count in zip(texts, counts, strict=True):
        if unit := unit_behind(text):
            units[unit.lower()] += count
        elif separated(text):
            bare += count
    if not units:
        return None
    unit, most = units.most_common(1)[0]
    known = sum(count for name, count in units.items() if name in UNITS)
    if most < LEAST_FIT * total:
        most = known
    if bare + most < LEAST_FIT * total:
        return None
    kind: Semantic = "percentage" if unit == "%" else "quantity"
    return Meaning(kind, most / total, "" if unit == "%" else unit)


def number_meaning(
    name: str, numbers: npt.NDArray[np.float64], whole: bool, different: int, unique: bool
) -> Meaning:
    """What finite numbers mean, from their range and the name of the column."""
    least, most = float(numbers.min()), float(numbers.max())
    if _LATITUDE.search(name) and least >= -90 and most <= 90:
        return Meaning("latitude", 1.0)
    if _LONGITUDE.search(name) and least >= -180 and most <= 360:
        return Meaning("longitude", 1.0)
    if _POSTAL.search(name) and whole and least >= 0:
        return Meaning("postal code", 1.0)
    if _TELEPHONE.search(name) and whole and least >= 1e6:
        return Meaning("telephone", 1.0)
    unit = unit_in_name(name)
    if unit == "%":
        return Meaning("percentage", 1.0)
    if unit:
        return Meaning("quantity", 1.0, unit)
    if not whole:
        return Meaning("measurement", 1.0)
    years = (numbers >= 1500) & (numbers <= 2200)
    if years.mean() >= 0.99 and ("year" in name.lower() or (different < 300 and not unique)):
        return Meaning("year", float(years.mean()))
    if unique and (_NAMED_ID.search(name) or most - least < 2 * len(numbers)):
        return Meaning("identifier", 1.0)
    if _NAMED_ID.search(name) and least >= 0:
        return Meaning("identifier", 1.0)
    return Meaning("count" if least >= 0 else "measurement", 1.0)


def separated(text: str) -> bool:
    """Whether a text is a number with signs between its digits, in whatever way they are used.

    Examples
    --------
    >>> separated("1,234.5"), separated("1.234,5"), separated("12a")
    (True, True, False)
    """
    stripped = text.strip()
    return bool(stripped) and _SEPARATED.fullmatch(stripped) is not None


def named_identifier(name: str) -> bool:
    """Whether the name of a column says that it names rows."""
    return _NAMED_ID.search(name) is not None


def _share(texts: Sequence[str], counts: Sequence[int], fits: Fits) -> float:
    total = sum(counts)
    held = sum(count for text, count in zip(texts, counts, strict=True) if fits(text))
    return held / total if total else 0.0
