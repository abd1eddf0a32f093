"""Cells of every type are read as their text, or refused in one line."""

from __future__ import annotations

import datetime
import decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image

from sciml_magics.errors import FrameError
from sciml_magics.frames.cells import TextColumn


def read(cells: object, dtype: object = None) -> tuple[list[str | None], int]:
    column = pd.Series(cells, dtype=dtype)  # type: ignore[call-overload]  # any dtype there is
    return TextColumn("note", column).read(np.arange(len(column)))


@pytest.mark.parametrize(
    "dtype",
    [
        "str",
        object,
        "string[python]",
        "string[pyarrow]",
        "category",
        pd.ArrowDtype(pa.string()),
        pd.ArrowDtype(pa.large_string()),
        pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())),
    ],
    ids=lambda dtype: f"{type(dtype).__name__} {dtype}",
)
def test_text_of_every_dtype(dtype: object) -> None:
    texts = ["ab", None, "", " \t\r\n", "\u3000", "中文 😀", "a\x00b", "ab"]
    assert read(texts, dtype) == (["ab", None, None, None, None, "中文 😀", "a\x00b", "ab"], 0)


def test_lone_surrogates_and_subclasses_of_text() -> None:
    assert read(["a\ud800", np.str_("b"), np.str_(" ")], object) == (["a\ud800", "b", None], 0)


@pytest.mark.parametrize(
    ("cells", "dtype", "texts"),
    [
        ([1, 2], "int64", ["1", "2"]),
        ([1.5, np.nan], "float64", ["1.5", None]),
        ([1, None], "Int64", ["1", None]),
        ([True, False], "bool", ["True", "False"]),
        ([True, None], "boolean", ["True", None]),
        (["2024-01-02", None], "datetime64[ns]", ["2024-01-02 00:00:00", None]),
        (["2024-01-02"], "datetime64[ns, UTC]", ["2024-01-02 00:00:00+00:00"]),
        ([1, None], "timedelta64[ns]", ["0 days 00:00:00.000000001", None]),
        (["2024-01", None], "period[M]", ["2024-01", None]),
        ([3, 3, None], "category", ["3", "3", None]),
        ([1, 0], pd.SparseDtype(int), ["1", "0"]),
        ([decimal.Decimal("1.10"), None], pd.ArrowDtype(pa.decimal128(5, 2)), ["1.10", None]),
        ([datetime.date(2024, 1, 2)], pd.ArrowDtype(pa.date32()), ["2024-01-02"]),
        ([1 + 2j], complex, ["(1+2j)"]),
        ([pd.Interval(0, 1), None], object, ["(0, 1]", None]),
    ],
)
def test_numbers_dates_and_truth_values_are_read_as_they_print(
    cells: object, dtype: object, texts: list[str | None]
) -> None:
    assert read(cells, dtype) == (texts, sum(text is not None for text in texts))


def test_mixed_cells_are_read_one_by_one() -> None:
    cells = [
        "a", 1, 2.5, True, None, np.nan, pd.NA, pd.NaT, np.datetime64("NaT"),
        decimal.Decimal("NaN"), decimal.Decimal("1.0"), Fraction(1, 2), np.float32(0.5),
        np.bool_(False),
        datetime.datetime(2024, 1, 2, 3), datetime.time(4, 5), np.timedelta64("NaT"),
    ]  # fmt: skip
    texts, converted = read(cells, object)
    assert texts == [
        "a", "1", "2.5", "True", None, None, None, None, None, None,
        "1.0", "1/2", "0.5", "False", "2024-01-02 03:00:00", "04:05:00", None,
    ]  # fmt: skip
    assert converted == 9


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([1, 2], "list values (the first in row 2, counted from 0), not text: turn them into text"),
        ({"a": 1}, "dict values"),
        (("a",), "tuple values"),
        (np.zeros(2), "ndarray values"),
        (Path("a.txt"), "Path values"),
        (object(), "object values"),
        (b"abc", "bytes values (the first in row 2, counted from 0), not text: use --input image"),
        (
            Image.new("L", (1, 1)),
            "Image values (the first in row 2, counted from 0), not text: use",
        ),
    ],
)
def test_what_is_no_text_is_refused(value: object, says: str) -> None:
    with pytest.raises(FrameError) as caught:
        read(["a", None, value, value], object)
    assert "column 'note' holds " in str(caught.value)
    assert says in str(caught.value)


def test_rows_are_read_by_position_whatever_the_index() -> None:
    column = TextColumn("note", pd.Series(["a", "b", "c"], index=[2, 2, 0]))
    assert column.read(np.array([2, 0])) == (["c", "a"], 0)
