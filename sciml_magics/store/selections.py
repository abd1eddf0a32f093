"""Sets of records that a person chose, kept under a name that is the same for the same set."""

from __future__ import annotations

import hashlib

import numpy as np
from sqlalchemy import select

from sciml_magics.store import ledger
from sciml_magics.store.database import Database
from sciml_magics.store.lookup import Ids, record_keys
from sciml_magics.store.responses import asked
from sciml_magics.store.schema import selected, selections

NAME_CHARACTERS = 12


def select_records(database: Database, task_id: int, ids: Ids) -> str:
    """Keep a set of records; see `Store.select`."""
    keys = np.unique(record_keys(database, ids))
    keys = keys[np.searchsorted(keys, 0) :]
    name = hashlib.sha256(keys.astype("<i8").tobytes()).hexdigest()[:NAME_CHARACTERS]
    with database.write() as connection:
        question = asked(connection, task_id).question
        row = {
            "question_id": question,
            "name": name,
            "size": len(keys),
            "created": ledger.now(),
        }
        same = (selections.c.question_id == question) & (selections.c.name == name)
        find = select(selections.c.id).where(same)
        if connection.scalar(find) is None:
            connection.execute(database.insert(selections).on_conflict_do_nothing(), row)
            chosen = connection.scalar(find)
            rows = [{"selection_id": chosen, "record_id": key} for key in keys.tolist()]
            if rows:
                connection.execute(database.insert(selected).on_conflict_do_nothing(), rows)
    return name
