"""Every answer says where it came from."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames import Answers, add_provenance, read_records, write_columns
from sciml_magics.frames.naming import provenance_columns
from sciml_magics.tasks import Counts, Execution, Label, ModelIdentity, Run, Task

TASK = Task("topic", ("note",), labels=(Label("a"),))
NOON = np.datetime64("2026-01-02T12:00:00.123", "ms")
FIRST = Run(
    id=3,
    task="topic",
    task_version=2,
    model=ModelIdentity("tiny", "r1", "bert"),
    execution=Execution("cpu", "bf16"),
    code_version="0.1.0",
    by="Ada 中",
    seed=0,
    started=datetime(2026, 1, 2, tzinfo=UTC),
    finished=None,
    state="running",
    counts=Counts(),
)
RUNS = [FIRST, replace(FIRST, id=5, by="bo", execution=None), replace(FIRST, id=9, by="nobody")]


class Origin(NamedTuple):
    runs: npt.NDArray[np.int64]
    times: npt.NDArray[np.datetime64]


def traced(index: pd.Index | None = None, base: pd.DataFrame | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"note": ["x", None, "y", "x", "z"]}, index=index)
    frame = frame if base is None else base
    records = read_records(frame, TASK, np.arange(4))
    answers = Answers(TASK, len(records))
    answers.put(np.arange(2), ["a", "a"], np.ones(2, dtype=np.float32))
    done = write_columns(frame, TASK, records, answers, 0.5)
    origin = Origin(np.array([3, 5]), np.array([NOON, np.datetime64("NaT")]))
    return add_provenance(done, TASK, records, origin, RUNS)


def plain(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else value for value in column]


def test_each_row_names_its_run() -> None:
    done = traced()
    assert done.columns.tolist()[4:] == list(provenance_columns(TASK))
    row = done.iloc[3]
    assert row["topic_model"] == "tiny"
    assert row["topic_revision"] == "r1"
    assert row["topic_version"] == "2"
    assert row["topic_code"] == "0.1.0"
    assert row["topic_run"] == "3"
    assert row["topic_time"] == pd.Timestamp("2026-01-02 12:00:00.123", tz="UTC")
    assert plain(done["topic_by"]) == ["Ada 中", None, "bo", "Ada 中", None]
    assert plain(done["topic_device"]) == ["cpu", None, "", "cpu", None]
    assert done["topic_by"].cat.categories.tolist() == ["Ada 中", "bo"]
    assert done["topic_time"].isna().tolist() == [False, True, True, False, True]


def test_any_index_survives() -> None:
    index = pd.MultiIndex.from_tuples([(0, "a")] * 5, names=["n", "k"])
    done = traced(index)
    pd.testing.assert_index_equal(done.index, index)
    assert plain(done["topic_run"]) == ["3", None, "5", "3", None]


def test_a_later_run_replaces_the_columns() -> None:
    done = traced()
    again = traced(base=done)
    pd.testing.assert_frame_equal(again, done)
    records = read_records(done, TASK, np.arange(5))
    bare = write_columns(done, TASK, records, Answers(TASK, len(records)), 0.5)
    assert bare.columns.tolist() == ["note", "topic", "topic_score", "topic_status"]


def test_the_user_s_own_column_of_such_a_name_stays() -> None:
    frame = pd.DataFrame({"note": ["x"], "topic_time": ["noon"]})
    records = read_records(frame, TASK, np.arange(1))
    done = write_columns(frame, TASK, records, Answers(TASK, 1), 0.5)
    assert done["topic_time"].tolist() == ["noon"]


def test_the_frame_comes_back_from_parquet_and_pickle(tmp_path: Path) -> None:
    done = traced()
    done.to_parquet(tmp_path / "done.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "done.parquet"), done)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(done)), done)
