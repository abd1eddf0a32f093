"""Learning through the functions: what is shown, which model answers, steps back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from sciml_magics import Task
from sciml_magics.annotation import Progress
from sciml_magics.api import curves as api_curves
from sciml_magics.api import learning as api_learning
from sciml_magics.api import models as api_models
from sciml_magics.api import task as api_task
from sciml_magics.api import trained_models
from sciml_magics.errors import LearningError, ModelError, Stopped
from sciml_magics.learning import curve as curve_module
from sciml_magics.panels.jobs import JOBS
from sciml_magics.review import Reviewer
from sciml_magics.store import open_store
from tests.learning.lessons_made import TASK, School, annotated, answer, enter

MINE = Task(**vars(TASK))


@pytest.fixture
def school(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> School:
    """100 annotated texts in the working directory, 60 of them answered."""
    monkeypatch.chdir(tmp_path)
    made = enter(School(), monkeypatch)
    for module in (api_learning, api_task):
        monkeypatch.setattr(module, "open_model", made.open_model)
    with open_store() as store:
        answer(store, annotated(store), 0, 60)
    return made


def speaks() -> str:
    """Which model a review shows."""
    with open_store() as store:
        return Reviewer(store, "topic", "Ada").model.id


def test_a_promoted_model_suggests_for_all_records(school: School) -> None:
    found = MINE.learn(progress=False, by="Ada")
    assert found.promoted
    assert found.outcome is not None
    assert found.outcome.run.counts.computed == 100
    assert speaks() == "sciml_magics_models/topic-1"
    with open_store() as store:
        assert store.runs()[-1].by == "Ada"


def test_suggesting_can_be_left_out_and_made_up_for(school: School) -> None:
    assert MINE.learn(progress=False, suggest=False).outcome is None
    assert speaks() == "base"
    again = MINE.learn(progress=False)
    assert len(school.trained) == 1
    assert again.outcome is not None
    assert speaks() == "sciml_magics_models/topic-1"


def test_suggestions_that_were_stopped_go_on(school: School) -> None:
    school.fail_after = 40
    with pytest.raises(Stopped):
        MINE.learn(progress=False)
    school.fail_after = None
    found = MINE.learn(progress=False)
    assert len(school.trained) == 1
    assert found.outcome is not None
    assert found.outcome.run.counts.computed < 100


def test_what_was_learned_is_shown_in_a_few_lines(school: School) -> None:
    found = MINE.learn(progress=False)
    lines = repr(found).splitlines()
    assert lines[0].startswith("topic: topic-1 by ")
    assert "promoted" in lines[0]
    assert lines[1].startswith("better than base@r1")
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == repr(found)
    assert "<strong>topic</strong>" in bundle["text/html"]
    assert found.chart().to_dict()["title"]["text"] == "topic-1: training"


def test_the_task_s_model_is_the_promoted_one(school: School) -> None:
    frame = pd.DataFrame({"text": ["star new"]})
    MINE.learn(progress=False)
    assert MINE.annotate(frame, progress=False)["topic"].tolist() == ["star"]
    assert MINE.plan(frame).model.id == "sciml_magics_models/topic-1"
    assert MINE.answers(frame)["topic"].tolist() == ["star"]
    # a model that is named counts for more, and one that was trained has a short name
    assert MINE.annotate(frame, model="base", progress=False)["topic"].tolist() == ["gene"]
    assert MINE.annotate(frame, model="topic-1", progress=False)["topic"].tolist() == ["star"]


def test_otherwise_counts_where_nothing_was_promoted(school: School) -> None:
    with open_store() as store:
        assert api_models.model_for(store, MINE, None, "base") == "base"
        assert api_models.model_for(store, MINE, None) is None


def test_one_line_goes_back(school: School) -> None:
    MINE.learn(progress=False)
    assert MINE.rollback() == "topic: its base model answers again"
    assert speaks() == "base"
    with pytest.raises(LearningError, match="nothing to go back from"):
        MINE.rollback()
    assert MINE.promote("topic-1") == "topic: topic-1 answers from now on"
    assert speaks() == "sciml_magics_models/topic-1"
    with pytest.raises(LearningError, match="no model 'topic-9'; it has: topic-1"):
        MINE.promote("topic-9")


def test_models_are_listed(school: School) -> None:
    MINE.learn(progress=False)
    school.good = False
    MINE.learn(progress=False, force=True)
    found = MINE.models()
    assert found["model"].tolist() == ["topic-2", "topic-1"]
    assert found["promoted"].tolist() == [False, True]
    assert found["parent"].fillna("base").tolist() == ["topic-1", "base"]
    assert found["state"].tolist() == ["here", "here"]
    shutil.rmtree("sciml_magics_models/topic-1")
    assert "topic-1 is gone" in trained_models()["state"][1]


def test_a_promoted_model_that_is_gone_is_told_with_the_way_back(school: School) -> None:
    MINE.learn(progress=False)
    shutil.rmtree("sciml_magics_models/topic-1")
    frame = pd.DataFrame({"text": ["star new"]})
    with pytest.raises(ModelError, match=r"topic-1 is gone: .* %learn topic --rollback"):
        MINE.annotate(frame, progress=False)
    MINE.rollback()
    assert MINE.annotate(frame, model="base", progress=False)["topic"].tolist() == ["gene"]


def test_the_panel_sees_a_training_and_stops_it(school: School) -> None:
    seen: list[Progress] = []

    def listen(moment: Progress) -> None:
        seen.append(moment)
        if moment.phase == "training":
            assert [running.phase for running in JOBS.running()] == ["loading"]
            assert JOBS.cancel("topic")

    with pytest.raises(Stopped, match="what answers the task now stays"):
        MINE.learn(progress=listen)
    assert JOBS.running() == []
    assert seen[-1].phase == "stopped"
    with open_store() as store:
        assert trained_models().empty
        assert len(store.runs()) == 1


def test_settings_reach_the_training(school: School) -> None:
    MINE.learn(
        method="lora",
        epochs=3,
        learning_rate=0.01,
        rank=4,
        class_weights="balanced",
        patience=1,
        accumulate=2,
        max_length=64,
        seed=5,
        progress=False,
    )
    training = school.trained[0][2]
    assert (training.method, training.epochs, training.learning_rate) == ("lora", 3, 0.01)
    assert (training.rank, training.class_weights, training.patience) == (4, "balanced", 1)
    assert (training.accumulate, training.max_length, training.seed) == (2, 64, 5)


def test_a_curve_grows_point_by_point(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curve_module, "train", school.train)
    monkeypatch.setattr(curve_module, "open_model", school.open_model)
    drawn: list[int] = []
    monkeypatch.setattr(
        api_curves._Drawn, "__call__", lambda _, curve: drawn.append(len(curve.frame))
    )
    curve = MINE.learning_curve()
    assert drawn == list(range(1, len(curve.points) + 1))
    assert curve.frame["examples"].tolist()[:2] == [8, 16]
    assert curve.frame["score"].tolist()[-1] == 1
    assert curve.before is not None
    assert curve.before < 0.5
    assert "1.000 with" in repr(curve)
    assert trained_models().empty
    assert [one.examples for one in MINE.learning_curve([5, 10, 900]).points][:2] == [5, 10]


def test_a_curve_that_was_stopped_is_there_as_far_as_it_came(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve_module, "train", school.train)
    monkeypatch.setattr(curve_module, "open_model", school.open_model)

    def stop(drawn: object, curve: api_curves.Curve) -> None:
        if len(curve.points) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(api_curves._Drawn, "__call__", stop)
    with pytest.raises(Stopped, match="stopped after 2 of") as caught:
        MINE.learning_curve()
    found = caught.value.outcome
    assert isinstance(found, api_curves.Curve)
    assert len(found.points) == 2
