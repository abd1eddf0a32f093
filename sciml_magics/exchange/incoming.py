"""Bring what stands in a file into the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Answer
from sciml_magics.exchange.formats import Format
from sciml_magics.exchange.gathering import addresses_of, full_name, suggested_for
from sciml_magics.exchange.plain import value_json
from sciml_magics.exchange.runs import ImportRuns
from sciml_magics.exchange.source import Entry, Source
from sciml_magics.store import Kept, Store, codec
from sciml_magics.store.schema import records as record_table
from sciml_magics.tasks import Record, Response, Span, Task, check_response, same_value


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file.

    Parameters
    ----------
    records
        Records that the file tells something of.
    added
        Answers or predictions that are new in the store.
    known
        Those that were there already.
    left_out
        Entries that say nothing of the kind that was asked for.
    """

    records: int
    added: int
    known: int
    left_out: int


class _Given(NamedTuple):
    """An answer to a record, and whose it is."""

    record: Record
    answer: Answer
    annotator: str


def import_answers(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    annotator: str,
) -> Imported:
    """Bring in what people answered, as responses. Importing a file twice adds nothing.

    Of several answers of one annotator to one record the last in the file counts. What the store
    knows already, by the key that the kit exported with it, stays as it is, so that an old file
    takes nothing back.

    Parameters
    ----------
    store
        Where they are kept.
    task
        The task.
    path
        The file.
    format
        One of `FORMATS`; ``None`` goes by the ending of `path` and what is in it.
    annotator
        Who answered, where the file does not say.

    Raises
    ------
    SciMLError
        If the file does not fit; nothing of it is stored then.
    """
    source = Source(task, Path(path), format, "answers")
    last: dict[tuple[bytes, str, str], int] = {}
    left_out = 0
    number = 0
    for entry in source.checked(lambda entry: _check_answers(source.task, entry, annotator)):
        left_out += not entry.example.answers
        for answer in entry.example.answers:
            number += 1
            last[entry.record.id, answer.annotator or annotator, answer.role] = number
    if not last:
        raise ExchangeError(f"{path} holds no answers: import its values as predictions")
    task_id = store.task(source.task)
    added = number = 0
    for part in source.parts():
        given: list[_Given] = []
        for record, example in part:
            for answer in example.answers:
                number += 1
                who = answer.annotator or annotator
                if last[record.id, who, answer.role] == number:
                    given.append(_Given(record, answer, who))
        added += _respond(store, source.task, task_id, given)
    return Imported(len({key[0] for key in last}), added, len(last) - added, left_out)


def import_predictions(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    by: str,
    model: str | None = None,
) -> Imported:
    """Bring in what models suggested, as suggestions. No record counts as reviewed for it.

    Each model that the file names has a run of its own, whose model is of the family ``"import"``.
    A value without a score counts as sure: its score is 1, and its reason says why.

    Parameters
    ----------
    store, task, path, format
        As of `import_answers`.
    by
        Who imports.
    model
        Name of the model, where the file does not say; ``None`` for the file's own name.

    Raises
    ------
    SciMLError
        If the file does not fit; nothing of it is stored then.
    """
    source = Source(task, Path(path), format, "predictions")
    count = left_out = 0
    found: set[bytes] = set()
    # Unlike people, models may mark what overlaps.
    lenient = replace(source.task, overlapping=task.kind == "spans")
    for entry in source.checked(lambda entry: _check_predictions(lenient, entry)):
        left_out += not entry.example.predictions
        count += len(entry.example.predictions)
        if entry.example.predictions:
            found.add(entry.record.id)
    if not count:
        raise ExchangeError(f"{path} holds no predictions: import its values as answers")
    runs = ImportRuns(store, source.task, source.path, model, by)
    added = runs.keep(source.parts())
    return Imported(len(found), added, count - added, left_out)


def _check_answers(task: Task, entry: Entry, annotator: str) -> None:
    for answer in entry.example.answers:
        response = _response(task, entry.record, answer, answer.annotator or annotator)
        check_response(task, response, entry.record.text)


def _check_predictions(task: Task, entry: Entry) -> None:
    for prediction in entry.example.predictions:
        value = prediction.value
        spans = [part for part in value if isinstance(part, Span)] if value else []
        scores = [prediction.score, *(one.score for one in spans)]
        if wrong := [score for score in scores if score < 0 or score > 1]:
            raise ExchangeError(f"the score {wrong[0]:g} is not between 0 and 1")
        if value is not None:
            response = Response("key", entry.record.id, "accepted", value, "model")
            check_response(task, response, entry.record.text)


def _response(
    task: Task, record: Record, answer: Answer, annotator: str, known: Sequence[Kept] = ()
) -> Response:
    """The response that an answer is, beside the suggestions that the store has."""
    decision, beside = answer.decision, None
    if answer.key:
        same = [one.id for one in known if full_name(one.model) == answer.beside]
        beside = same[-1] if same else None
    elif decision == "corrected" and known:
        # Nobody saw the suggestion, but the person says what the model says.
        agrees = same_value(answer.value, known[-1].suggestion.value)
        decision = "accepted" if agrees else "corrected"
    return Response(
        key=answer.key or _key(task, record, answer, annotator),
        record_id=record.id,
        decision=decision,
        value=answer.value,
        annotator=annotator,
        role=answer.role,
        suggestion=beside,
        share=answer.share,
        blind=answer.blind,
        seconds=answer.seconds,
        note=answer.note,
    )


def _key(task: Task, record: Record, answer: Answer, annotator: str) -> str:
    """A key that is the same whenever the same is said of the same record by the same person."""
    said = answer.decision if answer.value is None else value_json(answer.value)
    parts = [task.name, task.kind, record.id.hex(), annotator, answer.role, said, answer.note]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return f"import-{hashlib.blake2b(text.encode('ascii'), digest_size=16).hexdigest()}"


def _respond(store: Store, task: Task, task_id: int, given: Sequence[_Given]) -> int:
    """Keep some answers; how many are new."""
    if not given:
        return 0
    _keep_records(store, [one.record for one in given])
    ids = addresses_of([one.record for one in given])
    known = suggested_for(store, task_id, ids)
    before = {one.response.key for one in store.responses(task.name, task.kind, ids)}
    responses = [
        _response(task, record, answer, who, known.get(record.id, ()))
        for record, answer, who in given
    ]
    store.respond(task_id, responses)
    return len({one.key for one in responses} - before)


def _keep_records(store: Store, found: Sequence[Record]) -> None:
    contents = {one.id: codec.dump_content(one.content) for one in found}
    rows = [{"address": address, "content": contents[address]} for address in sorted(contents)]
    with store.database.write() as connection:
        connection.execute(store.database.insert(record_table).on_conflict_do_nothing(), rows)
