"""Embeddings of records, from the store where it has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.annotation.vectors import stream_vectors
from sciml_magics.models import Embeds
from sciml_magics.store import Store
from sciml_magics.tasks import Record


def vectors(store: Store, encoder: Embeds, records: Sequence[Record]) -> npt.NDArray[np.float32]:
    """Embeddings of records; those that the store lacks are computed and kept, batch by batch.

    Parameters
    ----------
    store
        Where they are kept.
    encoder
        What computes them: what `sciml_magics.models.open_model` gives for an encoder, alone or
        with a head.
    records
        In any order; equal ones are read once.

    Returns
    -------
    numpy.ndarray
        In the order of the records, float32 rounded to half precision, of length 1, zero where
        there is nothing to read: shape ``[records, dimension]``; ``[0, 0]`` without records.

    Raises
    ------
    ModelError
        If the encoder is needed and cannot be loaded.
    StoreError
        If the store fails.
    """
    once = {record.id: record for record in records}
    places = {address: at for at, address in enumerate(once)}
    rows: list[npt.NDArray[np.float32]] = []
    found: list[npt.NDArray[np.int64]] = []
    for at, part in stream_vectors(store, encoder, list(once.values())):
        found.append(at)
        rows.append(part)
    if not rows:
        return np.empty((0, 0), dtype=np.float32)
    in_order = np.concatenate(rows)[np.argsort(np.concatenate(found))]
    return in_order[[places[record.id] for record in records]]
