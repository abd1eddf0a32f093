"""Embeddings of images: one of each image, whatever it comes as."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import transformers
from PIL import Image

from sciml_magics.models import Embeds, FromVectors, Options, open_model
from sciml_magics.models.families.clip import Clip
from sciml_magics.models.image_model import ImageModel
from sciml_magics.models.images import to_rgb
from sciml_magics.tasks import Label, Record, Task
from tests.models.pictures import draw_pictures, picture_records
from tests.models.tiny import save_tiny_clip, save_tiny_vit

pytestmark = pytest.mark.usefixtures("one_thread")

FP32 = Options(device="cpu", precision="fp32")
TASK = Task("t", ("image",), input="image", labels=(Label("猫"), Label("狗")))


@pytest.fixture(scope="module", params=["clip", "vit"])
def model(request, tmp_path_factory) -> ImageModel[Any]:
    folder = tmp_path_factory.mktemp(request.param)
    save = save_tiny_clip if request.param == "clip" else _save_vit
    found = open_model(save(folder), FP32)
    assert isinstance(found, ImageModel)
    return found


def _save_vit(folder):
    return save_tiny_vit(folder, [label.name for label in TASK.labels])


def _pictures(count, seed=7):
    return [picture for picture, _, _ in draw_pictures(count, seed)]


def _bytes(image, kind="PNG", **how):
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def test_embeddings_have_length_one_and_come_in_order(model):
    pictures = _pictures(5)
    found = model.embed(pictures)

    assert found.shape == (5, model.dimension)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(model.embed(pictures[::-1])[::-1], found, atol=1e-3)
    assert model.embed([]).shape == (0, model.dimension)


def test_one_protocol_serves_texts_and_images(model):
    assert isinstance(model, Embeds)
    assert isinstance(model, FromVectors)


def test_paths_bytes_and_open_images_are_the_same(model, tmp_path):
    [picture] = _pictures(1)
    path = tmp_path / "图 1.png"
    path.write_bytes(_bytes(picture))
    found = model.embed([picture, str(path), path, path.read_bytes()])

    np.testing.assert_array_equal(found, np.repeat(found[:1], 4, axis=0))


def test_equal_images_are_looked_at_once(model, monkeypatch):
    seen = []
    whole = type(model).features

    def counted(self, pixels):
        seen.append(len(pixels))
        return whole(self, pixels)

    monkeypatch.setattr(type(model), "features", counted)
    one, other = _pictures(2)
    found = model.embed([one, other, one.copy(), _bytes(one), _bytes(one)])

    assert sum(seen) == 3  # two as pixels, and a file
    np.testing.assert_array_equal(found[0], found[2])


def test_a_batch_that_does_not_fit_is_halved(model, monkeypatch):
    pictures = _pictures(6)
    expected = model.embed(pictures)
    whole = type(model).features

    def small(self, pixels):
        if len(pixels) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return whole(self, pixels)

    monkeypatch.setattr(type(model), "features", small)
    np.testing.assert_allclose(model.embed(pictures), expected, atol=1e-3)


def test_an_unreadable_image_is_missing_and_why_is_told(model, tmp_path):
    cut = _bytes(_pictures(1)[0])[:200]
    with pytest.warns(UserWarning, match=r"3 of 4 images have no embedding; 1: .*cannot be read"):
        found = model.embed([*_pictures(1), cut, b"no image", tmp_path / "gone.png"])

    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1:]).all()


def test_what_cannot_be_read_abstains_also_from_vectors(model):
    def gone():
        raise OSError("no such file")

    good = picture_records(_pictures(1))[0]
    bad = Record(b"bad".ljust(16), (("image", "x"),), gone)
    vectors = np.full((2, model.dimension), np.nan, dtype=np.float32)
    for at, part in model.vectors_of([good, bad]):
        vectors[at] = part
    one, other = model.suggest_from([good, bad], vectors, TASK)

    assert one.value in ("猫", "狗")
    assert other.value is None
    assert "no such file" in other.reason


def _animated():
    frames = _pictures(3)
    data = _bytes(frames[0], "GIF", save_all=True, append_images=frames[1:])
    return Image.open(io.BytesIO(data))


ODD = {
    "one pixel": lambda: Image.new("RGB", (1, 1), (200, 10, 10)),
    "three by one": lambda: Image.new("RGB", (3, 1), (200, 10, 10)),
    "grey": lambda: _pictures(1)[0].convert("L"),
    "grey of sixteen bits": lambda: Image.fromarray(
        np.arange(64, dtype=np.uint16).reshape(8, 8) * 900
    ),
    "black and white": lambda: _pictures(1)[0].convert("1"),
    "with alpha": lambda: _pictures(1)[0].convert("RGBA"),
    "grey with alpha": lambda: _pictures(1)[0].convert("LA"),
    "palette": lambda: _pictures(1)[0].convert("P"),
    "CMYK": lambda: _pictures(1)[0].convert("CMYK"),
    "animated": _animated,
}


@pytest.mark.parametrize("name", ODD)
def test_every_kind_of_image_has_an_embedding(model, name):
    image = ODD[name]()
    found = model.embed([image, to_rgb(image)])

    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[0], found[1], atol=2e-3)


def test_texts_lie_in_the_space_of_the_images(tmp_path):
    folder = save_tiny_clip(tmp_path)
    model = open_model(folder, FP32)
    assert isinstance(model, Clip)
    [picture] = _pictures(1)
    cosine = model.embed([picture]) @ model.embed_texts(["a gene", "基因"]).T
    whole = transformers.CLIPModel.from_pretrained(folder).eval()
    prepare = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    theirs = (
        whole(
            **prepare([picture], return_tensors="pt"),
            **tokenizer(["a gene", "基因"], padding=True, return_tensors="pt"),
        ).logits_per_image
        / whole.logit_scale.exp()
    )

    np.testing.assert_allclose(cosine, theirs.detach().numpy(), atol=1e-3)
