from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.findings import WHOLE_ROW, Finding
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import combine

TABLE = Table(pd.DataFrame({"a": list("xyz"), "b": list("xyz")}))


def finding(detector: str, column: str, rows: list[int], *scores: float) -> Finding:
    return Finding(detector, column, np.array(rows), np.array(scores, dtype=np.float32), "odd")


def test_detectors_of_one_family_count_once_others_add_up():
    found = combine(
        TABLE,
        [
            finding("pattern", "a", [0, 2], 0.5, 0.2),
            finding("type", "a", [0], 0.4),
            finding("typos", "a", [0], 0.5),
        ],
    )

    assert found.dtype == np.float32
    assert found[:, 0] == pytest.approx([0.75, 0.0, 0.2])
    assert not found[:, 1].any()


def test_rows_and_columns_that_are_not_there_say_nothing_of_cells():
    found = combine(
        TABLE, [finding("duplicates", WHOLE_ROW, [0], 0.9), finding("x", "gone", [0], 0.9)]
    )

    assert not found.any()


def test_a_score_out_of_bounds_is_cut():
    assert combine(TABLE, [finding("x", "b", [1], 7.0)])[1, 1] == 1.0
