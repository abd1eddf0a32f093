"""Values that stand for missing ones without saying so, such as -200, 999, "N/A" and "-".

A text is one where it is a usual way to write that nothing is known. A number is one where three
reasons come together: it is a usual code (repeated nines, the ends of a computer's numbers, a round
number below zero), it lies far outside the rest, and it is repeated as nothing else out there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Strength = Callable[[float], int]

MOST_SIGNS = 25
_MARKS = """
n/a #n/a n.a. n.a <na> nan null (null) <null> #null! #value! #div/0! #ref! #name? \\n missing
(missing) unknown (unknown) unk undefined unspecified unavailable tbd tba ? ?? ??? . .. ... … - --
--- – — _ __ ___ / // * ** *** # ### k.a. n/k n/d n.d. [blank] (blank) <blank> <none> <empty>
(empty) unbekannt inconnu desconocido 0000-00-00 00/00/0000 00.00.0000 9999-99-99 99/99/9999
"""
_PHRASES = {
    "not": "available applicable known recorded specified reported stated provided given entered",
    "no": "data value information answer response",
    "don't": "know",
    "dont": "know",
    "do not": "know",
    "keine": "angabe",
    "prefer not to": "say answer",
}
_ALWAYS = frozenset(_MARKS.split()) | frozenset(
    f"{no} {word}" for no, words in _PHRASES.items() for word in words.split()
)
# These mean something of their own where a column has few different values: a country's code, no
# allergy, a tick, the opposite of "+".
_SOMETIMES = frozenset(("na", "none", "nil", "empty", "blank", "x", "xx", "xxx", "xxxx"))
_SIGNS = frozenset(("-", "–", "—", ".", "/", "*", "x"))
_USUAL = frozenset(
    spelling
    for mark in (*_ALWAYS, *_SOMETIMES)
    for spelling in (mark, mark.upper(), mark.capitalize(), mark.title())
)
# Among more texts only the usual spellings are sought.
_MANY = 50_000
_FEW = 20
_CODE_OF_TWO = re.compile(r"[A-Z]{2}")

_STRONG = re.compile(r"-?(9{3,}|8{3,}|7{3,})(\.9+)?|-(99|88|77)(\.9+)?|-?99\.99?")
_WEAK = re.compile(r"9[6-9]|88|77|66|99[678]|999[678]|-[1-9](\d|0+)?")
_NEGATIVE = re.compile(r"-\d+")
_ENDS = frozenset(
    float(sign * 2**bits - shift)
    for bits in (15, 16, 31, 32, 63)
    for sign, shift in ((1, 1), (-1, 0))
) | {1e20, 1e30, 1e36, -1e30, float(np.finfo(np.float64).max), float(np.finfo(np.float32).max)}
_SECONDS = 86_400
_FIRST_AND_LAST = """
0001-01-01 1753-01-01 1899-12-30 1899-12-31 1900-01-01 1901-01-01 1904-01-01 1970-01-01 2099-12-31
2999-12-31 9999-12-31
"""
_DAYS = frozenset(int(np.datetime64(day, "D").astype(np.int64)) for day in _FIRST_AND_LAST.split())

MOST_CODES = 5
LEAST_OTHERS = 3
_NEAR = 20
# A value that is repeated this many times as often as its neighbours, or as any other.
_OFTEN = 3
_SPIKE = 10


class Code(NamedTuple):
    """A number that stands for a missing value: its cells, how sure (0 to 1), and why."""

    value: float
    rows: int
    sure: float
    words: str


def text_disguises(texts: Sequence[str], *, numeric: bool) -> list[tuple[int, float, str]]:
    """Which texts stand for missing values: their index, how sure (0 to 1), and why.

    Parameters
    ----------
    texts
        The different texts of a column.
    numeric
        Whether most of its cells are numbers, among which a word cannot mean anything.

    Examples
    --------
    >>> text_disguises(["red", "N/A", "blue"], numeric=False)
    [(1, 0.95, "'N/A' is written where nothing is known")]
    """
    if len(texts) > _MANY and not _USUAL.intersection(texts):
        return []
    found = []
    for at, text in enumerate(texts):
        if len(text) > MOST_SIGNS:
            continue
        bare = text.strip().lower()
        sure = 0.0
        if bare in _ALWAYS:
            sure = 0.0 if bare in _SIGNS and not numeric and _opposites(texts) else 0.95
        elif bare in _SOMETIMES and (numeric or _out_of_place(bare, texts)):
            sure = 0.9 if numeric else 0.8
        if sure:
            found.append((at, sure, f"'{text}' is written where nothing is known"))
    return found


def _opposites(texts: Sequence[str]) -> bool:
    """Whether signs are the values themselves, as "+" and "-" of a test."""
    return any(text.strip() in ("+", "++", "+/-", "±", "pos") for text in texts[:50])


def _out_of_place(bare: str, texts: Sequence[str]) -> bool:
    """Whether a word that can have a meaning has none among these."""
    if bare == "na":
        some = texts[:200]
        return sum(_CODE_OF_TWO.fullmatch(text) is not None for text in some) < 0.5 * len(some)
    return len(texts) > _FEW


def number_disguises(values: Numbers, counts: Counts) -> list[Code]:
    """Which numbers stand for missing values, the most frequent first.

    Parameters
    ----------
    values, counts
        The different finite numbers in ascending order, and how many cells hold each.

    Examples
    --------
    >>> values = np.array([-200.0, *range(10, 30)])
    >>> [(code.value, code.rows) for code in number_disguises(values, np.array([40] + [3] * 20))]
    [(-200.0, 40)]
    >>> number_disguises(np.arange(-5.0, 30.0), np.full(35, 3))
    []
    """
    return _codes(values, counts, _strength) or _spike(values, counts)


def date_disguises(values: Numbers, counts: Counts) -> list[Code]:
    """Which dates stand for missing ones, such as the first day that a computer knows.

    Parameters
    ----------
    values, counts
        As of `number_disguises`, in seconds since 1970.
    """
    return _codes(values, counts, lambda value: 3 if value // _SECONDS in _DAYS else 0)


def _strength(value: float) -> int:
    """How usual a code is: 3 sure, 2 usual, 1 not usual, 0 none at all."""
    if value in _ENDS:
        return 3
    text = f"{value:.15g}"
    for strength, pattern in ((3, _STRONG), (2, _WEAK), (1, _NEGATIVE)):
        if pattern.fullmatch(text):
            return strength
    return 0


def _codes(values: Numbers, counts: Counts, strength: Strength) -> list[Code]:
    """The codes at both ends."""
    found: list[Code] = []
    for step in (1, -1):
        ordered, times = values[::step], counts[::step]
        left = MOST_CODES
        while left and (new := _outermost(ordered, times, strength, left)):
            found += new
            ordered, times, left = ordered[len(new) :], times[len(new) :], left - len(new)
    return sorted(found, key=lambda code: -code.rows)


def _outermost(ordered: Numbers, times: Counts, strength: Strength, most: int) -> list[Code]:
    """The fewest codes at the beginning that a gap parts from the rest."""
    strengths: list[int] = []
    for codes in range(1, min(most, len(ordered) - LEAST_OTHERS) + 1):
        strengths.append(strength(float(ordered[codes - 1])))
        if not strengths[-1]:
            break
        rest = _Rest(ordered[codes:], times[codes:])
        gap = abs(float(ordered[codes - 1] - rest.values[0]))
        alone = float(ordered[codes - 1]) < 0 <= float(rest.values[0])
        sure = [
            _sure(one, int(number), gap, alone, rest)
            for one, number in zip(strengths, times, strict=False)
        ]
        # All of them: what else lies between a code and the rest is no code but a value.
        if all(sure):
            return [
                Code(float(value), int(number), one, rest.why(float(value), int(number), alone))
                for value, number, one in zip(ordered, times, sure, strict=False)
            ]
    return []


class _Rest:
    """The values that a code is compared with, those nearest to it first."""

    def __init__(self, values: Numbers, counts: Counts) -> None:
        self.values = values
        self._counts = counts
        share = np.cumsum(counts) / counts.sum()
        low, high = values[np.searchsorted(share, [0.05, 0.95 - 1e-9])]
        self.spread = abs(float(high - low)) or abs(float(values[-1] - values[0])) or 1.0
        self.inner = (float(min(low, high)), float(max(low, high)))
        near = np.abs(np.diff(values[: max(len(values) // 2, LEAST_OTHERS)]))
        # The widest but one: a single value may itself be out there.
        self.step = float(np.partition(near, -2)[-2] if len(near) >= 5 else near.max())
        self.often = float(np.median(counts[:_NEAR]))

    def why(self, value: float, rows: int, alone: bool) -> str:
        ends = sorted((float(self.values[0]), float(self.values[-1])))
        reason = "is the only number below zero: all others" if alone else "lies apart: all others"
        return f"{value:.15g} stands {rows:,} times and {reason} are {ends[0]:g} to {ends[1]:g}"


def _sure(strength: int, rows: int, gap: float, alone: bool, rest: _Rest) -> float:
    """How sure a number is a code: 0 where it is none."""
    far, wide = gap / rest.spread, gap / rest.step
    often = rows >= _OFTEN * rest.often
    if strength == 3:
        if far >= 5 or (alone and far >= 1):
            return 0.95
        return 0.9 if rows >= 2 and wide >= 3 and (often or far >= 1 or alone) else 0.0
    if rows < 3 or wide < 5:
        return 0.0
    if strength == 2:
        apart = far >= 2 or (alone and far >= 0.25) or (often and (alone or far >= 0.5))
        return 0.85 if apart else 0.0
    return 0.7 if alone and often and rows >= 5 else 0.0


def _spike(values: Numbers, counts: Counts) -> list[Code]:
    """A sure code among the other values, repeated as none of them."""
    if len(values) < _NEAR:
        return []
    at = int(np.argmax(counts))
    value, rows = float(values[at]), int(counts[at])
    second = int(np.partition(counts, -2)[-2])
    if _strength(value) < 3 or rows < max(_SPIKE, _SPIKE * second):
        return []
    words = f"{value:.15g} stands {rows:,} times, and no other number more than {second:,} times"
    return [Code(value, rows, 0.8, words)]
