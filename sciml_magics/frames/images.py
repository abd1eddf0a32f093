"""Images in frames: paths, PIL images or bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.frames.lookup import column_at
from sciml_magics.tasks import Input, record_id

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"))
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_LOOKED_AT = 50


class UnreadableImageError(Exception):
    """An image that is not there or does not open; the message says why."""


@dataclass(frozen=True, slots=True)
class ImageCell:
    """An image of a frame: where it came from, its address, and how to open it."""

    source: str
    address: bytes
    open: Callable[[], Image]


def detect_input(frame: pd.DataFrame, columns: Sequence[str]) -> Input:
    """``"image"`` if what stands at the top of the one column are images or paths of images.

    Examples
    --------
    >>> detect_input(pd.DataFrame({"file": ["a.png", "b.JPG", None]}), ["file"])
    'image'
    """
    if len(columns) != 1:
        return "text"
    column = frame.iloc[:, column_at(frame, columns[0])]
    values = column.dropna().head(_LOOKED_AT).tolist()
    return "image" if values and all(map(_looks_like_image, values)) else "text"


def read_image(value: object) -> ImageCell:
    """The image in a cell, its header checked.

    Raises
    ------
    UnreadableImageError
        If it is not there or is no image.
    FrameError
        If the cell holds something else than a path, a PIL image or bytes.
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return _from_bytes(bytes(value), f"{len(value):,} bytes", partial(io.BytesIO, bytes(value)))
    if isinstance(value, str | os.PathLike):
        return _from_path(Path(os.fspath(value)).expanduser())
    if _is_pil(value):
        picture: Any = value
        address = record_id("pixels", picture.mode, repr(picture.size), picture.tobytes())
        width, height = picture.size
        return ImageCell(f"{width} × {height} image", address, picture.copy)
    raise FrameError(
        f"an image column holds {type(value).__name__} values: "
        "it may hold paths, PIL images or the bytes of image files"
    )


def _from_path(path: Path) -> ImageCell:
    if "://" in str(path) or str(path).startswith(("http:/", "https:/")):
        raise UnreadableImageError("an address on the web: download it and give its path")
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableImageError(f"{path}: {reason}") from error
    return _from_bytes(data, str(path), lambda: path)


def _from_bytes(data: bytes, source: str, again: Callable[[], Any]) -> ImageCell:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
    # Pillow's readers raise SyntaxError for a broken header.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableImageError(f"{source}: not an image that can be read") from error
    return ImageCell(source, record_id("file", data), partial(_open, again))


def _open(again: Callable[[], Any]) -> Image:
    from PIL import Image

    with Image.open(again()) as image:
        image.load()
        return image


def _looks_like_image(value: object) -> bool:
    if isinstance(value, bytes | bytearray):
        return bytes(value[:4]).startswith(_SIGNATURES)
    if isinstance(value, str | os.PathLike):
        text = os.fspath(value)
        return isinstance(text, str) and Path(text).suffix.lower() in SUFFIXES and "\n" not in text
    return _is_pil(value)


def _is_pil(value: object) -> bool:
    from PIL.Image import Image

    return isinstance(value, Image)
