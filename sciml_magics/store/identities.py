"""Models as rows: one for each identity, found by a hash of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from sqlalchemy import Connection, select

from sciml_magics.store.database import Database
from sciml_magics.store.schema import models
from sciml_magics.tasks import ModelIdentity


def known_model(connection: Connection, identity: ModelIdentity) -> int | None:
    """Id of a model, ``None`` if the store never heard of it."""
    find = select(models.c.id).where(models.c.fingerprint == _fingerprint(identity))
    found = connection.scalar(find)
    return None if found is None else int(found)


def model_row(connection: Connection, database: Database, identity: ModelIdentity) -> int:
    """Id of a model, which gets a row if it has none; in a transaction that writes."""
    row = {
        "fingerprint": _fingerprint(identity),
        "model": identity.id,
        "revision": identity.revision,
        "family": identity.family,
        "settings": identity.settings,
    }
    connection.execute(database.insert(models).on_conflict_do_nothing(), row)
    find = select(models.c.id).where(models.c.fingerprint == row["fingerprint"])
    return int(connection.execute(find).scalar_one())


def _fingerprint(identity: ModelIdentity) -> str:
    text = json.dumps(asdict(identity), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]
