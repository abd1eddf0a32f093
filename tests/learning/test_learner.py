from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sciml_magics.annotation import Progress
from sciml_magics.errors import LearningError, Stopped, StoreError
from sciml_magics.learning import registry as registry_module
from sciml_magics.learning.assignment import Assignment
from sciml_magics.learning.learned import Learned
from sciml_magics.learning.learner import learn
from sciml_magics.learning.registry import Registry
from sciml_magics.store import Store, open_store
from sciml_magics.store.trained import add_trained
from sciml_magics.tasks import Label, Task, Training
from tests.learning.lessons_made import TASK, School, annotated, answer, enter, wait_for


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "mine.db") as opened:
        yield opened


@pytest.fixture
def school(monkeypatch: pytest.MonkeyPatch) -> School:
    return enter(School(), monkeypatch)


def taught(store: Store, answers: int = 60, **asked: object) -> Learned:
    frame = annotated(store)
    answer(store, frame, 0, answers)
    return learn(store, TASK, Assignment(**asked))  # type: ignore[arg-type]


def left(store: Store) -> list[str]:
    """What lies in the folder of the models."""
    folder = Registry(store).folder
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_better_model_is_promoted_and_says_what_it_saw(store: Store, school: School) -> None:
    found = taught(store)
    [(examples, validation, training)] = school.trained
    assert found.promoted
    assert "better than base@r1: macro F1 0." in found.reason
    assert found.comparison is not None
    assert found.comparison.difference > 0.5
    assert (found.examples, found.validation) == (examples, validation)
    assert examples + validation + found.held_out == 60
    current = Registry(store).current(TASK)
    assert current == found.trained
    assert current.name == "topic-1"
    assert current.made.snapshot["count"] == examples + validation
    assert current.made.snapshot["last_response"] == 60
    assert current.made.snapshot["people"] == ["Ada"]
    assert current.made.metrics["held_out"]["score"] == 1
    assert current.made.metrics["comparison"]["n"] == found.held_out
    assert current.made.training == training
    assert left(store) == ["topic-1"]


def test_a_model_that_is_not_better_is_kept_and_not_promoted(store: Store, school: School) -> None:
    school.good = False
    found = taught(store)
    assert not found.promoted
    assert "not better than base@r1" in found.reason
    assert Registry(store).current(TASK) is None
    assert [one.name for one in Registry(store).all(TASK)] == ["topic-1"]


def test_the_incumbent_is_the_promoted_model(store: Store, school: School) -> None:
    first = taught(store)
    answer(store, annotated(store), 60, 90)
    school.good = False
    second = learn(store, TASK, Assignment())
    assert not second.promoted
    assert "not better than topic-1" in second.reason
    assert second.trained.made.parent == first.trained.id
    assert Registry(store).current(TASK) == first.trained


def test_held_out_answers_are_never_learned_from(store: Store, school: School) -> None:
    found = taught(store, answers=100)
    assert found.held_out > 20
    assert school.trained[0][0] <= 100 - found.held_out


def test_nothing_new_trains_nothing(store: Store, school: School) -> None:
    first = taught(store)
    again = learn(store, TASK, Assignment())
    assert len(school.trained) == 1
    assert again.trained == first.trained
    assert again.promoted
    assert "nothing new was answered since topic-1" in again.remarks[-1]
    assert [one.name for one in Registry(store).all(TASK)] == ["topic-1"]
    assert len(Registry(store).history(TASK)) == 1


def test_force_trains_anew(store: Store, school: School) -> None:
    taught(store)
    assert learn(store, TASK, Assignment(force=True)).trained.name == "topic-2"
    assert len(school.trained) == 2


def test_other_settings_train_anew(store: Store, school: School) -> None:
    taught(store)
    found = learn(store, TASK, Assignment(method="full", training=Training(epochs=2)))
    assert found.trained.made.training == Training("full", epochs=2)
    assert found.method_why == ""


def test_the_best_of_a_search_is_kept_with_all_trials(store: Store, school: School) -> None:
    school.validations = [0.5, 0.9, 0.7]
    found = taught(store, method="full", search=3)
    assert [trial.score for trial in found.trials] == [0.5, 0.9, 0.7]
    made = found.trained.made
    assert made.training == school.trained[1][2]
    noted = made.metrics["search"]
    assert noted["wanted"] == 3
    assert [trial["score"] for trial in noted["trials"]] == [0.5, 0.9, 0.7]
    assert noted["trials"][1]["settings"]["learning_rate"] == made.training.learning_rate
    assert made.metrics["validation"] == 0.9
    assert any("trial 1 of 3 validated best" in note for note in found.notes)
    assert left(store) == ["topic-1"]


def test_the_same_search_is_not_made_twice(store: Store, school: School) -> None:
    first = taught(store, method="full", search=2)
    assert learn(store, TASK, Assignment(method="full", search=2)).trained == first.trained
    assert len(school.trained) == 2
    learn(store, TASK, Assignment(method="full", search=3))
    learn(store, TASK, Assignment(method="full"))
    assert len(school.trained) == 6


def test_a_search_that_is_interrupted_keeps_the_best_so_far(store: Store, school: School) -> None:
    school.endings = ["done", "done", "stopped"]
    found = taught(store, method="full", search=9)
    assert len(found.trials) == 2
    assert any("stopped after 2 of 9 trials" in note for note in found.notes)
    assert found.promoted


def test_a_search_for_a_head_is_validated(store: Store, school: School) -> None:
    found = taught(store, method="head", search=5)
    assert found.validation > 0
    assert len(found.trials) == 2


def test_what_follows_a_training_is_given_to_it_and_closed(store: Store, school: School) -> None:
    found = taught(store, method="full", track=("tensorboard",))
    assert [type(one).__name__ for one in school.callbacks[0]] == ["TensorBoardCallback"]
    assert left(store) == ["runs", "topic-1"]
    [run] = (Registry(store).folder / "runs" / "tensorboard").iterdir()
    assert run.name.startswith("topic-")
    assert found.trained.name == "topic-1"


def test_what_has_no_trainer_is_not_tracked(store: Store, school: School) -> None:
    found = taught(store, method="head", track=("tensorboard",))
    assert "head does without the Trainer: nothing was tracked" in found.notes
    assert left(store) == ["topic-1"]


def test_a_tracker_that_nobody_knows_is_told_at_once(store: Store, school: School) -> None:
    with pytest.raises(LearningError, match="no tracker 'mlflow'"):
        taught(store, track=("mlflow",))
    assert not school.trained


def test_a_model_that_was_kept_is_promoted_once_held_out_answers_speak_for_it(
    store: Store, school: School
) -> None:
    from sciml_magics.learning.answers import gather

    frame = annotated(store, 100)
    answer(store, frame, 0, 60)
    held = {record.text for record in gather(store, TASK).part("held_out").records}
    with open_store(store.path.parent / "other.db") as other:  # type: ignore[union-attr]
        annotated(other, 100)
        for at, text in enumerate(frame["text"][:60]):
            if text not in held:
                answer(other, frame, at, at + 1)
        first = learn(other, TASK, Assignment())
        assert not first.promoted
        assert first.held_out == 0
        assert "nobody can tell whether it is better" in first.reason
        assert any("no held-out answer to judge by" in note for note in first.notes)
        for at, text in enumerate(frame["text"][:60]):
            if text in held:
                answer(other, frame, at, at + 1)
        second = learn(other, TASK, Assignment())
        assert second.promoted
        assert second.trained == first.trained
    assert len(school.trained) == 1


def test_few_held_out_answers_are_said(store: Store, school: School) -> None:
    found = taught(store)
    assert 0 < found.held_out < 50
    assert any(f"judged by {found.held_out} held-out answers only" in note for note in found.notes)


def test_promotion_can_be_left_out(store: Store, school: School) -> None:
    found = taught(store, promote=False)
    assert not found.promoted
    assert found.reason.startswith("not promoted, as asked; better than")
    assert Registry(store).current(TASK) is None


def test_the_method_is_chosen_and_the_reason_said(store: Store, school: School) -> None:
    found = taught(store, answers=10)
    assert found.trained.method == "head"
    assert found.method_why.startswith("head: ")
    assert found.validation == 0


def test_notes_of_the_training_reach_the_person(store: Store, school: School) -> None:
    assert "a note of the training" in taught(store).remarks


def test_progress_tells_the_training(store: Store, school: School) -> None:
    frame = annotated(store)
    answer(store, frame, 0, 60)
    seen: list[Progress] = []
    learn(store, TASK, Assignment(), seen.append)
    phases = list(dict.fromkeys(moment.phase for moment in seen))
    assert phases == ["loading", "training", "evaluating", "done"]
    training = next(moment for moment in seen if moment.phase == "training")
    assert (training.done, training.total, training.loss) == (1, 2, 0.7)
    assert seen[-1].model.startswith("all-MiniLM-L6-v2@")


def test_a_model_that_is_too_sure_gets_a_temperature_at_birth(
    store: Store, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = annotated(store, 600)
    answer(store, frame, 0, 600)
    school.sure = 0.6  # and it is always right
    found = learn(store, TASK, Assignment(method="full"))
    config = json.loads((Registry(store).folder / "topic-1" / "config.json").read_text("utf-8"))
    assert found.validation >= 30
    assert config["temperature"] < 1


def test_a_card_is_written_from_the_record(store: Store, school: School) -> None:
    taught(store)
    card = (Registry(store).folder / "topic-1" / "README.md").read_text("utf-8")
    assert card.startswith("---\nlibrary_name: ")
    for part in ("# topic-1", "| gene |", "## Limits", "all-MiniLM-L6-v2", "Ada"):
        assert part in card


# What can go wrong


def test_an_interrupt_keeps_the_incumbent_and_the_same_call_goes_on(
    store: Store, school: School
) -> None:
    frame = annotated(store)
    answer(store, frame, 0, 60)
    places: list[Path] = []

    def stop(work: Path) -> None:
        places.append(work)
        if len(places) == 1:
            work.mkdir(parents=True)
            (work / "step-1").touch()
            raise KeyboardInterrupt

    school.during = stop
    seen: list[Progress] = []
    with pytest.raises(Stopped, match="what answers the task now stays; run the same cell again"):
        learn(store, TASK, Assignment(), seen.append)
    assert seen[-1].phase == "stopped"
    assert Registry(store).all(TASK) == []
    assert (places[0] / "step-1").exists()
    assert learn(store, TASK, Assignment()).promoted
    assert places[0] == places[1]
    assert left(store) == ["topic-1"]


def test_a_training_that_says_it_was_stopped_is_not_a_model(store: Store, school: School) -> None:
    school.ending = "stopped"
    with pytest.raises(Stopped):
        taught(store)
    assert Registry(store).all(TASK) == []


def test_a_full_disk_keeps_the_incumbent(store: Store, school: School) -> None:
    first = taught(store)
    answer(store, annotated(store), 60, 90)

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    school.during = full
    with pytest.raises(LearningError, match="the disk is full"):
        learn(store, TASK, Assignment())
    assert Registry(store).current(TASK) == first.trained
    assert Registry(store).problem(first.trained) == ""
    school.during = None
    assert learn(store, TASK, Assignment()).trained.name == "topic-2"


def test_a_store_that_is_full_loses_no_trained_model(
    store: Store, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(*_: object) -> None:
        raise StoreError("there is no room left")

    monkeypatch.setattr(registry_module, "add_trained", full)
    with pytest.raises(StoreError):
        taught(store)
    monkeypatch.setattr(registry_module, "add_trained", add_trained)
    assert learn(store, TASK, Assignment()).promoted
    assert len(school.trained) == 1  # the model was complete: only noting it was left
    assert left(store) == ["topic-1"]


def test_an_interrupt_after_the_training_loses_none_of_it(
    store: Store, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(store, annotated(store, 600), 0, 600)
    school.sure = 0.6
    learned = Assignment(method="full")
    with monkeypatch.context() as patch:
        patch.setattr(school, "fail_after", 3)
        with pytest.raises(Stopped):
            learn(store, TASK, learned)
    found = learn(store, TASK, learned)
    assert len(school.trained) == 1
    config = json.loads((Registry(store).folder / "topic-1" / "config.json").read_text("utf-8"))
    assert found.promoted
    assert config["temperature"] < 1


def test_a_training_that_was_killed_goes_on(store: Store, school: School, tmp_path: Path) -> None:
    frame = annotated(store)
    answer(store, frame, 0, 60)
    sign = tmp_path / "training"
    script = textwrap.dedent(f"""
        import time
        from pathlib import Path
        import pytest
        from sciml_magics.learning.assignment import Assignment
        from sciml_magics.learning.learner import learn
        from sciml_magics.store import open_store
        from tests.learning.lessons_made import TASK, School, enter

        def during(work):
            work.mkdir(parents=True)
            (work / "step-1").touch()
            Path({str(sign)!r}).touch()
            time.sleep(600)

        with pytest.MonkeyPatch.context() as patch:
            enter(School(during=during), patch)
            learn(open_store({str(store.path)!r}), TASK, Assignment())
    """)
    process = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
    wait_for(sign)
    with pytest.raises(LearningError, match="is being trained already"):
        learn(store, TASK, Assignment())
    os.kill(process.pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.wait()
    found: list[bool] = []
    school.during = lambda work: found.append((work / "step-1").exists())
    assert learn(store, TASK, Assignment()).promoted
    assert found == [True]
    assert left(store) == ["topic-1"]


def test_a_promoted_model_that_is_gone_is_told_and_replaced(store: Store, school: School) -> None:
    taught(store)
    frame = annotated(store)
    answer(store, frame, 60, 90)
    shutil.rmtree(Registry(store).folder / "topic-1")
    found = learn(store, TASK, Assignment())
    assert found.promoted
    assert found.trained.name == "topic-2"
    assert any("topic-1 is gone" in note for note in found.notes)


def test_a_scheme_with_a_new_label_is_the_bases_again(store: Store, school: School) -> None:
    taught(store)
    wider = replace(TASK, labels=(*TASK.labels, Label("sea")))
    annotated(store, task=wider)
    found = learn(store, wider, Assignment())
    assert any("topic-1 does not know all labels" in note for note in found.notes)
    assert found.promoted
    assert "better than base@r1" in found.reason
    assert found.trained.task_version == 2


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ([], "has no answer to learn from yet: answer some with %review topic"),
        ([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30], "are 'gene': answer some records that have an"),
    ],
)
def test_too_little_to_learn_from_is_said(
    store: Store, school: School, answers: list[int], line: str
) -> None:
    frame = annotated(store)
    for at in answers:
        answer(store, frame, at, at + 1)
    with pytest.raises(LearningError, match=line):
        learn(store, TASK, Assignment())
    assert school.trained == []


@pytest.mark.parametrize(
    ("task", "line"),
    [
        (Task("t", ("a",), kind="text"), "asks for free text"),
        (Task("t", ("a",), kind="value"), "asks for values"),
        (Task("t", ("a",), kind="text", input="image"), "asks for free text of images"),
    ],
)
def test_a_task_that_cannot_be_learned_says_so(store: Store, task: Task, line: str) -> None:
    with pytest.raises(LearningError, match=line):
        learn(store, task, Assignment())


def test_a_base_can_be_a_model_that_was_trained(store: Store, school: School) -> None:
    taught(store)
    found = learn(store, TASK, Assignment(model="topic-1"))
    assert found.trained.made.base == "mine_models/topic-1"
