"""Which records meet the criteria of a review."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from sciml_magics.review import Criteria, Reviewer, order
from sciml_magics.review.sieve import contains, plain_part
from sciml_magics.store import Store, codec
from sciml_magics.tasks import Record, Suggestion, record_id
from tests.review.examples import answer_all, even, fill, ids
from tests.store.examples import TOPIC, any_text, begin, record


def _found(store: Store, criteria: Criteria, **options: Any) -> list[bytes]:
    reviewer = Reviewer(store, "topic", "Ada", criteria=criteria, **options)
    found = ids(reviewer.next(200))
    reviewer.close()
    return found


@pytest.fixture(params=[0.0, 1.0], ids=["walked", "found at once"])
def rare(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to look for records."""
    monkeypatch.setattr(order, "RARE", request.param)


@pytest.mark.usefixtures("rare")
def test_records_are_chosen_by_label_score_and_text(store: Store) -> None:
    made = fill(store, even(40))
    run = begin(store, TOPIC)
    odd = [record("Élan \U0001f600 'vital' 100%"), record("nothing to see"), record("TEXT 3")]
    given = [
        Suggestion(one.id, value, 0.2)
        for one, value in zip(odd, ["cells", None, "cells"], strict=True)
    ]
    store.append(run, odd, given)
    assert set(_found(store, Criteria(suggested="cells"))) == {odd[0].id, odd[2].id}
    assert _found(store, Criteria(suggested="")) == [odd[1].id]
    assert _found(store, Criteria(suggested="stars")) == []
    assert set(_found(store, Criteria(low=0.9))) == set(made[33:])
    assert set(_found(store, Criteria(high=0.2))) == {one.id for one in odd}
    assert set(_found(store, Criteria(low=0.5, high=0.5))) == {made[0]}
    for text in ("élan", "ÉLAN \U0001f600", "VITAL' 100%", "0%"):
        assert _found(store, Criteria(text=text)) == [odd[0].id]
    assert _found(store, Criteria(text="abstract")) == []
    assert _found(store, Criteria(text="_ext")) == []
    assert len(_found(store, Criteria(text="text 3"))) == 12
    assert _found(store, Criteria(text="text 3", suggested="cells")) == [odd[2].id]
    assert len(_found(store, Criteria(decision="open"))) == 43


@pytest.mark.usefixtures("rare")
@pytest.mark.parametrize("by", ["mixed", "margin", "random", "diverse"])
def test_each_order_shows_what_is_chosen_once(store: Store, by: Any) -> None:
    made = fill(store, even(40))
    reviewer = Reviewer(store, "topic", "Ada", criteria=Criteria(low=0.745), order=by)
    assert sorted(ids(answer_all(reviewer))) == sorted(made[20:])


def test_several_labels_are_looked_through(store: Store) -> None:
    task = replace(TOPIC, kind="labels")
    run = begin(store, task)
    found = [record(text) for text in "abc"]
    values = [("genes",), ("cells", "genes"), ()]
    store.append(
        run, found, [Suggestion(one.id, v, 0.5) for one, v in zip(found, values, strict=True)]
    )
    assert set(_found(store, Criteria(suggested="genes"))) == {found[0].id, found[1].id}
    assert _found(store, Criteria(suggested="cells")) == [found[1].id]


def test_a_word_of_a_record_is_not_found_in_the_names_of_its_columns() -> None:
    content = codec.dump_content((("title", "Genes"), ("note", "cells")))
    assert contains(content, "GENES")
    assert not contains(content, "note")
    assert not contains(content, '","')


@given(any_text, any_text, any_text)
def test_a_text_is_found_wherever_it_stands(before: str, text: str, after: str) -> None:
    content = codec.dump_content((("a", before + text + after),))
    assert contains(content, text)
    if plain := plain_part(text):
        assert plain.lower() in content.lower()


def test_an_empty_record_can_be_reviewed(store: Store) -> None:
    empty = Record(record_id(""), (("abstract", ""),))
    store.append(begin(store), [empty], [Suggestion(empty.id, "genes", 1.0)])
    assert _found(store, Criteria()) == [empty.id]
    assert _found(store, Criteria(), order="diverse") == [empty.id]
