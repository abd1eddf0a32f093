"""Images from paths, PIL images and bytes; what cannot be read is told, and stops nothing."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sciml_magics.errors import FrameError
from sciml_magics.frames import MISSING, Records, detect_input, read_records
from sciml_magics.tasks import Task, record_id

TASK = Task("kind", ("image",), input="image")


def png(colour: tuple[int, int, int], size: int = 4) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(buffer, "PNG")
    return buffer.getvalue()


RED, BLUE = png((255, 0, 0)), png((0, 0, 255))


def read(cells: list[object]) -> Records:
    frame = pd.DataFrame({"image": pd.Series(cells, dtype=object)})
    return read_records(frame, TASK, np.arange(len(frame)))


def colour(records: Records, at: int) -> object:
    record = records[at]
    assert record.open_image is not None
    return record.open_image().convert("RGB").getpixel((0, 0))


def test_paths_are_addressed_by_the_bytes_of_their_files(tmp_path: Path) -> None:
    for name, data in (("a.png", RED), ("b 图.png", BLUE), ("copy.png", RED)):
        (tmp_path / name).write_bytes(data)
    paths = [str(tmp_path / "a.png"), tmp_path / "b 图.png", str(tmp_path / "copy.png"), None, " "]
    records = read([*paths])
    assert records.inverse.tolist() == [0, 1, 0, -1, -1]
    assert records[0].id == record_id("file", RED)
    assert records[0].content == (("image", str(tmp_path / "a.png")),)
    assert [colour(records, at) for at in (0, 1)] == [(255, 0, 0), (0, 0, 255)]
    assert records.sizes.tolist() == [1, 1]
    assert np.count_nonzero(records.inverse == MISSING) == 2


def test_a_path_may_start_at_home_or_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(RED)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    records = read(["~/a.png", "a.png"])
    assert records.inverse.tolist() == [0, 0]
    assert colour(records, 0) == (255, 0, 0)


def test_bytes_and_the_file_that_holds_them_are_one_image(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(RED)
    records = read([RED, bytearray(RED), memoryview(RED), str(tmp_path / "a.png"), BLUE])
    assert records.inverse.tolist() == [0, 0, 0, 0, 1]
    assert colour(records, 1) == (0, 0, 255)


def test_pil_images_are_addressed_by_their_pixels(tmp_path: Path) -> None:
    red = Image.new("RGB", (2, 2), (255, 0, 0))
    wide = Image.new("RGB", (4, 1), (255, 0, 0))
    grey = Image.new("I;16", (2, 2), 40_000)
    records = read([red, red.copy(), wide, grey, None, red])
    assert records.inverse.tolist() == [0, 0, 1, 2, -1, 0]
    assert records[0].content == (("image", "2 × 2 image"),)
    opened = records[2].open_image
    assert opened is not None
    assert opened().getpixel((0, 0)) == 40_000


def test_palettes_tell_images_apart() -> None:
    first = Image.new("P", (2, 2), 0)
    second = first.copy()
    first.putpalette([255, 0, 0])
    second.putpalette([0, 0, 255])
    assert read([first, second]).inverse.tolist() == [0, 1]


@pytest.fixture
def bad(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes(RED[:40])
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "flipped.png").write_bytes(RED[:50] + bytes([RED[50] ^ 255]) + RED[51:])
    named = ("gone", "text", "cut", "folder", "flipped")
    return {
        **{name: str(tmp_path / f"{name}.png") for name in named},
        "empty": tmp_path / "empty.jpg",
        "bytes": b"\x89PNG nothing",
        "no bytes": b"",
        "web": "https://example.org/a.png",
        "inline": "data:image/png;base64,AAAA" + "A" * 5_000,
        "nul": "a\x00.png",
        "surrogate": "a\ud800.png",
        "nobody": "~nobody-of-this-name/a.png",
        "long": "a" * 5_000 + ".png",
    }


SAYS = {
    "gone": "No such file",
    "text": "not an image",
    "cut": "not an image",
    "folder": "not a file",
    "flipped": "not an image",
    "empty": "not an image",
    "bytes": "12 bytes: not an image",
    "no bytes": "0 bytes: not an image",
    "web": "download it first",
    "inline": "download it first",
    "nul": "not a path",
    "surrogate": "not a path",
    "nobody": "not a path",
    "long": "File name too long",
}


def test_every_unreadable_image_is_told_and_the_rest_is_read(bad: dict[str, object]) -> None:
    assert set(bad) == set(SAYS)
    records = read([RED, *bad.values(), BLUE])
    assert records.inverse.tolist() == [0, *[-2] * len(bad), 1]
    assert len(records.unreadable) == len(bad)
    assert np.count_nonzero(records.inverse == MISSING) == 0
    for row, (name, says) in enumerate(SAYS.items(), start=1):
        assert list(bad)[row - 1] == name
        assert says in records.unreadable[row]
        assert records.unreadable[row].isprintable()
        assert len(records.unreadable[row]) < 300
    assert [colour(records, at) for at in (0, 1)] == [(255, 0, 0), (0, 0, 255)]


def test_the_notes_name_the_first_unreadable_images(bad: dict[str, object]) -> None:
    notes = read([RED, *bad.values()]).notes
    assert len(notes) == 4
    assert notes[0].startswith("row 1: ")
    assert notes[-1] == f"{len(bad) - 3} more images could not be read"
    assert len(read([RED, b""]).notes) == 1


def test_a_pil_image_whose_file_is_broken_is_unreadable(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    with Image.open(tmp_path / "a.png") as picture:
        records = read([RED, picture])
    assert records.inverse.tolist() == [0, -2]
    assert "cannot be read" in records.unreadable[1]


def test_an_image_of_too_many_pixels_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 4)
    assert "too many pixels" in read([png((0, 0, 0), 8)]).unreadable[0]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(RED)
    (tmp_path / "a.png").chmod(0)
    assert "Permission denied" in read([str(tmp_path / "a.png")]).unreadable[0]


@pytest.mark.parametrize("value", [3, 2.5, ["a.png"], np.zeros((2, 2)), object()])
def test_what_is_no_image_at_all_is_refused(value: object) -> None:
    with pytest.raises(
        FrameError, match=r"holds \w+ values \(the first in row 1, counted from 0\)"
    ):
        read([RED, value, RED])


def test_a_task_on_images_reads_one_column() -> None:
    frame = pd.DataFrame({"image": ["a.png"], "other": ["b.png"]})
    task = Task("kind", ("image", "other"), input="image")
    with pytest.raises(FrameError, match="reads one column"):
        read_records(frame, task, np.arange(1))


def test_many_images_keep_their_order(tmp_path: Path) -> None:
    cells: list[object] = [png((shade % 256, shade // 256, 0), 1) for shade in range(700)]
    records = read(cells + cells[::-1])
    assert records.inverse.tolist() == [*range(700), *reversed(range(700))]
    assert colour(records, 500) == (500 % 256, 1, 0)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["a.png", "b.JPEG", None], "image"),
        ([Path("a.tif")], "image"),
        ([RED], "image"),
        ([Image.new("L", (1, 1))], "image"),
        ([b"\xff\xd8\xff\xe0"], "image"),
        (["a.png", "some text"], "text"),
        (["see figure\na.png"], "text"),
        (["a.txt"], "text"),
        ([b"abc"], "text"),
        ([1, 2], "text"),
        ([None, None], "text"),
        ([], "text"),
    ],
)
def test_the_input_is_seen_from_the_cells(cells: list[object], found: str) -> None:
    frame = pd.DataFrame({"image": pd.Series(cells, dtype=object), "n": range(len(cells))})
    assert detect_input(frame, ["image"]) == found
    assert detect_input(frame, ["image", "n"]) == "text"
