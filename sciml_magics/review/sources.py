"""Where the records of each share come from, a block at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, select

from sciml_magics.review.diversity import farthest
from sciml_magics.review.tally import Tally
from sciml_magics.review.walks import Walk
from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.lookup import among, as_wanted
from sciml_magics.store.schema import records


class Check(Protocol):
    """Which records may be dealt."""

    def is_due(self, record: int) -> bool:
        """Whether a record is open and not before the person already."""
        ...

    def through(self, connection: Connection, wanted: Sequence[int]) -> list[int]:
        """Those that are due and meet the criteria of the review, in their order."""
        ...


# Diverse records are chosen among so many, by their distance from so many answered ones.
POOL = 300
SEEN = 300
BLOCK = 30


class Source(Protocol):
    """Gives records one by one, in the order of a share."""

    def pop(self, connection: Connection, check: Check) -> int | None:
        """The next record, of those that pass the check; ``None`` if none was found."""
        ...

    def restart(self) -> None:
        """Go back to the beginning."""
        ...


class InOrder:
    """The records of a walk.

    Parameters
    ----------
    walk
        The way through the records.
    patience
        After so many blocks without a record, none is said to be found; ``None`` goes to the end.
    """

    def __init__(self, walk: Walk, patience: int | None = None) -> None:
        self._walk, self._patience = walk, patience
        self._block: deque[int] = deque()

    def pop(self, connection: Connection, check: Check) -> int | None:
        """The next record."""
        blocks = 0
        while True:
            while self._block:
                record = self._block.popleft()
                # Much may have happened since the block was read.
                if check.is_due(record):
                    return record
            if self._walk.exhausted or blocks == self._patience:
                return None
            self._block.extend(check.through(connection, self._walk.more(connection)))
            blocks += 1

    def restart(self) -> None:
        """Go back to the beginning."""
        self._walk.restart()
        self._block.clear()


class Diverse:
    """Of records drawn at random, those that are least like what was answered lately.

    Parameters
    ----------
    database
        Where their texts are.
    walk
        A random way through the records.
    tally
        What was answered.
    """

    def __init__(self, database: Database, walk: Walk, tally: Tally) -> None:
        self._drawn, self._tally, self._database = InOrder(walk), tally, database
        self._pool: list[int] = []
        self._block: deque[int] = deque()
        self._contents = select(records.c.id, records.c.content).where(
            among(database, records.c.id)
        )

    def pop(self, connection: Connection, check: Check) -> int | None:
        """The next record."""
        self._block = deque(record for record in self._block if check.is_due(record))
        if not self._block:
            self._choose(connection, check)
        return self._block.popleft() if self._block else None

    def restart(self) -> None:
        """Go back to the beginning."""
        self._drawn.restart()
        self._pool.clear()
        self._block.clear()

    def _choose(self, connection: Connection, check: Check) -> None:
        self._pool = [record for record in self._pool if check.is_due(record)]
        while len(self._pool) < POOL:
            drawn = self._drawn.pop(connection, check)
            if drawn is None:
                break
            self._pool.append(drawn)
        if not self._pool:
            return
        seen = self._texts(connection, self._tally.latest(SEEN))
        chosen = farthest(self._texts(connection, self._pool), seen, BLOCK)
        self._block.extend(self._pool[at] for at in chosen)
        left = set(chosen)
        self._pool = [record for at, record in enumerate(self._pool) if at not in left]

    def _texts(self, connection: Connection, wanted: Iterable[int]) -> list[str]:
        keys = list(wanted)
        values: dict[str, Any] = {"wanted": as_wanted(self._database, sorted(keys))}
        found = dict(connection.execute(self._contents, values).cursor.fetchall())
        return ["\n".join(value for _, value in codec.load_content(found[key])) for key in keys]
