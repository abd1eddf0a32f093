"""TensorBoard and Weights & Biases follow a training, and nothing leaves the machine."""

from __future__ import annotations

import os
from importlib import import_module
from struct import unpack

import pytest

from sciml_magics.errors import LearningError
from sciml_magics.models.training import tracking as module
from sciml_magics.models.training.tracking import check_trackers, tracking
from tests.models.training.lessons_for_tests import ONE, base_model, one_label, train, training

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


def scalars(folder):
    """Numbers that TensorBoard reads in a folder: by name, step and value."""
    reading = import_module("tensorboard.backend.event_processing.event_accumulator")
    read = reading.EventAccumulator(str(folder))
    read.Reload()
    return {
        name: [(one.step, one.value) for one in read.Scalars(name)]
        for name in read.Tags()["scalars"]
    }


def logged(data):
    """The records of a log in the format of LevelDB, as Weights & Biases writes it."""
    block, head = 32_768, 7
    assert data[:4] == b":W&B"
    at, parts = head, []
    while at + head <= len(data):
        if block - at % block < head:
            at += block - at % block
            continue
        _, length, kind = unpack("<IHB", data[at : at + head])
        if not kind:
            break
        parts.append(data[at + head : at + head + length])
        at += head + length
        if kind in (1, 4):  # whole, or the last part
            yield b"".join(parts)
            parts = []


def offline_run(folder):
    """What Weights & Biases wrote: the project of the one run in a folder, and its history."""
    messages = import_module("wandb.proto.wandb_internal_pb2")
    [path] = folder.glob("wandb/offline-run-*/*.wandb")
    history, project = [], ""
    for data in logged(path.read_bytes()):
        record = messages.Record()
        record.ParseFromString(data)
        if record.HasField("run"):
            project = record.run.project
        if record.HasField("history"):
            items = record.history.item
            history.append({one.key or "/".join(one.nested_key): one.value_json for one in items})
    return project, history


def test_both_follow_a_training_and_can_be_read_back(files, tmp_path, capfd, monkeypatch):
    for name in [name for name in os.environ if name.startswith("WANDB")]:
        monkeypatch.delenv(name)
    before = dict(os.environ)
    with tracking(("tensorboard", "wandb"), tmp_path / "runs", "topic-1") as callbacks:
        fit = train(
            files,
            ONE,
            one_label(60),
            one_label(30, seed=1),
            training(epochs=3),
            tmp_path / "m",
            callbacks=callbacks,
        )
    assert dict(os.environ) == before
    assert "".join(capfd.readouterr()) == ""

    found = scalars(tmp_path / "runs" / "tensorboard" / "topic-1")
    losses = [value for _, value in found["train/loss"]]
    assert losses[-1] < losses[0]
    assert [value for _, value in found["eval/score"]] == pytest.approx(
        [moment.validation for moment in fit.history]
    )

    project, history = offline_run(tmp_path / "runs")
    assert project == "sciml_magics"
    assert any("train/loss" in line for line in history)
    validations = [float(line["eval/score"]) for line in history if "eval/score" in line]
    assert validations == pytest.approx([moment.validation for moment in fit.history])


def test_trackers_are_closed_where_a_training_fails(files, tmp_path):
    with (
        pytest.raises(LearningError),
        tracking(("tensorboard",), tmp_path, "run") as callbacks,
    ):
        train(files, ONE, one_label(1), [], training(), tmp_path / "m", callbacks=callbacks)
    assert list((tmp_path / "tensorboard" / "run").iterdir())


def test_what_the_person_has_set_stays(monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    monkeypatch.delenv("WANDB_PROJECT", raising=False)
    with module._surroundings({"WANDB_MODE": "offline", "WANDB_PROJECT": "ours"}):
        assert os.environ["WANDB_MODE"] == "disabled"
        assert os.environ["WANDB_PROJECT"] == "ours"
    assert os.environ["WANDB_MODE"] == "disabled"
    assert "WANDB_PROJECT" not in os.environ


def test_nothing_is_tracked_unless_asked(tmp_path):
    with tracking((), tmp_path / "runs", "run") as callbacks:
        assert callbacks == ()
    assert not (tmp_path / "runs").exists()


def test_trackers_that_are_unknown_or_not_there_are_told(monkeypatch):
    with pytest.raises(LearningError, match="no tracker 'mlflow': choose tensorboard or wandb"):
        check_trackers(["mlflow"])
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(LearningError, match=r"'wandb' is not installed: run %pip install wandb"):
        check_trackers(["wandb"])


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with (
        pytest.raises(LearningError, match="cannot be written"),
        tracking(("tensorboard",), tmp_path / "runs", "run"),
    ):
        pass
