import io
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sciml_magics.frames import read_records
from sciml_magics.panels.images import MOST_PIXELS, Images
from sciml_magics.panels.shown import ImageView
from sciml_magics.tasks import Label, Record, Task

TASK = Task("what", ("picture",), input="image", labels=(Label("a"), Label("b")))


def record_of(value: object) -> Record:
    (record,) = read_records(pd.DataFrame({"picture": [value]}), TASK, np.arange(1))
    return record


def opened(view: ImageView) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(view.data)))


def saved(folder: Path, name: str, image: Image.Image) -> str:
    path = folder / name
    image.save(path)
    return str(path)


def test_a_file_that_browsers_draw_is_sent_as_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", Image.new("RGB", (30, 20), "red"))
    view = Images().view(record_of(path))
    assert (view.mime, view.width, view.height, view.problem) == ("image/png", 30, 20, "")
    assert b64decode(view.data) == Path(path).read_bytes()
    assert view.source == path


def test_other_files_are_made_drawable(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.tif", Image.new("CMYK", (30, 20)))
    assert Images().view(record_of(path)).mime == "image/png"


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (2_000, 3_000, 3), dtype=np.uint8)
    path = saved(tmp_path, "a.png", Image.fromarray(noise))
    view = Images().view(record_of(path))
    assert (view.width, view.height, view.mime) == (3_000, 2_000, "image/jpeg")
    assert max(opened(view).size) == MOST_PIXELS


def test_deep_greys_use_their_range(tmp_path: Path) -> None:
    deep = np.linspace(1_000, 1_300, 100, dtype=np.uint16).reshape(10, 10)
    path = saved(tmp_path, "a.tif", Image.fromarray(deep))
    shown = np.asarray(opened(Images().view(record_of(path))))
    assert (shown.min(), shown.max()) == (0, 255)


def test_images_of_a_frame_are_shown_once_they_are_known() -> None:
    record = record_of(Image.new("L", (5, 4), 9))
    images = Images()
    assert "--frame" in images.view(record).problem
    assert record.open_image is not None
    images.remember({record.id: record.open_image})
    assert images.view(record).width == 5


def test_a_file_that_has_changed_is_not_shown(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", Image.new("RGB", (3, 2), "red"))
    record = record_of(path)
    saved(tmp_path, "a.png", Image.new("RGB", (3, 2), "blue"))
    assert "changed" in Images().view(record).problem
    assert not Images().view(record).data


@pytest.mark.parametrize("name", ["gone.png", "half\ud800", "nul\0"])
def test_what_is_not_there_is_said(name: str) -> None:
    view = Images().view(Record(b"0" * 16, (("picture", name),)))
    assert "--frame" in view.problem
    assert not view.data
