"""Counts of records, and what resampling makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.learning.evaluating.resampling import (
    Tally,
    interval,
    mark,
    patterns,
    resampled,
)
from sciml_magics.tasks import Span

PLACES = {"a": 0, "b": 1, "c": 2}


def test_spans_are_right_by_bounds_and_label_whatever_their_score():
    gold = (Span(0, 2, "a", "xy"), Span(3, 4, "b", "z"))
    said = (Span(0, 2, "a", "xy", 0.3), Span(3, 5, "b", "zz"))
    found = mark(gold, said, PLACES)
    assert (found.right, found.predicted, found.gold) == ((0,), (0, 1), (0, 1))
    assert not found.whole
    assert found.f1 == 0.5


def test_nothing_where_nothing_is_is_right_and_an_abstention_is_not():
    assert mark((), (), PLACES).f1 == 1
    assert mark((), None, PLACES).f1 == 0


marks = st.builds(
    lambda gold, said: mark(tuple(sorted(gold)), tuple(sorted(said)), PLACES),
    st.sets(st.sampled_from("abc")),
    st.sets(st.sampled_from("abc")),
)


@given(st.lists(marks, min_size=2, max_size=20))
def test_leaving_one_out_is_counting_the_others(rows):
    found, times = patterns(rows)
    left = Tally(found, 3).without_one(times)
    for at, one in enumerate(found):
        others = list(rows)
        others.remove(one)
        counted, number = patterns(others)
        sums = Tally(counted, 3).sums(number[None, :].astype(np.float64))
        for ours, theirs in zip(left, sums, strict=True):
            assert ours[at] == pytest.approx(theirs[0])


@pytest.mark.parametrize("kinds", [3, 400])
def test_resamples_have_as_many_records_and_the_shares_of_the_patterns(kinds):
    times = np.full(kinds, 1_200 // kinds)
    drawn = np.concatenate(list(resampled(times, 300, seed=0)))
    assert drawn.shape == (300, kinds)
    assert (drawn.sum(axis=1) == 1_200).all()
    spread = 4 * np.sqrt(times / 300)
    assert (abs(drawn.mean(axis=0) - times) < spread + 0.2).all()


def test_resamples_come_in_parts_that_memory_holds(monkeypatch):
    times = np.full(50, 2)
    whole = np.concatenate(list(resampled(times, 40, seed=1)))
    monkeypatch.setattr("sciml_magics.learning.evaluating.resampling._AT_ONCE", 700)
    parts = list(resampled(times, 40, seed=1))
    assert len(parts) == 6
    assert np.concatenate(parts).shape == whole.shape


def test_the_interval_of_a_mean_is_the_one_that_theory_gives():
    random = np.random.default_rng(0)
    rows = random.normal(size=400)
    times = np.ones(400, dtype=np.int64)
    drawn = np.concatenate([weights @ rows for weights in resampled(times, 4_000, 0)])
    left = (rows.sum() - rows) / 399
    low, high = interval(drawn[:, None] / 400, np.array([rows.mean()]), left[:, None], times)
    error = rows.std() / 20
    assert low[0] == pytest.approx(rows.mean() - 1.96 * error, abs=0.15 * error)
    assert high[0] == pytest.approx(rows.mean() + 1.96 * error, abs=0.15 * error)


def test_scores_that_do_not_vary_have_no_interval():
    low, high = interval(np.ones((50, 1)), np.ones(1), np.ones((3, 1)), np.ones(3))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_resamples_that_have_nothing_of_a_label_say_nothing_of_it():
    drawn = np.array([[0.5], [np.nan], [0.7], [0.6], [np.nan]])
    low, high = interval(drawn, np.array([0.6]), np.array([[0.5], [np.nan], [0.7]]), np.ones(3))
    assert 0.5 <= low[0] < 0.6 < high[0] <= 0.7
    alone = np.array([[1.0], [np.nan], [1.0]])
    assert np.isnan(interval(alone, np.ones(1), np.ones((2, 1)), np.ones(2)).low[0])
    nowhere = np.full((3, 1), np.nan)
    assert np.isnan(interval(nowhere, nowhere[0], nowhere, np.ones(3)).high[0])
