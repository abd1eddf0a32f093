"""What is known of one column by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype

from sciml_magics.quality.profiling.advising import advise
from sciml_magics.quality.profiling.dates import Dates, dates, moments
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
    Range,
    Semantic,
    Type,
)
from sciml_magics.quality.profiling.shapes import patterns
from sciml_magics.quality.table import Column

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Different texts of a column that are read to tell how they are written.
MOST_READ = 20_000
MOST_COMMON = 10
BINS = 24
_CATEGORIES = 50
_LONG = 40


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
        rest = order[MOST_READ // 2 :]
        drawn = np.random.default_rng(0).choice(rest, MOST_READ - MOST_READ // 2, replace=False)
        return np.concatenate([order[: MOST_READ // 2], drawn])

    @cached_property
    def texts(self) -> list[str]:
        """The values at `often` as they print."""
        return [spelt(value) for value in self.column.values[self.often].tolist()]

    @cached_property
    def counts(self) -> list[int]:
        """How many cells have each of `texts`."""
        return [int(count) for count in self.column.counts[self.often]]

    @cached_property
    def numbers(self) -> tuple[Numbers, Counts]:
        """The different finite numbers in ascending order, and the cells of each."""
        column = self.column
        if is_datetime64_any_dtype(column.cells.dtype):
            every = moments(pd.Series(column.values)).to_numpy()
        elif column.typed:
            every = column.values.astype(np.float64)
        else:
            codes, first = np.unique(column.codes, return_index=True)
            every = column.numbers[first[codes >= 0]]
        return _merged(every, column.counts)

    @cached_property
    def dates(self) -> Dates | None:
        """The dates among the texts; ``None`` for columns of numbers."""
        if self.column.typed or self.column.numeric:
            return None
        return dates(self.texts, self.counts)

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
    disguises = _disguises(facts, kind)
    hidden = {one.text for one in disguises}
    spread = _range(facts, kind, hidden)
    meaning = _meaning(facts, kind, hidden)
    texts, counts = _apparent(facts, hidden)
    written: tuple[Pattern, ...] = ()
    if kind not in ("empty", "nested", "date") and not column.typed:
        written = patterns(texts, counts)
    formats = facts.dates.formats if facts.dates and kind == "date" else ()
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
        range=spread,
        formats=formats,
        advice=advise(column, kind, meaning, texts, counts, facts.dates, disguises),
    )


def spelt(value: object) -> str:
    """A value as it prints."""
    return value if type(value) is str else str(value)


def _merged(values: Numbers, counts: Counts) -> tuple[Numbers, Counts]:
    """Finite numbers in ascending order, equal ones once."""
    finite = np.isfinite(values)
    different, places = np.unique(values[finite], return_inverse=True)
    total = np.bincount(places, weights=counts[finite], minlength=len(different))
    return different, total.astype(np.int64)


def _type(facts: Facts) -> Type:
    column = facts.column
    if not facts.held:
        return "empty"
    if is_bool_dtype(column.cells.dtype):
        return "boolean"
    if is_datetime64_any_dtype(column.cells.dtype):
        return "date"
    if column.typed or column.numeric:
        values, _ = facts.numbers
        whole = is_integer_dtype(column.cells.dtype) or bool((values == np.rint(values)).all())
        return "whole" if whole else "number"
    some = column.values[facts.often[:1000]].tolist()
    if sum(isinstance(value, bool) for value in some) > 0.5 * len(some):
        return "boolean"
    if sum(isinstance(cell, list | dict | tuple | set | np.ndarray) for cell in _cells(column)) > 0:
        return "nested"
    if facts.dates is not None and facts.dates.rows >= 0.8 * facts.held:
        return "date"
    return "text"


def _cells(column: Column) -> list[object]:
    """Some cells as they stand in the frame: of nested ones the table keeps the text alone."""
    held = np.flatnonzero(~column.missing)[:20]
    return list(column.cells.iloc[held])


def _disguises(facts: Facts, kind: Type) -> tuple[Disguise, ...]:
    column = facts.column
    found: list[Disguise] = []
    if kind in ("empty", "boolean", "nested"):
        return ()
    if not column.typed:
        for at, sure, words in text_disguises(facts.texts, numeric=column.numeric):
            found.append(Disguise(facts.texts[at], facts.counts[at], sure, words))
    if kind in ("whole", "number", "date"):
        values, counts = facts.numbers
        codes = (date_disguises if kind == "date" else number_disguises)(values, counts)
        found += [each for code in codes for each in _written(facts, code)]
    return tuple(sorted(found, key=lambda one: -one.rows))


def _written(facts: Facts, code: Code) -> list[Disguise]:
    """A code in the spellings that it has in the column."""
    column = facts.column
    if not column.typed:
        texts = enumerate(facts.texts)
        held = [at for at, text in texts if _number(text) == code.value]
        return [Disguise(facts.texts[at], facts.counts[at], code.sure, code.words) for at in held]
    if is_datetime64_any_dtype(column.cells.dtype):
        same = moments(pd.Series(column.values)).to_numpy() == code.value
    else:
        same = column.values.astype(np.float64) == code.value
    spellings = {spelt(value) for value in column.values[same].tolist()}
    return [Disguise(text, code.rows, code.sure, code.words) for text in spellings]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _apparent(facts: Facts, hidden: set[str]) -> tuple[list[str], list[int]]:
    """Texts that stand for themselves, and the cells of each."""
    kept = [pair for pair in zip(facts.texts, facts.counts, strict=True) if pair[0] not in hidden]
    return [text for text, _ in kept], [count for _, count in kept]


def _range(facts: Facts, kind: Type, hidden: set[str]) -> Range | None:
    if kind not in ("whole", "number", "date"):
        return None
    values, counts = facts.numbers
    codes = [_number(text) for text in hidden]
    if is_datetime64_any_dtype(facts.column.cells.dtype):
        codes = [pd.Timestamp(text).timestamp() for text in hidden]
    kept = ~np.isin(values, codes)
    values, counts = values[kept], counts[kept]
    if not len(values):
        return None
    share = np.cumsum(counts) / counts.sum()
    quartiles = values[np.minimum(np.searchsorted(share, [0.25, 0.5, 0.75]), len(values) - 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.average(values, weights=counts))
        deviation = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
        heights, edges = _histogram(values, counts)
    return Range(
        least=float(values[0]),
        most=float(values[-1]),
        quartiles=(float(quartiles[0]), float(quartiles[1]), float(quartiles[2])),
        mean=mean,
        deviation=deviation,
        zeros=int(counts[values == 0].sum()),
        negative=int(counts[values < 0].sum()),
        infinite=int(np.isinf(facts.column.numbers).sum()) if kind != "date" else 0,
        edges=tuple(float(edge) for edge in edges),
        heights=tuple(int(height) for height in heights),
    )


def _histogram(values: Numbers, counts: Counts) -> tuple[Counts, Numbers]:
    """Bins of equal width; of few whole numbers one each."""
    least, most = float(values[0]), float(values[-1])
    if not np.isfinite(most - least):  # numbers so large that their distance is none
        return np.array([counts.sum()]), np.array([least, most])
    bins = BINS
    if (values == np.rint(values)).all() and most - least < BINS:
        bins, least, most = int(most - least) + 1, least - 0.5, most + 0.5
    heights, edges = np.histogram(values, bins=bins, range=(least, most), weights=counts)
    return heights.astype(np.int64), edges


def _meaning(facts: Facts, kind: Type, hidden: set[str]) -> Meaning:
    column = facts.column
    texts, counts = _apparent(facts, hidden)
    different, held = len(column.values) - len(hidden), sum(counts)
    unique = facts.held == len(column.values)
    if kind == "empty" or not texts:
        return Meaning("empty", 1.0)
    if different == 1 and held > 1:
        return Meaning("constant", 1.0)
    if kind in ("nested", "boolean"):
        return Meaning("nested" if kind == "nested" else "boolean", 1.0)
    if different <= 8 and truths(texts):
        return Meaning("boolean", 1.0)
    if kind == "date":
        return Meaning(*_of_dates(facts))
    if kind in ("whole", "number"):
        values, _ = facts.numbers
        shown = values[~np.isin(values, [_number(text) for text in hidden])]
        if not len(shown):
            return Meaning("measurement", 1.0)
        return number_meaning(column.name, shown, kind == "whole", len(shown), unique)
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
    if different <= max(_CATEGORIES, 0.02 * held) and different <= 0.5 * held:
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
