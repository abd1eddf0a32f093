"""Learning curves: more and more answers, each point judged by the same held-out ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sciml_magics.charts.learning import learning_curve_chart, training_chart
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.errors import LearningError
from sciml_magics.learning import curve
from sciml_magics.learning.curve import Point, doubled, learning_curve
from sciml_magics.models import find_model
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Moment, Training
from tests.learning.lessons_made import TASK, School, annotated, answer, enter

POINTS = [Point(8, 30, "macro F1", 0.4, 0.2, 0.6), Point(16, 30, "macro F1", 0.7, 0.5, 0.9)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "mine.db") as opened:
        yield opened


@pytest.fixture
def school(monkeypatch: pytest.MonkeyPatch) -> School:
    made = enter(School(), monkeypatch)
    monkeypatch.setattr(curve, "train", made.train)
    monkeypatch.setattr(curve, "open_model", made.open_model)
    return made


def points(store: Store) -> list[Point]:
    return list(learning_curve(store, TASK, find_model(), Training("head")))


def test_each_point_learns_from_more_and_is_judged_by_the_same(
    store: Store, school: School
) -> None:
    answer(store, annotated(store), 0, 100)
    found = points(store)
    sizes = [point.examples for point in found]
    assert sizes[:3] == [8, 16, 32]
    assert sizes == sorted(sizes)
    assert [examples for examples, _, _ in school.trained] == sizes
    assert {point.held_out for point in found} == {found[0].held_out}
    assert found[-1].score == 1


def test_a_curve_keeps_nothing(store: Store, school: School) -> None:
    answer(store, annotated(store), 0, 60)
    points(store)
    assert store.path is not None
    assert not (store.path.parent / "mine_models").exists()


def test_without_held_out_answers_there_is_no_curve(store: Store, school: School) -> None:
    from sciml_magics.learning.answers import gather

    frame = annotated(store)
    with open_store(str(store.path).replace("mine", "all")) as other:
        answer(other, annotated(other), 0, 100)
        learned = {record.text for record in gather(other, TASK).part("learn").records}
    for at, text in enumerate(frame["text"]):
        if text in learned:
            answer(store, frame, at, at + 1)
    with pytest.raises(LearningError, match="no held-out answers to draw a curve by"):
        points(store)


def test_sizes_double_up_to_all() -> None:
    assert doubled(5) == [5]
    assert doubled(16) == [8, 16]
    assert doubled(100) == [8, 16, 32, 64, 100]


def test_the_curve_is_drawn_with_its_interval_and_in_words() -> None:
    chart = learning_curve_chart(POINTS, "topic", before=0.3).to_dict()
    assert chart["description"] == (
        "topic: 0.40 with 8 answers, 0.70 with 16 answers; 0.30 without learning"
    )
    assert len(chart["layer"]) == 3
    with pytest.raises(NothingToDrawError):
        learning_curve_chart([], "topic")


def test_a_training_is_drawn() -> None:
    history = [Moment(5, 10, 1.0, 0.9, 0.5, 1.0), Moment(10, 10, 2.0, float("nan"), None, 2.0)]
    chart = training_chart(history, "topic-1").to_dict()
    assert len(chart["layer"]) == 2
    assert chart["description"] == "topic-1: 2 epochs, loss at the end unknown"
    with pytest.raises(NothingToDrawError, match="was not trained now"):
        training_chart([], "topic-1")
