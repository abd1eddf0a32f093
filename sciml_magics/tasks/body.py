"""YAML as people write it into the body of a cell: every scalar stays the text that was written.

YAML turns ``yes``, ``1.0`` and ``2024-01-01`` into a truth value, a number and a date. What people
write are names and values of cells, so nothing is turned into anything here.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from sciml_magics.errors import TaskError

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_DEEPEST = 8
_SHOWN = 80
# What a YAML body begins with: a key, an item of a list, a bracket, or a marker of a document.
_LIKE_YAML = re.compile(r"[\w.-]+\s*:(\s|$)|-(\s|$)|[\[{]|---")


def read_body(text: str, what: str) -> Any:
    """The body of a cell, or a file, as mappings, lists and texts; prose as it stands.

    Parameters
    ----------
    text
        What was written.
    what
        What it should be, in words, for who nests it too deeply.

    Raises
    ------
    TaskError
        If it is YAML that does not parse, with the line and the column.

    Examples
    --------
    >>> read_body("a: [1, yes]", "a list")
    {'a': ['1', 'yes']}
    >>> read_body("Mark every gene.", "a list")
    'Mark every gene.'
    """
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
        raise TaskError(f"the body is nested too deeply to be {what}") from error
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
                f"'{shortened(name)}' stands twice in the body, in lines {lines[name]} and {line}: "
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
        return f"the body is not YAML: {shortened(' '.join(str(error).split()))}"
    shown = shortened(lines[line].strip()) if line < len(lines) else ""
    if "\\t" in problem:
        problem = "a tab cannot indent, use spaces"
    problem = problem.removeprefix("but ")
    return f"line {line + 1}, column {column + 1} of the body: {problem}: {shown}"


def shortened(text: str) -> str:
    """One line to show; what cannot be printed, such as a lone surrogate, is escaped."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in " ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
