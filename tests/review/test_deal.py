"""Shares of the mixed order, and the random sample that must stay one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.review import Reviewer, deal
from sciml_magics.store import Store
from sciml_magics.tasks import Record, Suggestion, record_id
from tests.review.examples import answer_all, even, fill, texts
from tests.store.examples import TOPIC, begin


@given(st.integers(), st.booleans())
def test_a_pattern_has_all_its_places(seed: int, several: bool) -> None:
    places = Counter(deal.pattern(seed, several))
    wanted = {"uncertain": 6, "diverse": 1, "audit": 2, "blind": 1}
    assert places == (wanted | {"uncertain": 5, "models": 1} if several else wanted)
    assert deal.pattern(seed, several) == deal.pattern(seed, several)


def test_parts_have_their_share_of_all_addresses() -> None:
    parts = Counter(deal.part_of(record_id(text)) for text in texts(20_000))
    assert parts["audit"] / 20_000 == pytest.approx(0.2, abs=0.01)
    assert parts["blind"] / 20_000 == pytest.approx(0.1, abs=0.01)


def test_the_audit_does_not_depend_on_what_was_answered_before(store: Store) -> None:
    # Scores that are known to be higher for the wrong half: a sample that the other shares take
    # from would see it.
    scores = even(1_000)
    made = dict(zip(fill(store, scores), scores, strict=True))
    seen = []
    for seed in range(5):  # a review that is opened again and again
        reviewer = Reviewer(store, "topic", "Ada", seed=seed)
        seen += answer_all(reviewer, 100, 20)
        reviewer.close()
    audit = [made[item.record.id] for item in seen if item.share == "audit"]
    unsure = [made[item.record.id] for item in seen if item.share == "uncertain"]
    assert len(audit) == 100
    assert abs(np.mean(audit) - np.mean(scores)) < 3 * np.std(scores) / 10
    assert np.mean(unsure) < np.mean(scores) - 0.05


def test_pictures_are_drawn_at_random_instead_of_compared(store: Store) -> None:
    task = replace(TOPIC, input="image")
    run = begin(store, task)
    made = [Record(record_id(text), (("abstract", text),)) for text in texts(20)]
    store.append(run, made, [Suggestion(one.id, "genes", 0.5) for one in made])
    items = Reviewer(store, "topic", "Ada").next(10).items
    [drawn] = [item for item in items if item.share == "random"]
    assert drawn.why.startswith("Drawn at random: pictures are not compared")
    assert not any(item.share == "diverse" for item in items)
