"""Saying the same of many records, and taking it back as one."""

from __future__ import annotations

from sciml_magics.review import Criteria, Reviewer, bulk, holding
from sciml_magics.store import Store
from tests.review.examples import accept, even, fill, ids, key
from tests.store.examples import TOPIC, ids_of


def _held(store: Store) -> dict[bytes, str | None]:
    found = holding(store.responses("topic"))
    return {record: next(iter(by.values())).response.decision for record, by in found.items()}


def test_a_bulk_is_kept_and_taken_back_as_one(store: Store) -> None:
    made = fill(store, even(20))
    reviewer = Reviewer(store, "topic", "Ada")
    sure = Criteria(low=0.745)
    number, examples = reviewer.bulk_count(sure, 3)
    assert (number, len(examples)) == (10, 3)
    assert set(ids(examples)) < set(made[10:])
    assert reviewer.bulk("key-of-bulk", sure, "accept") == 10
    assert _held(store) == dict.fromkeys(made[10:], "accepted")
    assert reviewer.bulk("key-of-bulk", sure, "accept") == 0
    assert reviewer.bulk_count(sure)[0] == 0
    assert reviewer.counts().left == 10
    assert reviewer.undo(key()).offered is None
    assert _held(store) == {}
    assert reviewer.counts().left == 20


def test_a_bulk_in_several_transactions_is_one(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    fill(store, even(10))
    reviewer = Reviewer(store, "topic", "Ada")
    assert reviewer.bulk("key-of-bulk", Criteria(), "accept", "cells", "seen") == 10
    kept = [one.response for one in store.responses("topic")]
    assert [one.key for one in kept] == [f"key-of-bulk:{at}" for at in range(10)]
    assert {(one.decision, one.value, one.note) for one in kept} == {("corrected", "cells", "seen")}
    reviewer.undo("undo-all", "key-of-bulk")
    assert _held(store) == {}
    assert len(store.responses("topic")) == 20
    assert reviewer.undo("undo-all").kept.response.key == "undo-all:0"
    assert len(store.responses("topic")) == 20


def test_one_of_a_bulk_can_be_taken_back_alone(store: Store) -> None:
    fill(store, even(4))
    reviewer = Reviewer(store, "topic", "Ada")
    reviewer.bulk("key-of-bulk", Criteria(), "reject")
    undone = reviewer.undo(key(), "key-of-bulk:2")
    assert undone.offered is not None
    assert len(_held(store)) == 3


def test_what_others_have_before_them_is_left_to_them(store: Store) -> None:
    fill(store, even(10))
    ada, bob = Reviewer(store, "topic", "Ada"), Reviewer(store, "topic", "Bob")
    own, theirs = ids(ada.next(3)), ids(bob.next(4))
    assert ada.bulk(key(), Criteria(), "accept") == 6
    assert not set(theirs) & set(_held(store))
    assert set(own) <= set(_held(store))
    assert not ada.next().items


def test_answered_records_are_found_by_what_was_said(store: Store) -> None:
    made = fill(store, even(6))
    reviewer = Reviewer(store, "topic", "Ada")
    for record, verb in zip(made, ("flag", "flag", "reject", "skip"), strict=False):
        reviewer.respond(key(), record, verb)  # type: ignore[arg-type]  # a str
    flagged = Criteria(decision="flagged")
    assert reviewer.bulk_count(flagged)[0] == 2
    again = Reviewer(store, "topic", "Ada", criteria=flagged)
    shown = again.next().items
    assert ids(shown) == [made[1], made[0]]
    assert all(item.mine and item.mine.response.decision == "flagged" for item in shown)
    assert {(item.share, item.why) for item in shown} == {("chosen", "Chosen")}
    accept(again, shown[0])
    assert again.next(5, [made[0]]).items == ()
    again.close()
    assert reviewer.bulk(key(), flagged, "accept", "cells") == 1
    assert _held(store)[made[0]] == "corrected"
    assert reviewer.bulk_count(Criteria(answered="cells"))[0] == 1
    assert reviewer.bulk_count(Criteria(answered=""))[0] == 2
    assert reviewer.bulk_count(Criteria(annotator="Bob"))[0] == 0
    assert reviewer.bulk_count(Criteria(share="chosen"))[0] == 4
    assert reviewer.bulk_count(Criteria(annotator="Ada", suggested="cells"))[0] == 0


def test_a_review_of_a_selection(store: Store) -> None:
    made = fill(store, even(30))
    name = store.select(store.task(TOPIC), ids_of(f"text {at}" for at in range(0, 30, 3)))
    reviewer = Reviewer(store, "topic", "Ada", criteria=Criteria(selection=name))
    shown = reviewer.next(30).items
    assert sorted(ids(shown)) == sorted(made[::3])
    [audit, *_] = [item for item in shown if item.share == "audit"]
    assert audit.why.endswith("all records that were selected are equally likely")
