"""A table as repairs may trust it: without the cells in doubt, and with the accepted repairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from sciml_magics.quality.findings import Rows
from sciml_magics.quality.repairing.proposals import Known
from sciml_magics.quality.table import Codes, Column, Numbers, Table, printed

Made = TypeVar("Made")

# Of a wide table only so many other columns are looked at for a cell.
WIDEST = 60


@dataclass(frozen=True, eq=False)
class Ask:
    """Cells of one column that need a value.

    Parameters
    ----------
    column
        Name of the column.
    rows
        Positions in the frame; shape ``[cells]``.
    olds
        What stands in each; empty where it is missing.
    """

    column: str
    rows: Rows
    olds: Sequence[str]

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, first: int, last: int) -> Ask:
        """The cells from one index up to, and without, another."""
        return Ask(self.column, self.rows[first:last], self.olds[first:last])


@dataclass(frozen=True, eq=False)
class Seen:
    """One column as it may be trusted.

    Parameters
    ----------
    name
        Name of the column.
    codes
        For each row the index of its value in `texts`; -1 where it is missing or in doubt.
    column
        The column as it is.
    more
        Values of accepted repairs that no row had before.
    """

    name: str
    codes: Codes
    column: Column = field(repr=False)
    more: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> list[str]:
        """The different values; those that no row has any longer among them.

        Long for a column of many numbers or dates: where only some are looked at, ask `some`.
        """
        return [*self.column.texts, *self.more]

    def some(self, count: int) -> list[str]:
        """Some values that rows have, in the order in which they first stand."""
        found = np.flatnonzero(self.counts)[:count]
        own = len(self.column.values)
        return printed(self.column.values[found[found < own]]) + [
            self.more[at - own] for at in found[found >= own].tolist()
        ]

    @cached_property
    def counts(self) -> Codes:
        """How many rows have each of the values; ``[values]``."""
        return np.bincount(
            self.codes[self.codes >= 0], minlength=len(self.column.values) + len(self.more)
        )

    @cached_property
    def different(self) -> int:
        """How many different values the rows have."""
        return int(np.count_nonzero(self.counts))

    @cached_property
    def held(self) -> int:
        """How many rows have a value that may be trusted."""
        return int(self.counts.sum())

    @cached_property
    def places(self) -> dict[str, int]:
        """For each value that some row has the index in `texts`."""
        counts = self.counts
        return {text: at for at, text in enumerate(self.texts) if counts[at]}

    def share(self, text: str) -> float:
        """The share of the trusted rows that have a value."""
        at = self.places.get(text)
        return 0.0 if at is None else float(self.counts[at]) / max(self.held, 1)


class Sight:
    """A table, seen past its errors.

    Parameters
    ----------
    table
        The table as it is.
    cells
        Those in doubt: nothing is learned from what stands there.
    known
        Accepted repairs: their values stand in the place of what was there.
    """

    def __init__(
        self, table: Table, cells: Iterable[tuple[int, str]], known: Sequence[Known] = ()
    ) -> None:
        self.table = table
        self._doubtful: dict[str, list[int]] = defaultdict(list)
        for row, column in cells:
            self._doubtful[column].append(row)
        self._known: dict[str, dict[int, str]] = defaultdict(dict)
        for one in known:
            self._known[one.column][one.row] = one.value
        self._seen: dict[str, Seen] = {}
        self._shared: dict[str, object] = {}

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def names(self) -> list[str]:
        """Names of all columns."""
        return [column.name for column in self.table.columns]

    def near(self, column: str) -> list[str]:
        """The other columns; of a wide table those that stand nearest, `WIDEST` of them."""
        names = self.names
        if len(names) <= WIDEST:
            return [name for name in names if name != column]
        at = self.table[column].at
        first = min(max(at - WIDEST // 2, 0), len(names) - WIDEST - 1)
        return [name for name in names[first : first + WIDEST + 1] if name != column]

    @property
    def known_columns(self) -> list[str]:
        """The columns with accepted repairs."""
        return list(self._known)

    def known(self, column: str) -> dict[int, str]:
        """The accepted repairs of a column: position of the row and new text."""
        return dict(self._known.get(column, {}))

    def __getitem__(self, column: str) -> Seen:
        if column not in self._seen:
            self._seen[column] = self._look(column)
        return self._seen[column]

    def _look(self, name: str) -> Seen:
        column = self.table[name]
        doubtful, known = self._doubtful.get(name), self._known.get(name)
        if not doubtful and not known:
            return Seen(name, column.codes, column)
        codes, more = column.codes.copy(), list[str]()
        if doubtful:
            codes[np.asarray(doubtful, dtype=np.int64)] = -1
        if known:
            places = {text: at for at, text in enumerate(column.texts)}
            for row, value in known.items():
                if value and value not in places:
                    places[value] = len(column.texts) + len(more)
                    more.append(value)
                codes[row] = places[value] if value else -1
        return Seen(name, codes, column, tuple(more))

    def shared(self, name: str, make: Callable[[], Made]) -> Made:
        """What several sources look up, made once for the table."""
        if name not in self._shared:
            self._shared[name] = make()
        return cast(Made, self._shared[name])

    def numbers(self, column: str) -> Numbers:
        """The trusted cells of a column as numbers; NaN elsewhere. Shape ``[rows]``."""
        seen = self[column]
        return np.where(seen.codes >= 0, self.table[column].numbers, np.nan)
