"""Rules as people write them: YAML, read with one clear line for every mistake."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sciml_magics.errors import QualityError, TaskError
from sciml_magics.quality.rules.contradictions import refuse_contradictions
from sciml_magics.quality.rules.expression import parse_check
from sciml_magics.quality.rules.rule import (
    TYPES,
    CheckRule,
    ColumnRule,
    DependencyRule,
    KeyRule,
    Rules,
    Type,
)
from sciml_magics.tasks.body import read_body, shortened

_GROUPS = ("columns", "keys", "dependencies", "checks")
_PARTS = ("type", "format", "min", "max", "pattern", "values", "required", "unique")
_OTHER_NAMES: dict[str, Type] = {
    "int": "integer",
    "whole": "integer",
    "float": "number",
    "numeric": "number",
    "bool": "boolean",
    "str": "text",
    "string": "text",
    "datetime": "date",
}
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
_EXAMPLE = "write 'columns:' and under it lines such as 'age: {type: integer, min: 0}'"


def parse(text: str) -> Rules:
    r"""Read rules.

    Under ``columns`` stands what each column must be (``type``, ``format`` of dates, ``min``,
    ``max``, ``pattern``, ``values``, ``required``, ``unique``); under ``keys`` columns that name a
    row; under ``dependencies`` lines such as ``zip -> city``; under ``checks`` lines such as
    ``start <= end``, see `sciml_magics.quality.rules.expression.parse_check`.

    Raises
    ------
    QualityError
        If something cannot be understood, or rules contradict each other; one line says which.

    Examples
    --------
    >>> rules = parse("columns: {zip: {pattern: '[0-9]{5}'}}\ndependencies: [zip -> city]")
    >>> len(rules), str(rules.dependencies[0])
    (2, 'zip -> city')
    """
    try:
        body = read_body(text, "a set of rules")
    except TaskError as error:
        hint = ": a check that begins so stands in quotes" if "'`'" in str(error) else ""
        raise QualityError(f"{error}{hint}") from error
    if not isinstance(body, dict):
        raise QualityError(f"there are no rules: {_EXAMPLE}")
    _known_keys(body, _GROUPS, "rules")
    rules = Rules(
        columns=_columns(body.get("columns")),
        keys=tuple(_key(one) for one in _listed(body.get("keys"), "keys")),
        dependencies=tuple(
            rule
            for one in _listed(body.get("dependencies"), "dependencies")
            for rule in _dependency(one)
        ),
        checks=tuple(_check(one) for one in _listed(body.get("checks"), "checks")),
    )
    if not len(rules):
        raise QualityError(f"there are no rules: {_EXAMPLE}")
    for rule in rules.columns:
        refuse_contradictions(rule)
    return rules


def read_rules(path: str | Path) -> Rules:
    """Read the rules in a file.

    Raises
    ------
    QualityError
        If there is none, or what stands in it are no rules.
    """
    file = Path(path).expanduser()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "is no text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise QualityError(f"the rules in '{file}' cannot be read: {why}") from error
    try:
        return parse(text)
    except QualityError as error:
        raise QualityError(f"in '{file}': {error}") from error


def _columns(given: object) -> tuple[ColumnRule, ...]:
    if given is None or given == "":
        return ()
    if not isinstance(given, dict):
        raise QualityError(f"what columns must be is a mapping: {_EXAMPLE}")
    return tuple(_column(name, said) for name, said in given.items())


def _column(name: str, said: object) -> ColumnRule:
    if isinstance(said, str) and said:
        said = {"type": said}
    if said is None or said == "" or said == {}:
        raise QualityError(f"nothing is said of column '{name}': write what it must be, or no line")
    if not isinstance(said, dict):
        raise QualityError(f"what column '{name}' must be is a mapping: {_EXAMPLE}")
    _known_keys(said, _PARTS, f"column '{name}'")
    type_ = _one(said, "type", name, _type)
    format_ = _one(said, "format", name, _format)
    if format_ is not None and type_ is None:
        type_ = "date"
    return ColumnRule(
        column=name,
        type=type_,
        format=format_,
        min=_one(said, "min", name, _end),
        max=_one(said, "max", name, _end),
        pattern=_one(said, "pattern", name, _pattern),
        values=_values(said, name),
        required=_one(said, "required", name, _truth) or False,
        unique=_one(said, "unique", name, _truth) or False,
    )


def _one(said: Mapping[str, Any], part: str, column: str, read: Callable[[str], Any]) -> Any:
    """One thing that is said of a column; ``None`` where it is not."""
    if part not in said:
        return None
    given = said[part]
    if not isinstance(given, str) or not given:
        raise QualityError(f"{part} of '{column}' is one text, put it in quotes: {part}: '…'")
    try:
        return read(given)
    except ValueError as error:
        raise QualityError(f"{part} of '{column}' {error}") from error


def _type(text: str) -> Type:
    for known in TYPES:
        if text == known:
            return known
    if text.lower() in _OTHER_NAMES:
        return _OTHER_NAMES[text.lower()]
    raise ValueError(f"is '{text}': choose one of {', '.join(TYPES)}")


def _format(text: str) -> str:
    moment = datetime(2024, 11, 28, 13, 45, 59)
    written = moment.strftime(text)
    try:
        datetime.strptime(written, text)
    except ValueError:
        written = text
    if written == text:
        raise ValueError(f"is '{text}', which writes no date: use such as '%Y-%m-%d'")
    return text


def _end(text: str) -> float | str:
    if not any(character in text for character in "_nN"):
        try:
            return float(text)
        except ValueError:
            pass
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is '{text}': write a number, or a date such as 2024-12-31") from None
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is '{shortened(text)}', no regular expression: {error}") from error
    return text


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError(f"is '{text}': write true or false")
    return _TRUTHS[text.lower()]


def _values(said: Mapping[str, Any], column: str) -> tuple[str, ...]:
    given = said.get("values", ())
    texts = isinstance(given, Sequence) and not isinstance(given, str)
    if not texts or not all(isinstance(one, str) and one for one in given):
        raise QualityError(
            f"the values of '{column}' are a list of texts: write [a, b], "
            "and those with signs of YAML in quotes"
        )
    if "values" in said and not given:
        raise QualityError(f"'{column}' has no values that it may be: leave the line out")
    return tuple(dict.fromkeys(given))


def _listed(given: object, group: str) -> Sequence[object]:
    if given is None or given == "":
        return ()
    if isinstance(given, str | dict):
        return (given,)
    assert isinstance(given, Sequence)
    return given


def _key(given: object) -> KeyRule:
    names = _names(given, "a key")
    return KeyRule(names)


def _names(given: object, what: str) -> tuple[str, ...]:
    """Names between commas, or in a list; one with a comma in double quotes."""
    if isinstance(given, str):
        try:
            found = next(csv.reader([given.strip()], skipinitialspace=True, strict=True), [])
        except csv.Error as error:
            raise QualityError(f"{what} has a quote that is not closed: {given}") from error
        names = tuple(found) if '"' in given else tuple(name.strip() for name in found)
    elif isinstance(given, list) and all(isinstance(one, str) for one in given):
        names = tuple(given)
    else:
        raise QualityError(f"{what} is one or more names of columns: write them as 'site, date'")
    if not names or not all(names):
        raise QualityError(f"{what} has an empty name of a column: {given!r}")
    if len(set(names)) < len(names):
        raise QualityError(f"{what} names a column twice: {', '.join(names)}")
    return names


def _dependency(given: object) -> list[DependencyRule]:
    if not isinstance(given, str) or given.count("->") != 1:
        raise QualityError(f"a dependency is one line such as 'zip -> city', not {given!r}")
    before, _, after = given.partition("->")
    left = _names(before, f"the dependency '{given}'")
    right = _names(after, f"the dependency '{given}'")
    if both := set(left) & set(right):
        raise QualityError(
            f"the dependency '{given}' says that '{both.pop()}' determines itself: name another"
        )
    return [DependencyRule(left, name) for name in right]


def _check(given: object) -> CheckRule:
    if isinstance(given, str):
        return CheckRule(parse_check(given))
    if isinstance(given, dict) and len(given) == 1:
        [(words, text)] = given.items()
        if isinstance(text, str):
            return CheckRule(parse_check(text), words)
    raise QualityError(
        "a check is one line such as 'start <= end', or 'what it means: start <= end'"
    )


def _known_keys(given: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in given:
        if key in known:
            continue
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
        if where == "rules" and not near and isinstance(given[key], dict):
            hint += "; what a column must be goes under 'columns:'"
        raise QualityError(
            f"{where} have no setting '{shortened(key)}': {hint}".replace("' have", "' has")
        )
