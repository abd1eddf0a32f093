from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from sciml_magics.quality.teaching.weighing import Labelled, weigh

ONE = np.ones(2)


def labelled(
    column: int, rows: list[list[float]], wrong: list[bool], before: float = 0.0
) -> Labelled:
    return Labelled(column, csr_array(np.array(rows)), np.full(len(rows), before), np.array(wrong))


def odds(cell: list[float], weights: npt.NDArray[np.float64]) -> float:
    return float(np.array(cell) @ weights)


def test_what_one_column_teaches_holds_for_the_others_a_little():
    found = weigh([labelled(0, [[1, 0], [0, 1]] * 5, [True, False] * 5)], ONE, ONE)

    assert odds([1, 0], found.of(0)) > odds([1, 0], found.of(9)) > 0
    assert odds([0, 1], found.of(0)) < odds([0, 1], found.of(9)) < 0


def test_columns_may_disagree():
    cells = [labelled(0, [[1, 0]] * 5, [True] * 5), labelled(3, [[1, 0]] * 5, [False] * 5)]

    found = weigh(cells, ONE, ONE)

    assert odds([1, 0], found.of(0)) > 0 > odds([1, 0], found.of(3))
    assert odds([1, 0], found.of(9)) == pytest.approx(0, abs=1e-3)


def test_a_label_that_was_expected_teaches_little():
    expected = weigh([labelled(0, [[1, 0]], [True], before=5.0)], ONE, ONE)
    surprise = weigh([labelled(0, [[1, 0]], [True], before=-5.0)], ONE, ONE)

    assert abs(odds([1, 0], expected.of(0))) < 0.1
    assert odds([1, 0], surprise.of(0)) > 1


def test_features_that_no_label_has_weigh_nothing():
    found = weigh([labelled(0, [[1, 0]], [True])], ONE, ONE)

    assert found.of(0)[1] == 0
