"""What people answered, in two parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sciml_magics.learning.answers import PARTS, gather, part_for
from sciml_magics.learning.splitting.spelling import plain
from sciml_magics.review import Reviewer
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, Record, Response, Span, Task, record_id
from tests.charts.reviews_made import Review, span, topic
from tests.store.examples import TOPIC, begin


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "answers.db") as opened:
        yield opened


def review(store: Store, count: int = 8) -> Review:
    return Review(store, topic(), count * [("genes", 0.9)])


def test_only_values_that_people_stand_behind_count(store):
    made = review(store)
    made.say(0, "genes")
    made.say(1, "cells", "Bo")
    made.decide(2, "rejected")
    made.decide(3, "skipped")
    made.decide(4, "flagged")
    answered = gather(store, made.task)
    assert set(answered.values) == {"cells", "genes"}
    assert answered.people == ("Ada", "Bo")
    assert answered.last_response == 5
    assert answered.notes == ()
    assert {one.text: one.value for one in answered.examples()} == {
        "text number 0": "genes",
        "text number 1": "cells",
    }


def test_records_are_in_the_order_of_their_addresses_whoever_answers_first(tmp_path):
    found = []
    for number, order in enumerate((range(8), reversed(range(8)))):
        with open_store(tmp_path / f"{number}.db") as store:
            made = review(store)
            for at in order:
                made.say(at, "genes" if at % 2 else "cells")
            found.append(gather(store, made.task))
    assert found[0].records == found[1].records
    assert found[0].values == found[1].values
    assert found[0].snapshot() == found[1].snapshot()


def test_what_a_review_draws_at_random_is_held_out_and_never_learnt_from(store):
    Review(store, topic(), 200 * [("genes", 0.9)])
    reviewer = Reviewer(store, "topic", "Ada")
    for number, item in enumerate(reviewer.next(100).items):
        reviewer.respond(f"k{number}", item.record.id, "accept", "cells", share=item.share)
    answered = gather(store, topic())
    assert len(answered) == 100
    for record, part, drawn in zip(answered.records, answered.parts, answered.drawn, strict=True):
        assert part == part_for(record.id)
        assert (part == "held_out") == drawn
    learnt = {one.text for one in answered.examples("learn")}
    held_out = {one.text for one in answered.examples("held_out")}
    assert not learnt & held_out
    assert 20 <= len(held_out) <= 40
    assert answered.part("held_out").drawn == (True,) * len(held_out)


def test_another_spelling_of_what_is_held_out_is_held_out_too(store):
    texts = [spelt for at in range(60) for spelt in (f"text number {at}", f"Text  Number {at}")]
    found = [Record(record_id(text), (("abstract", text),)) for text in texts]
    store.append(begin(store), found, [])
    given = [
        Response(f"k{at}", record.id, "corrected", "genes", "Ada")
        for at, record in enumerate(found)
    ]
    store.respond(store.task(TOPIC), given)
    answered = gather(store, TOPIC)
    sides = {part: {plain(one.text) for one in answered.examples(part)} for part in PARTS}
    assert len(sides["learn"] | sides["held_out"]) == 60
    assert not sides["learn"] & sides["held_out"]


def test_a_label_that_was_removed_takes_its_answers_along_and_says_so(store):
    made = review(store)
    made.say(0, "genes")
    made.say(1, "brains")
    made.say(2, "brains", "Bo")
    smaller = replace(made.task, labels=(Label("genes"), Label("cells")))
    answered = gather(store, smaller)
    assert answered.values == ("genes",)
    assert answered.notes == (
        "2 answers name 'brains', which task 'topic' does not have now: left out",
    )


def test_records_that_people_dispute_are_left_out_and_counted(store):
    made = review(store)
    made.say(0, "genes")
    made.say(0, "cells", "Bo")
    answered = gather(store, made.task)
    assert len(answered) == 0
    assert answered.notes == ("1 record that people answer differently, undecided: left out",)
    made.say(0, "brains", "Cem", role="adjudicator")
    assert gather(store, made.task).values == ("brains",)


def test_the_snapshot_changes_with_any_answer_and_with_nothing_else(store):
    made = Review(store, topic("labels"), 4 * [(("genes",), 0.9)])
    empty = gather(store, made.task).snapshot()
    assert (empty.last_response, empty.count) == (0, 0)
    made.say(0, ("genes", "cells"))
    first = gather(store, made.task).snapshot()
    made.say(0, ("cells", "genes"), "Bo")
    again = gather(store, made.task).snapshot()
    assert (first.count, first.digest) == (again.count, again.digest)
    assert again.last_response > first.last_response
    made.say(1, ("genes",))
    assert gather(store, made.task).snapshot().digest != first.digest


def test_spans_are_named_by_place_and_label_not_by_score(store):
    made = Review(store, topic("spans"), [((span("genes"),), 0.8)])
    made.say(0, (span("genes"),))
    one = gather(store, made.task)
    marked = one.values[0]
    assert isinstance(marked, tuple)
    assert isinstance(marked[0], Span)
    surer = replace(one, values=((replace(marked[0], score=0.3),),))
    assert surer.snapshot() == one.snapshot()


def test_a_task_that_nobody_knows_has_no_answers(store):
    answered = gather(store, Task("other", ("note",)))
    assert (len(answered), answered.people, answered.last_response) == (0, (), 0)


def test_a_drawn_record_that_is_answered_again_stays_one_drawn_at_random(store):
    made = review(store)
    made.say(0, "genes", share="audit")
    made.say(0, "cells", share="errors")
    first = made.say(1, "genes", share="audit")
    made.decide(1, "undone", undoes=first.key, share="audit")
    made.say(1, "cells", share="chosen")
    answered = gather(store, made.task)
    found = dict(zip([one.text for one in answered.records], answered.drawn, strict=True))
    assert found == {"text number 0": True, "text number 1": False}
