"""Answers become typed columns of a new frame; the user's frame stays as it is."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import FrameError, TaskError
from sciml_magics.frames import STATUSES, Answers, is_annotated, read_records, write_columns
from sciml_magics.tasks import Kind, Label, Span, Task, Value
from tests.frames.indices import INDICES

LABELS = (Label("b"), Label("a"), Label("中,'<b>\"😀"))
NAMES = tuple(label.name for label in LABELS)


def make_task(kind: Kind = "label") -> Task:
    return Task("topic", ("note",), kind=kind, labels=() if kind == "text" else LABELS)


def write(
    frame: pd.DataFrame,
    task: Task,
    answers: dict[str, tuple[Value, float]],
    threshold: float = 0.5,
    rows: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Write the answers that are given for texts; texts without one are pending."""
    at_rows = np.array(range(len(frame)) if rows is None else rows, dtype=np.int64)
    records = read_records(frame, task, at_rows)
    held = Answers(task, len(records))
    for at, record in enumerate(records):
        if record.text in answers:
            value, score = answers[record.text]
            held.put(np.array([at]), [value], np.array([score], dtype=np.float32))
    return write_columns(frame, task, records, held, threshold)


def notes(*texts: str | None) -> pd.DataFrame:
    return pd.DataFrame({"note": texts})


def test_one_label_is_a_categorical_in_the_order_of_the_scheme() -> None:
    frame = notes("x", "y", None, "x", "z", "w", "v")
    answers: dict[str, tuple[Value, float]] = {
        "x": ("a", 0.9), "y": ("b", 0.4), "z": (None, np.nan), "w": ("b", np.nan),
    }  # fmt: skip
    done = write(frame, make_task(), answers)
    assert done.columns.tolist() == ["note", "topic", "topic_score", "topic_status"]
    assert done["topic"].dtype == pd.CategoricalDtype(pd.Index(NAMES, dtype="str"))
    assert done["topic"].astype(object).where(done["topic"].notna(), None).tolist() == [
        "a", None, None, "a", None, None, None,
    ]  # fmt: skip
    assert done["topic_score"].dtype == np.float32
    assert done["topic_score"].round(3).fillna(-1).tolist() == pytest.approx(
        [0.9, 0.4, -1, 0.9, -1, -1, -1]
    )
    assert done["topic_status"].dtype == pd.CategoricalDtype(pd.Index(STATUSES, dtype="str"))
    assert done["topic_status"].tolist() == [
        "suggested", "abstained", "missing", "suggested", "abstained", "abstained", "pending",
    ]  # fmt: skip


def test_a_score_at_the_threshold_is_sure() -> None:
    done = write(notes("x"), make_task(), {"x": ("a", 0.3)}, threshold=0.3)
    assert done["topic_status"].tolist() == ["suggested"]


def test_rows_that_were_not_selected_are_pending() -> None:
    done = write(notes("x", "x", None), make_task(), {"x": ("a", 1.0)}, rows=[1])
    assert done["topic_status"].tolist() == ["pending", "suggested", "pending"]
    assert done["topic"].isna().tolist() == [True, False, True]


def test_several_labels_are_a_list() -> None:
    answers: dict[str, tuple[Value, float]] = {
        "x": (("a", NAMES[2]), 0.8), "y": ((), 0.9), "z": (("b",), 0.2),
    }  # fmt: skip
    done = write(notes("x", "y", "z", None), make_task("labels"), answers)
    assert done["topic"].dtype == pd.ArrowDtype(pa.list_(pa.string()))
    assert list(done["topic"].iloc[0]) == ["a", NAMES[2]]
    assert list(done["topic"].iloc[1]) == []
    assert done["topic"].isna().tolist() == [False, False, True, True]
    assert done["topic_status"].tolist() == ["suggested", "suggested", "abstained", "missing"]


def test_unsure_spans_are_left_out() -> None:
    text = "😀 gene\r\n中文 e\u0301"
    sure, unsure = Span(2, 6, "a", "gene", 0.75), Span(8, 10, "b", "中文", 0.25)
    answers: dict[str, tuple[Value, float]] = {
        text: ((sure, unsure), 0.5), "y y": ((), np.nan),
        "gene": ((Span(0, 4, "a", "gene", 0.1),), 0.1),
    }  # fmt: skip
    done = write(notes(text, "y y", "gene", "gene w"), make_task("spans"), answers)
    assert done["topic"].iloc[0] == [
        {"start": 2, "end": 6, "label": "a", "text": "gene", "score": 0.75}
    ]
    assert text[2:6] == "gene"
    assert done["topic"].iloc[1] == []
    assert done["topic"].isna().tolist() == [False, False, True, True]
    assert done["topic_status"].tolist() == ["suggested", "suggested", "abstained", "pending"]
    every = write(notes(text), make_task("spans"), answers, threshold=0.0)
    assert [span["label"] for span in every["topic"].iloc[0]] == ["a", "b"]


def test_a_span_that_does_not_quote_its_row_is_refused() -> None:
    answers: dict[str, tuple[Value, float]] = {"x gene": ((Span(0, 4, "a", "gene", 0.9),), 0.9)}
    with pytest.raises(TaskError, match="does not quote 'gene'"):
        write(notes("x gene"), make_task("spans"), answers)


def test_free_text_is_text() -> None:
    answers: dict[str, tuple[Value, float]] = {
        "x": ("An answer: 中文 😀 \x00", 1.0), "y": (None, np.nan), "z": ("half \ud800", 1.0),
    }  # fmt: skip
    frame = pd.DataFrame({"note": pd.Series(["x", "y", "z"], dtype=object)})
    done = write(frame, make_task("text"), answers, threshold=0.0)
    assert done["topic"].dtype == "str"
    assert done["topic"].iloc[[0, 2]].tolist() == ["An answer: 中文 😀 \x00", "half \ufffd"]
    assert done["topic_status"].tolist() == ["suggested", "abstained", "suggested"]


@pytest.mark.parametrize("kind", ["label", "labels", "spans", "text"])
@pytest.mark.parametrize("cells", [[], [None, " "]], ids=["empty", "all missing"])
def test_frames_with_nothing_to_read_get_the_columns(kind: Kind, cells: list[Any]) -> None:
    done = write(pd.DataFrame({"note": cells}), make_task(kind), {})
    assert done.columns.tolist() == ["note", "topic", "topic_score", "topic_status"]
    assert done["topic_status"].tolist() == ["missing"] * len(cells)
    assert done["topic"].isna().all()


def test_unreadable_images_have_their_status() -> None:
    task = Task("kind", ("image",), input="image", labels=LABELS)
    frame = pd.DataFrame({"image": ["no/such/file.png", None]})
    records = read_records(frame, task, np.arange(2))
    done = write_columns(frame, task, records, Answers(task, 0), 0.5)
    assert done["kind_status"].tolist() == ["unreadable", "missing"]


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_any_index_survives_and_the_frame_is_not_changed(index: pd.Index) -> None:
    frame = pd.DataFrame(
        {
            "note": pd.Series(["x", "y", "x"], dtype="category"),
            "list": pd.Series([[1], {"a": 2}, None], dtype=object),
            7: pd.array([1, None, 3], dtype="Int64"),
        }
    ).set_axis(index)
    frame.attrs["source"] = {"file": "a.csv"}
    before = pickle.loads(pickle.dumps(frame))
    done = write(frame, make_task(), {"x": ("a", 0.9), "y": ("b", 0.9)})
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_index_equal(done.index, index)
    pd.testing.assert_frame_equal(done[["note", "list", 7]], frame)
    assert done["topic"].tolist() == ["a", "b", "a"]
    assert done.attrs == {"source": {"file": "a.csv"}}
    done[7] = 9
    done.iloc[0, 0] = "y"
    done.attrs["source"]["file"] = "b.csv"
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs


def test_columns_of_an_earlier_run_are_replaced_in_place() -> None:
    first = write(notes("x", None), make_task(), {"x": ("a", 0.9)})
    first["later"] = 1
    grown = pd.concat([first, notes("y")], ignore_index=True)
    again = write(grown, make_task(), {"x": ("b", 0.8), "y": ("b", 0.9)})
    assert again.columns.tolist() == ["note", "topic", "topic_score", "topic_status", "later"]
    assert again["topic"].fillna("a").tolist() == ["b", "a", "b"]
    assert first["topic"].iloc[0] == "a"


def test_a_column_of_the_user_is_never_replaced() -> None:
    frame = notes("x").assign(topic="mine")
    with pytest.raises(FrameError, match="a column 'topic' of its own"):
        write(frame, make_task(), {"x": ("a", 0.9)})


def test_columns_of_several_levels_stay() -> None:
    columns = pd.MultiIndex.from_tuples([("text", "note"), ("text", "title")])
    frame = pd.DataFrame([["x", "t"]], columns=columns)
    task = Task("topic", ("text/note",), labels=LABELS)
    done = write(frame, task, {"x": ("a", 0.9)})
    assert done["topic"].tolist() == ["a"]
    assert done.columns.tolist()[:2] == columns.tolist()
    again = write(done, task, {"x": ("b", 0.9)})
    assert again["topic"].tolist() == ["b"]
    assert again.shape == done.shape


@pytest.mark.parametrize("kind", ["label", "labels", "spans", "text"])
def test_the_frame_comes_back_from_parquet_and_pickle(kind: Kind, tmp_path: Path) -> None:
    value: dict[Kind, Value] = {
        "label": NAMES[2],
        "labels": (NAMES[2], "a"),
        "spans": (Span(0, 1, "a", "x", 0.75),),
        "text": "an answer",
    }
    done = write(notes("x", None, "y"), make_task(kind), {"x": (value[kind], 0.75)})
    done.to_parquet(tmp_path / "done.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "done.parquet"), done)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(done)), done)
    other = pd.read_parquet(tmp_path / "done.parquet", dtype_backend="pyarrow")
    assert other["topic"].isna().tolist() == [False, True, True]
    again = write(pd.read_parquet(tmp_path / "done.parquet"), make_task(kind), {})
    assert again["topic_status"].tolist() == ["pending", "missing", "pending"]


def test_five_thousand_labels() -> None:
    task = Task("topic", ("note",), labels=tuple(Label(f"label {i}") for i in range(5_000)))
    done = write(notes("x"), task, {"x": ("label 4999", 0.9)})
    assert done["topic"].tolist() == ["label 4999"]
    assert len(done["topic"].cat.categories) == 5_000


ANSWERS = st.dictionaries(
    st.sampled_from(["x", "y", "z"]),
    st.tuples(st.none() | st.sampled_from(NAMES), st.floats(0, 1, width=32) | st.just(np.nan)),
)


@given(
    st.lists(st.sampled_from(["x", "y", "z", "", None]), max_size=12),
    ANSWERS,
    st.floats(0, 1, width=32),
    st.data(),
)
def test_every_row_says_what_became_of_it(
    cells: list[str | None],
    answers: dict[str, tuple[Value, float]],
    threshold: float,
    data: st.DataObject,
) -> None:
    frame = pd.DataFrame({"note": pd.Series(cells, dtype=object)})
    frame.index = pd.Index([0] * len(cells))
    rows = [row for row in range(len(cells)) if data.draw(st.booleans())]
    done = write(frame, make_task(), answers, threshold, rows)
    for row, text in enumerate(cells):
        value, score, status = done[["topic", "topic_score", "topic_status"]].iloc[row]
        expected, probability = answers.get(text or "", (None, np.nan))
        if row not in rows or (text and text not in answers):
            assert status == "pending"
        elif not text:
            assert status == "missing"
        elif expected is None or not probability >= threshold:
            assert status == "abstained"
        else:
            assert (status, value) == ("suggested", expected)
        assert (status == "suggested") == pd.notna(value)
        if row in rows and text in answers:
            assert score == probability or np.isnan(probability)


def test_sure_answers_with_a_high_enough_score_are_trusted_where_that_is_asked():
    frame = pd.DataFrame({"note": ["a", "b", "c", "d"]})
    task = make_task()
    records = read_records(frame, task, np.arange(4))
    answers = Answers(task, 4)
    scores = np.array([0.95, 0.9, 0.89, 0.95], dtype=np.float32)
    answers.put(np.arange(4), [NAMES[0], NAMES[1], NAMES[0], None], scores)
    done = write_columns(frame, task, records, answers, 0.0, accept_above=0.9)
    assert done["topic_status"].tolist() == ["trusted", "trusted", "suggested", "abstained"]
    assert is_annotated(done, task)
    plain = write_columns(done, task, records, answers, 0.0)
    assert "trusted" not in plain["topic_status"].cat.categories
