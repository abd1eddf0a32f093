"""Images in frames: paths, PIL images or bytes."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.frames.lookup import column_at
from sciml_magics.tasks import Input, record_id

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"))
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
# What `open_later` says of images that come from no file.
_IN_FRAME = re.compile(r"[\d,]+ bytes|\d+ × \d+ image")
_LOOKED_AT = 50
_SHOWN = 120
_THREADS = 4
_CHUNK = 256

Opener: TypeAlias = "Callable[[], Image]"


class UnreadableImageError(Exception):
    """An image that is not there or does not open; the message says why."""


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
    return "image" if values and all(map(looks_like_image, values)) else "text"


def read_addresses(
    cells: pd.Series, rows: npt.NDArray[np.int64]
) -> Iterator[bytes | UnreadableImageError | None]:
    """The address of each cell's image, why it cannot be read, or ``None`` for a missing one.

    Files are read in threads: hashing and reading leave Python's lock.

    Raises
    ------
    FrameError
        If a cell holds something else than a path, a PIL image or the bytes of an image file.
    """
    values = [None if gone else value for value, gone in zip(cells, cells.isna(), strict=True)]
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="images") as pool:
        for start in range(0, len(values), _CHUNK):
            part = values[start : start + _CHUNK]
            numbers = rows[start : start + _CHUNK].tolist()
            # Two cells may hold one PIL image, which two threads must not load at once.
            apply = map if any(map(_is_pil, part)) else pool.map
            yield from apply(_address, part, numbers)


def open_later(value: object) -> tuple[str, Opener]:
    """Where the image of a cell came from, in words, and what opens it."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value):,} bytes", partial(_open, bytes(value))
    if isinstance(value, str | os.PathLike):
        return os.fspath(value), partial(_open, Path(os.fspath(value)).expanduser())
    picture: Any = value
    width, height = picture.size
    return f"{width} × {height} image", picture.copy


def open_again(address: bytes, source: str) -> Opener:
    """What opens the image of a record that is in the store, from its file.

    Opening raises `FrameError` where the file is gone or holds another image by now.

    Parameters
    ----------
    address
        Of the record.
    source
        Where the image came from, as `open_later` says it.
    """
    return partial(_open_same, address, source)


def _open_same(address: bytes, source: str) -> Image:
    if _IN_FRAME.fullmatch(source):
        raise FrameError(f"{source}, which is in no file: name its frame")
    try:
        data = _read(source)
    except UnreadableImageError as error:
        raise FrameError(str(error)) from error
    if record_id("file", data) != address:
        raise FrameError(f"{_shown(source)}: another image than before")
    return _open(data)


def _address(value: object, row: int) -> bytes | UnreadableImageError | None:
    try:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, bytes | bytearray | memoryview):
            return _of_file(bytes(value), f"{len(value):,} bytes")
        if isinstance(value, str | os.PathLike):
            return _of_file(_read(os.fspath(value)), _shown(os.fspath(value)))
        if _is_pil(value):
            return _of_pixels(value)
    except UnreadableImageError as error:
        return error
    raise FrameError(
        f"an image column holds {type(value).__name__} values (the first in row {row}, counted "
        "from 0): it may hold paths, PIL images or the bytes of image files"
    )


def _read(path: str) -> bytes:
    if "://" in path or path.startswith("data:"):
        raise UnreadableImageError(f"{_shown(path)}: an address, not a file: download it first")
    try:
        file = Path(path).expanduser()
        if file.exists() and not file.is_file():
            raise UnreadableImageError(f"{_shown(path)}: not a file")
        return file.read_bytes()
    except OSError as error:
        raise UnreadableImageError(f"{_shown(path)}: {error.strerror or error}") from error
    # A NUL or a lone surrogate in a path, or ~ of a person who is not known.
    except (ValueError, RuntimeError) as error:
        raise UnreadableImageError(f"{_shown(path)}: not a path ({error})") from error


def _of_file(data: bytes, source: str) -> bytes:
    """Address of an image file, once Pillow knows it by its header."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
    except Image.DecompressionBombError as error:
        raise UnreadableImageError(f"{source}: too many pixels, make it smaller") from error
    # Pillow's readers raise these for files that are damaged or of another kind.
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, LookupError) as error:
        raise UnreadableImageError(f"{source}: not an image that can be read") from error
    return record_id("file", data)


def _of_pixels(picture: Any) -> bytes:
    try:
        # The pixels of a palette image mean nothing without the palette.
        plain = picture.convert("RGBA") if picture.mode == "P" else picture
        return record_id("pixels", plain.mode, repr(plain.size), plain.tobytes())
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableImageError(f"a PIL image that cannot be read ({error})") from error


def _open(source: Path | bytes) -> Image:
    from PIL import Image

    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        image.load()
        return image


def looks_like_image(value: object) -> bool:
    """Whether a cell holds an open image, the bytes of an image file, or a path of one.

    Examples
    --------
    >>> looks_like_image("a.PNG"), looks_like_image(b"no image"), looks_like_image(None)
    (True, False, False)
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[:4]).startswith(_SIGNATURES)
    if isinstance(value, str | os.PathLike):
        text = os.fspath(value)
        return isinstance(text, str) and "\n" not in text and Path(text).suffix.lower() in SUFFIXES
    return _is_pil(value)


def _is_pil(value: object) -> bool:
    from PIL.Image import Image

    return isinstance(value, Image)


def _shown(path: str) -> str:
    """A path to tell on one line."""
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in path)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
