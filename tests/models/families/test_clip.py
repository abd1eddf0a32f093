"""Zero-shot labels of images."""

from typing import Any

import numpy as np
import pytest
import torch
import transformers

from sciml_magics.errors import ModelError
from sciml_magics.models import Options, open_model
from sciml_magics.models.families.clip import ANYTHING, Clip
from sciml_magics.tasks import Label, Task
from tests.models.pictures import COLOURS, draw_pictures, picture_records, train_clip
from tests.models.tiny import save_tiny_clip, save_tiny_siglip

pytestmark = pytest.mark.usefixtures("one_thread")

FP32 = Options(device="cpu", precision="fp32")
HALF = 1e-3  # images are kept in half precision
LABELS = (Label("red"), Label("green", "a green leaf"), Label("蓝色"))
TEXTS = ["a photo of red", "a green leaf", "a photo of 蓝色"]
TASK = Task("colour", ("image",), input="image", labels=LABELS)
SEVERAL = Task("colour", ("image",), input="image", kind="labels", labels=LABELS)
CORPUS = [*TEXTS, ANYTHING, "a photo of blue", "a photo of green", "a sky in the blue"]


def _ask(folder, pictures, task):
    records = picture_records(pictures)
    given = [one for batch in _open(folder).suggest(records, task) for one in batch]
    found = {one.record_id: one for one in given}
    assert len(found) == len(given) == len(records)
    return [found[record.id] for record in records]


def _open(folder) -> Clip:
    found = open_model(folder, FP32)
    assert isinstance(found, Clip)
    return found


def _shares(found, task):
    return np.array([[dict(one.alternatives)[name] for name in task.label_names] for one in found])


def _logits(folder, pictures, texts):
    """Logits of the model's own forward pass over images and texts together."""
    model = transformers.AutoModelForZeroShotImageClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    prepare = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    siglip = model.config.model_type == "siglip"
    read = tokenizer(texts, padding="max_length" if siglip else True, return_tensors="pt")
    with torch.inference_mode():
        return model(
            pixel_values=prepare(pictures, return_tensors="pt")["pixel_values"],
            input_ids=read["input_ids"],
            attention_mask=None if siglip else read["attention_mask"],
        ).logits_per_image


def _pictures(count=5):
    return [picture for picture, _, _ in draw_pictures(count, seed=4)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_clip(tmp_path_factory.mktemp("clip"), CORPUS)


@pytest.fixture(scope="module")
def siglip(tmp_path_factory):
    return save_tiny_siglip(tmp_path_factory.mktemp("siglip"), CORPUS)


def test_one_label_is_the_model_s_own_softmax(folder):
    found = _ask(folder, _pictures(), TASK)

    expected = _logits(folder, _pictures(), TEXTS).softmax(-1).numpy()
    assert np.allclose(_shares(found, TASK), expected, atol=HALF)


def test_several_labels_are_each_compared_with_anything(folder):
    found = _ask(folder, _pictures(), SEVERAL)

    logits = _logits(folder, _pictures(), [*TEXTS, ANYTHING])
    expected = (logits[:, :3] - logits[:, 3:]).sigmoid().numpy()
    assert np.allclose(_shares(found, SEVERAL), expected, atol=HALF)


def test_siglip_has_its_sigmoid_for_several_labels(siglip):
    one, several = _ask(siglip, _pictures(), TASK), _ask(siglip, _pictures(), SEVERAL)

    logits = _logits(siglip, _pictures(), TEXTS)
    assert np.allclose(_shares(one, TASK), logits.softmax(-1).numpy(), atol=HALF)
    assert np.allclose(_shares(several, SEVERAL), logits.sigmoid().numpy(), atol=HALF)


def test_texts_are_read_once_for_a_task(folder, monkeypatch):
    suggester = Clip(_open(folder).files, FP32)
    model: Any = type(suggester.loaded.vision.model)
    reads = []
    whole = model.get_text_features

    def counted(self, *given, **named):
        reads.append(1)
        return whole(self, *given, **named)

    monkeypatch.setattr(model, "get_text_features", counted)
    for _ in range(3):
        list(suggester.suggest(picture_records(_pictures()), TASK))

    assert len(reads) == 1


def test_a_description_that_is_too_long_is_told(folder):
    long = Task("t", ("image",), input="image", labels=(Label("a", "very long " * 90), Label("b")))

    with pytest.raises(ModelError, match="reads 64: shorten its description"):
        list(_open(folder).suggest(picture_records(_pictures(1)), long))


def test_the_template_is_part_of_the_identity(folder):
    assert '"template": "a photo of {}"' in _open(folder).identity.settings


def test_a_trained_model_labels_rightly(tmp_path):
    folder = save_tiny_clip(tmp_path, CORPUS)
    train_clip(folder)
    task = Task("colour", ("image",), input="image", labels=tuple(map(Label, COLOURS)))
    rows = draw_pictures(60, seed=2)

    found = _ask(folder, [picture for picture, _, _ in rows], task)

    right = sum(one.value == colour for one, (_, colour, _) in zip(found, rows, strict=True))
    assert right >= 54
