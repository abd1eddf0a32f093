"""Embeddings of records: kept in half precision, found as fast as they can be copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, bindparam, select

from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.lookup import CHUNK, Ids, Positions, among, as_wanted, record_keys
from sciml_magics.store.schema import embeddings, records
from sciml_magics.tasks import Record

Halves = npt.NDArray[np.float16]

# Little-endian, whatever machine wrote them.
_KEPT = np.dtype("<f2")


class VectorTable:
    """The embeddings that a store holds.

    Parameters
    ----------
    database
        Of the store.

    Examples
    --------
    >>> import tempfile
    >>> from sciml_magics.store import open_store
    >>> from sciml_magics.tasks import record_id
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = open_store(folder.name + "/sciml_magics.db")
    >>> table, record = VectorTable(store.database), Record(record_id("a"), (("text", "a"),))
    >>> table.keep("key", [record], np.float16([[0.5, 0.25]]))
    >>> at, vectors = table.find("key", np.frombuffer(record.id, dtype="V16"))
    >>> at.tolist(), vectors.tolist()
    ([0], [[0.5, 0.25]])
    >>> store.close()
    >>> folder.cleanup()
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = database.insert
        new_records = insert(records).on_conflict_do_nothing()
        record = select(records.c.id).where(records.c.address == bindparam("address"))
        new_vectors = (
            insert(embeddings).on_conflict_do_nothing().values(record_id=record.scalar_subquery())
        )
        self._new_records = database.prepared(new_records, ("address", "content"))
        self._new_vectors = database.prepared(new_vectors, ("encoder", "address", "vector"))

    def keep(self, encoder: str, batch: Sequence[Record], vectors: Halves) -> None:
        """Keep embeddings: all of them are stored when this returns, or none if it raises.

        Those that are there already stay as they are.

        Parameters
        ----------
        encoder
            Key of what made them.
        batch
            The records.
        vectors
            Shape ``[batch, dimension]``.

        Raises
        ------
        StoreError
            If the database fails.
        """
        blobs = np.ascontiguousarray(vectors, dtype=_KEPT)
        # In the order of their addresses, as everybody writes: two never wait in a circle.
        order = sorted(range(len(batch)), key=lambda at: batch[at].id)
        contents = [(batch[at].id, codec.dump_content(batch[at].content)) for at in order]
        rows = [(encoder, batch[at].id, blobs[at].tobytes()) for at in order]
        if not rows:
            return
        with self._database.write() as connection:
            connection.exec_driver_sql(self._new_records, contents)
            connection.exec_driver_sql(self._new_vectors, rows)

    def find(self, encoder: str, ids: Ids) -> tuple[Positions, Halves]:
        """Embeddings of those records that have one.

        Parameters
        ----------
        encoder
            Key of what made them.
        ids
            Addresses of records, shape ``(n,)``, 16 bytes each (``dtype "V16"``); each once.

        Returns
        -------
        positions
            In `ids`, rising, shape ``[m]``.
        vectors
            Shape ``[m, dimension]``; ``[0, 0]`` where there is none.

        Raises
        ------
        StoreError
            If the database fails.
        """
        keys, order = self._in_order(ids)
        columns = select(embeddings.c.record_id, embeddings.c.vector)
        rows = list(self._fetched(columns, encoder, keys[order]))
        if not rows:
            return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float16)
        found, blobs = zip(*rows, strict=True)
        at = order[np.searchsorted(keys[order], np.array(found, dtype=np.int64))]
        vectors = np.frombuffer(b"".join(blobs), dtype=_KEPT).reshape(len(blobs), -1)
        rising = np.argsort(at)
        return at[rising], vectors[rising]

    def has_all(self, encoder: str, ids: Ids) -> bool:
        """Whether every one of those records has an embedding; parameters as of `find`."""
        keys, order = self._in_order(ids)
        if len(order) < len(ids):
            return False
        found = self._fetched(select(embeddings.c.record_id), encoder, keys[order])
        return sum(1 for _ in found) == len(ids)

    def _in_order(self, ids: Ids) -> tuple[Positions, Positions]:
        """The records' keys, and the positions of those that are in the store by rising key."""
        keys = record_keys(self._database, ids)
        known = np.flatnonzero(keys >= 0)
        return keys, known[np.argsort(keys[known], kind="stable")]

    def _fetched(self, columns: Select[Any], encoder: str, keys: Positions) -> Iterator[Any]:
        statement = columns.where(
            embeddings.c.encoder == encoder, among(self._database, embeddings.c.record_id)
        )
        for start in range(0, len(keys), CHUNK):
            wanted = as_wanted(self._database, keys[start : start + CHUNK].tolist())
            with self._database.read() as connection:
                # Straight from the driver: objects of SQLAlchemy take longer than the search.
                rows = connection.execute(statement, {"wanted": wanted}).cursor.fetchall()
            yield from rows
