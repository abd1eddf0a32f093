"""Which given labels are doubted."""

from __future__ import annotations

import numpy as np

from sciml_magics.learning.doubts.confident import doubt_one, doubt_several


def test_a_label_that_fits_worst_has_the_lowest_quality():
    given = np.array([0] * 10 + [1] * 10)
    sure = np.where(given[:, None] == np.arange(2), 0.9, 0.1)
    sure[3] = sure[3][::-1]
    found = doubt_one(given, sure)
    assert np.flatnonzero(found.wrong).tolist() == [3]
    assert found.quality.argmin() == 3
    assert found.likely[3].tolist() == [False, True]
    assert found.probability[3] == 0.9


def test_nothing_is_doubted_that_is_likeliest_itself():
    given = np.array([0, 1] * 10)
    even = np.where(given[:, None] == np.arange(2), 0.6, 0.4)
    assert not doubt_one(given, even).wrong.any()


def test_a_label_may_be_missing_or_too_many():
    given = np.array([[True, False, False], [False, True, False]] * 10)
    sure = np.where(given, 0.9, 0.05)
    sure[0] = [0.02, 0.05, 0.05]
    sure[1] = [0.97, 0.9, 0.05]
    found = doubt_several(given, sure)
    assert np.flatnonzero(found.wrong).tolist() == [0, 1]
    assert found.likely[0].tolist() == [False, False, False]
    assert found.likely[1].tolist() == [True, True, False]
    assert found.probability[:2].round(2).tolist() == [0.98, 0.97]
    assert found.quality[:2].max() < found.quality[2:].min()


def test_a_label_that_all_or_none_have_is_not_doubted():
    given = np.array([[True, False]] * 6 + [[True, True]] * 6)
    assert not doubt_several(given, np.where(given, 0.8, 0.2)).wrong.any()
