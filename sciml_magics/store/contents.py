"""What was read from rows: records by their addresses, many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select

from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.lookup import CHUNK, among, as_ids, as_wanted, record_keys
from sciml_magics.store.schema import records
from sciml_magics.tasks import Record


def read_records(database: Database, addresses: Sequence[bytes]) -> dict[bytes, Record]:
    """The records at some addresses; those that the store does not hold are left out."""
    if not addresses:
        return {}
    keys = np.unique(record_keys(database, as_ids(addresses)))
    wanted = keys[keys >= 0]
    find = select(records.c.address, records.c.content).where(among(database, records.c.id))
    found: dict[bytes, Record] = {}
    for start in range(0, len(wanted), CHUNK):
        part = as_wanted(database, wanted[start : start + CHUNK].tolist())
        with database.read() as connection:
            rows = connection.execute(find, {"wanted": part}).all()
        for row in rows:
            found[row.address] = Record(row.address, codec.load_content(row.content))
    return found
