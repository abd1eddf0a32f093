"""Distances and tests: of equal batches they say nothing, and of unlike ones enough."""

from __future__ import annotations

import numpy as np
import pytest

from sciml_magics.quality.watching.measures import (
    distance,
    holm,
    rate_change,
    same_distribution,
    same_rate,
    unseen,
)
from sciml_magics.quality.watching.reading import heights, numbers_of


@pytest.mark.parametrize(("before", "after"), [(500, 500), (2_000, 300), (100, 5_000), (40, 40)])
def test_equal_batches_give_small_probabilities_as_rarely_as_they_should(before, after):
    random = np.random.default_rng(0)
    small, far = 0, 0
    for _ in range(600):
        known = numbers_of(random.normal(size=before))
        assert known is not None
        now = heights(random.normal(size=after), known.edges)
        small += same_distribution(known.heights, now, ordered=True) < 0.05
        far += distance(known.heights, now) > 0.1
    assert small <= 50  # 30 are expected; 50 is more than three standard deviations above
    assert before <= 100 or far <= 60


def test_discrete_numbers_of_equal_batches_are_alike_too():
    random = np.random.default_rng(1)
    small = 0
    for _ in range(400):
        known = numbers_of(random.poisson(2, 300).astype(float))
        assert known is not None
        now = heights(random.poisson(2, 300).astype(float), known.edges)
        small += same_distribution(known.heights, now, ordered=True) < 0.05
    assert small <= 34


@pytest.mark.parametrize("shift", [0.35, 0.5, 1.0])
def test_a_shift_is_seen(shift):
    random = np.random.default_rng(2)
    seen = 0
    for _ in range(50):
        known = numbers_of(random.normal(size=500))
        assert known is not None
        now = heights(random.normal(shift, 1, 500), known.edges)
        seen += same_distribution(known.heights, now, ordered=True) < 0.01
    assert seen >= 45


def test_the_distance_of_a_quarter_of_a_standard_deviation_is_about_a_tenth():
    random = np.random.default_rng(3)
    known = numbers_of(random.normal(size=200_000))
    assert known is not None
    now = heights(random.normal(0.25, 1, 200_000), known.edges)
    assert distance(known.heights, now) == pytest.approx(0.1, abs=0.02)


def test_what_is_not_there_is_no_difference():
    assert distance([], []) == 0
    assert distance([0, 0], [1, 2]) == 0
    assert same_distribution([0, 0], [1, 2], ordered=True) == 1
    assert same_distribution([1, 2], [2, 1], ordered=False) == 1
    assert same_rate(0, 0, 0, 10) == 1
    assert unseen([], 1, 0, 0) == 1
    assert unseen([5], 5, 5, 0) == 0
    assert holm([]) == []


def test_rates_are_compared_exactly_where_they_are_small():
    assert same_rate(0, 1_000, 1, 1_000) == pytest.approx(1)
    assert same_rate(0, 1_000, 12, 1_000) < 0.001
    assert same_rate(100_000, 1_000_000, 110_000, 1_000_000) < 1e-6
    assert rate_change(0.1, 0.11) < 0.1 < rate_change(0, 0.01)


def test_a_frequent_value_that_was_never_met_is_no_chance():
    assert unseen([500, 480, 20], 20, 500, 500) < 0.001
    assert unseen([500, 480, 1, 1, 1], 1, 500, 500) == 1


def test_of_equal_numbers_there_is_one_bin():
    known = numbers_of(np.full(50, 3.0))
    assert known is not None
    assert known.edges == (3.0,)
    assert heights(np.array([3.0, 4.0, 1.0]), known.edges) == (1, 2)
    assert numbers_of(np.array([np.nan])) is None
    infinite = numbers_of(np.array([np.inf, -np.inf, 1.0, 2.0]))
    assert infinite is not None
    assert sum(infinite.heights) == 4
