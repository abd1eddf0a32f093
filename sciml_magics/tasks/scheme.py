"""Label schemes as people write them: the YAML body of a cell, lists and mappings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from numbers import Number
from typing import Any, TypeAlias

import yaml

from sciml_magics.errors import TaskError
from sciml_magics.tasks.body import read_body, shortened
from sciml_magics.tasks.task import Label, check_labels

Labels: TypeAlias = Mapping[str, Any] | Iterable[Any]
"""Names or `Label` objects; or a mapping of names to descriptions, or to mappings of
``description`` and ``aliases``."""

_KEYS = ("labels", "instructions")
_PARTS = ("description", "aliases")
_BREAKS = re.compile("[\x85\u2028\u2029]")
_ADVICE = "to write plain instructions, put them under 'instructions: |'"


@dataclass(frozen=True, slots=True)
class Scheme:
    """What stands in the body of a cell.

    Parameters
    ----------
    labels
        The labels, ``None`` where the body has none.
    instructions
        The annotation guidelines as prose.
    """

    labels: tuple[Label, ...] | None = None
    instructions: str = ""


def parse_body(text: str) -> Scheme:
    """Read the body of a cell.

    A YAML mapping has ``labels`` and ``instructions``, a YAML list is the labels, and anything that
    is neither is read as instructions. Labels are a list of names, or a mapping of names to
    descriptions or to mappings with ``description`` and ``aliases``.

    Raises
    ------
    TaskError
        If it is YAML that does not parse, with the line and the column; if it holds something
        that is not known; or if a label stands twice or has no name.

    Examples
    --------
    >>> parse_body("labels: {yes: it does, no: it does not}").labels
    (Label(name='yes', description='it does', aliases=()), Label(name='no', ...))
    >>> parse_body("Mark every gene.").instructions
    'Mark every gene.'
    """
    body = read_body(text, "a label scheme")
    if isinstance(body, str):
        return Scheme(None, body)
    if isinstance(body, list):
        return Scheme(as_labels(body))
    _check_keys(body, _KEYS, f"labels go under 'labels:'; {_ADVICE}")
    instructions = body.get("instructions") or ""
    if not isinstance(instructions, str):
        raise TaskError("the instructions are text: write them after 'instructions: |'")
    labels = None
    if "labels" in body:
        if not body["labels"]:
            raise TaskError("there are no labels: write a line '- name' each under 'labels:'")
        if isinstance(body["labels"], str):
            raise TaskError(
                "the labels are one text: write [a, b] in brackets, or a line '- a' each"
            )
        labels = as_labels(body["labels"])
    return Scheme(labels, instructions.strip())


def dump_body(scheme: Scheme) -> str:
    """The YAML body that `parse_body` reads as `scheme`.

    Examples
    --------
    >>> print(dump_body(Scheme((Label("yes"), Label("no")))), end="")
    labels:
    - 'yes'
    - 'no'
    """
    body: dict[str, Any] = {}
    labels = scheme.labels
    if labels is not None:
        rich = any(label.description or label.aliases for label in labels)
        body["labels"] = (
            {label.name: _described(label) for label in labels}
            if rich
            else [label.name for label in labels]
        )
    if scheme.instructions:
        body["instructions"] = scheme.instructions
    if not body:
        return ""
    return yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))


def as_labels(labels: Labels) -> tuple[Label, ...]:
    """Labels from what a person gives.

    Numbers, truth values and dates are read as their text.

    Parameters
    ----------
    labels
        Names or `Label` objects; or a mapping of names to descriptions, or to mappings of
        ``description`` and ``aliases``.

    Raises
    ------
    TaskError
        If there is none, or one is no label, has no name or stands twice.

    Examples
    --------
    >>> as_labels({"genomics": "genes and DNA", "law": {"aliases": ["legal"]}})[1]
    Label(name='law', description='', aliases=('legal',))
    >>> as_labels([1, True])
    (Label(name='1', description='', aliases=()), Label(name='True', description='', aliases=()))
    """
    if isinstance(labels, Mapping):
        made = tuple(_label(name, given) for name, given in labels.items())
    elif isinstance(labels, str | bytes | set | frozenset) or not isinstance(labels, Iterable):
        raise TaskError(
            f"these labels are of type {type(labels).__name__}: give a list of names, "
            "or a dict of names and descriptions"
        )
    else:
        made = tuple(_item(item) for item in labels)
    if not made:
        raise TaskError("there are no labels: give at least one")
    check_labels(made)
    return made


def _item(item: object) -> Label:
    """A label that stands in a list."""
    if isinstance(item, Label):
        return item
    if not isinstance(item, Mapping):
        return Label(_text(item, "the name of a label"))
    if "name" in item:
        rest = {key: value for key, value in item.items() if key != "name"}
        return _label(item["name"], rest)
    if len(item) == 1 and not set(item) & set(_PARTS):
        [(name, given)] = item.items()
        return _label(name, given)
    raise TaskError(
        "a label in the list has no name: write '- name: …' and indent its description under it"
    )


def _label(name: object, given: object) -> Label:
    """A label from its name and its description, or what else is told of it."""
    text = _text(name, "the name of a label")
    if given is None:
        return Label(text)
    if not isinstance(given, Mapping):
        return Label(text, _text(given, f"the description of label '{text}'").strip())
    _check_keys(given, _PARTS, f"these are what label '{text}' may have")
    description = given.get("description")
    told = "" if description is None else _text(description, f"the description of label '{text}'")
    return Label(text, told.strip(), _aliases(text, given.get("aliases")))


def _aliases(name: str, given: object) -> tuple[str, ...]:
    if given is None or given == "":
        return ()
    if isinstance(given, str) or not isinstance(given, Iterable):
        given = (given,)
    return tuple(_text(alias, f"an alias of label '{name}'") for alias in given)


def _text(value: object, what: str) -> str:
    if isinstance(value, str):
        return str.__str__(value)  # a member of an enum of strings prints its name otherwise
    if isinstance(value, date | Number) and value == value:
        return str(value)
    if type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "datetime64"):
        return str(value)
    raise TaskError(f"{what} is {shortened(repr(value))}, not text")


def _check_keys(given: Mapping[Any, Any], known: Sequence[str], advice: str) -> None:
    for key in given:
        if key in known:
            continue
        if near := get_close_matches(str(key), known, n=1):
            raise TaskError(f"no setting '{key}': did you mean '{near[0]}'?")
        raise TaskError(
            f"no setting '{shortened(str(key))}', only {' and '.join(map(repr, known))}: {advice}"
        )


def _described(label: Label) -> str | dict[str, Any]:
    if not label.aliases:
        return label.description
    described: dict[str, Any] = {"aliases": list(label.aliases)}
    return {"description": label.description, **described} if label.description else described


class _Dumper(yaml.SafeDumper):
    """Writes several lines as lines."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _BREAKS.search(text):  # which other styles would fold into spaces
        style = '"'
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)
