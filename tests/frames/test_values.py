"""Answers that stand in columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sciml_magics.errors import FrameError
from sciml_magics.frames.nested import LABELS, SPANS
from sciml_magics.frames.values import read_values
from sciml_magics.tasks import Span


def column(cells: Any) -> pd.DataFrame:
    return pd.DataFrame({"answer": pd.Series(cells)})


@pytest.mark.parametrize(
    "cells",
    [
        pd.Categorical(["a", None, "b"]),
        pd.array(["a", None, "b"], dtype="str"),
        pd.array(["a", None, "b"], dtype="string[pyarrow]"),
        np.array(["a", np.nan, "b"], dtype=object),
    ],
)
def test_one_label_is_read_from_any_kind_of_column(cells):
    assert read_values(column(cells), "answer", "label") == ["a", None, "b"]


def test_numbers_and_truth_values_are_read_as_they_print():
    assert read_values(column([1, 0, 1]), "answer") == ["1", "0", "1"]
    assert read_values(column([True, False]), "answer") == ["True", "False"]


def test_several_labels_are_read_from_lists_arrays_and_arrow():
    arrow = pd.arrays.ArrowExtensionArray(pa.array([["a", "b"], None, []], type=LABELS))
    cells: Any
    for cells in (arrow, [["a", "b"], None, ()], [np.array(["a", "b"]), None, set()]):
        assert read_values(column(cells), "answer", "labels") == [("a", "b"), None, ()]
    assert read_values(column(["a", None]), "answer", "labels") == [("a",), None]


def test_spans_are_read_from_structs_and_mappings():
    cell = {"start": 0, "end": 2, "label": "x", "text": "ab", "score": 0.5}
    arrow = pd.arrays.ArrowExtensionArray(pa.array([[cell], None], type=SPANS))
    assert read_values(column(arrow), "answer", "spans") == [(Span(0, 2, "x", "ab", 0.5),), None]
    bare = [[{"start": 0, "end": 2, "label": "x"}], []]
    assert read_values(column(bare), "answer", "spans") == [(Span(0, 2, "x", ""),), ()]
    assert read_values(column(bare), "answer")[0] == (Span(0, 2, "x", ""),)


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        ([["a"]], "label", "holds lists, but one answer is asked for"),
        (["a"], "spans", "holds text, not lists of spans"),
        ([[{"start": 0}]], "spans", "which is no span"),
        ([["a"]], "spans", "which is no span"),
        ([{"a": 1}], "label", "holds dict values"),
    ],
)
def test_other_cells_are_one_line(cells, kind, message):
    with pytest.raises(FrameError, match=message):
        read_values(column(cells), "answer", kind)
