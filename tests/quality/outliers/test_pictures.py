"""Outlying images, by colours and edges and by a model."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sciml_magics.errors import ModelError, QualityError
from sciml_magics.quality.detecting.job import Options, detect
from sciml_magics.quality.outliers import pictures
from sciml_magics.quality.outliers.unlike import OutlyingImages
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store
from tests.models.tiny import save_tiny_clip, save_tiny_vit

BY_LOOKS = "by their colours and edges"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_clip(tmp_path_factory.mktemp("clip")))


def _column(count: int = 40, odd: int = 11) -> list[Image.Image]:
    """Reddish squares on a light ground, and one on blue."""
    draw = np.random.default_rng(0)
    images = []
    for at in range(count):
        pixels = draw.normal(200, 5, size=(32, 32, 3))
        x, y = draw.integers(4, 20, size=2)
        if at == odd:
            pixels[:] = [10, 20, 250]
        pixels[x : x + 8, y : y + 8] = [180, 60, 60]
        images.append(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))
    return images


def _bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["open", "bytes"])
def test_a_model_finds_what_is_unlike_and_the_finding_says_so(clip: str, kind: str) -> None:
    images = _column()
    cells = images if kind == "open" else [_bytes(image) for image in images]
    table = Table(pd.DataFrame({"photo": pd.Series(cells, dtype=object)}))
    (found,) = OutlyingImages(clip).find(table)
    assert found.rows.tolist() == [11]
    assert f"by the embeddings of {clip}@" in found.why(0)
    (plain,) = OutlyingImages().find(table)
    assert plain.rows.tolist() == [11]
    assert BY_LOOKS in plain.why(0)


def test_equal_images_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = _column()
    paths = []
    for at, image in enumerate([*images, images[11], *images[:9]]):
        paths.append(tmp_path / f"{at}.png")
        image.save(paths[-1])
    seen: list[Image.Image] = []
    whole = pictures.describe_image

    def counted(image: Image.Image) -> pictures.Vectors:
        seen.append(image)
        return whole(image)

    monkeypatch.setattr(pictures, "describe_image", counted)
    (found,) = OutlyingImages().find(Table(pd.DataFrame({"photo": [str(path) for path in paths]})))
    assert len(seen) == 40
    assert found.rows.tolist() == [11, 40]


def test_unreadable_images_are_left_out_and_noted(tmp_path: Path) -> None:
    cells: list[object] = [_bytes(image) for image in _column()]
    cells += [b"\x89PNG no more", _bytes(_column()[0])[:-300], None]
    detector = OutlyingImages()
    (found,) = detector.find(Table(pd.DataFrame({"photo": pd.Series(cells, dtype=object)})))
    assert found.rows.tolist() == [11]
    notes = " ".join(detector.notes)
    assert "'photo' has" in notes
    assert "row 40: " in notes


def test_few_images_and_other_columns_are_left_alone() -> None:
    few = pd.DataFrame({"photo": pd.Series(_column(29), dtype=object)})
    assert not list(OutlyingImages().find(Table(few)))
    assert not list(OutlyingImages().find(Table(pd.DataFrame({"n": range(50)}))))


def test_the_job_takes_a_model_and_looks_anew_with_another(tmp_path: Path, clip: str) -> None:
    vit = str(save_tiny_vit(tmp_path / "vit", ["a", "b"]))
    frame = pd.DataFrame({"photo": pd.Series([_bytes(one) for one in _column()], dtype=object)})
    with open_store(tmp_path / "mine.db") as store:
        told = {}
        for model in (None, clip, vit):
            options = Options(detectors=["outlying image"], image_model=model, above=0.3)
            found = detect(Table(frame, "slides"), store, options)
            assert not found.reused
            told[model] = [one.why(0) for one in found.findings]
        again = Options(detectors=["outlying image"], image_model=vit, above=0.3)
        assert detect(Table(frame, "slides"), store, again).reused
    assert BY_LOOKS in told[None][0]
    assert clip in told[clip][0]


def test_models_that_are_not_there_or_read_texts_are_told_first(tmp_path: Path) -> None:
    table = Table(pd.DataFrame({"photo": pd.Series(_column(), dtype=object)}), "slides")
    with open_store(tmp_path / "mine.db") as store:
        with pytest.raises(QualityError, match="no embeddings of images: name a CLIP"):
            detect(table, store, Options(image_model="all-MiniLM-L6-v2"))
        with pytest.raises(ModelError, match="no such folder"):
            detect(table, store, Options(image_model="./nowhere"))
