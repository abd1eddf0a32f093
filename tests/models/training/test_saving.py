"""Folders appear whole or not at all, also where the disk is full."""

import errno
import resource
import signal
import sys

import pytest
import torch
from safetensors.torch import save_file

from sciml_magics.errors import LearningError
from sciml_magics.models.training import finetuning, trainer, watching
from sciml_magics.models.training.saving import new_folder
from tests.children import children
from tests.models.training.lessons_for_tests import ONE, base_model, one_label, train, training

pytestmark = pytest.mark.usefixtures("one_thread")

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


def test_a_folder_appears_when_it_is_complete(tmp_path):
    with new_folder(tmp_path / "deep" / "m") as draft:
        (draft / "config.json").write_text("{}")
        assert not (tmp_path / "deep" / "m").exists()

    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["m"]
    assert (tmp_path / "deep" / "m" / "config.json").is_file()


def test_nothing_is_left_of_one_that_failed(tmp_path):
    def broken():
        with new_folder(tmp_path / "m") as draft:
            (draft / "config.json").write_text("{}")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        broken()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_not_touched(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "mine").write_text("here")

    with pytest.raises(LearningError, match="is there already"), new_folder(tmp_path / "m"):
        pass

    assert (tmp_path / "m" / "mine").read_text() == "here"


def test_a_full_disk_is_one_line_and_leaves_what_was_there(files, tmp_path, monkeypatch):
    def full(model, draft):
        (draft / "model.safetensors").write_text("half")
        raise FULL

    (tmp_path / "before").mkdir()
    monkeypatch.setattr(finetuning, "_save", full)

    with pytest.raises(LearningError, match="the disk is full") as told:
        train(files, ONE, one_label(30), [], training(epochs=1), tmp_path / "m")

    assert "\n" not in str(told.value)
    assert [path.name for path in tmp_path.iterdir()] == ["before"]


def test_a_full_disk_at_a_checkpoint_leaves_the_one_before(files, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "CHECKPOINT_SECONDS", 0.0)
    calls: list[object] = []

    def full(*arguments):
        calls.append(arguments)
        if len(calls) > 6:
            raise FULL
        save_file(*arguments)

    monkeypatch.setattr(trainer, "save_file", full)

    with pytest.raises(LearningError, match="the disk is full"):
        train(files, ONE, one_label(60), [], training(), tmp_path / "m", work=tmp_path / "work")

    left = list((tmp_path / "work").glob("*/trainer_state.json"))
    assert left
    assert not (tmp_path / "m").exists()


def _train_without_room(files, folder, told):
    """What a process of its own does, so that no other file of the tests is cut."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # the weights take more
    try:
        train(files, ONE, one_label(30), [], training(epochs=1), folder)
    except LearningError as error:
        told.put(str(error))


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_files_that_may_not_grow_are_told_as_a_full_disk(files, tmp_path):
    told = children.SimpleQueue()
    child = children.Process(target=_train_without_room, args=(files, tmp_path / "m", told))
    child.start()
    child.join()

    assert not told.empty()
    assert told.get().startswith("the disk is full")
    assert list(tmp_path.iterdir()) == []
