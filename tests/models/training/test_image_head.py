"""Heads on images: what they learn, how they are kept, and who else can read them."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
import torch
import transformers

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models import FromVectors, Options, find_model, open_model
from sciml_magics.models.image_model import ImageModel
from sciml_magics.models.training.train import train
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Example, Training
from tests.models.pictures import draw_pictures, picture_records
from tests.models.tiny import save_tiny_clip, save_tiny_siglip, save_tiny_vit

pytestmark = pytest.mark.usefixtures("one_thread")

FP32 = Options(device="cpu", precision="fp32")
HEAD = Training("head", device="cpu", precision="fp32")
NAMES = {"red": "红色", "green": "绿色", "blue": "蓝色"}
LABELS = tuple(map(Label, NAMES.values()))
ONE = Task("colour", ("image",), input="image", labels=LABELS)
OTHERS = {
    "resnet": transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic"
    ),
    "dinov2": transformers.Dinov2Config(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=8
    ),
}
SEVERAL = Task("colour", ("image",), input="image", kind="labels", labels=LABELS)


@pytest.fixture(scope="module", params=["clip", "vit"])
def base(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "clip":
        return find_model(save_tiny_clip(folder, initializer_range=0.05))
    return find_model(save_tiny_vit(folder, ["a", "b"], initializer_range=0.05))


def _lesson(count, seed, task=ONE):
    rows = draw_pictures(count, seed)
    records = picture_records([picture for picture, _, _ in rows])
    names = [NAMES[colour] for _, colour, _ in rows]
    return records, [Example("", name if task is ONE else (name,)) for name in names]


def _vectors(files, records):
    model = open_model(files, FP32)
    assert isinstance(model, ImageModel)
    found = np.empty((len(records), model.dimension), dtype=np.float32)
    for at, part in model.vectors_of(records):
        found[at] = part
    return found


def _train(files, folder, task=ONE, count=150, training=HEAD):
    records, examples = _lesson(count, 3, task)
    others, validation = _lesson(40, 4, task)
    vectors = _vectors(files, [*records, *others])
    return train(files, task, examples, validation, training, folder, vectors=vectors)


@pytest.fixture(scope="module")
def made(base, tmp_path_factory):
    return _train(base, tmp_path_factory.mktemp("made") / "model")


def test_it_learns_what_vectors_tell_and_answers_so(made):
    assert made.validation > 0.85
    records, examples = _lesson(40, 5)
    model = open_model(made.folder, FP32)
    found = {one.record_id: one for batch in model.suggest(records, ONE) for one in batch}

    right = [found[r.id].value == one.value for r, one in zip(records, examples, strict=True)]
    assert np.mean(right) > 0.85
    assert model.resolve(Task("t", ("image",), input="image")).labels == LABELS


def test_the_base_s_vectors_serve_every_head_on_it(base, made, tmp_path):
    second = _train(base, tmp_path / "second", SEVERAL, 40)
    again = _train(find_model(made.folder), tmp_path / "again", count=40)
    models = [open_model(one, FP32) for one in (base, made.folder, second.folder, again.folder)]

    assert len({model.encoder_key for model in models if isinstance(model, FromVectors)}) == 1
    assert all(isinstance(model, FromVectors) for model in models)
    assert len({model.identity.revision for model in models}) == 4


def test_others_read_the_same_logits_without_this_project(made):
    _same_logits(made.folder)


@pytest.mark.parametrize("name", ["siglip", "resnet", "dinov2"])
def test_so_it_is_with_other_architectures(name, tmp_path):
    base = tmp_path / "base"
    if name == "siglip":
        save_tiny_siglip(base)
    else:
        torch.manual_seed(0)
        model = transformers.AutoModelForImageClassification.from_config(OTHERS[name])
        model.save_pretrained(base)
        processor = transformers.ViTImageProcessorPil(size={"height": 32, "width": 32})
        processor.save_pretrained(base)
    _same_logits(_train(find_model(base), tmp_path / "model", count=40).folder)


def _same_logits(folder):
    """Compare the shares of a folder's labels with what others make of it."""
    pictures = [picture for picture, _, _ in draw_pictures(6, 6)]
    records = picture_records(pictures)
    model = open_model(folder, FP32)
    assert isinstance(model, FromVectors)
    found = model.suggest_from(records, _vectors(folder, records), ONE)
    ours = np.array([[dict(one.alternatives)[label.name] for label in LABELS] for one in found])
    if (folder / "modules.json").is_file():
        from sentence_transformers import SentenceTransformer

        theirs = SentenceTransformer(str(folder), device="cpu")
        logits = torch.tensor(theirs.encode(pictures, show_progress_bar=False))
    else:
        theirs = transformers.AutoModelForImageClassification.from_pretrained(folder)
        prepare = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
        with torch.inference_mode():
            logits = theirs.eval()(**prepare(pictures, return_tensors="pt")).logits
        assert list(theirs.config.id2label.values()) == list(NAMES.values())
    config = json.loads((folder / "config.json").read_text("utf-8"))

    shares = (logits / config["temperature"]).softmax(-1).numpy()
    np.testing.assert_allclose(ours, shares, atol=5e-3)


def test_nothing_in_the_folder_is_pickled(base, made):
    names = {path.suffix for path in made.folder.rglob("*") if path.is_file()}
    assert names <= {".json", ".safetensors", ".txt"}
    same = os.path.samefile(base.weights[0], made.folder / "model.safetensors")
    assert same == (base.architectures == ("CLIPModel",))


def test_a_fit_that_cannot_be_written_leaves_nothing(base, tmp_path, monkeypatch):
    def full(*given, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sciml_magics.models.training.image_head.head_config", full)
    monkeypatch.setattr("sciml_magics.models.training.head_folder.head_config", full)
    with pytest.raises(LearningError, match="the disk is full"):
        _train(base, tmp_path / "model", count=20)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", ["full", "lora", "fewshot"])
def test_other_methods_are_refused_in_one_line(base, method, tmp_path):
    with pytest.raises(LearningError, match=f"reads images, which '{method}' does not learn: use"):
        train(base, ONE, [], [], Training(method), tmp_path / "model")


def test_models_without_a_place_for_a_head_are_refused(tmp_path):
    with pytest.raises(ModelError, match="no embeddings of images: name a CLIP"):
        train(find_model(), ONE, [Example("", NAMES["red"])], [], HEAD, tmp_path / "m")
