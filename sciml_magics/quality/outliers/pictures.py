"""The images of a column, and what each looks like as a whole: by a model, or without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import QualityError, SciMLError
from sciml_magics.frames.images import (
    UnreadableImageError,
    looks_like_image,
    open_later,
    read_addresses,
)
from sciml_magics.quality.table import Column
from sciml_magics.tasks import Record

if TYPE_CHECKING:
    from PIL.Image import Image

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_GRID = 8
_SIZE = 64
_TRIED = 200


class Pictures(NamedTuple):
    """The different images of a column.

    Parameters
    ----------
    records
        Each image once; it opens when it is asked for.
    rows
        The rows that hold each of them.
    unreadable
        Why an image cannot be read, by its row.
    """

    records: list[Record]
    rows: list[list[int]]
    unreadable: dict[int, str]


class Describe(NamedTuple):
    """How images are compared.

    Parameters
    ----------
    by
        What they are compared by, in words.
    vectors
        Vectors ``[records, dimension]`` of records; not a number where an image cannot be read.
    """

    by: str
    vectors: Callable[[Sequence[Record]], Vectors]


def opens_images(column: Column) -> bool:
    """Whether a column holds images: open ones, the bytes of image files, or paths of them.

    Examples
    --------
    >>> from sciml_magics.quality.table import Table
    >>> opens_images(Table(pd.DataFrame({"a": ["x.png", "y.jpg"]}))["a"])
    True
    >>> opens_images(Table(pd.DataFrame({"a": ["x", "y"]}))["a"])
    False
    """
    if column.typed or not len(column):
        return False
    held = [cell for cell in column.cells.iloc[:_TRIED].tolist() if cell is not None]
    held = [cell for cell in held if not isinstance(cell, float)]
    return bool(held) and all(map(looks_like_image, held))


def read_pictures(column: Column, drawn: Rows) -> Pictures:
    """The images of some rows of a column of images; a cell that holds another thing is none.

    Parameters
    ----------
    column
        The column.
    drawn
        Positions of the rows.
    """
    cells = column.cells.iloc[drawn]
    some = [bool(looks_like_image(cell)) for cell in cells.tolist()]
    cells, rows = pd.Series(cells.to_numpy()[some], dtype=object), drawn[some]
    places: dict[bytes, int] = {}
    found = Pictures([], [], {})
    for row, cell, read in zip(
        rows.tolist(), cells.tolist(), read_addresses(cells, rows), strict=True
    ):
        if isinstance(read, UnreadableImageError):
            found.unreadable[row] = str(read)
        elif read is not None:
            if read not in places:
                places[read] = len(places)
                source, open_image = open_later(cell)
                found.records.append(Record(read, ((column.name, source),), open_image))
                found.rows.append([])
            found.rows[places[read]].append(row)
    return found


def by_looks() -> Describe:
    """Compare images by colours, brightness and edges, which needs no model."""
    return Describe("their colours and edges", _looks)


def by_model(name: str) -> Describe:
    """Compare images by the embeddings of a model.

    Parameters
    ----------
    name
        Hub id, ``id@revision`` or folder.

    Raises
    ------
    QualityError
        If the model has no embeddings of images.
    ModelError
        If there is no such model.
    """
    from sciml_magics.models import Embeds, open_model

    model = open_model(name)
    if not isinstance(model, Embeds) or ("image", "label") not in model.abilities:
        raise QualityError(
            f"model '{name}' has no embeddings of images: name a CLIP, SigLIP or "
            "image-classification model, or leave --image-model out"
        )

    def vectors(records: Sequence[Record]) -> Vectors:
        parts = [(at, part) for at, part in model.vectors_of(records)]
        order = np.argsort(np.concatenate([at for at, _ in parts]))
        found = np.concatenate([part for _, part in parts]).astype(np.float32)[order]
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))

    return Describe(f"the embeddings of {model.identity.short}", vectors)


def describe_image(image: Image) -> Vectors:
    """Colours, spread of brightness and edges on a grid, shape ``[320]``.

    Examples
    --------
    >>> import PIL.Image
    >>> describe_image(PIL.Image.new("RGB", (9, 9), "red")).shape
    (320,)
    """
    from sciml_magics.models.images import to_rgb

    pixels = np.asarray(to_rgb(image).resize((_SIZE, _SIZE)), dtype=np.float32) / 255
    grey = pixels.mean(axis=2)
    edges = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    edges += np.abs(np.diff(grey, axis=1, prepend=grey[:, :1]))
    side = _SIZE // _GRID
    cells = pixels.reshape(_GRID, side, _GRID, side, 3)
    spread = grey.reshape(_GRID, side, _GRID, side).std(axis=(1, 3))
    edged = edges.reshape(_GRID, side, _GRID, side).mean(axis=(1, 3))
    parts = (cells.mean(axis=(1, 3)).ravel(), spread.ravel(), edged.ravel())
    return np.concatenate(parts).astype(np.float32)


def _looks(records: Sequence[Record]) -> Vectors:
    return np.stack([_described(record) for record in records])


def _described(record: Record) -> Vectors:
    try:
        if record.open_image is not None:
            return describe_image(record.open_image())
    except (OSError, ValueError, SyntaxError, EOFError, SciMLError):
        pass  # not a number: the caller says that it is left out
    return np.full(5 * _GRID * _GRID, np.nan, dtype=np.float32)
