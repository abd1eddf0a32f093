"""The public functions, on the embedded model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sciml_magics as sm
from sciml_magics.annotation import Outcome, Progress
from sciml_magics.api import make_task, stored_task
from sciml_magics.errors import FrameError, ModelError, SciMLError, TaskError
from sciml_magics.tasks import Label

LABELS = {"genomics": "genes and DNA", "astronomy": "stars, planets and telescopes"}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "note": [
                "The genome of the barley plant was sequenced.",
                "A telescope in Chile found a planet around a dwarf star.",
                None,
            ],
            "n": [1, 2, 3],
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


def test_annotate_returns_a_new_frame(frame: pd.DataFrame, store: Path) -> None:
    before = frame.copy(deep=True)
    done = sm.annotate(frame, LABELS, column="note", task="topic", store=store, progress=False)
    assert done["topic"].astype(object).tolist()[:2] == ["genomics", "astronomy"]
    assert done["topic_status"].tolist() == ["suggested", "suggested", "missing"]
    assert done["topic_score"].iloc[:2].between(0.5, 1).all()
    pd.testing.assert_frame_equal(frame, before)


def test_several_labels(frame: pd.DataFrame, store: Path) -> None:
    done = sm.annotate(
        frame, LABELS, column="note", task="topics", kind="labels", store=store, progress=False
    )
    assert "genomics" in list(done["topics"].iloc[0])


def test_a_task_object_runs_plans_and_charts(frame: pd.DataFrame, store: Path) -> None:
    task = make_task(frame, "note", "topic", labels=LABELS)
    made = task.plan(frame, store=store)
    assert made.to_compute == 2
    assert made.memory > 20e6
    seen: list[Progress] = []
    outcome = task.run(frame, store=store, progress=seen.append)
    assert isinstance(outcome, Outcome)
    assert seen[-1].phase == "done"
    assert "3 rows" in outcome.summary
    assert outcome.run.model.short in outcome.summary
    assert task.chart(outcome.frame).to_dict()
    assert task.runs(store=store)["computed"].tolist() == [2]


def test_the_record_tells_of_every_run(frame: pd.DataFrame, store: Path) -> None:
    for _ in range(2):
        sm.annotate(
            frame, LABELS, column="note", task="topic", store=store, progress=False, by="ada"
        )
    runs = sm.runs(store=store)
    assert runs["computed"].tolist() == [0, 2]
    assert runs["reused"].tolist() == [2, 0]
    assert set(runs["by"]) == {"ada"}
    assert runs["revision"].str.len().min() >= 12
    assert runs.iloc[-1]["device"]
    status = sm.status(store=store)
    assert status[["task", "version", "suggestions"]].values.tolist() == [["topic", 1, 2]]


def test_a_stored_task_comes_back(frame: pd.DataFrame, store: Path) -> None:
    made = make_task(frame, "note", "topic", labels=LABELS)
    made.annotate(frame, store=store, progress=False)
    assert stored_task("topic", store) == made
    with pytest.raises(TaskError, match=r"no task 'topik' in .*; it knows: topic"):
        stored_task("topik", store)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"column": "nota"}, FrameError, "note"),
        ({"labels": None}, ModelError, "labels"),
        ({"labels": []}, SciMLError, "label"),
        ({"labels": ["a", "a"]}, TaskError, "stands twice"),
        ({"model": "no/such/folder"}, ModelError, "no/such/folder"),
        ({"device": "cuda:77"}, ModelError, "cuda:77"),
        ({"device": "gpu9"}, ModelError, "gpu9"),
        ({"precision": "int3"}, ModelError, "int3"),
        ({"kind": "spans"}, ModelError, "spans"),
        ({"where": "n >"}, FrameError, "n >"),
        ({"limit": -1}, FrameError, "-1"),
        ({"threshold": 2.0}, SciMLError, "between 0 and 1"),
        ({"task": "n"}, FrameError, "'n'"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    frame: pd.DataFrame,
    store: Path,
    change: dict[str, object],
    error: type[SciMLError],
    says: str,
) -> None:
    arguments: dict[str, object] = {"labels": LABELS, "column": "note", "task": "topic"} | change
    with pytest.raises(error) as caught:
        sm.annotate(frame, store=store, progress=False, **arguments)  # type: ignore[arg-type]
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_may_be_objects(frame: pd.DataFrame, store: Path) -> None:
    labels = [Label("基因组学", "genes and DNA"), Label("🔭", "stars and telescopes")]
    done = sm.annotate(frame, labels, column="note", task="主题", store=store, progress=False)
    assert done["主题"].astype(object).tolist()[:2] == ["基因组学", "🔭"]
