"""Finding what is known of many records at once.

The addresses travel as one blob, which the database cuts into rows by itself: one statement and one
parameter for thousands of records, and the answer says the position of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Column, LargeBinary, Row, Select, bindparam, func, literal, select

from sciml_magics.store.database import Database
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks.record import ID_BYTES

Ids = npt.NDArray[np.void]
Positions = npt.NDArray[np.int64]

CHUNK = 10_000


class Origin(NamedTuple):
    """Where the suggestions of some records came from.

    Parameters
    ----------
    runs
        Per record the id of its run, -1 where nothing is stored; int64.
    times
        Per record when its suggestion was stored, in UTC, ``NaT`` where nothing is;
        ``datetime64[ms]``.
    """

    runs: Positions
    times: npt.NDArray[np.datetime64]


def looked_up(
    database: Database,
    task_id: int,
    model_id: int,
    ids: Ids,
    columns: Sequence[Column[Any]],
    chunk: int = CHUNK,
) -> Iterator[Sequence[Row[Any]]]:
    """Rows of ``(position, *columns)`` of the records that have a suggestion, a chunk at a time.

    Each chunk is a transaction of its own, so that a slow reader holds nothing up.
    """
    if ids.dtype.itemsize != ID_BYTES or ids.ndim != 1:
        raise ValueError(f"ids are a flat array of {ID_BYTES}-byte values, not {ids.dtype}")
    statement = _statement(columns)
    for start in range(0, len(ids), chunk):
        part = np.ascontiguousarray(ids[start : start + chunk])
        known = {
            "task": task_id,
            "model": model_id,
            "ids": part.tobytes(),
            "start": start,
            "count": len(part),
        }
        with database.read() as connection:
            rows = connection.execute(statement, known).all()
        if rows:
            yield rows


def _statement(columns: Sequence[Column[Any]]) -> Select[Any]:
    numbers = select(literal(0).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i + 1 < bindparam("count")))
    ids = bindparam("ids", type_=LargeBinary)
    address = func.substr(ids, numbers.c.i * ID_BYTES + 1, ID_BYTES)
    return (
        select(numbers.c.i + bindparam("start"), *columns)
        .select_from(numbers)
        .join(records, records.c.address == address)
        .join(suggestions, suggestions.c.record_id == records.c.id)
        .where(suggestions.c.task_id == bindparam("task"))
        .where(suggestions.c.model_id == bindparam("model"))
    )
