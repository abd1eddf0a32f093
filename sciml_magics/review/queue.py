"""Who is looked at next: records dealt share by share, and leased before they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from sciml_magics.review import deal
from sciml_magics.review.leases import Holders, Leases
from sciml_magics.review.order import Arrangement
from sciml_magics.review.scope import Scope
from sciml_magics.review.sieve import Sieve
from sciml_magics.review.tally import Tally
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks import Share

# After so many records new suggestions are sorted in.
SORT_IN = 50


class Dealt(NamedTuple):
    """A record that this queue has leased, and the part of the queue that it comes from."""

    record: int
    share: Share


class Queue:
    """The records of one review in their order.

    Only used by one thread at a time, which holds the lock of the `Reviewer`.

    Parameters
    ----------
    scope
        What the review is about.
    arrangement
        Where the records of each place come from.
    tally, leases
        What was said, and what is with whom.
    """

    def __init__(
        self, scope: Scope, arrangement: Arrangement, tally: Tally, leases: Leases
    ) -> None:
        self._scope, self._tally, self._leases = scope, tally, leases
        self._sources, self._pattern = arrangement.sources, arrangement.pattern
        self._again, self._is_open = arrangement.again, arrangement.is_open
        self._doubts = arrangement.doubts
        self._sieve = Sieve(scope, scope.criteria)
        self._place = self._sorted_in = 0
        # Dealt and not answered; met while they were with other people.
        self._dealt: set[int] = set()
        self._waiting: dict[int, Share] = {}
        with scope.database.read() as connection:
            self._newest = connection.scalar(select(func.max(suggestions.c.id))) or 0

    def deal(self, count: int) -> list[Dealt]:
        """Up to `count` records that are leased to this queue now.

        Fewer only if no more are open, or those that are open are with other people.
        """
        found: list[Dealt] = []
        while len(found) < count:
            picked = self._picked(count - len(found))
            if not picked:
                break
            free = self._leases.take([one.record for one in picked], again=self._again)
            found += [one for one in picked if one.record in free]
            self.put_back(one for one in picked if one.record not in free)
        return found

    def put_back(self, dealt: Iterable[Dealt]) -> None:
        """Records that are not before the person after all: they may come again."""
        for record, share in dealt:
            self._dealt.discard(record)
            self._waiting[record] = share

    def take_out(self, record: int) -> None:
        """A record is before the person: it is not dealt."""
        self._dealt.add(record)
        self._waiting.pop(record, None)

    def forget(self, record: int) -> None:
        """A record was answered: from now on its responses tell whether it is open."""
        self._dealt.discard(record)
        self._waiting.pop(record, None)

    def held(self) -> int:
        """How many open records this queue met that are with other people."""
        holders = self._leases.live()
        return sum(self._is_held(record, holders) for record in self._waiting)

    def is_due(self, record: int) -> bool:
        """Whether a record is open and not before the person already."""
        if record in self._dealt or (self._is_open and not self._is_open(record)):
            return False
        return self._again or record not in self._tally.done

    def through(self, connection: Connection, wanted: Sequence[int]) -> list[int]:
        """Those that are due and meet the criteria of the review, in their order."""
        return self._sieve.through(connection, [one for one in wanted if self.is_due(one)])

    def _picked(self, count: int) -> list[Dealt]:
        """Records that seem to be free, taken out of the queue."""
        holders = self._leases.live()
        with self._scope.database.read() as connection:
            self._tally.refresh(connection)
            self._wait_for_reopened(connection)
            if self._place - self._sorted_in >= SORT_IN:
                self._sort_in(connection)
            found = self._from_sources(connection, count, holders)
            if not found and self._sort_in(connection):
                found = self._from_sources(connection, count, holders)
        return found or self._from_waiting(count, holders)

    def _from_sources(self, connection: Connection, count: int, holders: Holders) -> list[Dealt]:
        found: list[Dealt] = []
        # What has nothing now is not asked for each place again.
        empty: set[Share] = set()
        while len(found) < count:
            share = self._pattern[self._place % len(self._pattern)]
            shares = [one for one in (share, *deal.instead(share)) if one in self._sources]
            one = self._first(connection, shares, empty, holders)
            if one is None:
                break
            self._place += 1
            self.take_out(one.record)
            found.append(one)
        return found

    def _first(
        self,
        connection: Connection,
        shares: Sequence[Share],
        empty: set[Share],
        holders: Holders,
    ) -> Dealt | None:
        """A record of the first share that has one."""
        for share in shares:
            while share not in empty:
                record = self._sources[share].pop(connection, self)
                if record is None:
                    empty.add(share)
                elif self._is_held(record, holders):
                    self._waiting[record] = share
                else:
                    return Dealt(record, share)
        return None

    def _from_waiting(self, count: int, holders: Holders) -> list[Dealt]:
        self._waiting = {
            record: share for record, share in self._waiting.items() if self.is_due(record)
        }
        free = [
            Dealt(record, share)
            for record, share in self._waiting.items()
            if not self._is_held(record, holders)
        ]
        for one in free[:count]:
            self.take_out(one.record)
        return free[:count]

    def _is_held(self, record: int, holders: Holders) -> bool:
        return self._leases.is_held(record, holders, again=self._again)

    def _wait_for_reopened(self, connection: Connection) -> None:
        """Records that were answered, and are open again since somebody took that back."""
        if self._again:
            return
        for record in self.through(connection, sorted(self._tally.reopened())):
            self._waiting.setdefault(record, self._share_of(connection, record))

    def _share_of(self, connection: Connection, record: int) -> Share:
        if len(self._sources) == 1 or "audit" not in self._sources:
            return self._pattern[0]
        address = connection.scalar(select(records.c.address).where(records.c.id == record))
        return deal.part_of(bytes(address or b"\0"))

    def _sort_in(self, connection: Connection) -> bool:
        """Begin all orders anew if there are new suggestions, or more may be open than was."""
        self._sorted_in = self._place
        s, scope = suggestions.c, self._scope
        newest = connection.scalar(select(func.max(s.id))) or 0
        # By their ids alone: the index over the task holds all that there ever were.
        new = select(s.id).where(
            s.id > self._newest, s.task_id + 0 == scope.asked.id, s.model_id + 0 == scope.model_id
        )
        grown = newest > self._newest and connection.scalar(new.limit(1)) is not None
        self._newest = newest
        if self._doubts:
            self._doubts.refresh(connection)
        anew = grown or self._is_open is not None
        if anew:
            for source in self._sources.values():
                source.restart()
        return anew
