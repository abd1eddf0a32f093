"""Detections in the store: a suggestion for each row that is to be looked at, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sciml_magics.quality.detecting.detection import COLUMNS, Asked, empty
from sciml_magics.quality.detecting.judging import Judged
from sciml_magics.quality.detecting.telling import TOLD, Reasons, in_words
from sciml_magics.quality.findings import WHOLE_ROW, Rows
from sciml_magics.quality.records import row_records, rows_of
from sciml_magics.quality.table import Table
from sciml_magics.store import Kept, Store
from sciml_magics.store.identities import known_model
from sciml_magics.store.kept import as_kept, read_kept
from sciml_magics.store.schema import suggestions
from sciml_magics.tasks import ModelIdentity, Record, Suggestion
from sciml_magics.tasks.run import ASKED

BATCH = 1_000
# Parts of the evidence: why each cell looks wrong, and which detector is surest of it.
WORDS = "words"
WHO = "detectors"


def suggested(
    table: Table, judged: Judged, rows: Rows, reasons: Reasons, above: float
) -> Iterator[tuple[list[Record], list[Suggestion]]]:
    """Records and suggestions of some rows, in batches; rows that hold nothing have none.

    Of equal rows the first speaks.
    """
    asked = {row: (place, why) for place, (row, why) in enumerate(judged.ask)}
    names = judged.names(table)
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        records = row_records(table, part)
        taken = list(records.take(np.arange(len(records))))
        chances = judged.of(part[records.first])
        yield (
            taken,
            [
                _suggestion(
                    record.id,
                    _likely(names, chance),
                    reasons.get(row, {}),
                    asked.get(row),
                    above,
                )
                for record, row, chance in zip(
                    taken, part[records.first].tolist(), chances, strict=True
                )
            ],
        )


def _likely(names: Sequence[str], chance: Any) -> list[tuple[str, float]]:
    """The cells of a row that may be wrong, in their order."""
    return [(names[at], float(chance[at])) for at in np.flatnonzero(chance >= TOLD).tolist()]


def _suggestion(
    address: bytes,
    likely: Sequence[tuple[str, float]],
    reasons: dict[str, list[tuple[float, str, str]]],
    asked: tuple[int, str] | None,
    above: float,
) -> Suggestion:
    wrong = tuple(name for name, chance in likely if chance >= above)
    told = {name: in_words(reasons[name]) for name, _ in likely}
    words = {name: why for name, (_, why) in told.items()}
    evidence: dict[str, Any] = {WORDS: words, WHO: {name: by for name, (by, _) in told.items()}}
    if asked:
        evidence[ASKED] = list(asked)
    sure = float(np.prod([max(chance, 1 - chance) for _, chance in likely]))
    alternatives = tuple(sorted(likely, key=lambda one: -one[1]))
    return Suggestion(address, wrong, sure, alternatives, evidence, _reason(wrong, words))


def _reason(wrong: Sequence[str], words: Mapping[str, str]) -> str:
    """What looks wrong, in a sentence."""
    parts = [f"{name}: {words[name]}" for name in wrong[:2]]
    more = len(wrong) - len(parts)
    return " · ".join([*parts, f"and {more} more"] if more > 0 else parts)


def kept_by(store: Store, task_id: int, identity: ModelIdentity) -> list[Kept]:
    """Everything that was suggested under an identity, in the order of its storing."""
    with store.database.read() as connection:
        model = known_model(connection, identity)
        find = read_kept().where(suggestions.c.task_id == task_id, suggestions.c.model_id == model)
        rows = connection.execute(find.order_by(suggestions.c.id)).all()
    return [as_kept(row) for row in rows]


def read_back(
    table: Table, store: Store, task_id: int, identity: ModelIdentity, above: float
) -> tuple[pd.DataFrame, Rows, list[Asked]]:
    """What was found before in the same table: frame, row positions, and rows to ask about."""
    kept = kept_by(store, task_id, identity)
    places = rows_of(table, _records(store, kept))
    found: list[tuple[int, str, float, str, str]] = []
    asked: list[tuple[int, Asked]] = []
    for one in kept:
        said, rows = one.suggestion, places.get(one.suggestion.record_id, np.empty(0, np.int64))
        chances, who = dict(said.alternatives), said.evidence[WHO]
        for name in said.value or ():
            assert isinstance(name, str)
            chance, why = chances.get(name, above), said.evidence[WORDS].get(name, "")
            found += [(row, name, chance, who.get(name, ""), why) for row in rows.tolist()]
        if ASKED in said.evidence and len(rows):
            place, why = said.evidence[ASKED]
            asked.append((place, Asked(int(rows[0]), why)))
    asked.sort()
    return (*_framed(table, found), [one for _, one in asked])


def _records(store: Store, kept: Sequence[Kept]) -> list[Record]:
    from sciml_magics.store.contents import read_records

    return list(read_records(store.database, [one.suggestion.record_id for one in kept]).values())


def _framed(
    table: Table, found: list[tuple[int, str, float, str, str]]
) -> tuple[pd.DataFrame, Rows]:
    if not found:
        return empty(), np.empty(0, dtype=np.int64)
    place = {name: at for at, name in enumerate([*(c.name for c in table), WHOLE_ROW])}
    found.sort(key=lambda one: (-one[2], one[0], place.get(one[1], -1)))
    rows, names, chances, who, why = map(list, zip(*found, strict=True))
    values = [
        table[name].text(row) if name in table else ""
        for row, name in zip(rows, names, strict=True)
    ]
    keys = [table.keys[row] for row in rows]
    columns = (keys, names, values, np.array(chances, dtype=np.float32), who, why)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))), np.array(rows, dtype=np.int64)
