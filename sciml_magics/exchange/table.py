"""Examples as rows of a table: CSV, Parquet and Hugging Face datasets share it.

A row is a record: its address, what was read, and the columns that the task writes into a frame,
as they are now: people's verdict, or else what a model suggests. All answers and predictions stand
in the last column, as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, get_args

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.content import content_from
from sciml_magics.exchange.example import Example, Wanted, current
from sciml_magics.exchange.files import json_text, parsed, utf8
from sciml_magics.exchange.natural import settled
from sciml_magics.exchange.plain import (
    KEY,
    number,
    own_part,
    read_own_part,
    read_span,
    sequence,
    string,
)
from sciml_magics.review.verdicts import Status
from sciml_magics.tasks import Decision, Span, Task, Value

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

_VALUES = ("label", "labels", "value", "answer")
_DECISIONS: tuple[Decision, ...] = ("accepted", "corrected", "rejected", "skipped", "flagged")
_OF_PEOPLE = get_args(Status)


def columns(task: Task) -> list[str]:
    """Names of the columns.

    Raises
    ------
    ExchangeError
        If the task reads a column that the table has for something else.
    """
    made = [f"{task.name}_record", *_result(task), KEY]
    if doubled := sorted(set(made) & set(task.columns)):
        raise ExchangeError(
            f"task '{task.name}' reads a column '{doubled[0]}', which the table needs itself: "
            "choose another format"
        )
    return [made[0], *task.columns, *made[1:]]


def rows(task: Task, examples: Iterable[Example]) -> Iterator[Row]:
    """A row for each record. Values are Python's; spans are dictionaries."""
    names = columns(task)
    for example in examples:
        now = current(example.answers, example.predictions)
        content = dict(example.content)
        values = [
            example.record_id.hex() if example.record_id else None,
            *(content.get(name) for name in task.columns),
            _value(now.value),
            now.score if isfinite(now.score) else None,
            now.status,
            ", ".join(now.annotators) or None,
            now.created,
            now.model or None,
            json_text(own_part(example, exact=_is_exact(task, example))),
        ]
        yield dict(zip(names, values, strict=True))


def read_row(task: Task, row: Mapping[str, Any], wanted: Wanted) -> Example:
    """The example of a row. Times may be texts, and so may lists be, as JSON."""
    told = row.get(KEY)
    part = parsed(string(told, f"column '{KEY}'")) if told else {}
    outside = content_from(task, {**row, KEY: part}, KEY)
    own = read_own_part(part, task.kind, outside.text)
    own = replace(own, content=own.content or outside.content)
    value_name, score_name, status_name, annotator_name, _, model_name = _result(task)
    status = row.get(status_name) or ""
    value = _read_value(task, _given(task, row, value_name), own.text)
    now = current(own.answers, own.predictions)
    same = status in ("", now.status) and _alike(value) == _alike(_shown(task, now.value, own.text))
    score = row.get(score_name)
    return settled(
        own,
        same,
        value,
        "predictions" if status in ("suggested", "abstained", "trusted") else wanted,
        string(row.get(annotator_name) or "", "the annotator"),
        _decision(status, value),
        float("nan") if score is None else number(score, "the score"),
        string(row.get(model_name) or "", "the model"),
    )


def schema(task: Task) -> pa.Schema:
    """The types of the columns."""
    import pyarrow as pa

    from sciml_magics.frames.nested import LABELS, SPANS

    of_kind = {"labels": LABELS, "spans": SPANS}
    value, score, status, annotator, time, model = _result(task)
    fields = {
        f"{task.name}_record": pa.string(),
        **dict.fromkeys(task.columns, pa.string()),
        value: of_kind.get(task.kind, pa.string()),
        score: pa.float64(),
        status: pa.string(),
        annotator: pa.string(),
        time: pa.timestamp("ms", tz="UTC"),
        model: pa.string(),
        KEY: pa.string(),
    }
    return pa.schema(list(fields.items()))


def _result(task: Task) -> tuple[str, ...]:
    """Value, score, status, annotator, time and model."""
    parts = ("score", "status", "annotator", "time", "model")
    return (task.name, *(f"{task.name}_{part}" for part in parts))


def _is_exact(task: Task, example: Example) -> bool:
    """Whether the columns give the content back: all of them text that UTF-8 can hold."""
    try:
        "".join(text for _, text in example.content).encode()
    except UnicodeEncodeError:
        return False
    return {name for name, text in example.content if text} == {name for name, _ in example.content}


def _value(value: Value) -> Any:
    if value is None or isinstance(value, str):
        return value
    return [
        {
            "start": part.start,
            "end": part.end,
            "label": part.label,
            "text": part.text,
            "score": part.score,
        }
        if isinstance(part, Span)
        else part
        for part in value
    ]


def _given(task: Task, row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    return next((row[other] for other in _VALUES if other in row), None)


def _read_value(task: Task, data: Any, text: str) -> Value:
    if data is None:
        return None
    if task.kind in ("labels", "spans") and isinstance(data, str):
        looks_listed = data.lstrip().startswith("[")
        data = parsed(data) if looks_listed or task.kind == "spans" else [data]
    if task.kind == "labels":
        return tuple(string(one, "a label") for one in sequence(data, "labels"))
    if task.kind == "spans":
        return tuple(_certain(read_span(one, text)) for one in sequence(data, "spans"))
    return string(data, "the value")


def _shown(task: Task, value: Value, text: str) -> Value:
    """A value as it is read back from a row."""
    return _read_value(task, _value(value), text)


def _alike(value: Value) -> Value:
    """A value as far as every table can hold it."""
    return utf8(value) or None if isinstance(value, str) else value


def _certain(span: Span) -> Span:
    # Scores are not compared: a table may hold them with fewer digits.
    return replace(span, score=1.0)


def _decision(status: str, value: Value) -> Decision | None:
    if status not in _OF_PEOPLE or status == "disputed":
        return None
    if value is not None:
        return "accepted" if status == "accepted" else "corrected"
    return next((one for one in _DECISIONS[2:] if one == status), None)


def moment(time: datetime | None) -> str:
    """A time as text."""
    return time.isoformat(timespec="milliseconds") if time else ""
