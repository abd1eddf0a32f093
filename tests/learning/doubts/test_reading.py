"""Answers about images that the other answers speak against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.doubts.label_errors import find_label_errors, refresh_label_errors
from sciml_magics.learning.pictures import openers_of
from sciml_magics.review import Reviewer
from sciml_magics.store import Store, open_store
from tests.learning.images_made import NAMES, TASK, answered, slides, suggested
from tests.models.tiny import save_tiny_clip, save_tiny_vit

WRONG = (4, 17, 31, 58)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_clip(tmp_path_factory.mktemp("clip"), list(NAMES.values()))


@pytest.fixture
def frame(tmp_path: Path) -> pd.DataFrame:
    return slides(tmp_path / "slides", 120)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "mine.db") as opened:
        yield opened


def spoilt(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with some wrong labels."""
    names = [*NAMES.values()]
    other = {one: names[at - 1] for at, one in enumerate(names)}
    wrong = frame["right"].where(~frame.index.isin(WRONG), frame["right"].map(other))
    return frame.assign(right=wrong)


@pytest.fixture
def reviewed(store: Store, clip: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """The right labels of images that people answered after a model, some of them wrongly."""
    suggested(store, frame, clip)
    answered(store, spoilt(frame))
    return frame


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has not seen the images yet."""
    return save_tiny_vit(tmp_path_factory.mktemp("vit"), ["a", "b"], initializer_range=0.05)


def test_wrong_answers_come_up_with_what_is_likelier(store: Store, reviewed: pd.DataFrame) -> None:
    found = find_label_errors(store, TASK)

    assert found.answers == len(reviewed)
    likely = {error.record.text: error.likely for error in found.errors[: len(WRONG)]}
    right = dict(zip(reviewed["file"], reviewed["right"], strict=True))
    planted = {reviewed["file"][at] for at in WRONG}
    assert len(planted & set(likely)) >= len(WRONG) - 1
    assert all(likely[file] == right[file] for file in planted & set(likely))
    queue = Reviewer(store, "colour", "Ben", order="errors")
    [first] = queue.next(1).items
    assert first.record.text == found.errors[0].record.text


def test_images_that_are_gone_are_left_out_and_noted(
    store: Store, reviewed: pd.DataFrame, vit: Path
) -> None:
    Path(reviewed["file"][3]).unlink()
    found = find_label_errors(store, TASK, encoder=str(vit))
    assert found.answers == len(reviewed) - 1
    [note] = found.notes
    assert note.startswith("1 image cannot be read: left out (")
    for file in reviewed["file"][4:110]:
        Path(file).unlink()
    # What was looked at before is in the store.
    assert find_label_errors(store, TASK, encoder=str(vit)).answers == len(reviewed) - 1


def test_images_in_no_file_are_opened_from_their_frame(
    store: Store, reviewed: pd.DataFrame, vit: Path
) -> None:
    held = reviewed.assign(file=[Path(file).read_bytes() for file in reviewed["file"]])
    in_frame = openers_of(held, TASK)
    assert set(in_frame) == set(openers_of(reviewed, TASK))
    for file in reviewed["file"]:
        Path(file).unlink()
    with pytest.raises(LearningError, match=r"120 images cannot .* name the frame"):
        find_label_errors(store, TASK, encoder=str(vit))
    assert find_label_errors(store, TASK, encoder=str(vit), images=in_frame).answers == 120


def test_a_second_look_at_the_same_answers_is_none(
    store: Store, clip: Path, frame: pd.DataFrame
) -> None:
    suggested(store, frame, clip)
    answered(store, frame)
    refresh_label_errors(store, TASK)
    runs = len(store.runs("colour"))
    refresh_label_errors(store, TASK)
    assert len(store.runs("colour")) == runs


def test_a_model_of_texts_is_refused_in_one_line(
    store: Store, clip: Path, frame: pd.DataFrame
) -> None:
    suggested(store, frame, clip)
    answered(store, frame)
    with pytest.raises(ModelError, match="gives no embeddings of images: choose an encoder"):
        find_label_errors(store, TASK, encoder="all-MiniLM-L6-v2")
