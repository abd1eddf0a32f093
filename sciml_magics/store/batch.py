"""Writing a batch: records and suggestions as rows, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from sqlalchemy import bindparam, select

from sciml_magics.store import codec
from sciml_magics.store.database import Database
from sciml_magics.store.schema import records, suggestions
from sciml_magics.store.uncertainty import uncertainty
from sciml_magics.tasks import Record, Span, Suggestion, Task

_RECORD = ("address", "content")
_SUGGESTION = (
    "task_id",
    "model_id",
    "address",
    "run_id",
    "created",
    "value",
    "score",
    "entropy",
    "margin",
    "alternatives",
    "evidence",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: a run, and the task and model that it ran."""

    run_id: int
    task_id: int
    model_id: int
    task: Task


class Writer:
    """Writes batches into a database. What is there already stays as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = database.insert
        new_records = insert(records).on_conflict_do_nothing()
        record = select(records.c.id).where(records.c.address == bindparam("address"))
        new_suggestions = (
            insert(suggestions).on_conflict_do_nothing().values(record_id=record.scalar_subquery())
        )
        self._new_records = database.prepared(new_records, _RECORD)
        self._new_suggestions = database.prepared(new_suggestions, _SUGGESTION)

    def write(
        self,
        source: Source,
        batch: Mapping[bytes, Record],
        suggested: Sequence[Suggestion],
        created: int,
    ) -> None:
        """Keep records and suggestions in one transaction.

        Both go in the order of their addresses, so that two writers on a server, who wait for each
        other's new rows, never wait in a circle.
        """
        if not batch:
            return
        contents = [(at, codec.dump_content(batch[at].content)) for at in sorted(batch)]
        rows = suggestion_rows(source, suggested, created)
        with self._database.write() as connection:
            connection.exec_driver_sql(self._new_records, contents)
            if rows:
                connection.exec_driver_sql(self._new_suggestions, rows)


def check(suggested: Sequence[Suggestion], batch: Mapping[bytes, Record]) -> None:
    """Raise unless every suggestion is for a record of the batch and its spans quote the text.

    Raises
    ------
    TaskError
        If a span does not quote its record's text.
    ValueError
        If a suggestion is for a record that is not in the batch.
    """
    for suggestion in suggested:
        record = batch.get(suggestion.record_id)
        if record is None:
            raise ValueError("a suggestion is for a record that is not in the batch")
        if isinstance(suggestion.value, tuple):
            for part in suggestion.value:
                if isinstance(part, Span):
                    part.check(record.text)


def suggestion_rows(
    source: Source, suggested: Sequence[Suggestion], created: int
) -> list[tuple[Any, ...]]:
    """The rows of suggestions, in the order of their addresses."""
    entropy, margin = uncertainty(suggested, source.task.kind)
    unsure = zip(suggested, entropy.tolist(), margin.tolist(), strict=True)
    rows = [
        (
            source.task_id,
            source.model_id,
            one.record_id,
            source.run_id,
            created,
            codec.dump_value(one.value),
            _number(one.score),
            _number(entropy_of_one),
            _number(margin_of_one),
            codec.dump_alternatives(one.alternatives),
            codec.dump_json(one.evidence) if one.evidence else None,
            codec.dump_text(one.reason) if one.reason else None,
        )
        for one, entropy_of_one, margin_of_one in unsure
    ]
    rows.sort(key=lambda row: row[2])
    return rows


def _number(value: float) -> float | None:
    # SQLite keeps NaN as NULL; said here, so that every database does.
    number = float(value)
    return None if isnan(number) else number
