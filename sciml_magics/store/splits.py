"""The seed by which the answers to a task are parted into training and validation."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import insert, select

from sciml_magics.store import ledger
from sciml_magics.store.database import Database
from sciml_magics.store.responses import asked
from sciml_magics.store.schema import splits


class SplitSeed(NamedTuple):
    """How answers are parted: seed, and the share of validation."""

    seed: int
    validation: float


def read_split(database: Database, task_id: int) -> SplitSeed | None:
    """The newest for the question that a version of a task belongs to, ``None`` before the first.

    Parameters
    ----------
    database
        The database.
    task_id
        From `sciml_magics.store.Store.task`.
    """
    with database.read() as connection:
        question = asked(connection, task_id).question
        find = select(splits).where(splits.c.question_id == question)
        row = connection.execute(find.order_by(splits.c.id.desc()).limit(1)).first()
    return None if row is None else SplitSeed(row.seed, row.validation)


def keep_split(database: Database, task_id: int, split: SplitSeed) -> None:
    """Keep another seed, which holds from now on; parameters as of `read_split`."""
    with database.write() as connection:
        row = {
            "question_id": asked(connection, task_id).question,
            "created": ledger.now(),
            **split._asdict(),
        }
        connection.execute(insert(splits), row)
