"""Distributions from the alternatives that were kept of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.learning.trust.distributions import distributions

PLACES = {name: at for at, name in enumerate("abcdef")}


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def ranked(probabilities, keep=None):
    order = np.argsort(-probabilities)[:keep]
    return [("abcdef"[at], float(probabilities[at])) for at in order]


@given(st.lists(st.floats(-4, 4), min_size=6, max_size=6), st.floats(0.2, 5))
def test_scaling_whole_distributions_is_the_softmax_of_logits_over_the_temperature(logits, heat):
    values = np.array(logits)
    found = distributions([ranked(softmax(values))], PLACES).scaled(heat).full(6)[0]
    np.testing.assert_allclose(found, softmax(values / heat), atol=1e-4)


def test_a_cut_distribution_shares_the_rest_evenly_among_labels_that_were_left_out():
    whole = np.array([0.5, 0.3, 0.05, 0.05, 0.05, 0.05])
    cut = distributions([ranked(whole, 2)], PLACES)
    np.testing.assert_allclose(cut.full(6)[0], whole, atol=1e-9)
    # The labels left out are equally likely here, so that nothing at all is lost by the cut.
    entire = distributions([ranked(whole)], PLACES)
    for heat in (0.5, 1, 2):
        np.testing.assert_allclose(cut.scaled(heat).full(6), entire.scaled(heat).full(6), atol=1e-6)


@given(
    st.lists(st.floats(0.001, 1), min_size=6, max_size=6),
    st.integers(1, 6),
    st.floats(0.05, 20),
)
def test_whatever_is_cut_and_scaled_adds_up_to_one_in_the_same_order(weights, keep, heat):
    whole = np.array(weights) / np.sum(weights)
    found = distributions([ranked(whole, keep)], PLACES).scaled(heat)
    assert found.full(6).sum() == pytest.approx(1)
    assert (np.diff(found.kept[0]) <= 1e-12).all()


def test_what_an_answer_outside_of_the_task_has_stays_outside():
    found = distributions([[("a", 0.4), ("b", 0.2)]], {"a": 0, "b": 1})
    assert found.rest[0] == pytest.approx(0.4)
    assert found.scaled(1).rest[0] == pytest.approx(0.4)
    assert found.scaled(0.5).rest[0] == pytest.approx(0.16 / (0.16 + 0.04 + 0.16))


def test_probabilities_of_one_label_each_and_of_being_wrong():
    found = distributions([ranked(np.array([0.5, 0.3, 0.05, 0.05, 0.05, 0.05]), 2)] * 3, PLACES)
    np.testing.assert_allclose(found.of(np.array([1, 5, -1])), [0.3, 0.05, 0.5])


def test_one_that_was_written_as_zero_is_not_impossible():
    found = distributions([[("a", 1.0), ("b", 0.0)]], {"a": 0, "b": 1})
    assert 0 < found.of(np.array([1]))[0] < 1e-6
