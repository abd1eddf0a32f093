from __future__ import annotations

import numpy as np
import pandas as pd

from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching.choosing import choose, clusters

FRAME = pd.DataFrame({"a": ["x"] * 60 + ["1%"] * 30 + ["2.5"] * 10, "b": list("pq") * 50})


def chosen(count: int, labelled: tuple[int, ...] = (), seed: int = 0) -> list[int]:
    table = Table(FRAME)
    found = clusters(table, np.zeros((100, 2), dtype=np.int64))
    even = np.full((100, 2), 0.1, dtype=np.float32)
    return [one.row for one in choose(table, found, even, labelled, count, seed)]


def test_cells_that_look_alike_are_one_cluster_of_their_column():
    found = clusters(Table(FRAME), np.zeros((100, 2), dtype=np.int64))

    assert sorted(found.sizes.tolist()) == [10, 30, 50, 50, 60]
    assert not set(found.of_cell[:, 0].tolist()) & set(found.of_cell[:, 1].tolist())


def test_what_detectors_say_parts_a_cluster():
    marks = np.zeros((100, 2), dtype=np.int64)
    marks[:5, 0] = 3

    assert sorted(clusters(Table(FRAME), marks).sizes.tolist()) == [5, 10, 30, 50, 50, 55]


def test_each_row_stands_for_other_clusters_than_those_before():
    values = FRAME["a"].iloc[chosen(3)]

    assert set(values) == {"x", "1%", "2.5"}


def test_labelled_rows_are_not_asked_again_and_their_clusters_come_later():
    rows = chosen(1, labelled=(0, 1, 2, 3))

    assert FRAME["a"].iloc[rows[0]] == "1%"
    assert len(chosen(1000, labelled=(0, 1))) == 98
    assert not set(chosen(1000, labelled=(0, 1))) & {0, 1}


def test_equal_rows_come_in_an_order_of_the_seed():
    assert chosen(5) == chosen(5)
    assert len({tuple(chosen(5, seed=seed)) for seed in range(5)}) > 1


def test_a_reason_says_what_a_row_stands_for():
    table = Table(FRAME)
    found = clusters(table, np.zeros((100, 2), dtype=np.int64))
    sure = np.zeros((100, 2), dtype=np.float32)
    sure[60:90, 0] = 0.5

    (first,) = choose(table, found, sure, (), 1, 0)

    assert first.reason == "'1%' in 'a' stands for 30 cells that look alike, wrong with 50 %"
