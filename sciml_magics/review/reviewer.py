"""One person's review of one task: what they see next, what they say, what they take back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import RLock
from uuid import uuid4

from sciml_magics.errors import TaskError
from sciml_magics.review import reasons
from sciml_magics.review.answers import Verb, as_decision, bulk_keys, newest_key, said_before
from sciml_magics.review.bulk import Bulk
from sciml_magics.review.counts import Counting, ReviewCounts
from sciml_magics.review.criteria import Criteria, Order
from sciml_magics.review.history import Entry, history
from sciml_magics.review.items import Items, Offered
from sciml_magics.review.leases import LEASE_MS, Leases
from sciml_magics.review.order import arrange
from sciml_magics.review.queue import Dealt, Queue
from sciml_magics.review.results import Answered, Batch, Undone
from sciml_magics.review.scope import Scope, choose_model, latest_version, models_of
from sciml_magics.review.tally import Tally
from sciml_magics.store import Store, ledger
from sciml_magics.tasks import KeptResponse, ModelIdentity, Response, Role, Share, Task, Value

_ALL = Criteria()


@dataclass(slots=True)
class _Out:
    """A record that is before the person, until when it is leased."""

    dealt: Dealt
    until: int


class Reviewer:
    """One person's queue over one task. May be used from several threads at once.

    Parameters
    ----------
    store
        Where suggestions are and responses go.
    task
        Name of the task; the version that ran last is reviewed.
    annotator
        Who answers.
    order
        What comes first.
    criteria
        Which records.
    model
        Whose suggestions: ``id@revision`` as in `ModelIdentity.short`, an id, or an identity;
        ``None`` is the promoted one, else the one that ran last.
    overlap
        How many people answer each record.
    role
        An adjudicator decides where annotators differ.
    seed
        Of everything random in it. People with the same one come upon the same records.
    queue_id
        Name of the queue: one that was used before takes over what it had leased.

    Raises
    ------
    TaskError
        If there is no such task, order or selection, or no suggestion of that model.
    """

    def __init__(
        self,
        store: Store,
        task: str,
        annotator: str,
        *,
        order: Order = "mixed",
        criteria: Criteria = _ALL,
        model: str | ModelIdentity | None = None,
        overlap: int = 1,
        role: Role = "annotator",
        seed: int = 0,
        queue_id: str | None = None,
    ) -> None:
        asked = latest_version(store, task)
        models = models_of(store.database, asked)
        model_id = choose_model(models, model, task)
        queue = queue_id or uuid4().hex
        scope = Scope(
            store.database, asked, model_id, models, annotator, role, overlap, criteria, queue, seed
        )
        tally = Tally(scope)
        self._store, self._scope, self._tally = store, scope, tally
        self._lock = RLock()
        self._leases = Leases(scope, tally)
        arrangement = arrange(scope, order, tally)
        self._again = arrangement.again
        self._queue = Queue(scope, arrangement, tally, self._leases)
        self._items = Items(scope, order, tally, arrangement.doubts)
        self._counting = Counting(scope, tally, open=arrangement.open)
        self._bulk = Bulk(store, scope, tally, self._leases)
        self._out: dict[int, _Out] = {}
        self._keys: dict[bytes, int] = {}
        self._leases.begin()

    @property
    def task(self) -> Task:
        """The version of the task that is reviewed."""
        return self._scope.asked.task

    @property
    def task_id(self) -> int:
        """Its id in the store."""
        return self._scope.asked.id

    @property
    def version(self) -> int:
        """Its number."""
        return self._scope.asked.version

    @property
    def model(self) -> ModelIdentity:
        """Whose suggestions are reviewed."""
        return self._scope.models[self._scope.model_id]

    @property
    def models(self) -> tuple[ModelIdentity, ...]:
        """Every model that suggested for this version, the one that speaks for it first."""
        return tuple(self._scope.models.values())

    @property
    def annotator(self) -> str:
        """Who answers."""
        return self._scope.annotator

    @property
    def queue_id(self) -> str:
        """Name of the queue, under which records are leased."""
        return self._scope.queue

    def next(self, count: int = 20, have: Sequence[bytes] = ()) -> Batch:
        """Lease the next records to this person.

        Parameters
        ----------
        count
            How many at most.
        have
            Records that are held unanswered: their leases are renewed.
        """
        with self._lock:
            self._renew([self._key(record) for record in have])
            dealt = self._queue.deal(count)
            items = self._items.offered(dealt)
            self._keep(dealt, items)
            return Batch(tuple(items), 0 if items else self._queue.held())

    def respond(
        self,
        key: str,
        record_id: bytes,
        verb: Verb,
        value: Value = None,
        *,
        suggestion: int | None = None,
        share: Share = "chosen",
        blind: bool = False,
        seconds: float | None = None,
        note: str = "",
    ) -> Answered:
        """Keep what the person said of a record.

        Parameters
        ----------
        key
            Unlike every other; one that is known is kept once.
        record_id
            Address of the record.
        verb
            ``"accept"`` with the value that the record shall have: whether that is what the model
            suggested is found out here.
        value
            For ``"accept"`` alone.
        suggestion
            Id of the suggestion that was shown; ``None`` is the reviewed model's.
        share, blind, seconds, note
            As of `sciml_magics.tasks.Response`.

        Raises
        ------
        TaskError
            If the task does not allow the value.
        """
        with self._lock:
            record = self._key(record_id)
            known = self._items.known([record])[record]
            kept = known.suggestion
            if suggestion is not None:
                kept = next((one for one in known.suggestions if one.id == suggestion), kept)
            decision, value = as_decision(verb, value, kept.suggestion.value if kept else None)
            response = Response(
                key=key,
                record_id=record_id,
                decision=decision,
                value=value,
                annotator=self.annotator,
                role=self._scope.role,
                suggestion=kept.id if kept else None,
                share=share,
                blind=blind,
                seconds=seconds,
                note=note,
            )
            [stored] = self._store.respond(self.task_id, [response])
            self._out.pop(record, None)
            self._queue.forget(record)
            return Answered(stored, kept if blind else None)

    def undo(self, key: str, undoes: str | None = None) -> Undone:
        """Take back a response, and put its record before the person again.

        Parameters
        ----------
        key
            Of the undo, unlike every other; one that is known is kept once.
        undoes
            Key of the response, or of a bulk; ``None`` is the newest of this person's that holds,
            or the bulk that it is part of. So that undo after undo goes back to the first.

        Raises
        ------
        TaskError
            If there is nothing to take back.
        """
        with self._lock:
            if (done := said_before(self._scope, key)) is not None:
                return self._undone(done)
            target = undoes or newest_key(self._scope)
            if target is None:
                raise TaskError("nothing is left to take back")
            keys = bulk_keys(self._scope, target, whole=undoes is None)
            several = len(keys) > 1
            kept = self._store.respond(
                self.task_id,
                [
                    Response(
                        key=f"{key}:{number}" if several else key,
                        record_id=record_id,
                        decision="undone",
                        value=None,
                        annotator=self.annotator,
                        role=self._scope.role,
                        share=share,
                        undoes=undone,
                    )
                    for number, (undone, record_id, share) in enumerate(keys)
                ],
            )
            return self._undone(kept[0], several=several)

    def history(
        self, limit: int = 50, before: int | None = None, record: bytes | None = None
    ) -> list[Entry]:
        """What this person said, the newest first, undos left out.

        Parameters
        ----------
        limit
            How many at most.
        before
            Only responses with a smaller id.
        record
            Only responses to this record; an adjudicator sees everybody's.
        """
        return history(self._scope, limit, before, record)

    def look(self, record_id: bytes) -> Offered:
        """One record, to look at or to answer again.

        Raises
        ------
        TaskError
            If the store does not hold it.
        """
        with self._lock:
            self._refresh()
            [offered] = self._items.offered([Dealt(self._key(record_id), "chosen")])
            return offered

    def bulk_count(self, criteria: Criteria, examples: int = 5) -> tuple[int, tuple[Offered, ...]]:
        """How many records `bulk` would answer, and a few of them."""
        with self._lock:
            self._refresh()
            found = self._bulk.find(criteria)
            shown = [Dealt(record, "chosen") for record in found[:examples]]
            return len(found), tuple(self._items.offered(shown))

    def bulk(
        self, key: str, criteria: Criteria, verb: Verb, value: Value = None, note: str = ""
    ) -> int:
        """Say the same of every record that `criteria` finds; how many there were.

        Criteria about responses find answered records, others those that are open and not with
        somebody else. Accepting without a value accepts what was suggested for each, and leaves out
        those without a suggestion.

        Parameters
        ----------
        key
            Unlike every other; with one that is known nothing is done again. The responses have the
            keys ``key:0``, ``key:1``, …, and `undo` of `key` takes all of them back.
        criteria, verb, value, note
            Which records, and what to say of them.
        """
        with self._lock:
            self._refresh()
            answered = self._bulk.answer(key, criteria, verb, value, note)
            for record in answered:
                self._out.pop(record, None)
                self._queue.forget(record)
            return len(answered)

    def release(self, records: Iterable[bytes]) -> int:
        """Give records back unanswered, so that others may have them at once; how many."""
        with self._lock:
            keys = [self._key(record) for record in records]
            released = self._leases.release(keys)
            self._queue.put_back(self._out.pop(key).dealt for key in keys if key in self._out)
            return released

    def close(self) -> int:
        """Give everything back that is leased to this queue; how many records."""
        with self._lock:
            self._queue.put_back(out.dealt for out in self._out.values())
            self._out.clear()
            return self._leases.release()

    def counts(self) -> ReviewCounts:
        """How far the task has come."""
        with self._lock:
            return self._counting.counts()

    def _refresh(self) -> None:
        with self._scope.database.read() as connection:
            self._tally.refresh(connection)

    def _key(self, record_id: bytes) -> int:
        if record_id not in self._keys:
            self._keys[record_id] = self._items.key(record_id)
        return self._keys[record_id]

    def _keep(self, dealt: Sequence[Dealt], items: Sequence[Offered]) -> None:
        until = ledger.now() + LEASE_MS
        for one, item in zip(dealt, items, strict=True):
            self._keys[item.record.id] = one.record
            self._out[one.record] = _Out(one, until)

    def _renew(self, have: Sequence[int]) -> None:
        """Lease anew what is held for half the time of a lease; what ran out may come again."""
        now = ledger.now()
        late = [
            record
            for record in have
            if record not in self._out or self._out[record].until - now < LEASE_MS / 2
        ]
        if late:
            for record in self._leases.take(late, again=self._again):
                share = self._out[record].dealt.share if record in self._out else "chosen"
                self._out[record] = _Out(Dealt(record, share), now + LEASE_MS)
                self._queue.take_out(record)
        over = self._out.keys() - set(have)
        for record in [one for one in over if self._out[one].until <= now]:
            self._queue.put_back([self._out.pop(record).dealt])

    def _undone(self, kept: KeptResponse, *, several: bool = False) -> Undone:
        if several:
            return Undone(kept, None)
        record = self._key(kept.response.record_id)
        # Once it was seen, the suggestion cannot be hidden.
        share = "chosen" if kept.response.share == "blind" else kept.response.share
        self._refresh()
        self._leases.take([record])
        self._queue.take_out(record)
        dealt = Dealt(record, share)
        [item] = self._items.offered([dealt], why=reasons.TAKEN_BACK)
        self._keep([dealt], [item])
        return Undone(kept, item)
