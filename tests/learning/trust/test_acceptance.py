"""From which score on answers may be accepted."""

from __future__ import annotations

import numpy as np
import pytest

from sciml_magics.learning.trust.acceptance import acceptance, agreement, lowest_threshold


def drawn(count, seed, sharp=1.0):
    """Scores, and whether people agree: as often as the score says, to a power."""
    draw = np.random.default_rng(seed)
    scores = draw.beta(3, 1, count)
    return scores, draw.random(count) < scores**sharp


def test_the_interval_of_an_agreement_is_exact():
    found = agreement(98, 100)
    assert found.low == pytest.approx(0.9296, abs=1e-4)
    assert found.high == pytest.approx(0.9976, abs=1e-4)
    assert agreement(0, 5).low == 0
    assert agreement(5, 5).high == 1


def test_each_threshold_tells_its_share_of_all_answers_and_how_far_people_agree():
    scores = np.array([0.2] * 10 + [0.9] * 30)
    right = np.array([False] * 10 + [True] * 30)
    found = acceptance(scores, right, np.array([0.1, 0.95, 0.95, 0.95]), random=True)
    low, *_, high = found.frame().to_dict("records")
    assert (high["accept_above"], high["share"], high["agreement"], high["n"]) == (0.9, 0.75, 1, 30)
    assert (low["accept_above"], low["agreement"]) == (0.2, 0.75)
    assert low["low"] < 0.75 < low["high"]


def test_of_few_answers_nothing_is_said():
    scores = np.linspace(0, 1, 60)
    found = acceptance(scores, scores > 0.5, scores, random=True)
    assert min(one.n for one in found.agreements) >= 10


def test_the_lowest_threshold_keeps_its_promise_though_it_was_chosen_among_many():
    broken = found = 0
    for seed in range(400):
        scores, right = drawn(300, seed)
        threshold = lowest_threshold(scores, right, 0.9)
        if threshold is None:
            continue
        found += 1
        # Of all records above a threshold, people agree with the mean of their scores.
        everything, _ = drawn(20_000, 10_000 + seed)
        broken += everything[everything >= threshold].mean() < 0.9
    assert found > 100
    assert broken / 400 <= 0.05


def test_choosing_the_lowest_that_looks_good_would_break_it():
    broken = 0
    for seed in range(200):
        scores, right = drawn(300, seed)
        looks_good = [at for at in np.unique(scores) if right[scores >= at].mean() >= 0.9]
        everything, _ = drawn(20_000, 10_000 + seed)
        broken += everything[everything >= min(looks_good)].mean() < 0.9
    assert broken / 200 > 0.2


def test_there_is_no_threshold_where_nothing_reaches_it_or_answers_are_too_few():
    scores, right = drawn(2_000, 0, sharp=8.0)
    assert lowest_threshold(scores, right, 0.99) is None
    assert lowest_threshold(np.full(20, 0.9), np.full(20, True), 0.95) is None
    assert lowest_threshold(np.zeros(0), np.zeros(0, dtype=bool), 0.5) is None
