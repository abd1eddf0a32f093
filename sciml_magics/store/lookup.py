"""Finding what is known of many records at once, in time that hardly depends on their order.

Both steps walk their index from end to end instead of jumping about in it: addresses are sorted
before their records are looked up, and records before their suggestions. Each step sends thousands
at a time as one parameter, in a transaction of its own, so that a slow reader holds nothing up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    LargeBinary,
    Select,
    any_,
    bindparam,
    func,
    literal,
    select,
)

from sciml_magics.store.database import Database
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks.record import ID_BYTES

Ids = npt.NDArray[np.void]
Positions = npt.NDArray[np.int64]

CHUNK = 10_000


def as_ids(addresses: Iterable[bytes]) -> Ids:
    """Addresses of records as one array, as the store takes them.

    Examples
    --------
    >>> as_ids([bytes(ID_BYTES), bytes(ID_BYTES)]).shape
    (2,)
    """
    return np.frombuffer(b"".join(addresses), dtype=f"V{ID_BYTES}")


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
) -> Iterator[tuple[Positions, list[Any]]]:
    """Positions in `ids` that have a suggestion, and ``(record, *columns)`` of each, in chunks.

    The columns come as the driver gives them.
    """
    found = record_keys(database, ids)
    order = np.argsort(found, kind="stable")
    order = order[np.searchsorted(found[order], 0) :]
    in_order = found[order]
    wanted = np.unique(in_order)
    statement = (
        select(suggestions.c.record_id, *columns)
        .where(suggestions.c.task_id == task_id, suggestions.c.model_id == model_id)
        .where(among(database, suggestions.c.record_id))
    )
    for start in range(0, len(wanted), chunk):
        part = wanted[start : start + chunk].tolist()
        rows = _fetched(database, statement, {"wanted": as_wanted(database, part)})
        if rows:
            yield _spread(rows, in_order, order)


def record_keys(database: Database, ids: Ids) -> Positions:
    """Per address the key of its record, -1 where there is none.

    Raises
    ------
    ValueError
        If `ids` is no flat array of addresses.
    """
    if ids.dtype.itemsize != ID_BYTES or ids.ndim != 1:
        raise ValueError(f"ids are a flat array of {ID_BYTES}-byte values, not {ids.dtype}")
    found = np.full(len(ids), -1, dtype=np.int64)
    high, low = np.frombuffer(ids.tobytes(), dtype=">u8").reshape(-1, 2).T
    order = np.lexsort((low, high))
    statement = _keys()
    for start in range(0, len(ids), CHUNK):
        at = order[start : start + CHUNK]
        rows = _fetched(database, statement, {"ids": ids[at].tobytes(), "count": len(at)})
        if rows:
            number, key = np.array(rows, dtype=np.int64).T
            found[at[number]] = key
    return found


def _fetched(database: Database, statement: Select[Any], values: dict[str, Any]) -> list[Any]:
    # Straight from the driver: numbers, text and bytes need nothing done to them, and a million
    # rows as objects of SQLAlchemy take longer than the database takes to find them.
    with database.read() as connection:
        return list(connection.execute(statement, values).cursor.fetchall())


def _keys() -> Select[Any]:
    # The addresses come as one blob, which the database cuts into numbered rows by itself.
    numbers = select(literal(0).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i + 1 < bindparam("count")))
    ids = bindparam("ids", type_=LargeBinary)
    address = func.substr(ids, numbers.c.i * ID_BYTES + 1, ID_BYTES)
    return select(numbers.c.i, records.c.id).join(records, records.c.address == address)


def among(database: Database, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a key is among thousands, which come as one parameter: `as_wanted`."""
    if database.path:
        numbers = func.json_each(bindparam("wanted")).table_valued("value")
        return column.in_(select(numbers.c.value))
    return column == any_(bindparam("wanted", type_=ARRAY(BigInteger)))


def as_wanted(database: Database, keys: list[int]) -> Any:
    """Keys as the parameter ``wanted`` of `among`."""
    return json.dumps(keys) if database.path else keys


def _spread(rows: list[Any], in_order: Positions, order: Positions) -> tuple[Positions, list[Any]]:
    """Every position of every row: several where an address was given several times."""
    keys = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    first = np.searchsorted(in_order, keys, "left")
    times = np.searchsorted(in_order, keys, "right") - first
    if (times == 1).all():
        return order[first], rows
    which = np.repeat(np.arange(len(rows)), times)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    return order[first[which] + nth], [rows[i] for i in which.tolist()]
