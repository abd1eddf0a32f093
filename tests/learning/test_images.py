"""People's answers about images teach a head on an image model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from PIL import Image

from sciml_magics.annotation import Request, annotate
from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.again import suggest_again
from sciml_magics.learning.answers import gather
from sciml_magics.learning.assignment import Assignment
from sciml_magics.learning.curve import learning_curve
from sciml_magics.learning.learned import Learned
from sciml_magics.learning.learner import learn
from sciml_magics.learning.pictures import openers_of
from sciml_magics.learning.registry import Registry
from sciml_magics.models import find_model, open_model
from sciml_magics.models.image_model import ImageModel
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, Task, Training
from tests.learning.images_made import FP32, NAMES, TASK, answered, slides, suggested
from tests.learning.lessons_made import BASE, Ruled
from tests.models.tiny import save_tiny_clip, save_tiny_vit

TRAINING = Training(device="cpu", precision="fp32")
SEVERAL = replace(TASK, kind="labels")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_clip(tmp_path_factory.mktemp("clip"), list(NAMES.values()))


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_vit(tmp_path_factory.mktemp("vit"), ["a", "b"], initializer_range=0.05)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return slides(tmp_path_factory.mktemp("slides"), 150)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "mine.db") as opened:
        yield opened


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images a model looked at, each time."""
    seen: list[int] = []
    whole = ImageModel.vectors_of

    def counted(self: ImageModel[Any], records: Any) -> Any:
        seen.append(len(records))
        return whole(self, records)

    monkeypatch.setattr(ImageModel, "vectors_of", counted)
    return seen


def _learn(store: Store, **given: Any) -> Learned:
    task = given.pop("task", TASK)
    return learn(store, task, Assignment(training=TRAINING, **given))


@pytest.mark.parametrize("kind", ["label", "labels"])
def test_a_head_is_learned_promoted_and_answers(
    store: Store, clip: Path, frame: pd.DataFrame, looked: list[int], kind: str
) -> None:
    task = TASK if kind == "label" else SEVERAL
    suggested(store, frame, clip, task)
    answered(store, frame, task)
    looked.clear()
    found = _learn(store, task=task)

    assert looked == []  # the run before kept the embeddings
    assert found.promoted
    assert found.trained.method == "head"
    assert found.method_why.startswith("head: images are learned on a frozen model's embeddings")
    assert found.evaluation is not None
    assert found.evaluation.score > 0.85
    assert found.comparison is not None
    assert 30 < found.held_out < 60
    files = Registry(store).files(found.trained)
    outcome = suggest_again(store, task, open_model(files, FP32), "Ada")
    assert outcome is not None
    assert outcome.run.counts.computed == len(frame)
    card = (files.path / "README.md").read_text("utf-8")
    assert "image-classification" in card
    assert "SentenceTransformer" in card
    assert all(name in card for name in NAMES.values())


def test_another_base_is_looked_through_once_and_its_folder_is_transformers_own(
    store: Store, clip: Path, vit: Path, frame: pd.DataFrame, looked: list[int]
) -> None:
    suggested(store, frame, clip)
    answered(store, frame)
    looked.clear()
    found = _learn(store, model=str(vit))

    assert sum(looked) == len(frame)
    assert found.promoted
    files = Registry(store).files(found.trained)
    assert files.architectures == ("ViTForImageClassification",)
    assert files.label_names == TASK.label_names
    assert "pipeline(" in (files.path / "README.md").read_text("utf-8")
    again = _learn(store)
    assert sum(looked) == len(frame)
    assert "nothing new was answered" in " ".join(again.notes)


def test_what_was_looked_at_before_a_kill_is_kept(
    store: Store,
    clip: Path,
    vit: Path,
    frame: pd.DataFrame,
    looked: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    suggested(store, frame, clip)
    answered(store, frame)
    looked.clear()
    whole = ImageModel.vectors_of

    def killed(self: ImageModel[Any], records: Any) -> Any:
        for at, batch in enumerate(whole(self, records)):
            if at == 3:
                raise SystemExit
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(ImageModel, "vectors_of", killed)
        with pytest.raises(SystemExit):
            _learn(store, model=str(vit))
    found = _learn(store, model=str(vit))

    assert looked == [len(frame), len(frame) - 3 * 16]
    assert found.promoted


def test_images_that_are_gone_are_left_out_and_noted(
    store: Store, clip: Path, vit: Path, tmp_path: Path
) -> None:
    frame = slides(tmp_path / "slides", 40)
    suggested(store, frame, clip)
    answered(store, frame)
    Path(frame["file"][3]).unlink()
    Image.new("RGB", (9, 9)).save(frame["file"][6])
    Path(frame["file"][7]).write_bytes(b"\x89PNG no more")
    found = _learn(store, model=str(vit))

    [note] = [note for note in found.notes if "cannot be read" in note]
    assert note.startswith("3 images cannot be read: left out (the image cannot be read:")
    assert found.examples + found.validation + found.held_out == 37
    outcome = suggest_again(
        store, TASK, open_model(Registry(store).files(found.trained), FP32), "Ada"
    )
    assert outcome is not None
    assert outcome.run.counts.computed == 37


def test_images_without_files_are_found_in_their_frame(
    store: Store, clip: Path, vit: Path, tmp_path: Path
) -> None:
    frame = slides(tmp_path / "slides", 40)
    frame["file"] = [Path(path).read_bytes() for path in frame["file"]]
    held = frame.assign(right=frame["right"])
    suggested(store, held, clip)
    _answer_bytes(store, held)

    with pytest.raises(LearningError, match=r"40 images cannot .* %learn colour --frame NAME"):
        _learn(store, model=str(vit))
    images = openers_of(held, TASK)
    found = _learn(store, model=str(vit), images=images)
    assert found.examples + found.validation + found.held_out == 40
    held_out = gather(store, TASK).part("held_out")
    assert 0 < len(held_out) < 25  # and not all, though they come from "bytes" alike


def _answer_bytes(store: Store, frame: pd.DataFrame) -> None:
    from sciml_magics.frames import read_records
    from sciml_magics.tasks import Response

    records = read_records(frame, TASK, frame.reset_index().index.to_numpy())
    of_row = records.of_rows(len(frame)).tolist()
    given = [
        Response(f"{row}", records[at].id, "corrected", frame["right"][row], "Ada")
        for row, at in enumerate(of_row)
    ]
    store.respond(store.task(TASK), given)


def test_a_curve_is_drawn(store: Store, clip: Path, frame: pd.DataFrame) -> None:
    suggested(store, frame, clip)
    answered(store, frame)
    points = list(
        learning_curve(store, TASK, find_model(clip), replace(TRAINING, method="head"), [8, 60])
    )
    assert [point.examples for point in points] == [8, 60]
    assert points[1].score > 0.7


def test_mistakes_are_told_in_one_line(
    store: Store, clip: Path, frame: pd.DataFrame, looked: list[int]
) -> None:
    few = frame.head(20)
    annotate(few, Request(TASK, by="Ada"), Ruled(False, BASE), store)
    answered(store, few)
    with pytest.raises(ModelError, match="no image model is at hand to learn from: name a CLIP"):
        _learn(store)
    with pytest.raises(ModelError, match="no embeddings of images: name a CLIP"):
        _learn(store, model="all-MiniLM-L6-v2")
    for method in ("lora", "full", "fewshot"):
        with pytest.raises(LearningError, match=f"'{method}' does not learn: use head"):
            _learn(store, model=str(clip), method=method)
    (clip.parent / "empty").mkdir(exist_ok=True)
    with pytest.raises(ModelError, match=r"no config\.json"):
        _learn(store, model=str(clip.parent / "empty"))
    assert looked == []


def test_a_task_on_texts_is_not_learned_on_images(store: Store, clip: Path) -> None:
    frame = pd.DataFrame({"text": [f"{'gene' if at % 2 else 'star'} {at}" for at in range(40)]})
    task = Task("topic", ("text",), labels=(Label("gene"), Label("star")))
    annotate(frame, Request(task, by="Ada"), Ruled(True, BASE), store)
    answered(store, frame.assign(file=frame["text"], right=frame["text"].str[:4]), task)
    with pytest.raises(ModelError, match="reads images, and task 'topic' texts"):
        _learn(store, task=task, model=str(clip), method="head")
