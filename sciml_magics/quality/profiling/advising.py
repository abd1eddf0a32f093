"""What could be standardised in a column, in words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from sciml_magics.quality.profiling.dates import Dates
from sciml_magics.quality.profiling.meanings import Meaning, separated, unit_behind
from sciml_magics.quality.profiling.profiles import Action, Advice, Disguise, Type
from sciml_magics.quality.table import Column

# What is told by counting texts, of which not all may be read.
_COUNTED = ("strip white space", "one Unicode form", "one case", "merge spellings", "one unit")
Pairs = list[tuple[str, int]]
Say = Callable[[Action, int, str], None]


def advise(
    column: Column,
    kind: Type,
    meaning: Meaning,
    texts: Sequence[str],
    counts: Sequence[int],
    dates: Dates | None,
    disguises: Sequence[Disguise],
    drawn: bool = False,
) -> tuple[Advice, ...]:
    """What could be standardised.

    Parameters
    ----------
    column
        The column.
    kind, meaning
        What its values are made of, and what they mean.
    texts, counts
        Its different values that stand for themselves, and how many cells hold each.
    dates
        The formats of its dates.
    disguises
        Its values that stand for missing ones.
    drawn
        Whether `texts` are but some of the values, and `counts` speak for the others, too.
    """
    found: list[Advice] = []

    def say(action: Action, rows: int, words: str) -> None:
        if rows:
            words = f"{words} (by some of the values)" if drawn and action in _COUNTED else words
            found.append(Advice(column.name, action, rows, words))

    rows = len(column)
    if meaning.semantic == "empty":
        say("drop empty column", rows, "nothing stands in the column: drop it")
    if meaning.semantic == "constant":
        say("drop constant column", rows, f"all cells that hold anything hold '{texts[0]}'")
    if disguises:
        lost = sum(one.rows for one in disguises)
        named = ", ".join(f"'{one.text}'" for one in disguises[:4])
        say("missing as missing", lost, f"{named} stand for missing values: make {lost:,} so")
    if column.typed or kind == "nested":
        return tuple(found)
    pairs = list(zip(texts, counts, strict=True))
    stray = _rows(pairs, lambda text: text != " ".join(text.split()))
    say("strip white space", stray, f"{stray:,} cells have white space at the ends or twice")
    form = _rows(pairs, lambda text: not text.isascii() and text != _normal(text))
    say("one Unicode form", form, f"{form:,} cells are written in another Unicode form")
    if kind == "date" and dates is not None:
        _advise_dates(dates, say)
    elif kind in ("whole", "number"):
        say("numbers as numbers", rows, "numbers are held as text: hold them as numbers")
    elif meaning.semantic in ("quantity", "percentage", "money"):
        _advise_units(pairs, say)
    elif meaning.semantic == "boolean":
        say("truth values as truth values", rows, "yes and no are held as text: hold truth values")
    elif meaning.semantic in ("category", "short text", "code"):
        _advise_spellings(pairs, say)
        numbers = _rows(pairs, separated)
        if numbers >= 0.8 * sum(counts):
            say("numbers as numbers", numbers, f"{numbers:,} numbers with separators: one way")
    return tuple(found)


def _advise_dates(dates: Dates, say: Say) -> None:
    formats = ", ".join(f"{name} ({rows:,})" for name, rows in dates.formats)
    if len(dates.formats) > 1:
        others = sum(rows for _, rows in dates.formats[1:])
        say("one date format", others, f"{len(dates.formats)} formats of dates: {formats}")
        return
    unclear = "; day and month could be taken for each other" if dates.ambiguous else ""
    say("dates as dates", dates.rows, f"dates are held as text, written {formats}{unclear}")


def _advise_units(pairs: Pairs, say: Say) -> None:
    units: Counter[str] = Counter()
    for text, count in pairs:
        if (unit := unit_behind(text)) or separated(text):
            units[unit] += count
    ordered = units.most_common()
    named = ", ".join(f"{unit or 'none'} ({rows:,})" for unit, rows in ordered[:6])
    if len(ordered) > 1:
        others = sum(rows for _, rows in ordered[1:])
        say("one unit", others, f"{len(ordered)} units in one column: {named}")
    elif ordered:
        say("numbers as numbers", ordered[0][1], f"numbers with their unit as text: {named}")


def _advise_spellings(pairs: Pairs, say: Say) -> None:
    """Values that are one but for case and punctuation; white space is told by itself."""
    forms: dict[str, Counter[str]] = {}
    for text, count in pairs:
        forms.setdefault(folded(text), Counter())[" ".join(text.split())] += count
    merged = [group.most_common() for group in forms.values() if len(group) > 1]
    if not merged:
        return
    others = sum(count for group in merged for _, count in group[1:])
    first = max(merged, key=lambda group: sum(count for _, count in group[1:]))
    shown = ", ".join(f"'{text}'" for text, _ in first[:3])
    by_case = all(len({text.casefold() for text, _ in group}) == 1 for group in merged)
    action: Action = "one case" if by_case else "merge spellings"
    say(action, others, f"{others:,} cells are other spellings of a frequent value, as {shown}")


def folded(text: str) -> str:
    """A text without case, accents' forms, white space and punctuation.

    Examples
    --------
    >>> folded(" New-York ") == folded("new york")
    True
    """
    kept = "".join(sign for sign in _normal(text).casefold() if sign.isalnum() or sign in "+<>=%")
    return kept or text


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _rows(pairs: Pairs, holds: Callable[[str], bool]) -> int:
    return sum(count for text, count in pairs if holds(text))
