"""Records of frames: equal rows once, from any frame, without changing it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import FrameError
from sciml_magics.frames import MISSING, Records, read_records
from sciml_magics.tasks import Task, record_id
from tests.frames.indices import INDICES

TASK = Task("topic", ("note",))
PAIR = Task("topic", ("title", "note"))


def read(cells: Sequence[Any], task: Task = TASK) -> Records:
    frame = pd.DataFrame({"note": pd.Series(cells, dtype=object)})
    return read_records(frame, task, np.arange(len(frame)))


def test_equal_rows_are_one_record() -> None:
    records = read(["b", "a", None, "b", " ", "a", "b"])
    assert records.inverse.tolist() == [0, 1, -1, 0, -1, 1, 0]
    assert [record.text for record in records] == ["b", "a"]
    assert records.first.tolist() == [0, 1]
    assert records.sizes.tolist() == [1, 1]
    assert np.count_nonzero(records.inverse == MISSING) == 2
    assert records.notes == ()


def test_a_record_is_addressed_by_column_and_content() -> None:
    (record,) = read(["a"])
    assert record.id == record_id("text", "note", "a")
    assert record.content == (("note", "a"),)
    frame = pd.DataFrame({"other": ["a"]})
    (other,) = read_records(frame, Task("topic", ("other",)), np.arange(1))
    assert other.id != record.id


def test_the_address_stays_whatever_the_dtype_and_order() -> None:
    frame = pd.DataFrame({"note": ["x", "y", "x"]})
    wanted = {record.text: record.id for record in read_records(frame, TASK, np.arange(3))}
    for dtype in (object, "category", "string[pyarrow]", "string[python]"):
        other = frame.astype(dtype).iloc[[1, 2, 0]]
        found = read_records(other, TASK, np.arange(3))
        assert {record.text: record.id for record in found} == wanted


def test_the_selected_rows_alone_are_read() -> None:
    frame = pd.DataFrame({"note": ["a", ["a list"], "b", "a"]})
    records = read_records(frame, TASK, np.array([0, 2, 3]))
    assert records.inverse.tolist() == [0, 1, 0]
    assert records.of_rows(4).tolist() == [0, -1, 1, 0]
    assert records.first.tolist() == [0, 2]


def test_several_columns_read_what_is_there() -> None:
    frame = pd.DataFrame(
        {"note": ["n", None, "n", None, "ab"], "title": ["t", "t", None, " ", "c"]},
    )
    records = read_records(frame, PAIR, np.arange(5))
    assert records.inverse.tolist() == [0, 1, 2, -1, 3]
    assert [record.text for record in records] == [
        "title: t\nnote: n",
        "t",
        "n",
        "title: c\nnote: ab",
    ]
    assert records.sizes.tolist() == [2, 1, 1, 3]
    assert len({record.id for record in records}) == 4
    swapped = pd.DataFrame({"note": ["c"], "title": ["ab"]})
    (other,) = read_records(swapped, PAIR, np.arange(1))
    assert other.id not in {record.id for record in records}


def test_what_was_read_as_it_prints_is_said() -> None:
    records = read(["a", 1, True, None])
    assert [record.text for record in records] == ["a", "1", "True"]
    assert records.notes == (
        "2 cells of 'note' are numbers, dates or truth values, and were read as they print",
    )
    list(records)
    assert len(records.notes) == 1


def test_a_number_and_its_text_are_one_record() -> None:
    assert len(read([1, "1"])) == 1


@pytest.mark.parametrize("rows", [0, 3])
def test_empty_and_all_missing_frames_have_no_records(rows: int) -> None:
    records = read([None] * rows)
    assert len(records) == 0
    assert list(records) == []
    assert records.ids.dtype == np.dtype("V16")
    assert records.sizes.dtype == np.int64
    assert np.count_nonzero(records.inverse == MISSING) == rows
    assert records.take(np.array([], dtype=np.int64)) == []


def test_records_are_a_sequence_made_when_asked_for() -> None:
    records = read([f"text {i % 20_000}" for i in range(40_000)])
    assert len(records) == 20_000
    assert records[3].text == "text 3"
    assert records[-1].text == "text 19999"
    assert [record.text for record in records[5:7]] == ["text 5", "text 6"]
    assert [record.text for record in records.take(np.array([9, 2]))] == ["text 9", "text 2"]
    assert sum(1 for _ in records) == 20_000
    with pytest.raises(IndexError):
        records[20_000]
    for record, address in zip(records, records.ids.tolist(), strict=True):
        assert record.id == address


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000_000,
        "a\x00b",
        "\ud800 \udfff",
        "😀👩‍👩‍👧",
        "中文摘要",
        "a\r\nb",
        "e\u0301",
        "<b>&",
    ],
    ids=["5MB", "NUL", "surrogates", "emoji", "Chinese", "CRLF", "combining", "HTML"],
)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    records = read([text, "other", text])
    assert records.inverse.tolist() == [0, 1, 0]
    assert records[0].text == text
    assert records.sizes[0] == len(text)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"text": ["a"]}), "no column 'note': the frame has 'text'"),
        (pd.DataFrame({"Note": ["a"]}), "did you mean 'Note'?"),
        (pd.DataFrame([["a", "b"]], columns=["note", "note"]), "2 columns are called 'note'"),
        (pd.Series(["a"], name="note"), r"call .to_frame\(\)"),
        (pd.DataFrame({"note": [["a"]]}), "holds list values"),
    ],
)
def test_what_cannot_be_read_is_told(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        read_records(frame, TASK, np.arange(len(frame)))


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_the_index_does_not_matter_and_the_frame_is_not_changed(index: pd.Index) -> None:
    frame = pd.DataFrame({"note": ["a", "b", "a"], 3: [1.0, 2.0, 3.0]}).set_axis(index)
    frame.attrs["source"] = "here"
    before = frame.copy(deep=True)
    records = read_records(frame, TASK, np.arange(3))
    assert records.inverse.tolist() == [0, 1, 0]
    assert [record.text for record in records] == ["a", "b"]
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs


CELLS = st.one_of(
    st.text(max_size=6),
    st.text(st.characters(categories=["Cs", "Cc", "Zs", "Lu"]), max_size=3),
    st.none(),
    st.integers(-3, 3),
    st.booleans(),
    st.sampled_from([np.nan, pd.NA, pd.NaT, pd.Timestamp("2024-01-02"), "a", "a", " "]),
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=30), st.data())
def test_records_agree_with_reading_row_by_row(
    rows: list[tuple[object, object]], data: st.DataObject
) -> None:
    frame = pd.DataFrame(
        {
            "title": pd.Series([row[0] for row in rows], dtype=object),
            "note": pd.Series([row[1] for row in rows], dtype=object),
        }
    )
    picked = data.draw(
        st.lists(st.integers(0, len(rows) - 1), unique=True) if rows else st.just([])
    )
    at = np.array(sorted(picked), dtype=np.int64)
    records = read_records(frame, PAIR, at)

    def text(cell: object) -> str:
        gone = cell is None or cell is pd.NA or cell is pd.NaT or cell != cell
        return "" if gone or not str(cell).strip() else str(cell)

    expected = [tuple(map(text, rows[row])) for row in at]
    assert [code < 0 for code in records.inverse] == [not any(row) for row in expected]
    seen = list(dict.fromkeys(row for row in expected if any(row)))
    assert [seen[code] for code in records.inverse if code >= 0] == [r for r in expected if any(r)]
    assert len(records) == len(seen)
    for record, row, size in zip(records, seen, records.sizes, strict=True):
        pairs = zip(PAIR.columns, row, strict=True)
        assert record.content == tuple(pair for pair in pairs if pair[1])
        assert record.id == record_id("text", *PAIR.columns, *row)
        assert size == sum(map(len, row))


def test_no_second_copy_of_the_texts_is_held() -> None:
    frame = pd.DataFrame({"note": [f"{i} {'x' * 500}" for i in range(20_000)]})
    read_records(frame.head(2), TASK, np.arange(2))
    tracemalloc.start()
    records = read_records(frame, TASK, np.arange(len(frame)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(records) == 20_000
    assert held < 20_000 * 60
