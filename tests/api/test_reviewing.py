"""Reviews, answers and files by the public functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest
from PIL import Image

from sciml_magics.api import Task
from sciml_magics.api.reviewing import review_asked
from sciml_magics.errors import FrameError, SciMLError, TaskError
from sciml_magics.frames import read_records, select_rows
from sciml_magics.panels.service import end_service, service
from sciml_magics.panels.settings import choose
from sciml_magics.review import Reviewer
from sciml_magics.store import open_store
from sciml_magics.tasks import Label, Suggestion
from tests.store.examples import begin

LABELS = (Label("genes", "genes and DNA"), Label("stars", "stars and planets"))
TOPIC = Task("topic", ("note",), labels=LABELS)
PICTURE = Task("what", ("picture",), input="image", labels=LABELS)


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "note": ["A gene.", "A star.", None, "A comet."],
            "picture": [Image.new("RGB", (4, 3), colour) for colour in ("red", "blue", "lime", 1)],
            "year": [2001, 2002, 2003, 2004],
        }
    )


@pytest.fixture
def place(tmp_path: Path, frame: pd.DataFrame) -> Iterator[Path]:
    where = tmp_path / "record.db"
    with open_store(where) as store:
        for task in (TOPIC, PICTURE):
            records = list(read_records(frame, task, select_rows(frame)))
            suggested = [Suggestion(record.id, "genes", 0.5) for record in records]
            store.append(begin(store, task), records, suggested)
    yield where
    end_service()
    choose(None)


def answer(place: Path, annotator: str, value: str) -> None:
    with open_store(place) as store:
        reviewer = Reviewer(store, "topic", annotator, overlap=9)
        for item in reviewer.next(20).items:
            reviewer.respond(uuid4().hex, item.record.id, "accept", value, share=item.share)


def test_what_is_asked_of_a_review(place: Path, frame: pd.DataFrame) -> None:
    asked = review_asked(
        TOPIC,
        frame,
        {
            "where": "year > @first",
            "variables": {"first": 2001},
            "order": "random",
            "annotator": "ada",
            "overlap": 2,
            "adjudicate": True,
            "store": place,
        },
    )
    assert (asked.task, asked.order, asked.annotator) == ("topic", "random", "ada")
    assert (asked.overlap, asked.role) == (2, "adjudicator")
    assert asked.filter.selection


def test_images_of_the_frame_are_at_hand_for_the_panel(place: Path, frame: pd.DataFrame) -> None:
    asked = review_asked(PICTURE, frame, {"store": place})
    assert asked.filter.selection is None
    with open_store(place) as store:
        for item in Reviewer(store, "what", "ada").next(9).items:
            assert service().images.view(item.record).width == 4


@pytest.mark.parametrize(
    ("task", "options", "kind", "message"),
    [
        (TOPIC, {"overlap": 0}, TaskError, "choose 1 to 100"),
        (TOPIC, {"where": "year > 9000"}, FrameError, "holds for no row"),
        (TOPIC, {"where": "yeer > 1"}, FrameError, "does not work"),
        (Task("new", ("note",), labels=LABELS), {}, TaskError, "annotate something first"),
    ],
)
def test_mistakes_are_told(
    place: Path,
    frame: pd.DataFrame,
    task: Task,
    options: dict[str, Any],
    kind: type[SciMLError],
    message: str,
) -> None:
    options["store"] = place
    with pytest.raises(kind, match=message):
        review_asked(task, frame, options)  # type: ignore[arg-type]


def test_a_query_needs_a_frame(place: Path) -> None:
    with pytest.raises(FrameError, match="which frame"):
        review_asked(TOPIC, None, {"where": "year > 1", "store": place})


def test_a_review_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(SciMLError, match="annotate something first"):
        review_asked(TOPIC, None, {"store": tmp_path / "none.db"})
    assert not (tmp_path / "none.db").exists()


def test_answers_stand_over_suggestions(place: Path, frame: pd.DataFrame) -> None:
    answer(place, "ada", "stars")
    done = TOPIC.answers(frame, store=place)
    assert done["topic"].astype(object).tolist()[:2] == ["stars", "stars"]
    assert done["topic_annotator"].tolist()[:2] == ["ada", "ada"]
    assert "topic" not in frame


def test_agreement_and_what_differs(place: Path) -> None:
    answer(place, "ada", "stars")
    answer(place, "grace", "genes")
    assert TOPIC.agreement(place).annotators == ("ada", "grace")
    assert len(TOPIC.disagreements(store=place)) == 3
    assert TOPIC.review_chart("annotators", place).to_dict()


def test_files_go_out_and_come_back(place: Path, tmp_path: Path) -> None:
    answer(place, "ada", "stars")
    file = tmp_path / "out.jsonl"
    assert TOPIC.export(file, store=place).answers == 3
    assert TOPIC.import_answers(file, annotator="ada", store=place).known == 3
    came = TOPIC.export(tmp_path / "all.jsonl", what="all", store=place)
    assert came.predictions == 3
    predictions = TOPIC.import_predictions(tmp_path / "all.jsonl", model="other", store=place)
    assert predictions.added == 3
