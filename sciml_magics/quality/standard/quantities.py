"""Read a number with a unit, and convert it: the units are those of pint."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from sciml_magics.errors import QualityError
from sciml_magics.quality.standard.digits import Reading, read_number

if TYPE_CHECKING:
    from pint import Unit

LONGEST = 60

_NUMBER = r"[+\-−–]?\d[\d.,'\u2019 \u00a0\u2009\u202f]*(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*(\D.*|)", re.DOTALL)
# What people write and pint reads otherwise, or not at all.
_ALIASES = {
    "fl oz": "fluid_ounce",
    "floz": "fluid_ounce",
    "fl. oz": "fluid_ounce",
    "us fl oz": "fluid_ounce",
    "c": "degC",
    "f": "degF",
    "° c": "degC",
    "° f": "degF",
    "℃": "degC",
    "℉": "degF",
    "deg c": "degC",
    "deg f": "degF",
    "cc": "cm^3",
    "mcg": "microgram",
    "sec": "second",
    "secs": "second",
    "hr": "hour",
    "hrs": "hour",
    "mins": "minute",
    "yrs": "year",
    "yr": "year",
    "kgs": "kilogram",
    "kilos": "kilogram",
    "grs": "gram",
    "ltr": "liter",
    "厘米": "centimeter",
    "米": "meter",
    "公里": "kilometer",
    "公斤": "kilogram",
    "千克": "kilogram",
    "克": "gram",
    "毫克": "milligram",
    "升": "liter",
    "毫升": "milliliter",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class Quantity(NamedTuple):
    """A number and the unit that stands behind it, as they are written."""

    number: Reading
    unit: str


def has_pint() -> bool:
    """Whether pint is installed."""
    return find_spec("pint") is not None


def read_quantity(text: str) -> Quantity | None:
    """A number with a unit behind it, or alone; ``None`` where a text does not begin so.

    Examples
    --------
    >>> read_quantity("12.0 oz").unit, read_quantity("5mg/L").number.point.written()
    ('oz', '5')
    >>> read_quantity("about 3 kg"), read_quantity("3").unit
    (None, '')
    """
    if len(text) > LONGEST:
        return None
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        return None
    number = read_number(found[1])
    if number is None or number.note:
        return None
    return Quantity(number, found[2].strip())


@lru_cache(maxsize=4_096)
def unit_of(text: str) -> Unit | None:
    """The unit that a text names, ``None`` where pint knows none of that name.

    Raises
    ------
    QualityError
        If pint is not installed.

    Examples
    --------
    >>> str(unit_of("m2")), str(unit_of("fl oz")), unit_of("pigs"), str(unit_of("KG"))
    ('meter ** 2', 'fluid_ounce', None, 'kilogram')
    """
    asked = text.strip().rstrip(".").translate(_SUPERSCRIPTS).replace("μ", "µ")
    if not asked or len(asked) > 30 or re.match(r"[\d+\-]", asked):
        return None
    name = _ALIASES.get(re.sub(r"\s+", " ", asked.lower()), asked)
    powers = re.sub(r"(?<=[^\W\d_])\^?(-?\d)(?!\w)", r"**\1", name)
    return _parsed(powers, True) or _parsed(powers.lower(), True) or _parsed(powers, False)


def _parsed(name: str, case: bool) -> Unit | None:
    try:
        found: Unit = _registry().parse_units(name, case_sensitive=case)
        return found
    except Exception:  # pint's own errors, and those of Python's tokenizer that it lets through
        return None


@lru_cache(maxsize=1)
def _registry():  # type: ignore[no-untyped-def]  # pint's registry is a class made at runtime
    if not has_pint():
        raise QualityError(
            "units are read by pint, which is not installed: pip install 'sciml_magics[units]'"
        )
    import pint

    return pint.UnitRegistry(cache_folder=None)


def factor(unit: Unit, other: Unit) -> tuple[float, float] | None:
    """How to convert: times the first, plus the second. ``None`` between unlike units.

    Examples
    --------
    >>> [round(part, 6) for part in factor(unit_of("oz"), unit_of("g"))]
    [28.349523, 0.0]
    >>> [round(part, 6) for part in factor(unit_of("°F"), unit_of("°C"))]
    [0.555556, -17.777778]
    """
    if not unit.is_compatible_with(other):
        return None
    make = _registry().Quantity
    try:
        zero, one = (float(make(number, unit).to(other).magnitude) for number in (0.0, 1.0))
    except Exception:  # logarithmic units and other conversions that are no line
        return None
    return one - zero, zero
