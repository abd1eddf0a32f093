"""Pictures become what a model takes, in threads, whatever their format."""

import io
import threading

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError
from transformers import ViTImageProcessorPil

from sciml_magics.errors import FrameError, ModelError
from sciml_magics.models.images import preparer, read_ahead, to_rgb
from sciml_magics.models.loading import ModelFiles
from sciml_magics.tasks import Record


def _record(at, open_image):
    return Record(at.to_bytes(16, "big"), (("image", str(at)),), open_image)


def _pixels(image):
    return np.asarray(image, np.float32).transpose(2, 0, 1)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9])
def test_every_picture_comes_once_in_order(count):
    records = [
        _record(at, lambda at=at: Image.new("RGB", (2, 2), (at, 0, 0))) for at in range(count)
    ]

    batches = list(read_ahead(records, _pixels, 4))

    assert [len(batch.positions) for batch in batches] == [4] * (count // 4) + [count % 4] * bool(
        count % 4
    )
    assert [at for batch in batches for at in batch.positions] == list(range(count))
    reds = [int(pixels[0, 0, 0]) for batch in batches for pixels in batch.pixels]
    assert reds == list(range(count))


def test_the_next_batch_is_read_while_the_model_works():
    opened = threading.Event()

    def second():
        opened.set()
        return Image.new("RGB", (1, 1))

    records = [_record(0, lambda: Image.new("RGB", (1, 1))), _record(1, second)]
    batches = read_ahead(records, _pixels, 1)
    next(batches)

    assert opened.wait(timeout=10)
    batches.close()


def _cut_short():
    whole = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(whole, "PNG")
    return Image.open(io.BytesIO(whole.getvalue()[:3000]))


def _gone():
    raise FileNotFoundError(2, "No such file or directory")


def _no_image():
    raise UnidentifiedImageError("cannot identify image file")


def _refused():
    raise FrameError("the cell holds no image")


@pytest.mark.parametrize("broken", [_cut_short, _gone, _no_image, _refused, None])
def test_an_unreadable_picture_is_told_and_the_others_go_on(broken):
    def good():
        return Image.new("RGB", (2, 2))

    records = [_record(0, good), _record(1, broken), _record(2, good)]

    (batch,) = read_ahead(records, _pixels, 8)

    assert batch.positions == (0, 2)
    ((at, why),) = batch.unreadable
    assert at == 1
    assert "image" in why


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV"])
def test_every_mode_becomes_rgb(mode):
    found = to_rgb(Image.new(mode, (3, 2)))

    assert found.mode == "RGB"
    assert found.size == (3, 2)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_deep_greyscale_is_stretched_not_clipped(dtype):
    ramp = np.linspace(1000, 60_000, 16).reshape(4, 4).astype(dtype)

    found = np.asarray(to_rgb(Image.fromarray(ramp)))

    assert found[0, 0, 0] == 0
    assert found[-1, -1, 0] == 255
    assert len(np.unique(found)) == 16


def test_numbers_that_are_none_become_black():
    values = np.array([[np.nan, 0.0], [np.inf, 2.0]], np.float32)

    found = np.asarray(to_rgb(Image.fromarray(values)))[..., 0]

    assert found.tolist() == [[0, 0], [255, 255]]


def test_a_turned_photograph_is_put_upright():
    photo = Image.new("RGB", (4, 2))
    exif = photo.getexif()
    exif[0x0112] = 6
    stored = io.BytesIO()
    photo.save(stored, "JPEG", exif=exif)

    assert to_rgb(Image.open(stored)).size == (2, 4)


def test_a_folder_that_does_not_say_how_it_takes_images(tmp_path):
    files = ModelFiles("lost", tmp_path, "0", {}, (), 0)
    with pytest.raises(ModelError, match=r"no readable preprocessor_config\.json"):
        preparer(files)

    ViTImageProcessorPil(size={"height": 8, "width": 8}).save_pretrained(tmp_path)

    assert preparer(files)(Image.new("RGB", (30, 20))).shape == (3, 8, 8)
