"""Curves from scores to probabilities."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.learning.trust.curves import (
    Logistic,
    fit_logistic,
    fit_logistics,
    fit_steps,
    logit,
    read_curve,
)


def drawn(count=20_000, slope=0.4, offset=-0.5, seed=0):
    draw = np.random.default_rng(seed)
    score = draw.uniform(0.02, 0.98, count)
    return score, draw.random(count) < Logistic(slope, offset)(score)


def test_the_line_that_made_the_answers_is_found():
    found = fit_logistic(*drawn())
    assert found.slope == pytest.approx(0.4, abs=0.05)
    assert found.offset == pytest.approx(-0.5, abs=0.05)


def test_a_group_with_many_answers_has_its_own_offset_and_one_with_few_keeps_close_to_all():
    draw = np.random.default_rng(0)
    score = draw.uniform(0.1, 0.9, 4_003)
    group = np.array([0] * 2_000 + [1] * 2_000 + [2] * 3)
    right = draw.random(4_003) < Logistic(1, 0)(score, np.array([-1.0, 1.0, 0.0])[group])
    right[-3:] = True
    line, offsets = fit_logistics(score, right, group, 3)
    assert offsets[1] - offsets[0] == pytest.approx(2, abs=0.2)
    assert line.offset + offsets[2] < logit(0.99)


def test_steps_follow_any_rising_curve():
    score, right = drawn()
    at = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(fit_steps(score, right)(at), Logistic(0.4, -0.5)(at), atol=0.06)


@pytest.mark.parametrize("fit", [fit_logistic, fit_steps])
@pytest.mark.parametrize("truth", [True, False])
def test_answers_of_one_kind_bring_no_certainty(fit, truth):
    found = fit(np.linspace(0.2, 0.9, 40), np.full(40, truth))
    assert 0.001 < found(0.5) < 0.999


@pytest.mark.parametrize("fit", [fit_logistic, fit_steps])
def test_a_curve_is_written_and_read_back(fit):
    found = fit(*drawn(200))
    again = read_curve(json.loads(json.dumps(found.to_json())))
    assert again == found


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
    st.lists(st.floats(0, 1), min_size=2, max_size=10),
)
def test_curves_rise_and_stay_probabilities(pairs, scores):
    score = np.array([pair[0] for pair in pairs])
    right = np.array([pair[1] for pair in pairs])
    for fit in (fit_logistic, fit_steps):
        found = fit(score, right)(np.sort(scores))
        assert ((found >= 0) & (found <= 1)).all()
        assert (np.diff(found) >= -1e-9).all()
