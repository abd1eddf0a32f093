"""Where formats keep what a record reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Example
from sciml_magics.exchange.files import survives_json
from sciml_magics.exchange.plain import string
from sciml_magics.tasks import Task

_TEXT = ("text", "content", "sentence")
_IMAGE = ("image", "filename", "file", "path")


def content_fields(task: Task, example: Example, name: str) -> dict[str, Any]:
    """The field that a line shows: the text under `name`, or the image."""
    if task.input == "image":
        return {"image": example.text}
    return {name: example.text}


def is_exact(task: Task, example: Example) -> bool:
    """Whether one field gives the content back as it is."""
    if len(example.content) != 1 or len(task.columns) != 1:
        return False
    return survives_json(example.text)


def content_from(task: Task, fields: Mapping[str, Any], own: str = "") -> Example:
    """The content that the fields of another tool tell; empty where the kit tells it by itself.

    A field for each column of the task, or for a task with one column a field as tools call it.

    Raises
    ------
    ExchangeError
        If there is none.
    """
    if isinstance(fields.get(own), Mapping) and "content" in fields[own]:
        return Example(())
    named = {name: fields[name] for name in task.columns if fields.get(name) not in (None, "")}
    if not named and len(task.columns) == 1:
        usual = _IMAGE if task.input == "image" else _TEXT
        found = [fields[name] for name in usual if fields.get(name) not in (None, "")]
        named = dict(zip(task.columns, found, strict=False))
    if not named:
        wanted = " or ".join(repr(name) for name in dict.fromkeys((*task.columns, *_TEXT[:1])))
        raise ExchangeError(f"there is no {wanted}: task '{task.name}' reads it")
    return Example(tuple((name, string(value, name)) for name, value in named.items()))
