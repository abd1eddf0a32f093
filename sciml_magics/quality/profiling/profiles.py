"""What is known of a table: of each column, between columns, and of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Type = Literal["empty", "boolean", "whole", "number", "date", "text", "nested"]

Semantic = Literal[
    "empty",
    "constant",
    "identifier",
    "category",
    "boolean",
    "count",
    "measurement",
    "quantity",
    "percentage",
    "money",
    "year",
    "date",
    "time",
    "date and time",
    "latitude",
    "longitude",
    "coordinates",
    "e-mail",
    "web address",
    "telephone",
    "IP address",
    "UUID",
    "DOI",
    "ORCID",
    "postal code",
    "sequence",
    "file",
    "code",
    "short text",
    "free text",
    "nested",
]

Action = Literal[
    "strip white space",
    "one Unicode form",
    "one case",
    "one date format",
    "one unit",
    "numbers as numbers",
    "dates as dates",
    "truth values as truth values",
    "missing as missing",
    "merge spellings",
    "drop equal rows",
    "drop constant column",
    "drop empty column",
]


@dataclass(frozen=True, slots=True)
class Disguise:
    """A value that stands for a missing one.

    Parameters
    ----------
    text
        The value as it prints in the column.
    rows
        How many cells hold it.
    sure
        How sure it stands for a missing value: 0 to 1, higher is surer.
    words
        Why, in words.
    """

    text: str
    rows: int
    sure: float
    words: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way in which values of a column are written.

    Parameters
    ----------
    shape
        One sign for each class of characters: ``9`` a digit, ``A`` and ``a`` a letter in upper and
        lower case, a blank any white space, everything else itself; ``+`` stands behind a sign that
        is repeated as often as it pleases.
    rows
        How many cells are written so, and `share` of those that hold anything.
    example
        The most frequent value of them.
    """

    shape: str
    rows: int
    share: float
    example: str


@dataclass(frozen=True, slots=True)
class Range:
    """Where the numbers of a column lie; infinite, missing and disguised values are left out.

    Dates are told as seconds since 1970.

    Parameters
    ----------
    least, most
        The ends.
    quartiles
        A quarter, half and three quarters of the numbers lie at or below these.
    mean, deviation
        Mean and standard deviation.
    zeros, negative, infinite
        How many numbers are so.
    edges, heights
        A histogram: bounds of its bins and how many numbers lie in each.
    """

    least: float
    most: float
    quartiles: tuple[float, float, float]
    mean: float
    deviation: float
    zeros: int
    negative: int
    infinite: int
    edges: tuple[float, ...]
    heights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What could be standardised.

    Parameters
    ----------
    column
        Name of the column; `sciml_magics.quality.findings.WHOLE_ROW` for whole rows.
    action
        What to do, one of a few.
    rows
        How many rows it would change.
    words
        The same in words.
    """

    column: str
    action: Action
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is known of one column.

    Parameters
    ----------
    name
        Its name in the table.
    type
        What its values are made of.
    semantic
        What its values mean.
    fits
        Share of the values that are of this meaning: 0 to 1.
    unit
        The unit of its numbers where it is written in its name or cells, else empty.
    rows
        Rows of the table.
    missing
        Cells where nothing stands.
    disguises
        Values that stand for missing ones, the most frequent first.
    different
        How many different values there are.
    unique
        Whether no value stands twice.
    common
        The most frequent values and how many cells hold each.
    patterns
        How its texts are written, the most frequent first.
    lengths
        The least, middle and most characters of its texts; ``None`` for numbers and dates.
    range
        Where its numbers or dates lie; ``None`` without any.
    formats
        Of dates written as text: the formats found and how many cells have each.
    advice
        What could be standardised.
    """

    name: str
    type: Type
    semantic: Semantic
    fits: float
    unit: str
    rows: int
    missing: int
    disguises: tuple[Disguise, ...]
    different: int
    unique: bool
    common: tuple[tuple[str, int], ...]
    patterns: tuple[Pattern, ...]
    lengths: tuple[int, int, int] | None
    range: Range | None
    formats: tuple[tuple[str, int], ...]
    advice: tuple[Advice, ...]

    @property
    def disguised(self) -> tuple[str, ...]:
        """The values that stand for missing ones, as they print in the column."""
        return tuple(one.text for one in self.disguises)

    @property
    def missing_share(self) -> float:
        """Share of the cells that are missing, disguised or not: 0 to 1."""
        lost = self.missing + sum(one.rows for one in self.disguises)
        return lost / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that together name a row.

    Parameters
    ----------
    columns
        Their names; without any of them the rest names no row.
    repeated
        How many rows have the values of an earlier row all the same, without being equal to it:
        errors, where there are few.
    """

    columns: tuple[str, ...]
    repeated: int


@dataclass(frozen=True, slots=True)
class Dependency:
    """Rows that are equal in some columns mostly agree in another.

    Parameters
    ----------
    left
        Names of the columns that determine.
    right
        Name of the column that is determined.
    share
        Share of the rows that agree with most of the rows that are equal on the left: 0 to 1. Rows
        that are alone there, or hold nothing, do not count.
    strength
        How much better rows that are equal on the left agree than chance would have it, 0 to 1 (the
        measure µ⁺ of approximate dependencies): high only where the dependency says something.
    rows
        Rows that count.
    """

    left: tuple[str, ...]
    right: str
    share: float
    strength: float
    rows: int

    def __str__(self) -> str:
        return f"{' and '.join(self.left)} → {self.right} ({self.share:.1%})"


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows that are equal, or nearly so.

    Parameters
    ----------
    rows
        Positions in the frame, ascending.
    differ
        The columns in which they differ; empty where they are equal.
    words
        What is alike, in words.
    """

    rows: tuple[int, ...]
    differ: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Profile:
    """What is known of a table.

    Parameters
    ----------
    name
        Its name.
    rows
        How many it has.
    columns
        Each column, in their order.
    keys
        Columns that name a row, the likeliest first.
    dependencies
        What determines what, the strongest first.
    equal_rows
        How many rows are equal to an earlier one.
    equal, near
        Groups of rows that are equal, and of rows that nearly are: the first hundred of each.
    near_rows
        How many rows are nearly equal to an earlier one.
    seconds
        How long it took.
    notes
        What to know of how this was found, a sentence each.
    """

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    keys: tuple[Key, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    equal_rows: int = 0
    near_rows: int = 0
    equal: tuple[Alike, ...] = ()
    near: tuple[Alike, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[ColumnProfile]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> ColumnProfile:
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, ColumnProfile]:
        return {column.name: column for column in self.columns}

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What could be standardised, column by column."""
        return tuple(advice for column in self.columns for advice in column.advice)
