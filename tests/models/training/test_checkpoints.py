"""A training that was killed goes on, and ends as if it had not been."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest
import torch

from sciml_magics.errors import LearningError
from sciml_magics.models.training import checkpoints, watching
from sciml_magics.tasks.training import Moment
from tests.models.training.lessons_for_tests import (
    ONE,
    base_model,
    one_label,
    tensors,
    train,
    training,
)

pytestmark = pytest.mark.usefixtures("one_thread")

# Dropout is on: its randomness goes on where it was, too.
CHILD = """
import sys, time
from pathlib import Path
import torch
from sciml_magics.models.training import watching
from sciml_magics.models.training.train import train
from sciml_magics.models.loading import find_model
from tests.models.training.lessons_for_tests import ONE, one_label, training

torch.set_num_threads(1)
watching.CHECKPOINT_SECONDS = 0.0
watching._EVERY = 0.0
base, work, folder, method, stop = sys.argv[1:]

def watch(moment):
    if moment.step == int(stop):
        print("here", flush=True)
        time.sleep(600)

train(find_model(base), ONE, one_label(60), one_label(15, 1), training(method), Path(folder), watch,
      work=Path(work))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


def _kill_at(step, files, tmp_path, method):
    """Train in another process, and kill it in the middle of a step."""
    arguments = [str(files.path), str(tmp_path / "work"), str(tmp_path / "m"), method, str(step)]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.send_signal(signal.SIGKILL)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("method", "step"), [("full", 21), ("full", 24), ("adalora", 37), ("fewshot", 5)]
)
def test_a_killed_training_ends_with_the_weights_of_one_that_was_not(files, tmp_path, method, step):
    # Eight steps an epoch: in the middle of the third, at its end, and while the rank shrinks.
    whole = train(files, ONE, one_label(60), one_label(15, 1), training(method), tmp_path / "whole")
    _kill_at(step, files, tmp_path, method)
    assert list((tmp_path / "work").glob("checkpoint-*"))
    moments: list[Moment] = []

    fit = train(
        files,
        ONE,
        one_label(60),
        one_label(15, 1),
        training(method),
        tmp_path / "m",
        moments.append,
        work=tmp_path / "work",
    )

    assert moments[0].step >= step - 2
    assert "training went on from where it had been stopped" in fit.notes
    assert [one.validation for one in fit.history] == [one.validation for one in whole.history]
    one, two = tensors(whole.folder), tensors(fit.folder)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(("method", "step"), [("full", 12), ("fewshot", 5)])
def test_an_interrupted_training_goes_on_too(files, tmp_path, monkeypatch, method, step):
    monkeypatch.setattr(watching, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(watching, "_EVERY", 0.0)
    given = (files, ONE, one_label(60), one_label(15, 1), training(method))
    work = tmp_path / "work"
    seen: list[Moment] = []
    whole = train(*given, tmp_path / "whole", seen.append)

    def stop(moment):
        if moment.step == step:
            raise KeyboardInterrupt

    stopped = train(*given, tmp_path / "stopped", stop, work=work)
    assert stopped.ending == "stopped"
    assert list(work.glob("checkpoint-*"))
    seen.clear()
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
