"""Images as short vectors of what they look like as a whole, without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Column

if TYPE_CHECKING:
    from PIL.Image import Image

Vector = npt.NDArray[np.float32]

_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"}
_GRID = 8
_SIZE = 64


def opens_images(column: Column) -> list[object] | None:
    """The cells of a column of open images or of paths of image files; ``None`` for other columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from sciml_magics.quality.table import Table
    >>> opens_images(Table(pd.DataFrame({"a": ["x.png", "y.jpg"]}))["a"])
    ['x.png', 'y.jpg']
    >>> opens_images(Table(pd.DataFrame({"a": ["x", "y"]}))["a"]) is None
    True
    """
    if column.typed or not len(column):
        return None
    cells = column.cells.tolist()
    held = [cell for cell in cells[:200] if cell is not None and cell == cell]
    return cells if held and all(_is_image(cell) for cell in held) else None


def _is_image(cell: object) -> bool:
    if isinstance(cell, str | Path):
        return len(str(cell)) < 1_000 and Path(cell).suffix.lower() in _SUFFIXES
    # An open image of Pillow; asked without importing it.
    return hasattr(cell, "getbands") and hasattr(cell, "thumbnail")


def describe_image(cell: object) -> Vector | None:
    """Colours, spread of brightness and edges on a grid; ``None`` if it cannot be read.

    Examples
    --------
    >>> import PIL.Image
    >>> describe_image(PIL.Image.new("RGB", (9, 9), "red")).shape
    (320,)
    >>> describe_image("no such file.png") is None
    True
    """
    import PIL.Image

    from sciml_magics.models.images import to_rgb

    try:
        if isinstance(cell, str | Path):
            with PIL.Image.open(cell) as opened:
                return _described(to_rgb(opened))
        return _described(to_rgb(cell)) if isinstance(cell, PIL.Image.Image) else None
    except (OSError, ValueError, SyntaxError):
        return None


def _described(image: Image) -> Vector:
    pixels = np.asarray(image.resize((_SIZE, _SIZE)), dtype=np.float32) / 255
    grey = pixels.mean(axis=2)
    edges = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    edges += np.abs(np.diff(grey, axis=1, prepend=grey[:, :1]))
    side = _SIZE // _GRID
    cells = pixels.reshape(_GRID, side, _GRID, side, 3)
    spread = grey.reshape(_GRID, side, _GRID, side).std(axis=(1, 3))
    edged = edges.reshape(_GRID, side, _GRID, side).mean(axis=(1, 3))
    parts = (cells.mean(axis=(1, 3)).ravel(), spread.ravel(), edged.ravel())
    return np.concatenate(parts).astype(np.float32)
