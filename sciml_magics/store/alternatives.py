"""What models suggested with all that is kept of their distributions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select

from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.identities import known_model
from sciml_magics.store.lookup import Ids, Positions, looked_up
from sciml_magics.store.schema import suggestions
from sciml_magics.tasks import ModelIdentity, Value

_COLUMNS = (suggestions.c.value, suggestions.c.score, suggestions.c.alternatives)


class Suggested(NamedTuple):
    """Some suggestions of one model, in columns.

    Parameters
    ----------
    positions
        Where their records stand among those that were asked for.
    values
        Their values; ``None`` is an abstention.
    scores
        0 to 1, higher is surer, NaN where the model gave none; float64.
    alternatives
        ``(label, probability)`` pairs, likeliest first, as many as were kept.
    """

    positions: Positions
    values: list[Value]
    scores: npt.NDArray[np.float64]
    alternatives: list[tuple[tuple[str, float], ...]]


def suggested(
    database: Database, task_id: int, identity: ModelIdentity, ids: Ids
) -> Iterator[Suggested]:
    """What a model suggested for those of `ids` that it has read, a chunk at a time.

    Parameters
    ----------
    task_id, identity, ids
        As of `sciml_magics.store.Store.answers`.
    """
    with database.read() as connection:
        model_id = known_model(connection, identity)
    if model_id is None:
        return
    for at, rows in looked_up(database, task_id, model_id, ids, _COLUMNS):
        yield _in_columns(at, [row[1:] for row in rows])


def some_suggested(
    database: Database, task_id: int, identity: ModelIdentity, most: int
) -> Suggested:
    """So many suggestions of a model at most, drawn evenly from all: positions count them."""
    with database.read() as connection:
        model_id = known_model(connection, identity)
        of_model = (suggestions.c.task_id == task_id) & (suggestions.c.model_id == model_id)
        total = connection.scalar(select(func.count()).where(of_model)) or 0
        # Batches are stored in the order of their addresses, which are hashes: every n-th
        # suggestion is a random one of each batch.
        step = max(1, -(-total // most))
        drawn = select(*_COLUMNS).where(of_model, suggestions.c.id % step == 0)
        rows = [tuple(row) for row in connection.execute(drawn)]
    return _in_columns(np.arange(len(rows)), rows)


def _in_columns(positions: Positions, rows: Sequence[tuple[Any, ...]]) -> Suggested:
    values, scores, alternatives = zip(*rows, strict=True) if rows else ((), (), ())
    return Suggested(
        positions,
        [codec.load_value(value) for value in values],
        np.array(scores, dtype=np.float64),
        [codec.load_alternatives(data) for data in alternatives],
    )
