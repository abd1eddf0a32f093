"""Embeddings as they are kept: one a text, in half precision; and products that do not hang on n.

What is computed now goes through half precision too, so that an answer is the same, bit for bit,
whether its embedding was kept or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sciml_magics.models.engine.recipe import read_recipe
from sciml_magics.models.head_files import encoder_key
from sciml_magics.models.loading import ModelFiles

if TYPE_CHECKING:
    from sciml_magics.models.engine.embedder import Embedder

Vectors = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Indices = npt.NDArray[np.int64]

_ROWS_AT_ONCE = 64


def key_of(files: ModelFiles) -> str:
    """The key under which an encoder's embeddings are kept: the same alone and under a head.

    Examples
    --------
    >>> from sciml_magics.models.loading import find_model
    >>> len(key_of(find_model()))
    32
    """
    recipe = read_recipe(files)
    return encoder_key(files, recipe.pooling, recipe.max_length)


def halves(embedder: Embedder, texts: Sequence[str]) -> Iterator[tuple[Indices, Halves]]:
    """Embeddings of texts in batches, in the order in which they are done.

    Parameters
    ----------
    embedder
        An encoder that is loaded.
    texts
        Any strings.

    Yields
    ------
    positions
        Of the texts, shape ``[m]``; every one comes once.
    vectors
        The mean over the windows of each, of length 1, shape ``[m, dimension]``. Zero where there
        is nothing to read.
    """
    from sciml_magics.models.engine.embedder import normalised

    for found in embedder.stream(texts):
        first = np.searchsorted(found.owners, np.arange(len(found.texts)))
        whole = normalised(np.add.reduceat(found.vectors, first, axis=0))
        whole[found.tokens == 0] = 0
        yield found.texts, whole.astype(np.float16)


def embed_halves(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """What `halves` gives, all of it, as float32, in the order of the texts: ``[n, dimension]``."""
    result = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for at, vectors in halves(embedder, texts):
        result[at] = vectors
    return result


def centred(vectors: Vectors) -> Vectors:
    """Less what all have in common, and of length 1; what is nothing but that stays zero.

    Embeddings of images share much of their length: without it they are told apart.

    Parameters
    ----------
    vectors
        Shape ``[n, dimension]``.

    Examples
    --------
    >>> centred(np.float32([[9, 1], [9, -3]])).tolist()
    [[0.0, 1.0], [0.0, -1.0]]
    """
    off = vectors - vectors.mean(axis=0)
    return np.asarray(off / np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9))


def steady_product(rows: Vectors, columns: Vectors) -> Vectors:
    """Product of rows with the transpose of `columns`, in products of one size.

    Products of few rows are added up in another order than those of many: without this the last
    digit of a score would depend on what a text is in a batch with.

    Parameters
    ----------
    rows
        Shape ``[n, dimension]``.
    columns
        Shape ``[m, dimension]``.

    Returns
    -------
    numpy.ndarray
        Shape ``[n, m]``, float32.

    Examples
    --------
    >>> steady_product(np.eye(2, dtype=np.float32), np.float32([[1, 2]])).tolist()
    [[1.0], [2.0]]
    """
    blocks = -(-len(rows) // _ROWS_AT_ONCE)
    filled = np.zeros((blocks, _ROWS_AT_ONCE, rows.shape[1]), dtype=np.float32)
    filled.reshape(-1, rows.shape[1])[: len(rows)] = rows
    return np.asarray((filled @ columns.T).reshape(-1, len(columns))[: len(rows)])
