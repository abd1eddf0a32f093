"""doccano's JSONL: a line for each record with one answer, which is everybody's.

Labels and free text are a list under ``label``, spans are ``[start, end, label]`` counted in UTF-16
units, as doccano counts unless its project says otherwise. A record without a label cannot be told
from one that nobody looked at, and is read as the latter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.content import content_from, is_exact
from sciml_magics.exchange.example import Example, Wanted, current
from sciml_magics.exchange.files import json_lines, json_text, place, writing
from sciml_magics.exchange.natural import settled
from sciml_magics.exchange.plain import (
    KEY,
    mapping,
    own_part,
    read_own_part,
    sequence,
    short,
    span_of,
    string,
)
from sciml_magics.exchange.utf16 import from_utf16, to_utf16
from sciml_magics.tasks import Span, Task, Value

_LABELS = ("label", "labels", "entities", "sentences", "cats")


def write(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a line for each record, with what people agree on or else what the model suggests."""
    with writing(path) as file:
        for at, example in enumerate(examples, 1):
            value = current(example.answers, example.predictions).value
            name = "filename" if task.input == "image" else "text"
            line = {
                "id": at,
                name: example.text,
                "label": _listed(value, example.text),
                KEY: own_part(example, exact=is_exact(task, example)),
            }
            file.write(json_text(line) + "\n")


def read(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write` or doccano wrote."""
    for at, line in json_lines(path):
        with place(path, f"line {at}"):
            yield replace(_example(task, line, wanted), line=at)


def _listed(value: Value, text: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [
        [*to_utf16(text, part.start, part.end), part.label] if isinstance(part, Span) else part
        for part in value
    ]


def _example(task: Task, line: dict[str, Any], wanted: Wanted) -> Example:
    outside = content_from(task, line, KEY)
    own = read_own_part(line.get(KEY, {}), task.kind, outside.text)
    own = replace(own, content=own.content or outside.content)
    told = current(own.answers, own.predictions).value
    listed = next((sequence(line[name], name) for name in _LABELS if name in line), ())
    value = _value(task, listed, own.text)
    who = line.get("username")
    same = value == _value(task, _listed(told, own.text), own.text)
    return settled(own, same, value, wanted, who if isinstance(who, str) else "")


def _value(task: Task, listed: Iterable[Any], text: str) -> Value:
    parts = list(listed)
    if not parts:
        return None
    if task.kind == "spans":
        return tuple(_span(one, text) for one in parts)
    names = tuple(dict.fromkeys(string(one, "a label") for one in parts))
    if task.kind == "labels":
        return names
    if len(names) > 1:
        raise ExchangeError(f"{len(names)} answers are given, but the task has one answer")
    return names[0]


def _span(data: object, text: str) -> Span:
    if isinstance(data, dict):
        part = mapping(data, "a span")
        start, end, label = part.get("start_offset"), part.get("end_offset"), part.get("label")
    elif isinstance(data, list) and len(data) == 3:
        start, end, label = data
    else:
        raise ExchangeError(f"a span is {short(data)}, not [start, end, label]")
    places = None
    if isinstance(start, int) and isinstance(end, int):
        places = from_utf16(text, start, end)
    if places is None:
        raise ExchangeError(f"the span {start}–{end} does not lie between characters of its text")
    return span_of(places[0], places[1], string(label, "the label of a span"), text)
