"""The queue of likely label errors."""

from __future__ import annotations

import pytest

from sciml_magics.errors import TaskError
from sciml_magics.review import Criteria, Offered, Reviewer
from sciml_magics.review.agreement import agreement_of
from sciml_magics.review.figures import judged, standing, subject
from sciml_magics.store import Store
from sciml_magics.tasks import Counts, ModelIdentity, Response, Suggestion
from sciml_magics.tasks.run import CHECK
from tests.review.examples import OTHER_MODEL, accept, answer_all, even, fill, ids, key
from tests.store.examples import MODEL, TOPIC, begin, record


def answer(store: Store, number: int, annotator: str = "Ada", value: str = "genes") -> int:
    """Somebody answers ``text 0``, ``text 1``, …; id of the last response."""
    said = [
        Response(key(), record(f"text {at}").id, "corrected", value, annotator)
        for at in range(number)
    ]
    return store.respond(store.task(TOPIC), said)[-1].id


def check(store: Store, qualities: dict[int, float], last_response: int, name: str = "1") -> None:
    """Somebody looked for label errors: number of the text to the quality of its label."""
    identity = ModelIdentity(
        "confident learning", name, CHECK, f'{{"last_response": {last_response}}}'
    )
    run = begin(store, TOPIC, identity)
    found = [record(f"text {at}") for at in qualities]
    store.append(
        run,
        found,
        [
            Suggestion(
                one.id,
                "cells",
                0.9,
                evidence={"given": "genes", "given_by": ["Ada"], "quality": quality},
                reason=f"Ada said genes; by the other answers it is cells (0.90 against {quality})",
            )
            for one, quality in zip(found, qualities.values(), strict=True)
        ],
    )
    store.finish(run, "done", Counts())


def numbers(items: list[Offered]) -> list[int]:
    return [int(item.record.text.split()[1]) for item in items]


def test_the_worst_answers_come_first_with_who_gave_them_and_what_is_likelier(store: Store) -> None:
    fill(store, even(10))
    check(store, {7: 0.2, 2: 0.01, 5: 0.3}, answer(store, 10))
    reviewer = Reviewer(store, "topic", "Ada", order="errors")
    assert reviewer.counts().left == 3
    items = list(reviewer.next().items)
    assert numbers(items) == [2, 7, 5]
    assert {item.share for item in items} == {"errors"}
    assert items[0].why == (
        "Likely label error: Ada said genes; by the other answers it is cells (0.90 against 0.01)"
    )
    assert items[0].suggestion
    assert items[0].suggestion.suggestion.value == "cells"
    assert items[0].mine
    assert items[0].mine.response.value == "genes"


def test_answering_again_supersedes_and_settles(store: Store) -> None:
    made = fill(store, even(6))
    check(store, {1: 0.1, 4: 0.2}, answer(store, 6))
    reviewer = Reviewer(store, "topic", "Ada", order="errors")
    first, second = reviewer.next().items
    kept = first.suggestion
    assert kept
    done = reviewer.respond(
        key(), first.record.id, "accept", "cells", suggestion=kept.id, share="errors"
    )
    assert done.kept.response.decision == "accepted"
    assert done.kept.response.suggestion == kept.id
    accept(reviewer, second)
    assert reviewer.counts().left == 0
    assert not reviewer.next().items
    assert not Reviewer(store, "topic", "Ada", order="errors").next().items
    said = [one.response for one in store.responses("topic") if one.response.record_id == made[1]]
    assert [one.value for one in said] == ["genes", "cells"]


def test_taking_the_answer_back_opens_it_again(store: Store) -> None:
    fill(store, even(4))
    check(store, {3: 0.1}, answer(store, 4))
    reviewer = Reviewer(store, "topic", "Ada", order="errors")
    [item] = reviewer.next().items
    accept(reviewer, item, "cells")
    undone = reviewer.undo(key())
    assert undone.offered
    assert undone.offered.share == "errors"
    assert undone.offered.mine
    assert undone.offered.mine.response.value == "genes"
    assert reviewer.counts().left == 1


def test_another_persons_second_answer_is_a_disagreement(store: Store) -> None:
    made = fill(store, even(4))
    check(store, {3: 0.1}, answer(store, 4))
    grace = Reviewer(store, "topic", "Grace", order="errors")
    [item] = grace.next().items
    assert item.mine is None
    accept(grace, item, "cells")
    assert not Reviewer(store, "topic", "Ada", order="errors").next().items
    judge = Reviewer(store, "topic", "Eve", order="annotators", role="adjudicator")
    assert ids(judge.next()) == [made[3]]


def test_a_new_check_takes_the_place_of_the_old_one(store: Store) -> None:
    fill(store, even(6))
    last = answer(store, 6)
    check(store, {1: 0.1, 2: 0.2}, last)
    reviewer = Reviewer(store, "topic", "Ada", order="errors")
    assert numbers(list(reviewer.next(1).items)) == [1]
    check(store, {4: 0.1}, last, "2")
    assert numbers(answer_all(reviewer)) == [2, 4]
    assert numbers(answer_all(Reviewer(store, "topic", "Bo", order="errors"))) == []


def test_criteria_choose_among_the_errors(store: Store) -> None:
    fill(store, even(6))
    answer(store, 2, "Bo")
    check(store, {1: 0.1, 2: 0.2, 4: 0.3}, answer(store, 6))
    of_bo = Reviewer(store, "topic", "Ada", order="errors", criteria=Criteria(annotator="Bo"))
    assert numbers(answer_all(of_bo)) == [1]
    some = Reviewer(store, "topic", "Ada", order="errors", criteria=Criteria(text="text 4"))
    assert numbers(answer_all(some)) == [4]


def test_without_a_check_the_way_to_one_is_told(store: Store) -> None:
    fill(store, even(3))
    with pytest.raises(TaskError, match=r"%review topic --order errors in a cell, or task\."):
        Reviewer(store, "topic", "Ada", order="errors")


def test_a_check_that_found_nothing_leaves_an_empty_queue(store: Store) -> None:
    fill(store, even(3))
    check(store, {}, answer(store, 3))
    assert not Reviewer(store, "topic", "Ada", order="errors").next().items


def test_a_check_is_no_model_that_answers(store: Store) -> None:
    fill(store, even(8))
    fill(store, even(8), OTHER_MODEL)
    check(store, {1: 0.1, 2: 0.2}, answer(store, 4))
    reviewer = Reviewer(store, "topic", "Ada", order="models")
    assert [model.id for model in reviewer.models] == [OTHER_MODEL.id, MODEL.id]
    assert {item.share for item in reviewer.next().items} == {"uncertain"}
    assert subject(store, "topic").model == OTHER_MODEL


def test_answers_beside_a_doubt_do_not_judge_the_model(store: Store) -> None:
    fill(store, even(6))
    check(store, {1: 0.1, 4: 0.2}, answer(store, 6))
    reviewer = Reviewer(store, "topic", "Ada", order="errors")
    before = reviewer.counts().agreement
    for item in reviewer.next().items:
        assert item.suggestion
        reviewer.respond(
            key(),
            item.record.id,
            "accept",
            "cells",
            suggestion=item.suggestion.id,
            share=item.share,
        )
    assert reviewer.counts().agreement == before
    assert judged(store, standing(store, subject(store, "topic"))) == []
    assert agreement_of(store, TOPIC).annotators == ("Ada",)
