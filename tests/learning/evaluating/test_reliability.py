"""Bins of probabilities, and the error of calibration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.learning.evaluating.reliability import ece, reliability


def test_a_probability_on_a_border_belongs_to_the_bin_below():
    found = reliability([0.0, 0.1, 0.2, 0.2000001, 1.0], [True] * 5, bins=5)
    assert found.count.tolist() == [3, 1, 0, 0, 1]


def test_the_error_is_weighted_by_the_answers_in_each_bin():
    confidence = [0.9] * 4 + [0.6] * 6
    right = [True, True, True, False, *[False] * 6]
    assert ece(confidence, right, bins=10) == pytest.approx(0.4 * 0.15 + 0.6 * 0.6)


def test_without_answers_there_is_no_error_and_no_warning():
    assert math.isnan(ece([], []))
    assert math.isnan(ece([float("nan")], [True]))


def test_the_table_has_a_row_for_each_bin():
    table = reliability([0.5, 0.99], [True, True]).frame()
    assert len(table) == 15
    assert table["n"].sum() == 2
    assert table["accuracy"].notna().sum() == 2


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_answer_is_in_one_bin_and_the_error_is_a_share(pairs):
    sure, right = np.array([pair[0] for pair in pairs]), [pair[1] for pair in pairs]
    found = reliability(sure, right)
    assert found.count.sum() == len(pairs)
    assert 0 <= found.ece <= 1
    filled = found.count > 0
    assert (found.confidence[filled] <= found.high[filled] + 1e-12).all()
    assert (found.confidence[filled] >= found.low[filled] - 1e-12).all()
