"""Trained classifiers of images."""

import math
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image

from sciml_magics.errors import ModelError
from sciml_magics.models import Options, open_model, vision
from sciml_magics.models.families.image_classifier import ImageClassifier
from sciml_magics.tasks import Label, Record, Task
from tests.models.pictures import COLOURS, draw_pictures, picture_records, train_classifier
from tests.models.tiny import save_tiny_vit

pytestmark = pytest.mark.usefixtures("one_thread")

FP32 = Options(device="cpu", precision="fp32")
HALF = 1e-3  # images are kept in half precision
NAMES = tuple(COLOURS)
TASK = Task("colour", ("image",), input="image", labels=tuple(map(Label, NAMES)))
SMALL: dict[str, Any] = {"num_labels": 3, "id2label": dict(enumerate(NAMES))}
OTHERS = {
    "resnet": transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", **SMALL
    ),
    "convnext": transformers.ConvNextConfig(
        hidden_sizes=[8, 16], depths=[1, 1], num_stages=2, **SMALL
    ),
    "swin": transformers.SwinConfig(
        image_size=32,
        patch_size=4,
        embed_dim=8,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=4,
        **SMALL,
    ),
    "dinov2": transformers.Dinov2Config(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        **SMALL,
    ),
}


def _ask(folder, pictures, task=TASK, options=FP32):
    records = picture_records(pictures)
    suggester = open_model(folder, options)
    resolved = suggester.resolve(task)
    given = [one for batch in suggester.suggest(records, resolved) for one in batch]
    found = {one.record_id: one for one in given}
    assert len(found) == len(given) == len(records)
    return [found[record.id] for record in records]


def _pictures(count=7):
    return [picture for picture, _, _ in draw_pictures(count, seed=4)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_vit(tmp_path_factory.mktemp("vit"), NAMES)


@pytest.mark.parametrize("name", OTHERS)
def test_shares_are_the_model_s_own_whatever_the_architecture(name, tmp_path):
    torch.manual_seed(0)
    model = transformers.AutoModelForImageClassification.from_config(OTHERS[name]).eval()
    model.save_pretrained(tmp_path)
    processor = transformers.ViTImageProcessorPil(size={"height": 32, "width": 32})
    processor.save_pretrained(tmp_path)
    pictures = _pictures()

    found = _ask(tmp_path, pictures)

    with torch.inference_mode():
        expected = model(**processor(pictures, return_tensors="pt")).logits.softmax(-1).numpy()
    shares = [[dict(one.alternatives)[label] for label in NAMES] for one in found]
    assert np.allclose(shares, expected, atol=HALF)
    assert [one.value for one in found] == [NAMES[at] for at in expected.argmax(axis=1)]


def test_a_task_without_labels_takes_the_model_s(folder):
    bare = Task("colour", ("image",), input="image")

    assert open_model(folder, FP32).resolve(bare).label_names == NAMES


def test_a_label_that_the_model_does_not_know_is_told(folder):
    task = Task("colour", ("image",), input="image", labels=(Label("mauve"),))

    with pytest.raises(ModelError, match="no label 'mauve': it knows 'red', 'green', 'blue'"):
        open_model(folder, FP32).resolve(task)


def test_texts_are_refused(folder):
    with pytest.raises(ModelError, match="not label on text"):
        open_model(folder, FP32).resolve(Task("t", ("x",), labels=TASK.labels))


def test_batch_size_changes_no_answer(folder, monkeypatch):
    together = _ask(folder, _pictures())
    monkeypatch.setattr(vision, "_CPU_IMAGES", 2)

    apart = _ask(folder, _pictures())

    assert [one.value for one in apart] == [one.value for one in together]
    assert np.allclose([one.score for one in apart], [one.score for one in together], atol=HALF)


def test_running_out_of_memory_changes_no_answer(folder, monkeypatch):
    expected = _ask(folder, _pictures())
    suggester = open_model(folder, FP32)
    assert isinstance(suggester, ImageClassifier)
    model = suggester.loaded.model
    whole = type(model).forward
    sizes = []

    def small(self, pixel_values=None, **others):
        if len(pixel_values) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        sizes.append(len(pixel_values))
        return whole(self, pixel_values=pixel_values, **others)

    monkeypatch.setattr(type(model), "forward", small)
    found = _ask(folder, _pictures())

    assert max(sizes) == 2
    assert [one.value for one in found] == [one.value for one in expected]


def test_an_unreadable_image_abstains_and_says_why(folder):
    def broken():
        raise OSError("image file is truncated")

    good = picture_records(_pictures(2))
    records = [good[0], Record(b"broken".ljust(16), (("image", "x"),), broken), good[1]]
    found = [one for batch in open_model(folder, FP32).suggest(records, TASK) for one in batch]

    (bad,) = [one for one in found if one.value is None]
    assert bad.record_id == records[1].id
    assert math.isnan(bad.score)
    assert "truncated" in bad.reason
    assert len(found) == 3


def test_a_model_of_several_labels_says_each(tmp_path):
    folder = save_tiny_vit(tmp_path, NAMES, problem_type="multi_label_classification")
    task = Task("colour", ("image",), input="image", kind="labels", labels=TASK.labels)

    for one in _ask(folder, _pictures(), task):
        shares = dict(one.alternatives)
        assert list(one.value) == [name for name in NAMES if shares[name] >= 0.5]


def test_a_trained_model_labels_rightly(tmp_path):
    folder = save_tiny_vit(tmp_path, NAMES, initializer_range=0.05)
    train_classifier(folder, {name: at for at, name in enumerate(NAMES)})
    rows = draw_pictures(60, seed=2)
    grey = Image.new("L", (40, 30), 128)

    found = _ask(folder, [*(picture for picture, _, _ in rows), grey])

    right = sum(one.value == colour for one, (_, colour, _) in zip(found, rows, strict=False))
    assert right >= 54
    assert found[-1].value in NAMES
