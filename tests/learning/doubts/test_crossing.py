"""Probabilities for texts that took no part in learning them."""

from __future__ import annotations

import numpy as np
import pytest

from sciml_magics.learning.doubts.crossing import Link, cross_validate


def clouds(labels: int, each: int, spread: float = 0.3):
    draw = np.random.default_rng(0)
    which = np.arange(labels * each) % labels
    points = np.eye(labels, 8)[which] + spread * draw.normal(size=(labels * each, 8))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), which


def test_probabilities_find_the_label_of_texts_left_out():
    vectors, which = clouds(4, 60)
    found = cross_validate(vectors, which[:, None] == np.arange(4), np.arange(240) // 48)
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert (found.probabilities.argmax(axis=1) == which).mean() > 0.9
    assert (found.of(vectors).argmax(axis=1) == which).mean() > 0.9


def test_what_is_left_out_has_no_part_in_its_own_probability():
    vectors, which = clouds(3, 40)
    folds = np.arange(120) // 24
    truth = which[:, None] == np.arange(3)
    changed = truth.copy()
    changed[folds == 0] = truth[folds == 0][:, [1, 2, 0]]
    one, other = (cross_validate(vectors, given, folds) for given in (truth, changed))
    same = one.probabilities[folds == 0].argmax(axis=1)
    assert (same == other.probabilities[folds == 0].argmax(axis=1)).mean() > 0.95


def test_a_label_that_only_the_left_out_part_has_is_unlikely_there():
    vectors, which = clouds(3, 40)
    truth = which[:, None] == np.arange(3)
    found = cross_validate(vectors, truth, (which == 2).astype(int) + (np.arange(120) % 2) * 2)
    assert found.probabilities.shape == (120, 3)
    assert np.isfinite(found.probabilities).all()


def test_several_labels_have_probabilities_of_their_own():
    vectors, which = clouds(3, 60)
    truth = which[:, None] == np.arange(3)
    found = cross_validate(vectors, truth, np.arange(180) // 36, several=True)
    assert ((found.probabilities >= 0.5) == truth).mean() > 0.9


@pytest.mark.parametrize("several", [True, False])
def test_extreme_scores_are_still_probabilities(several):
    link = Link(several, 0.001)
    found = link(np.array([[1e6, -1e6, 0.0]]))
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
