"""Units: one for a column, that of most of its cells or the one a person chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.errors import QualityError
from sciml_magics.quality.standard.quantities import (
    Quantity,
    factor,
    has_pint,
    read_quantity,
    unit_of,
)
from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Decimal, Found, Wishes

if TYPE_CHECKING:
    from pint import Unit

MEASURED = 0.8
SURE = 0.95
CONVERTED = 0.85
ASSUMED = 0.6
# Cells without a unit are taken to have the column's where nearly all others have it.
CLEAR = 0.9
NO_PINT = "units were not read: pint is not installed (pip install 'sciml_magics[units]' brings it)"


class Units:
    """Every quantity of a column in one unit, written as most of them are: ``12.0 oz``.

    The unit is the one that most of the column has, or the one that was asked for. What cannot be
    converted into it is left alone and said.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Quantities in another unit, or with their unit in another spelling.

        Raises
        ------
        QualityError
            If the unit that was asked for is none, or pint is not installed and was needed.
        """
        asked = wishes.units.get(values.name)
        if asked is None and not has_pint():
            return Found(notes=(NO_PINT,) if _has_units(values) else ())
        sample = {text: _measures(text) for text, _ in values.sample()}
        if values.sampled_share(sample) < MEASURED:
            if asked is not None:
                raise QualityError(
                    f"column '{values.name}' holds no quantities with a unit that pint knows"
                )
            return Found()
        column = _read(values, wishes.decimal)
        if not column.spellings:
            return Found()
        point = wishes.form == "standard" or column.sign == "."
        return _changes(values, column, _target(column, asked), asked is not None, point)


def _has_units(values: Values) -> bool:
    """Whether a column looks like quantities, most of them with something behind the number."""
    read = {text: read_quantity(text) for text, _ in values.sample()}
    with_unit = {text: one is not None and bool(one.unit) for text, one in read.items()}
    every = {text: one is not None for text, one in read.items()}
    return values.sampled_share(every) >= MEASURED and values.sampled_share(with_unit) >= 0.5


def _measures(text: str) -> bool:
    quantity = read_quantity(text)
    return quantity is not None and (not quantity.unit or unit_of(quantity.unit) is not None)


@dataclass(frozen=True, slots=True)
class _Column:
    """The quantities of a column by the index of their text, and how its units are written."""

    read: Mapping[int, Quantity]
    units: Mapping[str, Unit]
    spellings: Counter[str]
    gaps: Counter[str]
    decimal: Decimal | None
    sign: Decimal | None
    fluid: bool

    def number(self, at: int) -> str | None:
        """The number, written with a point; ``None`` where it can be read in two ways."""
        reading = self.read[at].number
        found = reading.by(self.decimal)
        if found is None and reading.point is not None and reading.point.part is not None:
            found = reading.point  # 1.234 without a hint at a comma: as Python reads it
        return None if found is None else found.written()


def _read(values: Values, decimal: Decimal | None) -> _Column:
    read = {
        at: quantity
        for at in range(len(values))
        if (quantity := read_quantity(values.texts[at])) is not None
    }
    units: dict[str, Unit] = {}
    spellings: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    for at, quantity in read.items():
        unit = unit_of(quantity.unit) if quantity.unit else None
        if unit is not None:
            units[quantity.unit] = unit
            spellings[quantity.unit] += int(values.counts[at])
            before = values.texts[at].rstrip().removesuffix(quantity.unit)
            gaps["" if before == before.rstrip() else " "] += int(values.counts[at])
    signs: Counter[Decimal] = Counter()
    for at, quantity in read.items():
        if (quantity.number.point is None) != (quantity.number.comma is None):
            signs["," if quantity.number.point is None else "."] += int(values.counts[at])
    sign, rows = signs.most_common(1)[0] if signs else (None, 0)
    if decimal is None and rows >= CLEAR * signs.total():
        decimal = sign
    return _Column(read, units, spellings, gaps, decimal, sign, _are_fluid(units))


def _are_fluid(units: dict[str, Unit]) -> bool:
    """Read ounces as those of fluids, in place, where the column's other units are volumes."""
    ounce, fluid = unit_of("oz"), unit_of("fl oz")
    others = [unit for unit in units.values() if unit != ounce]
    if ounce is None or fluid is None or ounce not in units.values() or not others:
        return False
    if not all(unit.is_compatible_with(fluid) for unit in others):
        return False
    units.update({name: fluid for name, unit in units.items() if unit == ounce})
    return True


@dataclass(frozen=True, slots=True)
class _Target:
    """The unit of the column, how it is written, and the share of the rows that have it."""

    unit: Unit
    spelling: str
    share: float
    gap: str


def _target(column: _Column, asked: str | None) -> _Target:
    rows: Counter[Unit] = Counter()
    for spelling, count in column.spellings.items():
        rows[column.units[spelling]] += count
    gap = column.gaps.most_common(1)[0][0]
    if asked is not None:
        unit = unit_of(asked)
        if unit is None:
            raise QualityError(f"no unit '{asked}': name one that pint knows, such as mg/L")
        return _Target(unit, asked, 1.0, gap)
    unit = rows.most_common(1)[0][0]
    names = Counter({name: n for name, n in column.spellings.items() if column.units[name] == unit})
    return _Target(unit, names.most_common(1)[0][0], rows[unit] / rows.total(), gap)


def _changes(values: Values, column: _Column, target: _Target, asked: bool, point: bool) -> Found:
    lines = {name: factor(unit, target.unit) for name, unit in column.units.items()}
    whose = "as you asked" if asked else f"as in {target.share:.0%} of the column"
    changes: dict[int, Change] = {}
    left: Counter[str] = Counter()
    unsure = 0
    for at, quantity in column.read.items():
        unit = column.units.get(quantity.unit)
        line = lines.get(quantity.unit)
        number = column.number(at)
        if unit is None:
            continue
        if line is None:
            left[quantity.unit] += int(values.counts[at])
        elif unit == target.unit:
            comma = point and quantity.number.point is None and number is not None
            new = _respelt(values.texts[at], quantity.unit, target, number if comma else None)
            if new != values.texts[at]:
                words = f"another spelling of the unit: {target.spelling}, {whose}"
                changes[at] = Change(new, SURE, "a decimal comma" if comma else words)
        elif number is None:
            unsure += int(values.counts[at])
        else:
            new = f"{_converted(float(number), line, number)}{target.gap}{target.spelling}"
            changes[at] = Change(new, CONVERTED, f"in {quantity.unit}: {target.spelling}, {whose}")
    bare = [at for at, quantity in column.read.items() if not quantity.unit]
    if bare and target.share >= CLEAR and not asked:
        changes |= _assumed(column, target, bare)
    return Found(changes, tuple(_notes(values.name, column, target, left, unsure)))


def _respelt(text: str, unit: str, target: _Target, number: str | None) -> str:
    """The text with the unit as it is written in most cells, and the number where it is given."""
    before = text.rstrip().removesuffix(unit).rstrip() if number is None else number
    return before + target.gap + target.spelling


def _notes(
    name: str, column: _Column, target: _Target, left: Counter[str], unsure: int
) -> Iterator[str]:
    if column.fluid:
        yield f"{name}: 'oz' are fluid ounces (US), since the column's other units are volumes"
    for unit, rows in left.most_common(3):
        yield f"{name}: {rows:,} in '{unit}' cannot be told in {target.spelling}: left as they are"
    if unsure:
        yield (
            f"{name}: {unsure:,} numbers to convert can be read in two ways: "
            "say --decimal . or --decimal ,"
        )


def _assumed(column: _Column, target: _Target, bare: list[int]) -> dict[int, Change]:
    """Numbers without a unit that are as large as those with the column's."""
    held = [
        float(number)
        for at, quantity in column.read.items()
        if column.units.get(quantity.unit) == target.unit and (number := column.number(at))
    ]
    if not held:
        return {}
    low, high = np.quantile(held, [0.01, 0.99])
    found = {}
    for at in bare:
        number = column.number(at)
        if number is not None and low <= float(number) <= high:
            words = f"no unit; {target.share:.0%} of the quantities are in {target.spelling}"
            found[at] = Change(f"{number}{target.gap}{target.spelling}", ASSUMED, words)
    return found


def _converted(number: float, line: tuple[float, float], text: str) -> str:
    """The number in the other unit, as exact as it was given, three digits at least.

    Examples
    --------
    >>> _converted(0.35, (33.814, 0), "0.35"), _converted(212.0, (0.5555556, -17.7777778), "212")
    ('11.8', '100')
    """
    given = len(text.lstrip("-0.").replace(".", "").split("e")[0])
    new = number * line[0] + line[1]
    if line[1]:  # a scale with another zero: as many decimals as were given
        decimals = len(text.partition(".")[2])
        return f"{round(new, decimals) + 0.0:.{decimals}f}"
    exact = f"{new:.{max(3, given)}g}"
    return exact if "e" not in exact else f"{float(exact):.0f}" if abs(new) >= 1 else exact
