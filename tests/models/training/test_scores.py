import numpy as np
import pytest
from sklearn.metrics import f1_score

from sciml_magics.models.training.scores import macro_f1


def test_macro_f1_is_that_of_scikit_learn():
    drawn = np.random.default_rng(0)
    truth, found = drawn.random((2, 40, 5)) < 0.4

    assert macro_f1(truth, found) == pytest.approx(f1_score(truth, found, average="macro"))
    assert macro_f1(truth & False, found & False) == 0.0


def test_macro_f1_counts_labels_that_occur():
    gold = np.array([[1, 0, 0], [0, 1, 0]], dtype=bool)
    said = np.array([[1, 0, 0], [1, 0, 0]], dtype=bool)

    assert macro_f1(gold, said) == pytest.approx((2 / 3 + 0) / 2)
    assert macro_f1(np.zeros((2, 2), bool), np.zeros((2, 2), bool)) == 0.0
