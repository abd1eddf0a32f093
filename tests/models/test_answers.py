"""Probabilities become answers, and abstentions where there is none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.models.answers import ALTERNATIVES, softmax, suggest_labels

NAMES = [f"label {i}" for i in range(30)]
PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(PROBABILITIES)
def test_one_label_is_the_likeliest(probabilities):
    found = suggest_labels(b"id", np.array(probabilities), NAMES, "label")
    assert found.value == NAMES[int(np.argmax(probabilities))]
    assert found.score == max(probabilities)
    assert found.alternatives[0] == (found.value, found.score)
    assert len(found.alternatives) == min(len(probabilities), ALTERNATIVES)


@given(PROBABILITIES)
def test_several_labels_are_those_that_rather_apply(probabilities):
    found = suggest_labels(b"id", np.array(probabilities), NAMES, "labels")
    pairs = zip(NAMES, probabilities, strict=False)
    assert found.value == tuple(name for name, p in pairs if p >= 0.5)
    assert 0.5 <= found.score <= 1


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_an_abstention(bad):
    found = suggest_labels(b"id", np.array([0.2, bad]), NAMES, "label")
    assert found.value is None
    assert math.isnan(found.score)
    assert found.reason


def test_an_answer_elsewhere_is_an_abstention_of_one_label_only():
    probabilities = np.array([0.1, 0.3])
    found = suggest_labels(b"id", probabilities, NAMES, "label", elsewhere=("other", 0.6))
    assert found.value is None
    assert "'other' (0.60)" in found.reason
    assert found.alternatives == (("label 1", 0.3), ("label 0", 0.1))
    near = suggest_labels(b"id", probabilities, NAMES, "label", elsewhere=("other", 0.2))
    assert near.value == "label 1"
    several = suggest_labels(b"id", probabilities, NAMES, "labels", elsewhere=("other", 0.6))
    assert several.value == ()


def test_softmax_is_even_for_large_numbers_and_no_number_without_them():
    np.testing.assert_allclose(softmax(np.array([[1e4, 1e4], [0, math.log(3)]]))[1], [0.25, 0.75])
    assert np.isnan(softmax(np.array([math.inf, 0.0]))).any()
