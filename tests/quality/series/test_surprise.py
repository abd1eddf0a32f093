import numpy as np
import pytest

from sciml_magics.quality.series.past import to_nearest_past
from sciml_magics.quality.series.surprise import surprise, told_once
from tests.quality.series.made import daily


@pytest.mark.parametrize("cut", [700, 1_000, 1_439])
def test_nothing_that_follows_is_used(cut):
    values = daily()["level"].to_numpy(copy=True)
    values[900:920] += 9
    whole, part = (surprise(each, 200, 24, quiet=40) for each in (values, values[:cut]))
    np.testing.assert_allclose(whole[:cut], part, rtol=1e-4, atol=1e-4)


def test_what_goes_on_is_told_once():
    values = daily()["level"].to_numpy(copy=True)
    values[900:930] += 20
    told = np.flatnonzero(surprise(values, 200, 24, quiet=72) > 20)
    assert told[0] == 900
    assert len(told) <= 3


def test_silence_ends_and_louder_things_break_it():
    assert told_once(np.array([5.0, 1, 1, 1, 4, 0]), 3).tolist() == [5, 0, 0, 0, 4, 0]
    assert told_once(np.array([5.0, 7, 8, 0, 0, 5]), 3).tolist() == [5, 0, 8, 0, 0, 0]
    assert told_once(np.array([5.0, 7]), 0).tolist() == [5, 7]


@pytest.mark.parametrize("values", [np.zeros(500), np.arange(500.0), np.full(500, 1e300)])
def test_dull_series_do_not_surprise(values):
    assert np.isfinite(surprise(values, 75, 24, quiet=15)).all()


def test_the_nearest_are_sought_in_the_past_alone():
    vectors = np.array([[0.0], [5], [9], [0], [9]], dtype=np.float32)
    assert to_nearest_past(vectors, 1, 1, 1).tolist() == [0, 5, 4, 0, 0]
