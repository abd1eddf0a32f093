"""Rules as a Python script that needs pandas and pandera alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sciml_magics.quality.rules import arithmetic, checks
from sciml_magics.quality.rules.rule import CheckRule, ColumnRule, Part, Rules

_HEAD = '''\
"""What must hold in a table: rules of sciml-magics as a schema of pandera.

    from THIS_FILE import schema
    schema.validate(frame, lazy=True)

raises pandera.errors.SchemaErrors, whose failure_cases are all cells and rows that break a rule.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pandera.pandas as pa
'''
_CONSTANTS = ("TRUTHS", "DATES", "CLOSE")


def to_script(rules: Rules) -> str:
    """The rules as a script that makes ``schema``, with the functions that it needs.

    Examples
    --------
    >>> written = to_script(Rules((ColumnRule("age", min=0.0),)))
    >>> "rule('age: at least 0', lambda cells: from_least(cells, 0.0))," in written
    True
    """
    body = "\n".join(_schema(rules))
    return "\n\n".join([_HEAD, *_functions(body), body]) + "\n"


def _schema(rules: Rules) -> Iterator[str]:
    said = {one.column: one for one in rules.columns}
    yield ""
    yield "def rule(words, holds):"
    yield "    return pa.Check(holds, name=words, error=words, ignore_na=False)"
    yield ""
    yield ""
    yield "schema = pa.DataFrameSchema("
    yield "    {"
    for name in rules.named:
        parts = said[name].parts if name in said else ()
        if not parts:
            yield f"        {name!r}: pa.Column(nullable=True),"
            continue
        yield f"        {name!r}: pa.Column(nullable=True, checks=["
        for part in parts:
            told = said[name].told(part)
            yield f"            rule({told!r}, lambda cells: {_of_column(said[name], part)}),"
        yield "        ]),"
    yield "    },"
    yield "    checks=["
    for words, source in _of_rows(rules):
        yield f"        rule({words!r}, lambda frame: {source}),"
    yield "    ],"
    yield ")"


def _of_column(rule: ColumnRule, part: Part) -> str:
    match part:
        case "type" if rule.type == "date":
            return f"is_date(cells, {rule.format!r})"
        case "type":
            return f"is_{rule.type}(cells)"
        case "min":
            return f"from_least(cells, {rule.min!r})"
        case "max":
            return f"up_to_most(cells, {rule.max!r})"
        case "pattern":
            return f"fits(cells, {rule.pattern!r})"
        case "values":
            return f"one_of(cells, {list(rule.values)!r})"
        case "required":
            return "filled(cells)"
        case "unique":
            return "unlike(cells)"


def _of_rows(rules: Rules) -> Iterator[tuple[str, str]]:
    for key in rules.keys:
        yield str(key), f"apart(frame, {list(key.columns)!r})"
    for one in rules.dependencies:
        yield str(one), f"determined(frame, {list(one.left)!r}, {one.right!r})"
    for check in rules.checks:
        yield str(check), _of_check(check, rules)


def _of_check(check: CheckRule, rules: Rules) -> str:
    read = {}
    for name in check.expression.needed:
        said = rules.of(name)
        how = "" if said is None or said.kind is None else f", {said.kind!r}, {said.format!r}"
        read[name] = f"read_as(frame[{name!r}]{how})"
    unknown = "".join(f"{source}.isna() | " for source in read.values())
    return f"{unknown}{check.expression.source(read)}"


def _functions(body: str) -> Iterator[str]:
    """The source of the functions that a body calls, and of what those call."""
    known: dict[str, Callable[..., Any]] = {
        name: found
        for module in (checks, arithmetic)
        for name, found in vars(module).items()
        if inspect.isfunction(found)
    }
    wanted = _called(known, [name for name in known if f"{name}(" in body])
    sources = [inspect.getsource(known[name]).rstrip() for name in known if name in wanted]
    for name in _CONSTANTS:
        if any(name in source for source in sources):
            value = getattr(arithmetic if name == "CLOSE" else checks, name)
            yield f"{name} = {value!r}"
    for source in sources:
        yield f"{source}\n"


def _called(known: dict[str, Callable[..., Any]], names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [one for one in known[name].__code__.co_names if one in known]
    return found
