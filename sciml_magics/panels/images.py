"""Pictures for the review surface: the very image that the model saw, in a size to look at."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sciml_magics.panels.showing import safe
from sciml_magics.panels.shown import ImageView
from sciml_magics.tasks import Record, record_id

if TYPE_CHECKING:
    from PIL.Image import Image

# A picture is sent as it is when a browser can draw it and it is not much larger than a screen.
MOST_PIXELS = 1_600
MOST_BYTES = 1_000_000
_DRAWN = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}

Opener = Callable[[], "Image"]


class Images:
    """Finds the images of records: in files by their paths, else in a frame of the notebook."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._openers: dict[bytes, Opener] = {}

    def remember(self, openers: Mapping[bytes, Opener]) -> None:
        """Know the images of a frame, by the addresses of their records."""
        with self._lock:
            self._openers.update(openers)

    def view(self, record: Record) -> ImageView:
        """The image of a record, or a sentence that says why it cannot be shown."""
        source = safe(record.content[0][1]) if record.content else ""
        try:
            with self._lock:
                opener = self._openers.get(record.id)
            if opener is not None:
                return _picture(opener(), source)
            return _of_file(record, source)
        except Exception as error:  # whatever a reader raises for what is damaged
            reason = safe(" ".join(str(error).split()) or type(error).__name__)
            return ImageView(source=source, problem=f"The image cannot be shown: {reason}")


def _of_file(record: Record, source: str) -> ImageView:
    from PIL import Image

    path = Path(record.content[0][1]).expanduser()
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        return ImageView(
            source=source,
            problem="The image is in the notebook's frame: run %review again with --frame NAME",
        )
    if record_id("file", data) != record.id:
        return ImageView(source=source, problem="The file has changed since the model saw it")
    with Image.open(io.BytesIO(data)) as image:
        mime = _DRAWN.get(image.format or "")
        if mime and len(data) <= MOST_BYTES and max(image.size) <= MOST_PIXELS:
            return _view(data, mime, image.size, source)
        return _picture(image, source)


def _picture(image: Image, source: str) -> ImageView:
    """Any image as one that every browser draws."""
    size = image.size
    plain = _plain(image)
    plain.thumbnail((MOST_PIXELS, MOST_PIXELS))
    buffer = io.BytesIO()
    # A photograph as PNG is large; a drawing as JPEG has shadows.
    plain.save(buffer, "PNG")
    mime = "image/png"
    if buffer.tell() > MOST_BYTES and plain.mode == "RGB":
        buffer = io.BytesIO()
        plain.save(buffer, "JPEG", quality=92)
        mime = "image/jpeg"
    return _view(buffer.getvalue(), mime, size, source)


def _plain(image: Image) -> Image:
    """Eight bits a channel. Of deeper greys, as microscopes make, the range that is used."""
    if image.mode in ("F", "I") or image.mode.startswith("I;"):
        return _stretched(image)
    if image.mode in ("L", "RGB", "RGBA"):
        return image.copy()
    has_alpha = image.mode in ("LA", "PA", "La") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _stretched(image: Image) -> Image:
    import numpy as np
    from PIL import Image

    deep = np.asarray(image, dtype=np.float32)
    low, high = np.nanmin(deep), np.nanmax(deep)
    span = high - low if high > low else 1.0
    return Image.fromarray(np.nan_to_num((deep - low) / span * 255).astype(np.uint8))


def _view(data: bytes, mime: str, size: tuple[int, int], source: str) -> ImageView:
    width, height = size
    text = b64encode(data).decode("ascii")
    return ImageView(mime=mime, data=text, width=width, height=height, source=source)
