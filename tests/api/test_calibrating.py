"""Calibration through the public functions, for every kind of task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sciml_magics.api import stored_task
from sciml_magics.errors import LearningError, ModelError
from sciml_magics.frames import read_records
from sciml_magics.store import open_store
from sciml_magics.tasks import Counts, Response, Span, Suggestion, Task, Value, same_value
from tests.learning.calibration_made import MODEL, NAMES, made_frame, made_task, reviewed


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sciml_magics.db")


def keep(path: str, task: Task, made: list[tuple[Value, float, Value]]) -> pd.DataFrame:
    """Notes with suggestions and what people say of them: value, score, truth."""
    frame = made_frame(len(made))
    with open_store(path) as store:
        records = list(read_records(frame, task, np.arange(len(made))))
        run = store.begin(store.task(task), MODEL, by="Ada", seed=0, code_version="1")
        suggestions = []
        for record, (value, score, _) in zip(records, made, strict=True):
            ranked: tuple[tuple[str, float], ...] = ()
            if task.kind == "labels":
                ranked = tuple((n, score if n in (value or ()) else 1 - score) for n in NAMES)
                ranked = tuple(sorted(ranked, key=lambda pair: -pair[1]))
            suggestions.append(Suggestion(record.id, value, score, ranked))
        store.append(run, records, suggestions)
        store.finish(run, "done", Counts())
        responses = [
            Response(
                f"key-{at}",
                record.id,
                "accepted" if same_value(value, truth) else "corrected",
                truth,
                "Ada",
                share="audit",
            )
            for at, (record, (value, _, truth)) in enumerate(zip(records, made, strict=True))
        ]
        store.respond(store.task(task), responses)
    return frame


def test_a_calibration_tells_its_errors_its_table_and_its_charts(path):
    with open_store(path) as store:
        reviewed(store, 400, 600)
    found = stored_task("topic", path).calibrate(store=path)
    assert found.after.ece < 0.5 * found.before.ece
    assert found.summary.startswith("topic: calibration error 0.2")
    assert found.summary in repr(found)
    columns = ["accept_above", "share", "agreement", "low", "high", "n"]
    assert found.acceptance.columns.tolist() == columns
    html = found._repr_html_()
    assert "<table" in html
    assert "accept_above" in html
    assert "calibration error" in found.chart().to_dict()["description"]
    assert found.acceptance_chart().to_dict()["hconcat"]
    at, lower = found.threshold(0.8), found.threshold(0.7)
    assert at is not None
    assert lower is not None
    assert lower < at
    assert found.accepting(0.8).startswith(f"accept above {at:.3g}: ")


def test_scores_of_frames_are_calibrated_and_sets_and_trust_follow(path):
    with open_store(path) as store:
        frame = reviewed(store, 300, 400)
    task = stored_task("topic", path)
    task.calibrate(store=path)
    raw = task.answers(frame, raw_scores=True, store=path)
    after = task.answers(frame, accept_above=0.9, store=path)
    assert after["topic_score"].mean() < raw["topic_score"].mean() - 0.1
    assert (after["topic_status"] == "trusted").any()
    sets = task.sets(frame, 0.8, store=path)["topic_set"]
    wider = task.sets(frame, 0.95, store=path)["topic_set"]
    assert sum(map(len, sets)) < sum(map(len, wider))


def test_several_labels_are_calibrated(path):
    draw = np.random.default_rng(0)
    made: list[tuple[Value, float, Value]] = []
    for _ in range(400):
        value = tuple(name for name in NAMES if draw.random() < 0.5)
        score = float(draw.uniform(0.8, 0.99))
        truth = tuple(name for name in NAMES if (name in value) == (draw.random() < 0.75))
        made.append((value, score, truth))
    frame = keep(path, made_task("labels"), made)
    task = stored_task("topic", path)
    found = task.calibrate(store=path)
    assert found.after.ece < 0.6 * found.before.ece
    scores = task.answers(frame, threshold=0, store=path)["topic_score"]
    # All three decisions are right in 42 % of records.
    assert 0.3 < scores.mean() < 0.55
    assert len(task.sets(frame, 0.9, store=path)["topic_set"].iloc[0]) >= 1


def test_spans_are_calibrated_one_by_one(path):
    draw = np.random.default_rng(0)
    made: list[tuple[Value, float, Value]] = []
    for _ in range(200):
        score = float(draw.uniform(0.7, 0.99))
        span = Span(0, 4, "genes", "note", score)
        made.append(((span,), score, (replace(span, score=1.0),) if draw.random() < 0.6 else ()))
    frame = keep(path, made_task("spans"), made)
    task = stored_task("topic", path)
    found = task.calibrate(store=path)
    assert found.after.ece < 0.5 * found.before.ece
    answered = task.answers(frame, threshold=0, store=path)
    accepted = answered[answered["topic_status"] == "accepted"]
    assert 0.45 < accepted["topic_score"].mean() < 0.75
    with pytest.raises(LearningError, match="asks for spans"):
        task.sets(frame, store=path)


def test_free_text_is_refused(path):
    made: list[tuple[Value, float, Value]] = [("a", 0.9, "a")] * 40
    keep(path, made_task("text"), made)
    with pytest.raises(LearningError, match="free text"):
        stored_task("topic", path).calibrate(store=path)


def test_without_a_model_there_is_nothing_to_calibrate(path):
    with open_store(path) as store:
        store.task(made_task())
    with pytest.raises(ModelError, match="no model suggested anything for 'topic'"):
        stored_task("topic", path).calibrate(store=path)
