"""The answers that hold come back as typed columns of a new frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import FrameError, ModelError
from sciml_magics.frames import read_records
from sciml_magics.review.frame import labels_frame
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import (
    Counts,
    Label,
    ModelIdentity,
    Record,
    Response,
    Span,
    Suggestion,
    Task,
    Value,
)

TOPIC = Task("topic", ("note",), labels=(Label("genes"), Label("cells"), Label("brains")))
PARTS = Task("parts", ("note",), kind="spans", labels=(Label("x"), Label("y")))
OLD = ModelIdentity("old", "1" * 40, "encoder")
NEW = ModelIdentity("new", "2" * 40, "encoder")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def records_of(task: Task, *texts: str) -> list[Record]:
    return list(read_records(pd.DataFrame({"note": texts}), task, np.arange(len(texts))))


def suggest(
    store: Store, task: Task, said: Mapping[str, tuple[Value, float]], model: ModelIdentity = NEW
) -> None:
    run = store.begin(store.task(task), model, by="Ada", seed=0, code_version="1")
    batch = records_of(task, *said)
    made = [Suggestion(record.id, *said[record.text]) for record in batch]
    store.append(run, batch, made)
    store.finish(run, "done", Counts())


def respond(store: Store, task: Task, text: str, value: Value, **more: Any) -> None:
    (record,) = records_of(task, text)
    number = len(store.responses(task.name))
    decision = more.pop("decision", "corrected")
    annotator = more.pop("annotator", "Ada")
    response = Response(f"key-{number}", record.id, decision, value, annotator, **more)
    store.respond(store.task(task), [response])


def column(frame: pd.DataFrame, name: str) -> list[Any]:
    return [
        None if missing else cell
        for cell, missing in zip(frame[name], frame[name].isna(), strict=True)
    ]


FRAME = pd.DataFrame({"note": ["a", "b", None, "a", "c", "d"]}, index=[9, 9, 1, 2, 3, 4])


def test_people_stand_over_the_model(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9), "b": ("cells", 0.1), "c": ("cells", 0.8)})
    respond(store, TOPIC, "a", "brains")
    respond(store, TOPIC, "b", "cells", decision="accepted")
    before = FRAME.copy()
    done = labels_frame(FRAME, TOPIC, store)
    pd.testing.assert_frame_equal(FRAME, before)
    assert done.columns.tolist() == [
        "note", "topic", "topic_score", "topic_status", "topic_annotator", "topic_time",
    ]  # fmt: skip
    assert done.index.tolist() == FRAME.index.tolist()
    assert column(done, "topic") == ["brains", "cells", None, "brains", "cells", None]
    assert done["topic_status"].tolist() == [
        "corrected", "accepted", "missing", "corrected", "suggested", "pending",
    ]  # fmt: skip
    assert column(done, "topic_annotator") == ["Ada", "Ada", None, "Ada", None, None]
    scores = [score if score is None else round(score, 3) for score in column(done, "topic_score")]
    assert scores == [None, 0.1, None, None, 0.8, None]


def test_the_columns_are_typed(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9)})
    respond(store, TOPIC, "a", "genes", decision="accepted")
    done = labels_frame(FRAME, TOPIC, store)
    assert done["topic"].cat.categories.tolist() == list(TOPIC.label_names)
    assert done["topic_score"].dtype == np.float32
    assert isinstance(done["topic_annotator"].dtype, pd.CategoricalDtype)
    assert str(done["topic_time"].dtype) == "datetime64[ms, UTC]"
    assert done["topic_time"].notna().tolist() == [True, False, False, True, False, False]


@pytest.mark.parametrize("decision", ["rejected", "skipped", "flagged"])
def test_without_an_answer_there_is_a_status_and_no_value(store: Store, decision: str):
    suggest(store, TOPIC, {"a": ("genes", 0.9)})
    respond(store, TOPIC, "a", None, decision=decision)
    done = labels_frame(FRAME, TOPIC, store)
    assert (column(done, "topic")[0], done["topic_status"].iloc[0]) == (None, decision)


def test_a_dispute_names_everybody_and_has_no_value(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9)})
    respond(store, TOPIC, "a", "genes")
    respond(store, TOPIC, "a", "cells", annotator="Bo")
    done = labels_frame(FRAME, TOPIC, store)
    assert (column(done, "topic")[0], done["topic_status"].iloc[0]) == (None, "disputed")
    assert done["topic_annotator"].iloc[0] == "Ada, Bo"


def test_answers_need_no_suggestion(store: Store):
    suggest(store, TOPIC, {"a": (None, float("nan"))})
    respond(store, TOPIC, "a", "cells")
    assert column(labels_frame(FRAME, TOPIC, store), "topic")[0] == "cells"


def test_the_threshold_concerns_the_model_alone(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.3), "b": ("cells", 0.3)})
    respond(store, TOPIC, "a", "genes", decision="accepted")
    done = labels_frame(FRAME, TOPIC, store, threshold=0.9)
    assert done["topic_status"].tolist()[:2] == ["accepted", "abstained"]


def test_a_persons_spans_are_certain(store: Store):
    text = "😀 gene\r\n中文 e\u0301"
    unsure = (Span(2, 6, "x", "gene", 0.25),)
    suggest(store, PARTS, {text: (unsure, 0.25), "other": (unsure[:0], 0.9)})
    frame = pd.DataFrame({"note": [text, "other"]})
    assert labels_frame(frame, PARTS, store)["parts_status"].tolist() == ["abstained", "suggested"]
    respond(store, PARTS, text, unsure, decision="accepted")
    done = labels_frame(frame, PARTS, store)
    assert done["parts"].iloc[0] == [
        {"start": 2, "end": 6, "label": "x", "text": "gene", "score": 1.0}
    ]
    assert done["parts_status"].iloc[0] == "accepted"


def test_answers_hold_for_every_version_that_has_the_label(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9), "b": ("genes", 0.9)})
    respond(store, TOPIC, "a", "cells")
    respond(store, TOPIC, "b", "brains")
    narrower = Task("topic", ("note",), labels=(Label("genes"), Label("cells")))
    suggest(store, narrower, {"a": ("genes", 0.9), "b": ("genes", 0.9)})
    done = labels_frame(FRAME, narrower, store)
    assert column(done, "topic")[:2] == ["cells", "genes"]
    assert done["topic_status"].tolist()[:2] == ["corrected", "suggested"]


def test_the_model_that_ran_last_suggests_unless_another_is_named(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9)}, OLD)
    suggest(store, TOPIC, {"a": ("cells", 0.9)}, NEW)
    assert column(labels_frame(FRAME, TOPIC, store), "topic")[0] == "cells"
    for named in (OLD, "old", OLD.short):
        assert column(labels_frame(FRAME, TOPIC, store, model=named), "topic")[0] == "genes"
    with pytest.raises(ModelError, match="no suggestions of 'gone' for task 'topic', only of: new"):
        labels_frame(FRAME, TOPIC, store, model="gone")


def test_a_model_that_brings_its_labels_is_found_by_the_name_of_the_task(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9)})
    assert column(labels_frame(FRAME, Task("topic", ("note",)), store), "topic")[0] == "genes"


def test_asking_again_refreshes_the_columns(store: Store):
    suggest(store, TOPIC, {"a": ("genes", 0.9)})
    respond(store, TOPIC, "a", "cells")
    once = labels_frame(FRAME, TOPIC, store)
    respond(store, TOPIC, "a", "brains")
    twice = labels_frame(once, TOPIC, store)
    assert twice.columns.tolist() == once.columns.tolist()
    assert column(twice, "topic")[0] == "brains"
    assert column(once, "topic")[0] == "cells"


def test_answers_to_records_of_other_frames_make_no_difference(store: Store):
    suggest(store, TOPIC, {"elsewhere": ("genes", 0.9)})
    respond(store, TOPIC, "elsewhere", "cells")
    assert set(labels_frame(FRAME, TOPIC, store)["topic_status"]) == {"pending", "missing"}


def test_a_column_of_the_users_own_stays(store: Store):
    frame = FRAME.assign(topic_annotator="mine")
    with pytest.raises(FrameError, match="'topic_annotator' of its own"):
        labels_frame(frame, TOPIC, store)


def test_a_store_that_knows_nothing_gives_pending_rows(store: Store):
    done = labels_frame(FRAME, TOPIC, store)
    assert done["topic_status"].tolist() == [
        "pending", "pending", "missing", "pending", "pending", "pending",
    ]  # fmt: skip
