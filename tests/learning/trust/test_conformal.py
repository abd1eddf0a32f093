"""Sets that hold the right label as often as they promise."""

from __future__ import annotations

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.conformal import label_sets, ranked_beyond, sets_of_several


def drawn(count, seed, heat=1.0):
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(count, 5)) * 2
    powers = np.exp(logits)
    truth = np.array([draw.choice(5, p=row / row.sum()) for row in powers])
    hot = np.exp(logits * heat)
    return hot / hot.sum(axis=1, keepdims=True), truth


@pytest.mark.parametrize("heat", [0.2, 1.0, 4.0])
def test_sets_cover_what_they_promise_however_sure_the_model_says_it_is(heat):
    covered = []
    for seed in range(20):
        known, right = drawn(300, seed, heat)
        asked, truth = drawn(1_000, 1_000 + seed, heat)
        found = label_sets(known, right, asked, 0.9)
        covered.append(found.members[np.arange(1_000), truth].mean())
    assert 0.89 < np.mean(covered) < 0.925


def test_the_bound_is_that_of_finite_samples():
    known = np.stack([np.linspace(0.05, 0.95, 19), 1 - np.linspace(0.05, 0.95, 19)], axis=1)
    found = label_sets(known, np.zeros(19, dtype=np.int64), np.array([[0.1, 0.9], [0.09, 0.91]]))
    # Of 19 answers the 18th least likely: one in twenty of the next ones is less likely.
    assert found.members[:, 0].tolist() == [True, False]


def test_sets_of_several_hold_all_labels_of_a_record():
    covered = []
    for seed in range(20):
        draw = np.random.default_rng(seed)
        probability = draw.beta(0.5, 2, size=(1_300, 6))
        right = draw.random((1_300, 6)) < probability
        found = sets_of_several(probability[:300], right[:300], probability[300:], 0.9)
        covered.append((found.members | ~right[300:]).all(axis=1).mean())
    assert 0.89 < np.mean(covered) < 0.925


def test_a_label_that_nobody_gave_yet_can_be_in_a_set():
    known = np.tile([0.5, 0.5, 0.0], (40, 1))
    found = label_sets(known, np.array([0, 1] * 20), np.array([[0.1, 0.3, 0.6]]), 0.9)
    assert found.names(("a", "b", "c")) == [("c",)]


def test_what_sets_are_like_is_told():
    known, right = drawn(200, 0)
    found = label_sets(
        known, right, np.array([[0.97, 0.03, 0, 0, 0], [0.2] * 5, [0.5, 0.5, 0, 0, 0]])
    )
    assert found.size == found.members.sum() / 3
    assert found.single + found.empty <= 1
    assert found.answers == 200


@pytest.mark.parametrize(
    ("coverage", "message"),
    [
        (0.99, "need 99 answers or more, and there are 20"),
        (1.0, "not between 0 and 1"),
        (0.0, "not between 0 and 1"),
    ],
)
def test_a_promise_that_so_few_answers_cannot_hold_is_refused(coverage, message):
    known, right = drawn(20, 0)
    with pytest.raises(LearningError, match=message):
        label_sets(known, right, known, coverage)


def test_without_records_there_are_no_sets():
    known, right = drawn(40, 0)
    assert label_sets(known, right, np.zeros((0, 5))).names("abcde") == []


def test_sets_reach_beyond_the_labels_that_were_kept_without_holding_all():
    draw = np.random.default_rng(0)
    often = np.linspace(0.02, 0.6, 12)
    covered, sizes = [], []
    for _ in range(20):
        probability = np.clip(often + draw.normal(size=(1_300, 12)) * 0.1, 0.001, 0.99)
        right = draw.random((1_300, 12)) < probability
        least = np.sort(probability, axis=1)[:, -4]
        ranked = ranked_beyond(np.where(probability >= least[:, None], probability, 0))
        found = sets_of_several(ranked[:300], right[:300], ranked[300:], 0.9)
        covered.append((found.members | ~right[300:]).all(axis=1).mean())
        sizes.append(found.size)
    assert 0.89 < np.mean(covered) < 0.925
    assert 4 < np.mean(sizes) < 12
