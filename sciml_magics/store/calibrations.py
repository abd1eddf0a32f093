"""How scores become probabilities: rows that are only added, of which the newest holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from sciml_magics.store import codec, ledger
from sciml_magics.store.database import Database
from sciml_magics.store.identities import known_model, model_row
from sciml_magics.store.responses import asked
from sciml_magics.store.schema import calibrations
from sciml_magics.tasks import ModelIdentity


@dataclass(frozen=True, slots=True)
class KeptCalibration:
    """A calibration as it is in the store.

    Parameters
    ----------
    id
        Rises in the order in which they were stored.
    method
        How it was fitted.
    parameters
        What it does to scores: JSON values.
    snapshot
        Which answers it was fitted to: JSON values.
    metrics
        How well it did: JSON values.
    by
        Who asked for it.
    created
        When it was stored, in UTC.
    """

    id: int
    method: str
    parameters: Mapping[str, Any]
    snapshot: Mapping[str, Any]
    metrics: Mapping[str, Any]
    by: str
    created: datetime


def add_calibration(
    database: Database,
    task_id: int,
    model: ModelIdentity,
    *,
    method: str,
    parameters: Mapping[str, Any],
    snapshot: Mapping[str, Any],
    metrics: Mapping[str, Any],
    by: str,
) -> None:
    """Keep a calibration of a model for a task; from here on it holds.

    Parameters
    ----------
    task_id
        From `sciml_magics.store.Store.task`.
    model
        Whose scores it concerns.
    method, parameters, snapshot, metrics, by
        As of `KeptCalibration`.
    """
    with database.write() as connection:
        row = {
            "question_id": asked(connection, task_id).question,
            "model_id": model_row(connection, database, model),
            "method": method,
            "parameters": codec.dump_json(parameters),
            "snapshot": codec.dump_json(snapshot),
            "metrics": codec.dump_json(metrics),
            "by": by,
            "created": ledger.now(),
        }
        connection.execute(insert(calibrations), row)


def newest_calibration(
    database: Database, task_id: int, model: ModelIdentity
) -> KeptCalibration | None:
    """The calibration of a model that holds for a task, in any version; ``None`` without one."""
    with database.read() as connection:
        model_id = known_model(connection, model)
        if model_id is None:
            return None
        question = asked(connection, task_id).question
        find = (
            select(calibrations)
            .where(calibrations.c.question_id == question, calibrations.c.model_id == model_id)
            .order_by(calibrations.c.id.desc())
            .limit(1)
        )
        row = connection.execute(find).first()
    if row is None:
        return None
    return KeptCalibration(
        row.id,
        row.method,
        json.loads(row.parameters),
        json.loads(row.snapshot),
        json.loads(row.metrics),
        row.by,
        ledger.moment(row.created),
    )
