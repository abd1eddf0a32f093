"""What is known of one column by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype

from sciml_magics.quality.profiling.advising import advise
from sciml_magics.quality.profiling.dates import Dates, dates, moments, read_dates
from sciml_magics.quality.profiling.disguises import (
    Code,
    date_disguises,
    number_disguises,
    text_disguises,
)
from sciml_magics.quality.profiling.meanings import (
    Meaning,
    named_identifier,
    number_meaning,
    truths,
    written_meaning,
)
from sciml_magics.quality.profiling.profiles import (
    ColumnProfile,
    Disguise,
    Pattern,
    Semantic,
    Type,
)
from sciml_magics.quality.profiling.ranges import merged, spread
from sciml_magics.quality.profiling.writing import patterns
from sciml_magics.quality.table import Column, printed

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Different texts of a column that are read to tell how they are written.
MOST_READ = 20_000
_FIRST = MOST_READ // 2
MOST_COMMON = 10
_RANGED = ("whole", "number", "date")
_CATEGORIES = 100
_LONG = 40
_MOSTLY = 0.9


@dataclass(frozen=True)
class Facts:
    """What can be asked of a column, each found when it is first asked."""

    column: Column

    @cached_property
    def often(self) -> npt.NDArray[np.int64]:
        """Indices of the different values, the most frequent first; at most `MOST_READ`."""
        counts = self.column.counts
        order = np.argsort(-counts, kind="stable")
        if len(order) <= MOST_READ:
            return order
        # The most frequent, and of the rest a fair sample.
        first, rest = order[:_FIRST], order[_FIRST:]
        drawn = np.random.default_rng(0).choice(rest, MOST_READ - _FIRST, replace=False)
        return np.concatenate([first, drawn])

    @cached_property
    def texts(self) -> list[str]:
        """The values at `often` as they print."""
        return printed(self.column.values[self.often])

    @cached_property
    def counts(self) -> list[int]:
        """How many cells have each of `texts`; those that were drawn speak for the others, too."""
        found = self.column.counts[self.often].astype(np.float64)
        others = len(self.column.counts) - _FIRST
        if len(found) < len(self.column.counts):
            found[_FIRST:] *= others / (MOST_READ - _FIRST)
        return [int(count) for count in np.rint(found)]

    @property
    def drawn(self) -> bool:
        """Whether `texts` are but some of the values."""
        return len(self.often) < len(self.column.values)

    @cached_property
    def numbers(self) -> tuple[Numbers, Counts]:
        """The different finite numbers in ascending order, and the cells of each."""
        if self.column.typed or self.numeric:
            return merged(self.every, self.column.counts)
        if self.dates is None:
            return np.zeros(0), np.zeros(0, np.int64)
        return merged(self.every, np.array(self.counts, dtype=np.int64))

    @property
    def read(self) -> bool:
        """Whether the numbers are dates that were read from texts."""
        return self.dates is not None

    @cached_property
    def every(self) -> Numbers:
        """A number for each of `column.values`, of dates as text for each of `texts`."""
        column = self.column
        if is_datetime64_any_dtype(column.cells.dtype):
            return moments(pd.Series(column.values)).to_numpy()
        if column.typed:
            return column.values.astype(np.float64)
        if self.read and self.dates is not None:
            return read_dates(self.texts, self.dates.formats[0][0]).to_numpy()
        codes, first = np.unique(column.codes, return_index=True)
        return column.numbers[first[codes >= 0]]

    @cached_property
    def marks(self) -> list[tuple[int, float, str]]:
        """Indices of `column.values` that say that nothing is known, how sure, and why."""
        if self.column.typed:
            return []
        found = text_disguises(self.column.texts, numeric=self.column.numeric)
        lost = int(self.column.counts[[at for at, *_ in found]].sum())
        if self.column.numeric or lost == self.held:
            return found
        known = int(np.count_nonzero(~np.isnan(self.column.numbers)))
        if known < _MOSTLY * (self.held - lost):
            return found
        return text_disguises(self.column.texts, numeric=True)

    @cached_property
    def numeric(self) -> bool:
        """Whether nearly all cells that are not marked as missing are numbers."""
        if self.column.numeric:
            return True
        known = int(np.count_nonzero(~np.isnan(self.column.numbers)))
        return known > 0 and known >= _MOSTLY * self.known

    @cached_property
    def dates(self) -> Dates | None:
        """The dates among the texts; ``None`` for columns of numbers."""
        if self.column.typed:
            return None
        found = dates(self.texts, self.counts)
        # Eight digits are a date only where every number is one.
        if found is None or (self.numeric and found.rows < self.held):
            return None
        return found

    @property
    def known(self) -> int:
        """Cells that hold anything but a mark that nothing is known."""
        return self.held - int(self.column.counts[[at for at, *_ in self.marks]].sum())

    @cached_property
    def held(self) -> int:
        """Cells that hold anything."""
        return int(self.column.counts.sum())


def profile_column(column: Column) -> ColumnProfile:
    """Everything that a column tells by itself.

    Examples
    --------
    >>> from sciml_magics.quality.table import Table
    >>> table = Table(pd.DataFrame({"T (°C)": [21.5, 19.0, -999.0, -999.0, 18.5, 22.0]}))
    >>> found = profile_column(table["T (°C)"])
    >>> found.type, found.semantic, found.unit, found.disguised, found.range.most
    ('number', 'quantity', '°C', ('-999.0',), 22.0)
    """
    facts = Facts(column)
    kind = _type(facts)
    codes = _codes(facts, kind)
    disguises = _disguises(facts, codes)
    texts, counts = _apparent(facts, {one.text for one in disguises})
    values, times = _shown(facts, codes)
    meaning = _meaning(facts, kind, texts, counts, values)
    written: tuple[Pattern, ...] = ()
    if kind in ("text", "whole", "number") and not column.typed:
        written = patterns(texts, counts)
    return ColumnProfile(
        name=column.name,
        type=kind,
        semantic=meaning.semantic,
        fits=meaning.fits,
        unit=meaning.unit,
        rows=len(column),
        missing=int(np.count_nonzero(column.missing)),
        disguises=disguises,
        different=len(column.values),
        unique=facts.held == len(column.values) > 0,
        common=tuple(zip(facts.texts[:MOST_COMMON], facts.counts[:MOST_COMMON], strict=True)),
        patterns=written,
        lengths=_lengths(texts, counts) if written else None,
        range=spread(values, times, column) if kind in _RANGED else None,
        formats=facts.dates.formats if facts.dates and kind == "date" else (),
        advice=advise(column, kind, meaning, texts, counts, facts.dates, disguises, facts.drawn),
    )


def _type(facts: Facts) -> Type:
    column = facts.column
    if not facts.held:
        return "empty"
    if is_bool_dtype(column.cells.dtype):
        return "boolean"
    if is_datetime64_any_dtype(column.cells.dtype):
        return "date"
    if facts.dates is not None and facts.dates.rows >= 0.8 * facts.known:
        return "date"
    if column.typed or facts.numeric:
        values, _ = facts.numbers
        whole = is_integer_dtype(column.cells.dtype) or bool((values == np.rint(values)).all())
        return "whole" if whole else "number"
    some = column.values[facts.often[:1000]].tolist()
    if sum(isinstance(value, bool) for value in some) > 0.5 * len(some):
        return "boolean"
    if sum(isinstance(cell, list | dict | tuple | set | np.ndarray) for cell in _cells(column)) > 0:
        return "nested"
    return "text"


def _cells(column: Column) -> list[object]:
    """Some cells as they stand in the frame: of nested ones the table keeps the text alone."""
    held = np.flatnonzero(~column.missing)[:20]
    return list(column.cells.iloc[held])


def _codes(facts: Facts, kind: Type) -> list[Code]:
    """The numbers and dates that stand for missing values."""
    if kind not in _RANGED:
        return []
    return (date_disguises if kind == "date" else number_disguises)(*facts.numbers)


def missing_marks(column: Column) -> list[tuple[int, float, str]]:
    """Indices of the values that stand for missing ones, how sure (0 to 1), and why.

    Examples
    --------
    >>> column = Column("a", 0, pd.Series(["4", "?", "7", "5"]))
    >>> missing_marks(column)
    [(1, 0.95, "'?' is written where nothing is known")]
    """
    facts = Facts(column)
    return _marks(facts, _codes(facts, _type(facts)))


def _marks(facts: Facts, codes: Sequence[Code]) -> list[tuple[int, float, str]]:
    found = {at: (at, sure, words) for at, sure, words in facts.marks}
    for code in codes:
        same = np.flatnonzero(facts.every == code.value)
        places = facts.often[same] if facts.read else same
        found |= {at: (at, code.sure, code.words) for at in places.tolist()}
    return sorted(found.values())


def _disguises(facts: Facts, codes: Sequence[Code]) -> tuple[Disguise, ...]:
    """What stands for missing values, as it is written in the column."""
    column = facts.column
    marks = _marks(facts, codes)
    places = np.array([at for at, *_ in marks], dtype=np.int64)
    found = [
        Disguise(text, int(column.counts[at]), sure, words)
        for text, (at, sure, words) in zip(printed(column.values[places]), marks, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.rows))


def _shown(facts: Facts, codes: Sequence[Code]) -> tuple[Numbers, Counts]:
    """The different numbers that stand for themselves, ascending, and the cells of each."""
    values, counts = facts.numbers
    kept = ~np.isin(values, [code.value for code in codes])
    return values[kept], counts[kept]


def _apparent(facts: Facts, hidden: set[str]) -> tuple[list[str], list[int]]:
    """Texts that stand for themselves, and the cells of each."""
    kept = [pair for pair in zip(facts.texts, facts.counts, strict=True) if pair[0] not in hidden]
    return [text for text, _ in kept], [count for _, count in kept]


def _meaning(
    facts: Facts, kind: Type, texts: list[str], counts: list[int], values: Numbers
) -> Meaning:
    column = facts.column
    different = len(column.values) - (len(facts.texts) - len(texts))
    unique = facts.held == len(column.values)
    if kind == "empty" or not texts:
        return Meaning("empty", 1.0)
    if different == 1 and sum(counts) > 1:
        return Meaning("constant", 1.0)
    if kind == "nested" or kind == "boolean":
        return Meaning(kind, 1.0)
    if different <= 8 and truths(texts):
        return Meaning("boolean", 1.0)
    if kind == "date":
        return Meaning(*_of_dates(facts))
    if kind in _RANGED and len(values):
        return number_meaning(column.name, values, kind == "whole", len(values), unique)
    found = written_meaning(column.name, texts, counts)
    return found or _of_texts(facts, texts, counts, different, unique)


def _of_dates(facts: Facts) -> tuple[Semantic, float]:
    if facts.dates is not None:
        return facts.dates.what, facts.dates.rows / facts.held
    values, _ = facts.numbers
    return ("date" if (values % 86_400 == 0).all() else "date and time"), 1.0


def _of_texts(
    facts: Facts, texts: list[str], counts: list[int], different: int, unique: bool
) -> Meaning:
    name, held = facts.column.name, facts.held
    length = float(np.average([len(text) for text in texts], weights=counts))
    words = float(np.average([text.count(" ") + 1 for text in texts], weights=counts))
    if length > _LONG and words >= 5 and different > 0.2 * held:
        return Meaning("free text", 1.0)
    written = patterns(texts, counts)
    shaped = written[0].share if written else 0.0
    digits = sum(count for text, count in zip(texts, counts, strict=True) if _has_digit(text))
    coded = digits >= 0.9 * sum(counts) and words < 1.5
    if coded and (unique or different > 0.9 * held or named_identifier(name)):
        return Meaning("identifier", 1.0)
    if different <= max(_CATEGORIES, 0.05 * held) and different <= 0.5 * held:
        return Meaning("category", 1.0)
    if coded and shaped >= 0.6:
        return Meaning("code", shaped)
    if unique and words < 1.5 and named_identifier(name):
        return Meaning("identifier", 1.0)
    return Meaning("free text" if words >= 8 else "short text", 1.0)


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _lengths(texts: list[str], counts: list[int]) -> tuple[int, int, int]:
    order = sorted(zip(map(len, texts), counts, strict=True))
    share = np.cumsum([count for _, count in order]) / sum(counts)
    middle = order[min(int(np.searchsorted(share, 0.5)), len(order) - 1)][0]
    return order[0][0], middle, order[-1][0]
