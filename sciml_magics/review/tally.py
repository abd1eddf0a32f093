"""What was said of a question so far, kept up to date by reading what is new."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from sciml_magics.review.scope import Scope
from sciml_magics.store import codec
from sciml_magics.store.responses import stands
from sciml_magics.store.schema import responses, suggestions
from sciml_magics.tasks import Decision, Role, Share, possible
from sciml_magics.tasks.response import comparable


class Said(NamedTuple):
    """A response, as far as a queue needs to know it. `value` is as the store writes it."""

    id: int
    record: int
    annotator: str
    decision: Decision
    value: str | None
    role: Role
    share: Share
    suggestion: int | None
    created: int
    fits: bool


class _State(NamedTuple):
    """What the responses to one record come to."""

    decision: Decision | None
    done: bool
    disputed: bool
    kept: int
    judged: int


# The same few people, as the store writes their names.
_name = lru_cache(maxsize=1_024)(codec.load_text)
_NEWEST = select(func.max(responses.c.id))
_NOTHING = _State(None, False, False, 0, 0)


class Tally:
    """Responses that hold, by record, and counts of them.

    Only used by one thread at a time, which holds the lock of the `Reviewer`.

    Parameters
    ----------
    scope
        What the review is about.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._last = 0
        self._standing: dict[int, list[Said]] = {}
        self._states: dict[int, _State] = {}
        self._queued: set[int] = set()
        self._moments: list[int] = []
        self._recent: deque[int] = deque(maxlen=1_000)
        self._reopened: set[int] = set()
        self.done: set[int] = set()
        self.disputed: set[int] = set()
        self.decisions: Counter[Decision] = Counter()
        self.left_out = 0
        self.kept = 0
        self.judged = 0
        self._new = self._statement()

    def _statement(self) -> Select[Any]:
        scope, r, s = self._scope, responses.c, suggestions.c
        same = and_(
            s.task_id == scope.asked.id, s.model_id == scope.model_id, s.record_id == r.record_id
        )
        columns = (
            r.id, r.record_id, r.annotator, r.decision, r.value, r.role, r.share, r.suggestion_id,
            r.created, r.task_id, r.undoes_id, s.id,
        )  # fmt: skip
        return (
            select(*columns)
            .select_from(responses.outerjoin(suggestions, same))
            .where(r.question_id == scope.asked.question, r.id > bindparam("last"))
            .where(r.id <= bindparam("newest"))
            .order_by(r.id)
        )

    def refresh(self, connection: Connection) -> None:
        """Read what was said since the last time."""
        newest = connection.scalar(_NEWEST) or 0
        if newest == self._last:
            return
        find = self._new if self._last else self._new.where(stands())
        # Straight from the driver: a bulk may have answered hundreds of thousands.
        found = connection.execute(find, {"last": self._last, "newest": newest})
        rows = found.cursor.fetchall()
        self._last = newest
        for row in rows:
            self._take(row)
        for record in {row[1] for row in rows}:
            self._settle(record)

    def _take(self, row: tuple[Any, ...]) -> None:
        (
            id,
            record,
            name,
            decision,
            value,
            role,
            share,
            suggestion,
            created,
            task,
            undoes,
            queued,
        ) = row
        if queued is not None:
            self._queued.add(record)
        standing = self._standing.setdefault(record, [])
        if undoes is not None:
            standing[:] = [one for one in standing if one.id != undoes]
            return
        asked = self._scope.asked
        fits = task == asked.id or possible(asked.task, codec.load_value(value))
        annotator = _name(name)
        standing.append(
            Said(id, record, annotator, decision, value, role, share, suggestion, created, fits)
        )
        self._recent.append(record)
        # All of a bulk have the same time: it counts once.
        if annotator == self._scope.annotator and self._moments[-1:] != [created]:
            self._moments.append(created)

    def of(self, record: int) -> dict[str, Said]:
        """The responses to a record that hold, by annotator."""
        if record not in self._standing:
            return {}
        newest = {one.annotator: one for one in self._standing[record]}
        return {name: one for name, one in newest.items() if one.fits}

    def reopened(self) -> set[int]:
        """Records that were done and are open again, each told once."""
        found, self._reopened = self._reopened, set()
        return found

    def where(self, wanted: Callable[[Said], bool]) -> Iterator[int]:
        """Records with a response that holds and is wanted, the one answered last first."""
        found: dict[int, int] = {}
        for record in self._states:
            for one in self.of(record).values():
                if wanted(one):
                    found[record] = max(one.id, found.get(record, 0))
        return iter(sorted(found, key=lambda record: -found[record]))

    def latest(self, count: int) -> list[int]:
        """The records that were answered last."""
        return list(dict.fromkeys(reversed(self._recent)))[:count]

    @property
    def answered(self) -> int:
        """Records with a response that holds, and a suggestion of the model."""
        return sum(self.decisions.values())

    def recent(self, since: int) -> tuple[int, int]:
        """How often this person answered since a time, and when first, in milliseconds."""
        self._moments = [moment for moment in self._moments if moment >= since]
        return len(self._moments), self._moments[0] if self._moments else since

    def _settle(self, record: int) -> None:
        """Put a record's new state in the place of its old one."""
        before = self._states.get(record, _NOTHING)
        after = self._state(record)
        self._states[record] = after
        if before.done and not after.done and record in self._queued:
            self._reopened.add(record)
        (self.done.add if after.done else self.done.discard)(record)
        (self.disputed.add if after.disputed else self.disputed.discard)(record)
        self.kept += after.kept - before.kept
        self.judged += after.judged - before.judged
        if record in self._queued:
            self.left_out += after.done - before.done
            if before.decision:
                self.decisions[before.decision] -= 1
            if after.decision:
                self.decisions[after.decision] += 1

    def _state(self, record: int) -> _State:
        held = self.of(record)
        if not held:
            return _NOTHING
        said = list(held.values())
        if len(said) == 1:
            return self._of_one(said[0])
        ruled = [one for one in said if one.role == "adjudicator"]
        newest = max(ruled or said)
        to_suggestions = [one for one in said if _judges(one)]
        return _State(
            newest.decision,
            self._is_done(held, bool(ruled)),
            not ruled and len(said) > 1 and len({_opinion(one) for one in said} - {None}) > 1,
            sum(one.decision == "accepted" for one in to_suggestions),
            len(to_suggestions),
        )

    def _of_one(self, one: Said) -> _State:
        # Nearly all states are such ones, and a queue with many answers opens the faster for it.
        judged = _judges(one)
        done = self._is_done({one.annotator: one}, one.role == "adjudicator")
        return _State(one.decision, done, False, judged and one.decision == "accepted", judged)

    def _is_done(self, held: dict[str, Said], ruled: bool) -> bool:
        if self._scope.role == "adjudicator":
            return ruled
        return ruled or self._scope.annotator in held or len(held) >= self._scope.overlap


_JUDGED = ("accepted", "corrected", "rejected")


def _judges(one: Said) -> bool:
    """Whether a response says if the model was right; beside a likely error stands another's."""
    return one.suggestion is not None and one.decision in _JUDGED and one.share != "errors"


def _opinion(one: Said) -> Any:
    """What somebody holds of a record; ``None`` for no opinion. Differing ones are a dispute."""
    if one.decision == "skipped":
        return None
    if one.decision in ("rejected", "flagged"):
        return (one.decision,)
    return ("value", comparable(codec.load_value(one.value)))
