"""Dates: one form for a column; which of day and month stands first, the column decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sciml_magics.quality.standard.moments import Moment, Shape, from_serial, read_moment
from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Found, Wishes

DATED = 0.8
SURE = 0.95
# The order of day and month is told by where the other dates lie, by points, or half of the year
# is a guess.
LESS_SURE = 0.85
SERIAL = 0.7
CLEAR = 0.9

ISO = Shape("ymd", "-", True)
_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-6][0-9](\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"
_ISO = rf"^\d{{4}}-{_MONTH}-{_DAY}{_TIME}$"
_SHORT_MONTH = r"^\d{4}-(02-(29|30)|(02|04|06|09|11)-(31))"
_LARGE = r"(1[3-9]|2[0-9]|3[01])"
_DAY_FIRST = rf"^{_LARGE}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}})(\D|$)"
_MONTH_FIRST = rf"^\d{{1,2}}[-/.]{_LARGE}[-/.](\d{{4}}|\d{{2}})(\D|$)"
_SERIAL = r"^[1-9]\d{4}(\.\d+)?$"
_ASK = "say --day-first or --month-first"


class Dates:
    """Dates as ISO 8601, ``2026-03-04`` or ``2026-03-04T08:00``, in any year from 1 to 9999.

    ``03/04/2026`` can be read in two ways. The dates of the column that can be read in one way
    only decide, and the words say how many they were; where they do not tell, such dates are left.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Dates that are written in another way than they should be, and days that are none."""
        sample = {text: read_moment(text) for text, _ in values.sample()}
        compact = all(one.compact for one in sample.values() if one is not None)
        fits = {text: one is not None for text, one in sample.items()}
        if compact or values.sampled_share(fits) < DATED:
            return Found()
        shape = _most(values, sample) if wishes.form == "column" else ISO
        iso = values.matching(_ISO)
        good = iso if shape == ISO else _good(values, shape)
        looked = ~good | values.matching(_SHORT_MONTH)
        read = {
            at: moment
            for at in np.flatnonzero(looked).tolist()
            if (moment := read_moment(values.texts[at])) is not None
        }
        order = _decided(values, iso, read, wishes)
        changes = _changes(values, read, order, shape, wishes)
        changes |= _serials(values, iso, looked)
        return Found(changes, order.notes)


def _good(values: Values, shape: Shape | None) -> np.ndarray:
    """Dates in the shape of the column that every month has: these need no second look."""
    if shape is None or shape.order is not None:
        return np.zeros(len(values), dtype=bool)
    sep, month, day = re.escape(shape.sep), "(0?[1-9]|1[0-2])", "(0?[1-9]|1[0-9]|2[0-8])"
    return values.matching(rf"^({day}{sep}{month}|{month}{sep}{day}){sep}\d{{4}}{_TIME}$")


@dataclass(frozen=True, slots=True)
class _Order:
    """Whether the day stands first, how sure that is, and by what it was decided."""

    day_first: bool | None
    sure: float = 1.0
    words: str = ""
    notes: tuple[str, ...] = ()


def _decided(values: Values, iso: np.ndarray, read: Mapping[int, Moment], wishes: Wishes) -> _Order:
    days = int(values.counts[values.matching(_DAY_FIRST)].sum())
    months = int(values.counts[values.matching(_MONTH_FIRST)].sum())
    unsure = [at for at, moment in read.items() if moment.ambiguous]
    if wishes.day_first is not None:
        first = "day" if wishes.day_first else "month"
        return _Order(wishes.day_first, 1.0, f"the {first} stands first, as you said")
    if days or months:
        share = max(days, months) / (days + months)
        first, other = ("day", "month") if days >= months else ("month", "day")
        most = max(days, months)
        known = f"in {most:,} {'date' if most == 1 else 'dates'} the {first} can only stand first"
        if share < 1:
            known += f", in {min(days, months):,} the {other}"
        if share >= CLEAR:
            notes = (f"{values.name}: {known}",) if unsure else ()
            return _Order(days >= months, share, known, notes)
        return _Order(None, notes=(_unknown(values, unsure, f" ({known})"),) if unsure else ())
    if not unsure:
        return _Order(None)
    return _by_neighbours(values, iso, [read[at] for at in unsure]) or _by_points(values, unsure)


def _unknown(values: Values, unsure: list[int], known: str = "") -> str:
    rows = int(values.counts[unsure].sum())
    example = values.texts[unsure[0]]
    return (
        f"{values.name}: {rows:,} dates such as '{example}' can be read in two ways{known}: {_ASK}"
    )


def _by_neighbours(values: Values, iso: np.ndarray, unsure: list[Moment]) -> _Order | None:
    """The order in which all dates lie among those of the column whose order is known."""
    known = [values.texts[at][:10] for at in np.flatnonzero(iso).tolist()]
    if len(known) < 3:
        return None
    low, high = min(known), max(known)
    inside = {
        first: sum(low <= moment.day(first).isoformat() <= high for moment in unsure)  # type: ignore[union-attr]
        for first in (True, False)
    }
    if inside[True] == inside[False] or max(inside.values()) < len(unsure):
        return None
    day_first = inside[True] > inside[False]
    words = (
        f"with the {'day' if day_first else 'month'} first all lie between the column's other "
        f"dates, with the {'month' if day_first else 'day'} first {min(inside.values())} of "
        f"{len(unsure)}"
    )
    return _Order(day_first, LESS_SURE, words, (f"{values.name}: {words}",))


def _by_points(values: Values, unsure: list[int]) -> _Order:
    """Points between the numbers are written where the day stands first."""
    if all("." in values.texts[at][:6] for at in unsure):
        words = "the day stands first, as where points are written between the numbers"
        return _Order(True, LESS_SURE, words, (f"{values.name}: {words}",))
    return _Order(None, notes=(_unknown(values, unsure),))


def _most(values: Values, sample: Mapping[str, Moment | None]) -> Shape | None:
    """How most dates are written; ``None`` where most are not three numbers, or forms are mixed."""
    shapes: Counter[Shape | None] = Counter()
    for text, rows in values.sample():
        moment = sample[text]
        if moment is not None:
            shapes[_shape(moment)] += rows
    alike: Counter[tuple[str | None, str] | None] = Counter()
    for one, rows in shapes.items():
        alike[one and (one.order, one.sep)] += rows
    most, rows = alike.most_common(1)[0]
    if most is None or rows <= shapes.total() / 2:
        return None
    return max((one for one in shapes if one and one[:2] == most), key=shapes.__getitem__)


def _shape(moment: Moment) -> Shape | None:
    return None if moment.shape is None or moment.short_year else moment.shape


def _changes(
    values: Values,
    read: Mapping[int, Moment],
    order: _Order,
    shape: Shape | None,
    wishes: Wishes,
) -> dict[int, Change]:
    found: dict[int, Change] = {}
    if shape is None:
        return {at: _no_day(one) for at, one in read.items() if _impossible(one)}
    if shape.order is None and order.day_first is not None:
        order_of = "dmy" if order.day_first else "mdy"
        written = Shape(order_of, shape.sep, shape.padded)  # type: ignore[arg-type]
    else:
        written = shape
    gap = _gap(values, read)
    for at, moment in read.items():
        day = moment.day(order.day_first)
        if _impossible(moment):
            found[at] = _no_day(moment)
        elif wishes.form == "column" and _alike(moment, shape):
            continue
        elif day is not None and written.order is not None:
            new = moment.written(day, written, gap)
            if new != values.texts[at]:
                found[at] = Change(new, _sure(moment, order), _words(moment, order, day))
    return found


def _alike(moment: Moment, shape: Shape) -> bool:
    """Whether a date is written as most of the column; one digit or two is no difference."""
    own = _shape(moment)
    return own is not None and (own.order, own.sep) == (shape.order, shape.sep)


def _impossible(moment: Moment) -> bool:
    return moment.day_first is None and moment.month_first is None


def _no_day(moment: Moment) -> Change:
    return Change(None, SURE, "the calendar has no such day, or the day no such time")


def _sure(moment: Moment, order: _Order) -> float:
    sure = SURE * (order.sure if moment.ambiguous else 1.0)
    return sure * LESS_SURE if moment.short_year else sure


def _words(moment: Moment, order: _Order, day: date) -> str:
    words = ["another form of date"]
    if moment.ambiguous and order.words:
        words.append(order.words)
    if moment.short_year:
        words.append(f"the year of two digits is read as {day.year}")
    return "; ".join(words)


def _gap(values: Values, read: Mapping[int, Moment]) -> str:
    """What most dates of the column have before their time: a blank or a ``T``."""
    blank = values.share(values.matching(r"^\d{4}-\d\d-\d\d \d"))
    other = sum(
        int(values.counts[at]) for at, one in read.items() if one.gap.startswith((" ", ","))
    )
    return " " if blank or other > values.rows / 2 else "T"


def _serials(values: Values, iso: np.ndarray, looked: np.ndarray) -> dict[int, Change]:
    """Days counted by a spreadsheet, among dates that lie around them."""
    numbers = np.flatnonzero(looked & values.matching(_SERIAL)).tolist()
    known = [values.texts[at][:10] for at in np.flatnonzero(iso).tolist()] if numbers else []
    if len(known) < 3:
        return {}
    low, high = min(known), max(known)
    found = {}
    for at in numbers:
        day = from_serial(values.texts[at])
        if low <= day.isoformat() <= high and not re.search(r"\.\d*[1-9]", values.texts[at]):
            found[at] = Change(day.isoformat(), SERIAL, "a day as a spreadsheet counts them")
    return found
