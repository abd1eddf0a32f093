"""Pictures for a model: decoded and prepared in threads, a batch ahead of the model."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError, SciMLError
from sciml_magics.models.loading import ModelFiles
from sciml_magics.tasks import Record, record_id

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = npt.NDArray[np.float32]
Prepare = Callable[["Image"], Pixels]
ImageLike: TypeAlias = "Image | str | Path | bytes"

_THREADS = 4
# What Pillow's decoders raise on files that are damaged, cut short or far too large.
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, OverflowError, LookupError, struct.error)


@dataclass(frozen=True, slots=True)
class Pictures:
    """A batch of records after decoding.

    Parameters
    ----------
    positions
        Which records could be read.
    pixels
        What the model takes of each of them, ``[channels, height, width]``.
    unreadable
        ``(position, why)`` of the others.
    """

    positions: tuple[int, ...]
    pixels: tuple[Pixels, ...]
    unreadable: tuple[tuple[int, str], ...]


def read_ahead(records: Sequence[Record], prepare: Prepare, size: int) -> Generator[Pictures]:
    """Pictures of `records` in batches of `size`, the next one being read in the meantime.

    Parameters
    ----------
    records
        Records that open images.
    prepare
        Turns an RGB image into what the model takes.
    size
        Records of a batch.
    """
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="images")
    try:
        ahead: list[Future[Pixels | str]] = []
        start = 0
        for stop in range(size, len(records) + 2 * size, size):
            batch, ahead = (
                ahead,
                [pool.submit(_read, one, prepare) for one in records[stop - size : stop]],
            )
            if batch:
                yield _gathered(start, [future.result() for future in batch])
                start += len(batch)
    finally:
        pool.shutdown(cancel_futures=True)


def preparer(files: ModelFiles) -> Prepare:
    """What turns an RGB image into a model's input, as the model's folder says.

    Raises
    ------
    ModelError
        If the folder does not say it.
    """
    from transformers import AutoImageProcessor

    try:
        processor = AutoImageProcessor.from_pretrained(files.path, backend="pil")
    except (OSError, ValueError) as error:
        raise ModelError(
            f"model '{files.id}' does not say how it takes images: "
            "its folder has no readable preprocessor_config.json"
        ) from error

    def prepare(image: Image) -> Pixels:
        return np.asarray(processor(image, return_tensors="np")["pixel_values"][0], np.float32)

    return prepare


def to_rgb(image: Image) -> Image:
    """An image as eight-bit RGB: upright, on white where it is transparent.

    Deeper greyscale (16-bit or floating point, as microscopes write it) is stretched from its
    darkest to its brightest pixel; a plain conversion would turn most of it white.

    Examples
    --------
    >>> import PIL.Image
    >>> to_rgb(PIL.Image.new("RGBA", (1, 1), (0, 0, 0, 0))).getpixel((0, 0))
    (255, 255, 255)
    """
    import PIL.Image
    import PIL.ImageOps

    upright = PIL.ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        upright = PIL.Image.fromarray(_stretched(np.asarray(upright, np.float32)))
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        white = PIL.Image.new("RGBA", layer.size, (255, 255, 255, 255))
        upright = PIL.Image.alpha_composite(white, layer)
    return upright.convert("RGB")


def _stretched(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    scaled = np.nan_to_num((values - low) * (255 / (high - low or 1)), nan=0, posinf=255, neginf=0)
    return np.asarray(scaled.round(), np.uint8)


def as_record(image: ImageLike) -> Record:
    """An image that stands in no frame as a record: equal images have one address.

    Parameters
    ----------
    image
        A path, an open image, or the bytes of an image file. What cannot be read is told when it
        is opened.

    Examples
    --------
    >>> import PIL.Image
    >>> as_record(PIL.Image.new("L", (2, 1))).open_image().size
    (2, 1)
    """
    if isinstance(image, bytes):
        return Record(record_id("file", image), (("image", "bytes"),), partial(_open, image))
    if isinstance(image, str | Path):
        path = Path(image).expanduser()
        source = (("image", str(image)),)
        try:
            data = path.read_bytes()
        except (OSError, ValueError):
            return Record(record_id("path", str(path)), source, partial(_open, path))
        return Record(record_id("file", data), source, partial(_open, path))
    # The pixels of a palette mean nothing without it.
    plain = image.convert("RGBA") if image.mode == "P" else image
    address = record_id("pixels", plain.mode, repr(plain.size), plain.tobytes())
    return Record(address, (("image", "an open image"),), image.copy)


def why_unreadable(record: Record) -> str:
    """Why the image of a record cannot be read; empty where it can.

    Examples
    --------
    >>> why_unreadable(as_record(b"no image"))[:40]
    'the image cannot be read: cannot identif'
    """
    found = _read(record, lambda image: np.empty(0, dtype=np.float32))
    return found if isinstance(found, str) else ""


def _open(source: Path | bytes) -> Image:
    import PIL.Image

    with PIL.Image.open(BytesIO(source) if isinstance(source, bytes) else source) as image:
        image.load()
        return image


def _read(record: Record, prepare: Prepare) -> Pixels | str:
    """What the model takes of a record, or why it cannot be read."""
    from PIL.Image import DecompressionBombError

    if record.open_image is None:
        return "the record has no image"
    try:
        return prepare(to_rgb(record.open_image()))
    except (SciMLError, DecompressionBombError, *_DAMAGED) as error:
        return f"the image cannot be read: {error}"


def _gathered(start: int, found: Sequence[Pixels | str]) -> Pictures:
    read = [(start + at, one) for at, one in enumerate(found) if not isinstance(one, str)]
    failed = [(start + at, one) for at, one in enumerate(found) if isinstance(one, str)]
    return Pictures(tuple(at for at, _ in read), tuple(pixels for _, pixels in read), tuple(failed))
