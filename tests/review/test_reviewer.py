"""One person's way through a task: what comes, what is kept, what is taken back."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import Any

import numpy as np
import pytest

from sciml_magics.errors import TaskError
from sciml_magics.review import ORDERS, Criteria, Reviewer
from sciml_magics.store import Store
from sciml_magics.tasks import Label, Record, Suggestion, Task, record_id
from tests.review.examples import (
    OTHER_MODEL,
    accept,
    answer_all,
    even,
    fill,
    ids,
    key,
)
from tests.store.examples import MODEL, TOPIC, add, begin


@pytest.mark.parametrize(
    "order", [order for order in ORDERS if order not in ("annotators", "errors")]
)
def test_every_order_shows_each_record_once(store: Store, order: Any) -> None:
    made = fill(store, even(60))
    fill(store, even(60), OTHER_MODEL, "cells")
    reviewer = Reviewer(store, "topic", "Ada", order=order)
    seen = ids(answer_all(reviewer))
    assert sorted(seen) == sorted(made)
    assert reviewer.next() == reviewer.next(5, seen)
    assert reviewer.counts().left == 0
    assert len(store.responses("topic")) == 60


def test_the_mixed_order_deals_its_shares(store: Store) -> None:
    fill(store, even(400))
    first = answer_all(Reviewer(store, "topic", "Ada"), 40, 20)
    assert [item.share for item in first].count("uncertain") == 24
    assert [item.share for item in first].count("diverse") == 4
    assert [item.share for item in first].count("audit") == 8
    blind = [item for item in first if item.share == "blind"]
    assert len(blind) == 4
    assert all(item.blind for item in blind)
    assert not any(item.blind for item in first if item.share != "blind")
    unsure = [item.suggestion for item in first if item.share == "uncertain"]
    margins = [kept.margin for kept in unsure if kept]
    assert np.mean(margins) < 0.25


def test_several_models_take_a_place(store: Store) -> None:
    fill(store, even(50))
    fill(store, even(50), OTHER_MODEL, "cells")
    reviewer = Reviewer(store, "topic", "Ada")
    assert [model.id for model in reviewer.models] == ["another model", "all-MiniLM-L6-v2"]
    first = reviewer.next(10).items
    [apart] = [item for item in first if item.share == "models"]
    assert apart.why == "Models disagree: cells (another model), genes (all-MiniLM-L6-v2)"


def test_models_that_agree_are_no_reason(store: Store) -> None:
    fill(store, even(30))
    fill(store, even(30), OTHER_MODEL)
    reviewer = Reviewer(store, "topic", "Ada", order="models")
    assert {item.share for item in answer_all(reviewer)} == {"uncertain"}


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("margin", "The model sees little between the first two: genes 0.50, cells 0.50"),
        ("least_confident", "The model gave a low score: genes 0.50"),
    ],
)
def test_unsure_records_come_first(store: Store, order: Any, says: str) -> None:
    made = fill(store, even(30)[::-1])
    seen = answer_all(Reviewer(store, "topic", "Ada", order=order))
    assert ids(seen) == made[::-1]
    assert seen[0].why == says


def test_the_less_sure_the_sooner_drawn_by_lot(store: Store) -> None:
    made = fill(store, even(300))
    seen = []
    for seed in (0, 0, 1):
        reviewer = Reviewer(store, "topic", "Ada", order="uncertain", seed=seed)
        seen.append(reviewer.next(300).items)
        reviewer.close()
    orders = list(map(ids, seen))
    assert orders[0] == orders[1] != orders[2]
    surest_last = {one: at for at, one in enumerate(made)}
    places = [surest_last[one] for one in orders[0]]
    assert np.mean(places[:30]) < 75
    assert places[:30] != sorted(places[:30])
    assert min(places[-30:]) > 150
    assert seen[0][0].why.startswith("The model is unsure: genes 0.")


def test_records_without_a_score_come_last(store: Store) -> None:
    run = begin(store)
    record = Record(record_id("odd"), (("abstract", "odd"),))
    store.append(run, [record], [Suggestion(record.id, None, float("nan"), reason="too long")])
    fill(store, even(5))
    seen = answer_all(Reviewer(store, "topic", "Ada", order="uncertain"))
    assert seen[-1].record == record
    assert seen[-1].why == "The model gave no answer: too long"


def test_random_orders_are_the_same_for_a_seed(store: Store) -> None:
    fill(store, even(40))
    orders = []
    for seed in (0, 0, 1):
        reviewer = Reviewer(store, "topic", "Ada", order="audit", seed=seed)
        orders.append(ids(reviewer.next(40)))
        reviewer.close()
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_what_the_person_kept_is_told_from_what_they_changed(store: Store) -> None:
    made = fill(store, even(5))
    reviewer = Reviewer(store, "topic", "Ada")
    say = [("accept", "genes"), ("accept", "cells"), ("reject", None), ("skip", None)]
    for at, (verb, value) in enumerate([*say, ("flag", None)]):
        done = reviewer.respond(key(), made[at], verb, value, seconds=2.5, note="so")  # type: ignore[arg-type]  # a str
        assert done.revealed is None
        assert (done.kept.response.seconds, done.kept.response.note) == (2.5, "so")
    kept = [one.response for one in store.responses("topic")]
    assert [one.decision for one in kept] == [
        "accepted", "corrected", "rejected", "skipped", "flagged",
    ]  # fmt: skip
    assert [one.value for one in kept] == ["genes", "cells", None, None, None]
    assert all(one.suggestion is not None for one in kept)
    counts = reviewer.counts()
    assert (counts.records, counts.answered, counts.left) == (5, 5, 0)
    assert counts.agreement == pytest.approx(1 / 3)


def test_a_blind_item_is_compared_with_what_was_hidden(store: Store) -> None:
    made = fill(store, even(2))
    reviewer = Reviewer(store, "topic", "Ada")
    done = reviewer.respond(key(), made[0], "accept", "genes", share="blind", blind=True)
    assert done.revealed is not None
    assert done.revealed.suggestion.value == "genes"
    assert done.kept.response.decision == "accepted"
    assert done.kept.response.suggestion == done.revealed.id
    # Once it was seen, it cannot be hidden again.
    again = reviewer.undo(key()).offered
    assert again is not None
    assert (again.share, again.blind, again.why) == ("chosen", False, "You took your answer back")


def test_another_model_s_suggestion_can_be_what_was_shown(store: Store) -> None:
    made = fill(store, even(2))
    [kept] = store.suggestions_of(made[0], store.task(TOPIC))
    fill(store, even(2), OTHER_MODEL, "cells")
    reviewer = Reviewer(store, "topic", "Ada")
    done = reviewer.respond(key(), made[0], "accept", "genes", suggestion=kept.id)
    assert (done.kept.response.decision, done.kept.response.suggestion) == ("accepted", kept.id)


def test_a_response_that_is_sent_again_is_kept_once(store: Store) -> None:
    made = fill(store, even(2))
    reviewer = Reviewer(store, "topic", "Ada")
    first = reviewer.respond("key-once", made[0], "accept", "genes")
    assert reviewer.respond("key-once", made[0], "accept", "genes") == first
    undone = reviewer.undo("undo-once")
    assert reviewer.undo("undo-once").kept == undone.kept
    assert len(store.responses("topic")) == 2


def test_undo_goes_back_to_the_first(store: Store) -> None:
    fill(store, even(12))
    reviewer = Reviewer(store, "topic", "Ada")
    seen = ids(answer_all(reviewer))
    for record in reversed(seen):
        undone = reviewer.undo(key())
        assert undone.offered is not None
        assert undone.offered.record.id == record
        assert undone.offered.mine is None
    with pytest.raises(TaskError, match="nothing is left to take back"):
        reviewer.undo(key())
    assert reviewer.counts().left == 12
    # All are before the person: they do not come twice.
    assert not reviewer.next(5, seen).items
    reviewer.release(seen)
    assert sorted(ids(answer_all(reviewer))) == sorted(seen)


def test_a_certain_response_can_be_taken_back(store: Store) -> None:
    made = fill(store, even(3))
    reviewer = Reviewer(store, "topic", "Ada")
    reviewer.respond("key-of-0", made[0], "accept", "genes")
    reviewer.respond("key-of-0-again", made[0], "accept", "cells")
    reviewer.respond("key-of-1", made[1], "skip")
    undone = reviewer.undo(key(), "key-of-0-again")
    assert undone.offered is not None
    assert undone.offered.mine is not None
    assert undone.offered.mine.response.key == "key-of-0"
    with pytest.raises(TaskError, match="no response key-of-0-again of yours"):
        reviewer.undo(key(), "key-of-0-again")
    other = Reviewer(store, "topic", "Bob")
    with pytest.raises(TaskError, match="no response key-of-1 of yours"):
        other.undo(key(), "key-of-1")


def test_what_another_kernel_takes_back_comes_again(store: Store) -> None:
    fill(store, even(30))
    here = Reviewer(store, "topic", "Ada")
    there = Reviewer(store, "topic", "Bob")
    seen = answer_all(there, 3, 3)
    answer_all(here)
    there.undo(key())
    there.close()
    assert ids(here.next()) == ids(seen[-1:])


def test_new_suggestions_come_while_a_review_goes_on(store: Store) -> None:
    fill(store, even(10))
    reviewer = Reviewer(store, "topic", "Ada", order="uncertain")
    assert len(answer_all(reviewer)) == 10
    add(store, begin(store), ["new"])
    assert reviewer.counts().left == 1
    assert ids(reviewer.next()) == [record_id("new")]


def test_records_of_the_last_version_are_reviewed_and_old_answers_hold(store: Store) -> None:
    made = fill(store, even(4))
    first = Reviewer(store, "topic", "Ada")
    for at, value in enumerate(["genes", "cells", "brains"]):
        first.respond(key(), made[at], "accept", value)
    changed = replace(TOPIC, labels=(Label("genes"), Label("cells")))
    fill(store, even(4), task=changed)
    reviewer = Reviewer(store, "topic", "Ada")
    assert reviewer.version == 2
    assert reviewer.counts().left == 2
    # What cannot be said any more is asked again.
    assert sorted(ids(reviewer.next())) == sorted(made[2:])
    reviewer.respond(key(), made[2], "accept", "genes")
    assert reviewer.counts().left == 1
    reviewer.undo(key())
    assert reviewer.counts().left == 2


def test_history_is_newest_first_in_pages(store: Store) -> None:
    made = fill(store, even(5))
    reviewer = Reviewer(store, "topic", "Ada")
    for record in made:
        reviewer.respond(key(), record, "accept", "genes")
    reviewer.undo(key())
    Reviewer(store, "topic", "Bob").respond(key(), made[0], "skip")
    page = reviewer.history(2)
    assert [entry.record.id for entry in page] == made[:2:-1]
    assert [entry.undone for entry in page] == [True, False]
    rest = reviewer.history(9, before=page[-1].kept.id)
    assert [entry.record.id for entry in rest] == made[2::-1]
    assert len(reviewer.history(record=made[0])) == 1
    judge = Reviewer(store, "topic", "Eve", role="adjudicator")
    assert [one.kept.response.annotator for one in judge.history(record=made[0])] == ["Bob", "Ada"]
    assert judge.history() == []


def test_a_record_can_be_looked_at(store: Store) -> None:
    made = fill(store, even(2))
    reviewer = Reviewer(store, "topic", "Ada")
    reviewer.respond(key(), made[1], "accept", "cells")
    item = reviewer.look(made[1])
    assert (item.share, item.why) == ("chosen", "Chosen")
    assert item.mine is not None
    assert item.mine.response.value == "cells"
    assert reviewer.look(made[0]).mine is None
    with pytest.raises(TaskError, match="holds no record"):
        reviewer.look(bytes(16))


@pytest.mark.parametrize(
    ("task", "options", "says"),
    [
        ("none", {}, "no task 'none' in .*; it knows: empty, topic"),
        ("empty", {}, "no suggestions yet: annotate a frame with it first"),
        ("topic", {"model": "GPT"}, "GPT suggested nothing.*: choose one of all-MiniLM-L6-v2@"),
        ("topic", {"order": "best"}, "no order 'best': choose one of mixed"),
        ("topic", {"order": "models"}, "only all-MiniLM-L6-v2@.* suggested anything"),
        ("topic", {"order": "annotators"}, "decided by adjudicators"),
        ("topic", {"criteria": Criteria(selection="x")}, "no selection 'x'"),
    ],
)
def test_what_cannot_be_reviewed_says_why(
    store: Store, task: str, options: dict[str, Any], says: str
) -> None:
    store.task(Task("empty", ("a",)))
    fill(store, even(2))
    with pytest.raises(TaskError, match=says) as caught:
        Reviewer(store, task, "Ada", **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wanted", [MODEL, MODEL.short, MODEL.id])
def test_a_model_can_be_named_in_many_ways(store: Store, wanted: Any) -> None:
    fill(store, even(2))
    fill(store, even(2), OTHER_MODEL, "cells")
    reviewer = Reviewer(store, "topic", "Ada", model=wanted)
    assert reviewer.model == MODEL
    assert {item.suggestion.model for item in reviewer.next().items if item.suggestion} == {MODEL}


def test_threads_may_share_a_reviewer(store: Store) -> None:
    made = fill(store, even(80))
    reviewer = Reviewer(store, "topic", "Ada")
    seen: list[bytes] = []

    def work() -> None:
        while batch := reviewer.next(3).items:
            for item in batch:
                accept(reviewer, item)
                seen.append(item.record.id)
            reviewer.counts()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(made)


def test_nobody_is_at_a_loss_where_the_rate_is_unknown(store: Store) -> None:
    made = fill(store, even(3))
    reviewer = Reviewer(store, "topic", "Ada")
    counts = reviewer.counts()
    assert (counts.rate, counts.seconds_left, counts.agreement) == (None, None, None)
    for record in made[:2]:
        reviewer.respond(key(), record, "accept", "genes")
    counts = reviewer.counts()
    assert (counts.rate is None) == (counts.seconds_left is None)
