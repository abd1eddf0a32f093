"""Ways through the records of a task, each a few hundred at a time, by index and never as a whole.

A walk gives keys of records in its order and remembers where it is; what was answered or is with
somebody else is left out by whoever walks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Column, Connection, and_, select, tuple_

from sciml_magics.review.scope import Scope
from sciml_magics.review.sieve import conditions
from sciml_magics.store import codec
from sciml_magics.store.lookup import among, as_wanted
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks import Value, same_value
from sciml_magics.tasks.record import ID_BYTES

STEP = 500
MOST = 20_000
# How much sooner unsure records come; of 1, 2, 4, 8 and 16 on development data.
_POWER = 8
Part = Callable[[bytes], bool]


class Walk(Protocol):
    """A way through records. `exhausted` once it has given the last."""

    exhausted: bool

    def more(self, connection: Connection) -> list[int]:
        """The next records; none does not mean that there are no more."""
        ...

    def restart(self) -> None:
        """Go back to the beginning."""
        ...


class Numbered(Walk, Protocol):
    """A way through records by a number that is stored with their suggestions."""

    def numbered(self, connection: Connection) -> list[tuple[int, float | None]]:
        """The next records, each with its number."""
        ...


class ByNumber:
    """Records in the order of a number that is stored with their suggestions.

    Records whose suggestion has no number come last.

    Parameters
    ----------
    scope
        What the review is about.
    number
        Column of the suggestions; there is an index over task, model and it.
    descending
        Whether high numbers come first.
    part
        Which addresses are wanted; ``None`` for all.
    step
        How many to read at a time; ``None`` begins with few and reads more each time.
    """

    def __init__(
        self,
        scope: Scope,
        number: Column[Any],
        *,
        descending: bool,
        part: Part | None = None,
        step: int | None = None,
    ) -> None:
        self._number, self._descending, self._part = number, descending, part
        self._first_step, self._most = step or STEP, step or MOST
        s = suggestions.c
        self._find = (
            select(s.id, s.record_id, number, records.c.address)
            .join_from(suggestions, records, records.c.id == s.record_id)
            .where(s.task_id == scope.asked.id, s.model_id == scope.model_id)
            .where(*conditions(scope, scope.criteria))
        )
        self.restart()

    def restart(self) -> None:
        """Go back to the beginning."""
        self.exhausted = False
        self._at: tuple[float | None, int] | None = None
        self._step = self._first_step

    def more(self, connection: Connection) -> list[int]:
        """The next records."""
        return [record for record, _ in self.numbered(connection)]

    def numbered(self, connection: Connection) -> list[tuple[int, float | None]]:
        """The next records, each with its number."""
        rows = connection.execute(self._next()).cursor.fetchall()
        if len(rows) == self._step:
            self._at = rows[-1][2], rows[-1][0]
        elif self._at is None or self._at[0] is not None:
            self._at = None, 0
        else:
            self.exhausted = True
        self._step = min(self._step * 2, self._most)
        part = self._part
        return [(row[1], row[2]) for row in rows if part is None or part(bytes(row[3]))]

    def _next(self) -> Any:
        number, key = self._number, suggestions.c.id
        find = self._find.limit(self._step)
        if self._at is not None and self._at[0] is None:
            return find.where(number.is_(None), key > self._at[1]).order_by(key)
        find = find.where(number.is_not(None))
        place = tuple_(number, key)
        if self._descending:
            find = find.order_by(number.desc(), key.desc())
            return find if self._at is None else find.where(place < tuple_(*self._at))
        find = find.order_by(number, key)
        return find if self._at is None else find.where(place > tuple_(*self._at))


class AtRandom:
    """Records in the order of their addresses, which are hashes: a random order, the same for all.

    Parameters
    ----------
    scope
        What the review is about; its seed says where the order begins.
    part
        Which addresses are wanted; ``None`` for all.
    salt
        Another order begins elsewhere.
    """

    def __init__(self, scope: Scope, part: Part | None = None, salt: str = "") -> None:
        seed = f"{scope.seed} {salt}".encode()
        self._first = hashlib.blake2b(seed, digest_size=ID_BYTES).digest()
        self._part = part
        self._database = scope.database
        self._order = select(records.c.address, records.c.id).order_by(records.c.address)
        s = suggestions.c
        self._suggested = select(s.record_id).where(
            s.task_id == scope.asked.id,
            s.model_id == scope.model_id,
            among(scope.database, s.record_id),
            *conditions(scope, scope.criteria),
        )
        self.restart()

    def restart(self) -> None:
        """Go back to the beginning."""
        self.exhausted = False
        self._after, self._around = self._first, False
        self._step = STEP

    def more(self, connection: Connection) -> list[int]:
        """The next records."""
        place = records.c.address > self._after
        if self._around:
            place = and_(place, records.c.address <= self._first)
        find = self._order.where(place).limit(self._step)
        rows = connection.execute(find).cursor.fetchall()
        if len(rows) == self._step:
            self._after = bytes(rows[-1][0])
        elif not self._around:
            self._after, self._around = b"", True
        else:
            self.exhausted = True
        self._step = min(self._step * 2, MOST)
        part = self._part
        wanted = [row[1] for row in rows if part is None or part(bytes(row[0]))]
        found = self._of_task(connection, wanted)
        return [record for record in wanted if record in found]

    def sample(self, connection: Connection, count: int) -> list[int]:
        """The first `count` records at least, or all there are."""
        found: list[int] = []
        while len(found) < count and not self.exhausted:
            found += self.more(connection)
        return found

    def _of_task(self, connection: Connection, wanted: list[int]) -> set[int]:
        if not wanted:
            return set()
        values = {"wanted": as_wanted(self._database, sorted(wanted))}
        return {row[0] for row in connection.execute(self._suggested, values).cursor.fetchall()}


class Disagreeing:
    """Of another walk, the records for which models suggested different values.

    Parameters
    ----------
    scope
        What the review is about.
    walk
        The way through the records.
    """

    def __init__(self, scope: Scope, walk: Walk) -> None:
        self._walk, self._database = walk, scope.database
        s = suggestions.c
        self._values = select(s.record_id, s.value).where(
            s.task_id == scope.asked.id,
            s.model_id.in_(scope.models),
            among(scope.database, s.record_id),
        )
        self.exhausted = False

    def restart(self) -> None:
        """Go back to the beginning."""
        self._walk.restart()
        self.exhausted = False

    def more(self, connection: Connection) -> list[int]:
        """The next records."""
        given = self._walk.more(connection)
        self.exhausted = self._walk.exhausted
        values = {"wanted": as_wanted(self._database, sorted(given))}
        said: dict[int, list[str]] = {}
        for record, value in connection.execute(self._values, values).cursor.fetchall():
            if value is not None:
                said.setdefault(record, []).append(value)
        return [record for record in given if _differ(said.get(record, ()))]


class ByLot:
    """Another walk in blocks, each in an order drawn by lot: the higher a number, the sooner.

    The records at the very top are often those that people disagree about as well, or that are
    alike: a model learns more from records drawn among the unsure ones than from the first of them
    (tests/benchmarks/active_learning.py).

    Parameters
    ----------
    walk
        The way through the records, high numbers first.
    seed
        Of the lots.
    """

    def __init__(self, walk: Numbered, seed: int) -> None:
        self._walk, self._draw = walk, np.random.default_rng(seed)
        self._left: list[int] = []
        self.exhausted = False

    def restart(self) -> None:
        """Go back to the beginning; lots are drawn anew."""
        self._walk.restart()
        self._left, self.exhausted = [], False

    def more(self, connection: Connection) -> list[int]:
        """The next records."""
        if not self._left:
            given = self._walk.numbered(connection)
            numbers = np.array([number for _, number in given], dtype=np.float64)
            self._left = [given[at][0] for at in by_lot(numbers, self._draw)]
        part, self._left = self._left[:STEP], self._left[STEP:]
        self.exhausted = self._walk.exhausted and not self._left
        return part


class Within:
    """Some few records, sorted as a whole.

    Parameters
    ----------
    scope
        What the review is about.
    find
        Gives the records.
    column
        What to sort by; nothing there comes last.
    descending
        Whether high comes first.
    part
        Which addresses are wanted; ``None`` for all.
    """

    def __init__(
        self,
        scope: Scope,
        find: Callable[[Connection], list[int]],
        column: Column[Any],
        *,
        descending: bool,
        part: Part | None = None,
    ) -> None:
        self._part, self._few, self._database = part, find, scope.database
        s = suggestions.c
        first = column.desc() if descending else column
        self._find = (
            select(s.record_id, column, records.c.address)
            .join_from(suggestions, records, records.c.id == s.record_id)
            .where(s.task_id == scope.asked.id, s.model_id == scope.model_id)
            .where(among(scope.database, s.record_id))
            .order_by(column.is_(None), first, s.id)
        )
        self.restart()

    def restart(self) -> None:
        """Go back to the beginning."""
        self.exhausted = False

    def more(self, connection: Connection) -> list[int]:
        """All of them."""
        return [record for record, _ in self.numbered(connection)]

    def numbered(self, connection: Connection) -> list[tuple[int, Any]]:
        """All of them, each with what it is sorted by."""
        self.exhausted = True
        wanted = {"wanted": as_wanted(self._database, sorted(self._few(connection)))}
        rows = connection.execute(self._find, wanted).cursor.fetchall()
        part = self._part
        return [(row[0], row[1]) for row in rows if part is None or part(bytes(row[2]))]


class Listed:
    """Records that are found by what was said of them, such as those that people disagree about.

    Parameters
    ----------
    find
        Gives the records in their order, anew at each beginning.
    """

    def __init__(self, find: Callable[[], Iterable[int]]) -> None:
        self._find = find
        self.restart()

    def restart(self) -> None:
        """Go back to the beginning."""
        self.exhausted = False
        self._left: list[int] | None = None

    def more(self, connection: Connection) -> list[int]:
        """The next records."""
        if self._left is None:
            self._left = list(self._find())
        part, self._left = self._left[:STEP], self._left[STEP:]
        self.exhausted = not self._left
        return part


def by_lot(numbers: npt.NDArray[np.float64], draw: np.random.Generator) -> list[int]:
    """Positions in an order drawn by lot, each next one in proportion to a power of its number.

    Drawn as Efraimidis and Spirakis do (2006, doi:10.1016/j.ipl.2005.11.003). What has no number,
    or 0, comes last, as it stands.

    Parameters
    ----------
    numbers
        0 or more, or NaN. ``[n]``.
    draw
        Of the lots.

    Examples
    --------
    >>> by_lot(np.array([np.nan, 0.1, 0.0, 1.0]), np.random.default_rng(0))
    [3, 1, 0, 2]
    """
    some = np.flatnonzero(numbers > 0)
    weights = (numbers[some] / numbers[some].max(initial=0)) ** _POWER
    with np.errstate(divide="ignore"):
        lots = draw.exponential(size=len(some)) / weights
    rest = np.setdiff1d(np.arange(len(numbers)), some)
    return [*some[np.argsort(lots, kind="stable")].tolist(), *rest.tolist()]


def _differ(texts: Sequence[str]) -> bool:
    if len(set(texts)) < 2:
        return False
    values: list[Value] = [codec.load_value(text) for text in set(texts)]
    return not all(same_value(values[0], value) for value in values[1:])
