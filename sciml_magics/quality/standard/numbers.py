"""Numbers: one decimal sign, no groups; which sign is which, the column decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sciml_magics.quality.standard.digits import Number, Reading, read_number
from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Decimal, Found, Wishes

NUMERIC = 0.9
SURE = 0.95
# A letter among digits is a guess at what the person meant.
GUESSED = 0.85
# One sign has to have so much of the evidence where the column writes both.
CLEAR = 0.9

# Numbers whose sign is a point and can be nothing else, as Python and pandas read them.
_PLAIN = r"^-?(\d+|\d+\.(\d{1,2}|\d{4,})|(0|\d{4,})\.\d{3})([eE][+-]?\d+)?$"
_POINTED = r"^-?\d+\."
_SMALL, _LARGE = r"^-?\d{1,3}$", r"^-?\d{4,}$"

_NAMES = {".": "point", ",": "comma"}


class Numbers:
    """Numbers as Python writes them: ``-1234.5``.

    ``1,234`` and ``1.234`` can be read in two ways. The column's other numbers decide, and the
    words say how many they were; where they do not tell, such numbers are left alone.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Numbers that are written in another way than they should be."""
        fits = {text: read_number(text) is not None for text, _ in values.sample()}
        if values.sampled_share(fits) < NUMERIC or _are_codes(values):
            return Found()
        plain = values.matching(_PLAIN)
        read = {
            at: reading
            for at in np.flatnonzero(~plain).tolist()
            if (reading := read_number(values.texts[at])) is not None
        }
        if not read:
            return Found()
        sign = _decided(values, plain, read, wishes)
        looked = dict(read)
        if wishes.form == "column" and _style(values, plain, read, sign.decimal) != ("", "."):
            more = ((at, read_number(values.texts[at])) for at in np.flatnonzero(plain).tolist())
            looked |= {at: reading for at, reading in more if reading is not None}
        return Found(_changes(values, plain, looked, sign, wishes), sign.notes)


@dataclass(frozen=True, slots=True)
class _Sign:
    """Which decimal sign the column has, how sure that is, and by what it was decided."""

    decimal: Decimal | None
    sure: float = 1.0
    words: str = ""
    notes: tuple[str, ...] = ()


def _decided(
    values: Values, plain: np.ndarray, read: Mapping[int, Reading], wishes: Wishes
) -> _Sign:
    unsure = [at for at, reading in read.items() if reading.ambiguous]
    rows: Counter[str] = Counter()
    for at, reading in read.items():
        if not reading.ambiguous and (reading.point is None) != (reading.comma is None):
            rows["," if reading.point is None else "."] += int(values.counts[at])
    pointed = plain & values.matching(_POINTED)
    rows["."] += int(values.counts[pointed].sum())
    points, commas = rows["."], rows[","]
    known = f"{points:,} with a decimal point, {commas:,} with a decimal comma"
    if wishes.decimal is not None:
        return _Sign(wishes.decimal, 1.0, f"the decimal sign is '{wishes.decimal}', as you said")
    if not unsure:
        both = (f"{values.name}: {known}; each can be told",) if points and commas else ()
        return _Sign("." if points >= commas else ",", notes=both)
    examples = f"numbers such as '{values.texts[unsure[0]]}'"
    if points or commas:
        decimal: Decimal = "." if points >= commas else ","
        share = max(points, commas) / (points + commas)
        if share >= CLEAR:
            words = f"decimal {_NAMES[decimal]}: of the numbers that tell, {known}"
            return _Sign(decimal, share, words, (f"{values.name}: {words}",))
        return _Sign(
            None,
            notes=(f"{values.name}: {examples} can be read in two ways ({known}): {_ASK}",),
        )
    return _by_size(values, unsure, examples)


_ASK = "say --decimal . or --decimal ,"


def _by_size(values: Values, unsure: list[int], examples: str) -> _Sign:
    """Whole numbers below 1,000 without a sign, none above: then the sign stands for thousands."""
    small = int(values.counts[values.matching(_SMALL)].sum())
    large = int(values.counts[values.matching(_LARGE)].sum())
    signs = {"," if "," in values.texts[at] else "." for at in unsure}
    if len(signs) > 1:
        return _Sign(None, notes=(f"{values.name}: {examples} can be read in two ways: {_ASK}",))
    (sign,) = signs
    if small >= 3 and not large:
        decimal: Decimal = "." if sign == "," else ","
        words = f"'{sign}' stands for thousands: {small:,} numbers below 1,000 have none"
        return _Sign(decimal, 0.8, words, (f"{values.name}: {words}",))
    if sign == ".":  # as pandas reads them
        return _Sign(".")
    return _Sign(None, notes=(f"{values.name}: {examples} can be read in two ways: {_ASK}",))


def _style(
    values: Values, plain: np.ndarray, read: Mapping[int, Reading], decimal: Decimal | None
) -> tuple[str, Decimal]:
    """What most of the column writes between groups, and its decimal sign."""
    groups: Counter[str] = Counter()
    groups[""] += int(values.counts[plain & values.matching(r"^-?\d{4,}")].sum())
    signs: Counter[Decimal] = Counter()
    signs["."] += int(values.counts[plain & values.matching(_POINTED)].sum())
    for at, reading in read.items():
        number = reading.by(decimal)
        if number is None:
            continue
        if number.group or len(number.whole) > 3:
            groups[number.group] += int(values.counts[at])
        if number.part is not None:
            signs["." if number is reading.point else ","] += int(values.counts[at])
    most = signs.most_common(1)[0][0]
    group = groups.most_common(1)[0][0]
    return ("" if group == most else group), most


def _changes(
    values: Values,
    plain: np.ndarray,
    read: Mapping[int, Reading],
    sign: _Sign,
    wishes: Wishes,
) -> dict[int, Change]:
    odd = {at: one for at, one in read.items() if not plain[at]}
    group, decimal = ("", ".")
    if wishes.form == "column":
        group, decimal = _style(values, plain, odd, sign.decimal)
    new = {}
    for at, reading in read.items():
        number = reading.by(sign.decimal)
        if number is None:
            continue
        grouped = group if len(number.whole) > 3 else ""
        text = number.written(decimal, grouped)
        if text != values.texts[at].replace("+", ""):
            new[at] = (text, reading, number)
    return {
        at: Change(
            text,
            (GUESSED if reading.note.startswith("a letter") else SURE)
            * (sign.sure if reading.ambiguous else 1.0),
            _words(reading, number, sign),
        )
        for at, (text, reading, number) in new.items()
    }  # fmt: skip


def _words(reading: Reading, number: Number, sign: _Sign) -> str:
    if reading.note:
        return f"the number holds {reading.note}"
    if reading.ambiguous:
        return sign.words
    if number.group:
        kind = {" ": "blanks", "'": "apostrophes"}.get(number.group, f"'{number.group}'")
        return f"{kind} between groups of digits"
    if number.part is not None:
        return (
            "a decimal comma" if reading.point is None else "another decimal sign or other digits"
        )
    return "digits or signs of another kind"


def _are_codes(values: Values) -> bool:
    """Whether all are groups of digits of one length, as telephone numbers are, and no amounts."""
    spaced = values.matching(r"^\d{1,3}([ \x{a0}\x{202f}]\d{3})+$")
    lengths = {len(values.texts[at]) for at in np.flatnonzero(spaced)[:1_000].tolist()}
    return bool(values.share(spaced) >= NUMERIC) and len(lengths) == 1 and max(lengths) >= 9
