"""Label schemes as people write them: the body of a cell in YAML, or lists and dicts in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import yaml

from sciml_magics.errors import TaskError
from sciml_magics.tasks.task import Label

Labels = Mapping[str, str | None] | Sequence[str | Label]

_KEYS = ("labels", "instructions")
_LABEL_KEYS = ("name", "description", "aliases")


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a body says.

    Parameters
    ----------
    labels
        The label scheme; ``None`` where the body names no labels.
    instructions
        The annotation guidelines.
    """

    labels: tuple[Label, ...] | None = None
    instructions: str = ""


def as_labels(labels: Labels) -> tuple[Label, ...]:
    """Labels from names, `Label` objects, or a mapping of names to descriptions.

    Raises
    ------
    TaskError
        If there is none, or one is no name.

    Examples
    --------
    >>> as_labels({"genes": "DNA and RNA", "cells": None})
    (Label(name='genes', description='DNA and RNA', aliases=()), \
Label(name='cells', description='', aliases=()))
    """
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise TaskError(
            f"labels are a list of names or a dict of names and descriptions, not {labels!r}"
        )
    items: Iterable[Any] = labels.items() if isinstance(labels, Mapping) else labels
    found = tuple(_as_label(item) for item in items)
    if not found:
        raise TaskError("the label scheme is empty: name at least two labels")
    return found


def parse_body(text: str) -> Scheme:
    """Read the body of a cell: YAML with ``labels`` and ``instructions``, or plain text.

    Names are kept as they are written: ``yes`` and ``1.0`` are names, not a truth value and a
    number.

    Parameters
    ----------
    text
        A mapping with the keys ``labels`` (a list of names, or a mapping of names to descriptions
        or to mappings with ``description`` and ``aliases``) and ``instructions``; or just the list
        of labels; or plain text, which is the instructions.

    Raises
    ------
    TaskError
        If it does not parse (line and column are told) or says something unknown.

    Examples
    --------
    >>> parse_body("labels: [yes, no]").labels
    (Label(name='yes', description='', aliases=()), Label(name='no', description='', aliases=()))
    >>> parse_body("Say what the text is about.").instructions
    'Say what the text is about.'
    """
    node = _compose(text)
    if node is None:
        return Scheme()
    if isinstance(node, yaml.ScalarNode):
        return Scheme(instructions=text.strip())
    if isinstance(node, yaml.SequenceNode):
        return Scheme(_read_labels(node))
    labels: tuple[Label, ...] | None = None
    instructions = ""
    for key, value in _pairs(node):
        if key == "labels":
            labels = _read_labels(value)
        elif key == "instructions":
            instructions = _scalar(value, "the instructions").strip()
        else:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "use labels and instructions"
            raise TaskError(f"the body knows no '{key}' ({_place(value)}): {hint}")
    return Scheme(labels, instructions)


def _compose(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            raise TaskError(f"the body is not YAML: {error.problem}") from error
        line = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
        raise TaskError(
            f"the body is not YAML at line {mark.line + 1}, column {mark.column + 1} "
            f"({line.strip()[:60]!r}): {error.problem}"
        ) from error
    except yaml.reader.ReaderError as error:
        line_number = text.count("\n", 0, error.position) + 1
        raise TaskError(
            f"the body holds a character that YAML does not allow in line {line_number}: "
            f"U+{error.character:04X}"
        ) from error
    return node


def _read_labels(node: yaml.Node) -> tuple[Label, ...]:
    if isinstance(node, yaml.SequenceNode):
        found = tuple(_item(child) for child in node.value)
    elif isinstance(node, yaml.MappingNode):
        found = tuple(_described(name, value) for name, value in _pairs(node))
    else:
        if node.value.strip():
            raise TaskError(
                f"labels are a list or a mapping ({_place(node)}): write 'labels: [{node.value}]' "
                "or one label a line"
            )
        found = ()
    if not found:
        raise TaskError(f"the label scheme is empty ({_place(node)}): name at least two labels")
    return found


def _item(node: yaml.Node) -> Label:
    if isinstance(node, yaml.ScalarNode):
        return Label(node.value)
    if isinstance(node, yaml.MappingNode):
        pairs = _pairs(node)
        keys = dict(pairs)
        if "name" in keys:
            return _described(_scalar(keys.pop("name"), "a label's name"), None, list(keys.items()))
        if len(pairs) == 1:
            return _described(*pairs[0])
    raise TaskError(
        f"a label is a name, 'name: description', or a mapping with name, description and aliases "
        f"({_place(node)})"
    )


def _described(
    name: str, value: yaml.Node | None, pairs: Sequence[tuple[str, yaml.Node]] = ()
) -> Label:
    if isinstance(value, yaml.ScalarNode):
        return Label(name, value.value.strip())
    if isinstance(value, yaml.MappingNode):
        pairs = _pairs(value)
    elif value is not None:
        raise TaskError(f"label '{name}' has a list where its description belongs ({_place(value)})")
    description, aliases = "", ()
    for key, child in pairs:
        if key == "description":
            description = _scalar(child, f"the description of '{name}'").strip()
        elif key == "aliases":
            aliases = _names(child)
        else:
            raise TaskError(
                f"label '{name}' knows no '{key}' ({_place(child)}): "
                f"use {' and '.join(_LABEL_KEYS[1:])}"
            )
    return Label(name, description, aliases)


def _names(node: yaml.Node) -> tuple[str, ...]:
    children = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(_scalar(child, "an alias") for child in children)


def _pairs(node: yaml.MappingNode) -> list[tuple[str, yaml.Node]]:
    pairs: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _scalar(key, "a key")
        if name in pairs:
            raise TaskError(f"'{name}' stands twice ({_place(key)}): names must differ")
        pairs[name] = value
    return list(pairs.items())


def _scalar(node: yaml.Node, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise TaskError(f"{what} is text, not a list or a mapping ({_place(node)})")
    return str(node.value)


def _place(node: yaml.Node) -> str:
    mark = node.start_mark
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _as_label(item: object) -> Label:
    if isinstance(item, Label):
        return item
    name, description = item if isinstance(item, tuple) and len(item) == 2 else (item, None)
    if name is None or name != name or isinstance(name, list | dict | set | tuple):
        raise TaskError(f"a label is a name, not {name!r}")
    if description is not None and not isinstance(description, str):
        raise TaskError(f"the description of label '{name}' is text, not {description!r}")
    return Label(str(name), description or "")
