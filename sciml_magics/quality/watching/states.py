"""The state of a table: what the next batch is compared with. Small, and plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sciml_magics.quality.wording import counted

Kind = Literal["nothing", "numbers", "dates", "truth values", "texts", "nested values"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers lie.

    Parameters
    ----------
    edges
        Quantiles: the bounds of bins, ascending.
    heights
        How many numbers lie below the first, between each two, and from the last on.
    quartiles
        A quarter, half and three quarters of the numbers lie at or below these.
    """

    edges: tuple[float, ...]
    heights: tuple[int, ...]
    quartiles: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Categories:
    """Which values there are and how often.

    Parameters
    ----------
    counts
        Each value and how many cells hold it, the most frequent first.
    """

    counts: tuple[tuple[str, int], ...]

    @property
    def rarest(self) -> int:
        """How many cells hold the rarest value."""
        return self.counts[-1][1] if self.counts else 0


@dataclass(frozen=True, slots=True)
class ColumnState:
    """What is kept of a column.

    Parameters
    ----------
    name
        Its name.
    kind
        What its values are.
    missing
        Cells where nothing stands.
    different
        How many different values there are.
    numbers
        How numbers lie; of texts that are no categories, their lengths. ``None`` of dates, and of
        numbers that merely count the rows.
    categories
        The values of a column of few; of other texts the shapes in which they are written, where
        those are few.
    span
        The first and the last of dates.
    """

    name: str
    kind: Kind
    missing: int
    different: int
    numbers: Numbers | None = None
    categories: Categories | None = None
    span: tuple[str, str] | None = None

    @property
    def few(self) -> bool:
        """Whether its categories are its values, and not shapes of texts."""
        return self.categories is not None and self.numbers is None


@dataclass(frozen=True, slots=True)
class Rate:
    """How many rows something was found in.

    Parameters
    ----------
    wrong
        Rows in which it was.
    rows
        Rows that were looked at.
    """

    wrong: int
    rows: int

    @property
    def share(self) -> float:
        """Share of the rows: 0 to 1."""
        return self.wrong / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class State:
    """The state of a table.

    Parameters
    ----------
    rows
        How many it has.
    columns
        What is kept of each column.
    rules
        The rules that were watched, as YAML; empty for none.
    broken
        In how many rows each rule is broken.
    found
        In how many rows each detector found something.
    """

    rows: int
    columns: tuple[ColumnState, ...]
    rules: str = ""
    broken: Mapping[str, Rate] = field(default_factory=dict)
    found: Mapping[str, Rate] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ColumnState:
        return next(column for column in self.columns if column.name == name)

    @property
    def summary(self) -> str:
        """One line: rows, columns, missing cells, broken rules.

        Examples
        --------
        >>> State(3, (ColumnState("a", "texts", 1, 2),)).summary
        '3 rows · 1 column · 1 missing cell'
        """
        missing = sum(column.missing for column in self.columns)
        parts = [
            counted(self.rows, "row"),
            counted(len(self.columns), "column"),
            counted(missing, "missing cell"),
        ]
        if self.broken:
            broken = sum(rate.wrong > 0 for rate in self.broken.values())
            parts.append(f"{broken:,} of {counted(len(self.broken), 'rule')} broken")
        return " · ".join(parts)

    def to_json(self) -> str:
        """The state as text."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> State:
        """The state that `to_json` wrote.

        Examples
        --------
        >>> state = State(2, (ColumnState("a", "dates", 0, 2, span=("x", "y")),))
        >>> State.from_json(state.to_json()) == state
        True
        """
        data = json.loads(text)
        return cls(
            rows=data["rows"],
            columns=tuple(_column(one) for one in data["columns"]),
            rules=data["rules"],
            broken={name: Rate(**rate) for name, rate in data["broken"].items()},
            found={name: Rate(**rate) for name, rate in data["found"].items()},
        )


def _column(data: dict[str, Any]) -> ColumnState:
    numbers, categories, span = (data.pop(name) for name in ("numbers", "categories", "span"))
    return ColumnState(
        **data,
        numbers=None
        if numbers is None
        else Numbers(*(tuple(numbers[name]) for name in ("edges", "heights", "quartiles"))),
        categories=None
        if categories is None
        else Categories(tuple((text, count) for text, count in categories["counts"])),
        span=None if span is None else (span[0], span[1]),
    )
