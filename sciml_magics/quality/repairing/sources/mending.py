"""Mend the format of a text by what the trusted values of the column look like; no example needed.

Usual programs are tried: take away what stands around a number or a word, write a date anew, change
capitals and blanks. What comes out must look like most of the column.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sciml_magics.quality.repairing.programs import Program
from sciml_magics.quality.repairing.programs.dates import FORMATS, Date
from sciml_magics.quality.repairing.programs.numbers import Number
from sciml_magics.quality.repairing.programs.texts import Affix, Cased, Part, Replace, Without
from sciml_magics.quality.repairing.sight import Ask, Seen, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source
from sciml_magics.quality.repairing.sources.formats import shape

# So many different values, those of most rows, show what the column looks like.
LOOKED_AT = 2_000
# A shape that fewer rows have shows nothing.
COMMON = 0.02
# Nearly all values must be dates of one format, or numbers with as many decimals.
NEARLY_ALL = 0.95
OFFERED = 4

_GENERAL: tuple[Program, ...] = (
    *(Cased(how) for how in ("small letters", "capital letters")),
    *(Cased("a capital letter at " + where) for where in ("each word", "the beginning")),
    Cased("single blanks and none around"),
    Cased("none but digits"),
    Part("number", 0),
    Part("run of letters", 0),
    *(Without(kind, end) for kind in ("word", "number") for end in (True, False)),
)


@dataclass(frozen=True, eq=False)
class Look:
    """What the trusted values of a column look like.

    Parameters
    ----------
    shapes
        The share of the rows for each common shape.
    letters
        All letters that stand in them.
    programs
        Those that make numbers and dates as the column has them.
    """

    shapes: dict[str, float]
    letters: frozenset[str]
    programs: tuple[Program, ...]


@source("mending")
class Mending:
    """Makes texts look like the rest of their column."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._looks: dict[str, Look] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """What the usual programs make of each text, where that looks like the column."""
        seen = self._sight[ask.column]
        look = self._look(ask.column)
        if not look.shapes:
            return
        counts = Counter(old for old in ask.olds if old)
        made = {old: self._mend(old, look, seen) for old in counts}
        # of two ways to read dates, and the like, that which can read more of the cells
        reach: Counter[Program] = Counter()
        for old, programs in made.items():
            reach.update(dict.fromkeys(programs, counts[old]))
        most = max(reach.values(), default=1)
        for at, old in enumerate(ask.olds):
            best: dict[str, tuple[float, Program]] = {}
            for program, (new, likely) in made.get(old, {}).items():
                strength = likely * (0.5 + 0.5 * reach[program] / most)
                if new not in best or best[new][0] < strength:
                    best[new] = (strength, program)
            for new, (strength, program) in sorted(best.items(), key=lambda p: -p[1][0])[:OFFERED]:
                share = f"{look.shapes.get(shape(new), 0):.0%}".replace("%", " %")
                words = f"it is then written as {share} of the column are; it {program.words}"
                yield Offer(at, new, strength, words)

    def _mend(self, old: str, look: Look, seen: Seen) -> dict[Program, tuple[str, float]]:
        """For each program that fits what it makes, and how well that fits in."""
        found: dict[Program, tuple[str, float]] = {}
        own = look.shapes.get(shape(old), 0.0)
        for program in (*look.programs, *_GENERAL, *_particular(old, look)):
            new = program(old)
            if not new or new == old:
                continue
            share = look.shapes.get(shape(new), 0.0)
            if share > own or (new in seen.places and old not in seen.places):
                fits = (0.5 + 0.5 * (new in seen.places)) * max(share, COMMON) ** 0.5
                found[program] = (new, fits * 0.97**program.cost)
        return found

    def _look(self, column: str) -> Look:
        if column not in self._looks:
            self._looks[column] = _look(self._sight[column])
        return self._looks[column]


def _look(seen: Seen) -> Look:
    order = np.argsort(-seen.counts, kind="stable")[:LOOKED_AT]
    order = order[seen.counts[order] > 0]
    texts = [seen.texts[at] for at in order.tolist()]
    counts = seen.counts[order].tolist()
    shapes: defaultdict[str, int] = defaultdict(int)
    for text, count in zip(texts, counts, strict=True):
        shapes[shape(text[:500])] += count
    total = max(sum(counts), 1)
    common = {one: count / total for one, count in shapes.items() if count >= COMMON * total}
    letters = frozenset(letter for text in texts for letter in text)
    return Look(common, letters, (*_number(texts), *_dates(texts)))


def _number(texts: list[str]) -> Iterator[Program]:
    """How the column writes numbers, if that is what it holds."""
    parts = [text.partition(".") for text in texts]
    plain = [part for part in parts if (part[0].lstrip("-") + part[2]).isdigit()]
    if not plain or len(plain) < NEARLY_ALL * len(texts):
        return
    decimals, often = Counter(len(rest) for _, _, rest in plain).most_common(1)[0]
    yield Number(decimals if often >= NEARLY_ALL * len(plain) else -1, False, False, 0)


def _dates(texts: list[str]) -> Iterator[Program]:
    """How the column writes dates, if that is what it holds."""
    some = texts[:50]
    for form in FORMATS:
        read = sum(Date(form, form)(text) == text for text in some)
        if some and read >= NEARLY_ALL * len(some):
            yield from (Date(other, form) for other in FORMATS if other != form)
            return


def _particular(old: str, look: Look) -> Iterator[Program]:
    """Programs that take away what the trusted values never hold."""
    for letter in dict.fromkeys(old):
        if letter not in look.letters:
            yield Replace(letter, "")
            if not letter.isalnum():
                yield from (Replace(letter, put) for put in " -_/.," if put in look.letters)
    core = old.strip(" \t.,;:*#~\"'()[]%$")
    if core and core != old:
        before = old[: old.index(core)]
        if before:
            yield Affix(False, True, before)
        if old[len(before) + len(core) :]:
            yield Affix(True, True, old[len(before) + len(core) :])
