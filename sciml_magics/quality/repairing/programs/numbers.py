"""Programs that write the number of a text anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from sciml_magics.quality.repairing.programs.base import Program, writer

_NUMBER = re.compile(r"[-+]?\d[\d.,'\u00a0\u202f]*(?:[eE][-+]?\d+)?")
_PLAIN = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_POWERS = (0, -2, 2, -3, 3)
# Numbers with more digits are left alone.
_LONGEST = 40
# A binary fraction is exact to 15 digits and written with at most 17: what stands behind is noise
# of a calculation, if without it the number has no more digits than people write.
_EXACT, _WRITTEN, _PEOPLE = 15, 17, 12


@dataclass(frozen=True, slots=True)
class Number:
    """Write the one number of a text, without what stands around it.

    Parameters
    ----------
    decimals
        How many; -1 for as many as are needed.
    thousands
        Whether every three digits are parted by a comma.
    comma
        Whether a comma of the text, too, marks the decimals.
    power
        The power of ten by which it is multiplied.
    """

    decimals: int
    thousands: bool
    comma: bool
    power: int

    @property
    def cost(self) -> float:
        """Less than for any program on texts that says as much: the value stays what it is."""
        told = 0 if self.decimals < 0 else 2 + self.decimals / 2
        return 2.0 + told + 2 * self.thousands + 2 * self.comma + 4 * (self.power != 0)

    @property
    def words(self) -> str:
        """What it does."""
        how = "as short as it can be" if self.decimals < 0 else f"with {self.decimals} decimals"
        times = f", times {10.0**self.power:g}" if self.power else ""
        return f"wrote the number alone{times}, {how}"

    def __call__(self, text: str) -> str | None:
        """The number; nothing where there is none or there are several."""
        value = read(text, self.comma)
        if value is None:
            return None
        value = value.scaleb(self.power)
        if self.decimals < 0:
            written = f"{value:f}"
            if "." in written:
                written = written.rstrip("0").rstrip(".")
        else:
            written = f"{value:.{self.decimals}f}"
        if self.thousands:
            whole, dot, rest = written.partition(".")
            written = f"{int(whole):,}{dot}{rest}"
        return written if written != text else None


def read(text: str, comma: bool = False) -> Decimal | None:
    """The one number in a text.

    Examples
    --------
    >>> read("12.50 oz"), read("1,200"), read("3,5 kg", comma=True), read("3 to 4")
    (Decimal('12.50'), Decimal('1200'), Decimal('3.5'), None)
    """
    found = _NUMBER.findall(text)
    if len(found) != 1 or len(found[0]) > _LONGEST:
        return None
    digits = re.sub(r"['\u00a0\u202f]", "", found[0]).rstrip(".,")
    if comma:
        digits = digits.replace(".", "").replace(",", ".")
    elif "," in digits and not _PLAIN.fullmatch(digits):
        return None
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return None
    return _without_noise(value) if abs(value.adjusted()) < _LONGEST else None


def _without_noise(value: Decimal) -> Decimal:
    """The number without what binary fractions added to it.

    Examples
    --------
    >>> print(_without_noise(Decimal("0.057999999999999996")), _without_noise(Decimal("0.0580")))
    0.058 0.0580
    """
    digits = len(value.as_tuple().digits)
    if not _EXACT < digits <= _WRITTEN or value == value.to_integral_value():
        return value
    short = Context(prec=_EXACT).plus(value).normalize()
    return short if len(short.as_tuple().digits) <= _PEOPLE else value


@writer
def number(old: str, new: str) -> Iterator[Program]:
    """Programs that write a number as another text writes it."""
    if not _PLAIN.fullmatch(new) or not any(letter.isdigit() for letter in old):
        return
    decimals = len(new.partition(".")[2])
    marks = (True, False) if "," in new else (False,)
    for comma in (False, True) if "," in old else (False,):
        for thousands in marks:
            for power in _POWERS:
                yield Number(-1, thousands, comma, power)
                yield Number(decimals, thousands, comma, power)
