"""Nobody is asked what another is answering, and what one leaves comes to the others."""

from __future__ import annotations

import tempfile

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import update

from sciml_magics.review import Reviewer, holding, leases
from sciml_magics.store import Store, ledger, open_store
from sciml_magics.store.schema import leases as table
from tests.review.examples import accept, answer_all, even, fill, ids, key


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that a test sets forward: milliseconds, in a list."""
    forward = [0]
    real = ledger.now
    monkeypatch.setattr(ledger, "now", lambda: real() + forward[0])
    return forward


def test_two_people_never_see_the_same(store: Store) -> None:
    fill(store, even(40))
    ada, bob = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Bob")
    first, second = ids(ada.next(15)), ids(bob.next(15))
    assert not set(first) & set(second)
    assert len(ids(ada.next(15, first))) + len(second) + len(first) == 40
    assert bob.next(5, second).held == 25


def test_what_is_left_is_with_others_until_they_answer_or_leave(store: Store) -> None:
    fill(store, even(10))
    ada, bob = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Bob")
    taken = ada.next(10).items
    waits = bob.next()
    assert (waits.items, waits.held) == ((), 10)
    accept(ada, taken[0])
    assert bob.next().held == 9
    assert ada.release([taken[1].record.id]) == 1
    assert ids(bob.next()) == [taken[1].record.id]
    assert ada.close() == 8
    assert len(bob.next(20, [taken[1].record.id]).items) == 8


def test_one_person_in_two_places_sees_nothing_twice(store: Store) -> None:
    fill(store, even(20))
    panel, widget = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Ada")
    first = ids(panel.next(12))
    second = widget.next(12)
    assert len(second.items) == 8
    assert not set(first) & set(ids(second))
    assert widget.next(5, ids(second)).held == 12


def test_a_queue_that_is_opened_again_has_its_records_at_once(store: Store) -> None:
    fill(store, even(10))
    before = Reviewer(store, "topic", "Ada", queue_id="panel")
    first = ids(before.next(10))
    again = Reviewer(store, "topic", "Ada", queue_id="panel")
    assert ids(again.next(10)) == first


def test_a_process_that_is_gone_holds_nothing(store: Store) -> None:
    fill(store, even(6))
    Reviewer(store, "topic", "Ada").next(6)
    born = ledger.this_process()["born"] - 3_600_000
    with store.database.write() as connection:
        connection.execute(update(table).values(born=born))
    assert len(Reviewer(store, "topic", "Bob").next(6).items) == 6


def test_a_lease_ends(store: Store, later: list[int]) -> None:
    fill(store, even(6))
    ada, bob = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Bob")
    taken = ids(ada.next(6))
    later[0] = leases.LEASE_MS - 60_000
    assert not bob.next().items
    # What Ada still has before her is hers for longer.
    assert not ada.next(6, taken[:2]).items
    later[0] = leases.LEASE_MS + 60_000
    assert sorted(ids(bob.next())) == sorted(taken[2:])


def test_what_ran_out_comes_again(store: Store, later: list[int]) -> None:
    fill(store, even(6))
    ada = Reviewer(store, "topic", "Ada")
    taken = ids(ada.next(6))
    assert not ada.next(6).items
    later[0] = leases.LEASE_MS + 1
    assert sorted(ids(ada.next(6, taken[:2]))) == sorted(taken[2:])


def test_an_answer_is_kept_though_its_lease_ended(store: Store, later: list[int]) -> None:
    fill(store, even(1))
    ada, bob = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Bob")
    [slow] = ada.next().items
    later[0] = leases.LEASE_MS + 1
    [quick] = bob.next().items
    accept(bob, quick)
    accept(ada, slow, "cells")
    assert len(holding(store.responses("topic"))[slow.record.id]) == 2


def test_each_record_is_answered_by_as_many_as_shall(store: Store) -> None:
    made = fill(store, even(12))
    people = [Reviewer(store, "topic", name, overlap=2) for name in ("Ada", "Bob", "Eve")]
    open_now = [ids(person.next(8)) for person in people]
    assert all(sum(record in held for held in open_now) <= 2 for record in made)
    for person in people:
        person.close()
    for person in people:
        answer_all(person, 8)
    assert all(len(by) <= 2 for by in holding(store.responses("topic")).values())
    for person in people:
        answer_all(person)
    found = holding(store.responses("topic"))
    assert {record: len(by) for record, by in found.items()} == dict.fromkeys(made, 2)
    assert [person.counts().left for person in people] == [0, 0, 0]


def test_disputes_go_to_an_adjudicator(store: Store) -> None:
    made = fill(store, even(4))
    ada, bob = (Reviewer(store, "topic", name, overlap=2) for name in ("Ada", "Bob"))
    for record, other in zip(made, ("genes", "cells", "genes", None), strict=True):
        ada.respond(key(), record, "accept", "genes")
        bob.respond(key(), record, "accept" if other else "skip", other)
    judge = Reviewer(store, "topic", "Eve", order="annotators", role="adjudicator")
    assert judge.counts().left == 1
    [item] = judge.next().items
    assert item.record.id == made[1]
    assert item.why == "People disagree: Ada genes, Bob cells"
    assert [kept.response.annotator for kept in item.others] == ["Ada", "Bob"]
    accept(judge, item)
    assert store.responses("topic")[-1].response.role == "adjudicator"
    assert (judge.counts().left, judge.next().items) == (0, ())
    judge.undo(key())
    judge.close()
    assert ids(judge.next()) == [made[1]]
    # A dispute that comes up later is found too.
    bob.respond(key(), made[0], "accept", "cells")
    assert made[0] in ids(judge.next(5, [made[1]]))


PEOPLE = ("Ada", "Bob", "Eve")


class Reviewing(RuleBasedStateMachine):
    """People who take, answer, take back, leave and return, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(f"{self.folder.name}/store.db")
        self.made = fill(self.store, even(9))
        self.overlap = 1
        self.queues = {name: self._open(name) for name in PEOPLE}
        self.hands: dict[str, list[bytes]] = {name: [] for name in PEOPLE}

    def _open(self, name: str) -> Reviewer:
        return Reviewer(self.store, "topic", name, overlap=self.overlap)

    @rule(name=st.sampled_from(PEOPLE), count=st.integers(1, 4))
    def take(self, name: str, count: int) -> None:
        got = ids(self.queues[name].next(count, self.hands[name]))
        assert not set(got) & set(self.hands[name])
        answered = {record for record, by in holding(self.store.responses("topic")).items() if by}
        assert not set(got) & answered
        everybody = {record for hand in self.hands.values() for record in hand}
        if len(got) < count:
            assert answered | everybody | set(got) == set(self.made)
        self.hands[name] += got

    @rule(name=st.sampled_from(PEOPLE))
    def answer(self, name: str) -> None:
        if self.hands[name]:
            self.queues[name].respond(key(), self.hands[name].pop(0), "accept", "genes")

    @rule(name=st.sampled_from(PEOPLE))
    def undo(self, name: str) -> None:
        held = holding(self.store.responses("topic"))
        if any(name in by for by in held.values()):
            offered = self.queues[name].undo(key()).offered
            assert offered is not None
            self.hands[name].append(offered.record.id)

    @rule(name=st.sampled_from(PEOPLE))
    def release(self, name: str) -> None:
        if self.hands[name]:
            self.queues[name].release([self.hands[name].pop()])

    @rule(name=st.sampled_from(PEOPLE))
    def leave(self, name: str) -> None:
        self.queues[name].close()
        self.hands[name] = []
        self.queues[name] = self._open(name)

    @invariant()
    def nothing_is_in_two_hands(self) -> None:
        everything = [record for hand in self.hands.values() for record in hand]
        assert len(everything) == len(set(everything))

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
