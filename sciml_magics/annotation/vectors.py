"""Embeddings of records through the store: computed once, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.models import Embeds, FromVectors, Suggester
from sciml_magics.store import Store
from sciml_magics.store.lookup import Ids, as_ids
from sciml_magics.store.vectors import VectorTable
from sciml_magics.tasks import Record, Suggestion, Task

Vectors = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

# So many records whose embeddings are known are answered at a time.
_BATCH = 2_048


def stream_vectors(
    store: Store, encoder: Embeds, records: Sequence[Record]
) -> Iterator[tuple[Positions, Vectors]]:
    """Embeddings of records: those in the store first, then the others as they are computed.

    Every batch that is computed is in the store before it is handed out.

    Parameters
    ----------
    store
        Where embeddings are kept.
    encoder
        What computes those that are missing.
    records
        All different.

    Yields
    ------
    positions
        In `records`, shape ``[m]``; every one comes once.
    vectors
        float32, rounded to half precision, shape ``[m, dimension]``. Not a number where a record
        cannot be read now; the next call tries again.
    """
    table = VectorTable(store.database)
    known, vectors = table.find(encoder.encoder_key, as_ids(record.id for record in records))
    for start in range(0, len(known), _BATCH):
        part = slice(start, start + _BATCH)
        yield known[part], vectors[part].astype(np.float32)
    missing = np.setdiff1d(np.arange(len(records)), known)
    if not len(missing):
        return
    for found, halves in encoder.vectors_of([records[at] for at in missing.tolist()]):
        at = missing[found]
        read = np.isfinite(halves).all(axis=1)
        table.keep(encoder.encoder_key, [records[i] for i in at[read].tolist()], halves[read])
        yield at, halves.astype(np.float32)


def suggest_with(
    store: Store, suggester: Suggester, records: Sequence[Record], task: Task
) -> Iterator[Sequence[Suggestion]]:
    """Batches of suggestions, from embeddings that are kept where that is all a model needs."""
    if not isinstance(suggester, FromVectors):
        yield from suggester.suggest(records, task)
        return
    for at, vectors in stream_vectors(store, suggester, records):
        yield suggester.suggest_from([records[i] for i in at.tolist()], vectors, task)


def must_run(store: Store, suggester: Suggester, ids: Ids) -> bool:
    """Whether a model has to be loaded to answer about the records at these addresses."""
    if not len(ids) or not isinstance(suggester, FromVectors):
        return bool(len(ids))
    return not VectorTable(store.database).has_all(suggester.encoder_key, ids)
