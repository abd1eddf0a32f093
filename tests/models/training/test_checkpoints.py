"""A training that was killed goes on, and ends as if it had not been."""

import time
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch

from sciml_magics.errors import LearningError
from sciml_magics.models.training import checkpoints, watching
from sciml_magics.tasks.training import Moment
from tests.children import children
from tests.models.training.lessons_for_tests import (
    ONE,
    base_model,
    one_label,
    tensors,
    train,
    training,
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def uninterrupted(files, tmp_path_factory):
    """The training of a method from its beginning to its end, which others must come to as well."""

    @cache
    def made(method):
        return train(*_lesson(files, method), tmp_path_factory.mktemp(method) / "m")

    return made


def _lesson(files, method):
    # Dropout is on: its randomness goes on where it was, too.
    return files, ONE, one_label(60), one_label(15, 1), training(method)


def _train_until(step, here, files, method, folder, work):
    """What the process that is killed does."""
    torch.set_num_threads(1)
    watching.CHECKPOINT_SECONDS = watching._EVERY = 0.0

    def watch(moment):
        if moment.step == step:
            here.set()
            time.sleep(600)

    train(*_lesson(files, method), folder, watch, work=work)


def _kill_at(step, files, tmp_path, method):
    """Train in another process, and kill it in the middle of a step."""
    here = children.Event()
    asked = (step, here, files, method, tmp_path / "m", tmp_path / "work")
    child = children.Process(target=_train_until, args=asked)
    child.start()
    assert here.wait(600)
    child.kill()
    child.join()
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("method", "step"), [("full", 21), ("full", 24), ("adalora", 37), ("fewshot", 5)]
)
def test_a_killed_training_ends_with_the_weights_of_one_that_was_not(
    files, uninterrupted, tmp_path, method, step
):
    # Eight steps an epoch: in the middle of the third, at its end, and while the rank shrinks.
    whole = uninterrupted(method)
    _kill_at(step, files, tmp_path, method)
    assert list((tmp_path / "work").glob("checkpoint-*"))
    moments: list[Moment] = []

    fit = train(*_lesson(files, method), tmp_path / "m", moments.append, work=tmp_path / "work")

    assert moments[0].step >= step - 2
    assert "training went on from where it had been stopped" in fit.notes
    assert [one.validation for one in fit.history] == [one.validation for one in whole.history]
    one, two = tensors(whole.folder), tensors(fit.folder)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(("method", "step"), [("full", 12), ("fewshot", 5)])
def test_an_interrupted_training_goes_on_too(
    files, uninterrupted, tmp_path, monkeypatch, method, step
):
    monkeypatch.setattr(watching, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(watching, "_EVERY", 0.0)
    given = _lesson(files, method)
    work = tmp_path / "work"
    seen: list[Moment] = []
    whole = uninterrupted(method)

    def stop(moment):
        if moment.step == step:
            raise KeyboardInterrupt

    stopped = train(*given, tmp_path / "stopped", stop, work=work)
    assert stopped.ending == "stopped"
    assert list(work.glob("checkpoint-*"))
    fit = train(*given, tmp_path / "m", seen.append, work=work)

    assert seen[0].step >= step - 2
    assert "training went on from where it had been stopped" in fit.notes
    one, two = tensors(whole.folder), tensors(fit.folder)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not work.exists()


def test_checkpoints_of_another_training_are_not_taken_up(files, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "CHECKPOINT_SECONDS", 0.0)
    work, seen = tmp_path / "work", []

    def watch(moment):
        seen.append(moment.step)
        if moment.epoch == 2:
            raise RuntimeError("the machine fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        train(files, ONE, one_label(60), [], training(), tmp_path / "m", watch, work=work)
    assert list(work.glob("checkpoint-*"))
    other = replace(training(), seed=3)

    fit = train(files, ONE, one_label(60), [], other, tmp_path / "m", seen.append, work=work)

    assert fit.notes == ()
    assert not work.exists()


def test_a_checkpoint_that_was_not_written_to_its_end_is_left(files, tmp_path):
    arguments: Any = (files, ONE, one_label(9), [], training())
    assert checkpoints.open_work(tmp_path, *arguments) is None
    for name, state in (("checkpoint-5", "{}"), ("checkpoint-10", "{}"), ("checkpoint-15", '{"a')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "trainer_state.json").write_text(state)

    found = checkpoints.open_work(tmp_path, *arguments)

    assert found == tmp_path / "checkpoint-10"


def test_what_else_lies_beside_checkpoints_stays(files, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    checkpoints.open_work(tmp_path, files, ONE, one_label(9), [], training())
    (tmp_path / "checkpoint-5").mkdir()

    checkpoints.close_work(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_short_training_writes_no_checkpoint(files, tmp_path):
    began, sizes = time.monotonic(), set()

    def watch(moment):
        sizes.add(len(list((tmp_path / "work").glob("checkpoint-*"))))

    train(files, ONE, one_label(30), [], training(), tmp_path / "m", watch, work=tmp_path / "work")

    assert time.monotonic() - began > watching.CHECKPOINT_SECONDS or sizes == {0}


def test_a_training_that_fails_at_once_leaves_no_folder(files, tmp_path):
    (tmp_path / "m").mkdir()

    with pytest.raises(LearningError, match="is there already"):
        train(files, ONE, one_label(30), [], training(), tmp_path / "m", work=tmp_path / "work")

    assert [path.name for path in tmp_path.iterdir()] == ["m"]
