r"""Label schemes as people write them: the YAML body of a cell, lists and mappings.

YAML turns ``yes``, ``1.0`` and ``2024-01-01`` into a truth value, a number and a date. Labels are
names, so nothing is turned into anything here: every scalar stays the text that was written.
"""

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
from sciml_magics.tasks.task import Label, check_labels

Labels: TypeAlias = Mapping[str, Any] | Iterable[Any]
"""Names or `Label` objects; or a mapping of names to descriptions, or to mappings of
``description`` and ``aliases``."""

_KEYS = ("labels", "instructions")
_PARTS = ("description", "aliases")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_DEEPEST = 8
_SHOWN = 80
# What a YAML body begins with: a key, an item of a list, a bracket, or a marker of a document.
_LIKE_YAML = re.compile(r"[\w.-]+\s*:(\s|$)|-(\s|$)|[\[{]|---")
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
    body = _read(text)
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
    raise TaskError(f"{what} is {_short(repr(value))}, not text")


def _check_keys(given: Mapping[Any, Any], known: Sequence[str], advice: str) -> None:
    for key in given:
        if key in known:
            continue
        if near := get_close_matches(str(key), known, n=1):
            raise TaskError(f"no setting '{key}': did you mean '{near[0]}'?")
        raise TaskError(
            f"no setting '{_short(str(key))}', only {' and '.join(map(repr, known))}: {advice}"
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


def _read(text: str) -> Any:
    """The body as mappings, lists and texts; prose as it stands."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        if node is None:
            return ""
        body = _plain(node, {})
    except yaml.YAMLError as error:
        if _looks_like_yaml(text):
            raise TaskError(_where(error, text)) from error
        return text.strip()
    except RecursionError as error:
        raise TaskError("the body is nested too deeply to be a label scheme") from error
    return text.strip() if isinstance(body, str) or _is_sentence(body, text) else body


def _plain(node: yaml.Node, done: dict[int, Any], depth: int = 0) -> Any:
    """A node of YAML as plain values; one that stands at several places is read once."""
    if depth > _DEEPEST:
        raise TaskError(f"line {node.start_mark.line + 1} of the body is nested too deeply")
    if id(node) not in done:
        if isinstance(node, yaml.MappingNode):
            done[id(node)] = _mapping(node, done, depth + 1)
        elif isinstance(node, yaml.SequenceNode):
            done[id(node)] = [_plain(item, done, depth + 1) for item in node.value]
        else:
            done[id(node)] = node.value
    return done[id(node)]


def _mapping(node: yaml.MappingNode, done: dict[int, Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise TaskError(f"line {line} of the body: a name is one text, not several in brackets")
        name = key.value
        if name in found:
            raise TaskError(
                f"'{_short(name)}' stands twice in the body, in lines {lines[name]} and {line}: "
                "names must differ"
            )
        lines[name] = line
        found[name] = None if _is_null(value) else _plain(value, done, depth)
    return found


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in _NULLS


def _is_sentence(body: Any, text: str) -> bool:
    """Whether prose with a colon in it was read as a mapping or a list."""
    if not isinstance(body, dict) or len(body) != 1:
        return False
    (key,) = body
    return " " in key.strip() and text.lstrip().startswith(key)


def _looks_like_yaml(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _LIKE_YAML.match(first) is not None


def _where(error: yaml.YAMLError, text: str) -> str:
    """One line that says what is wrong with the YAML, and where."""
    lines = text.splitlines()
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n"), error.position - (before.rfind("\n") + 1)
        problem = f"the character U+{ord(text[error.position]):04X} cannot stand in YAML"
    elif isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark, problem = error.problem_mark, error.problem or "it does not parse"
        # What is never closed is found out at the end; it is mended where it was opened.
        if error.context_mark is not None and not "".join(lines[mark.line :]).strip():
            mark, problem = error.context_mark, f"{problem} ({error.context})"
        line, column = mark.line, mark.column
    else:
        return f"the body is not YAML: {_short(' '.join(str(error).split()))}"
    shown = _short(lines[line].strip()) if line < len(lines) else ""
    if "\\t" in problem:
        problem = "a tab cannot indent, use spaces"
    problem = problem.removeprefix("but ")
    return f"line {line + 1}, column {column + 1} of the body: {problem}: {shown}"


def _short(text: str) -> str:
    """One line to show; what cannot be printed, such as a lone surrogate, is escaped."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in " ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
