"""Rules on a column that no value can keep."""

from __future__ import annotations

# The parser of Python's own patterns: nothing public tells what a pattern is made of.
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pandas as pd

from sciml_magics.errors import QualityError
from sciml_magics.quality.rules import checks
from sciml_magics.quality.rules.rule import ColumnRule, shown

_OF_NUMBERS = frozenset("0123456789+-.eE \t")
_OF_TRUTHS = frozenset("".join(checks.TRUTHS) + "".join(checks.TRUTHS).upper() + " ")


def refuse_contradictions(rule: ColumnRule) -> None:
    """Raise unless there can be a value that keeps everything that is said of a column.

    Raises
    ------
    QualityError
        If two things that are said contradict each other.

    Examples
    --------
    >>> refuse_contradictions(ColumnRule("age", min=10.0, max=5.0))
    Traceback (most recent call last):
      ...
    sciml_magics.errors.QualityError: the rules on 'age' contradict each other: min 10 is above ...
    """
    for words in (_ends(rule), _written(rule), _pattern(rule), _values(rule)):
        if words:
            raise QualityError(f"the rules on '{rule.column}' contradict each other: {words}")


def _ends(rule: ColumnRule) -> str:
    ends = [end for end in (rule.min, rule.max) if end is not None]
    dates = [isinstance(end, str) for end in ends]
    if len(set(dates)) > 1:
        return f"min {shown(rule.min)} and max {shown(rule.max)} are not both numbers or both dates"
    if len(ends) == 2 and _end(ends[0]) > _end(ends[1]):
        return f"min {shown(rule.min)} is above max {shown(rule.max)}"
    if not ends or rule.type is None:
        return ""
    fits = rule.type == "date" if dates[0] else rule.type in ("integer", "number")
    what = "dates" if dates[0] else "numbers"
    return "" if fits else f"its type is {rule.type}, and min and max are {what}"


def _end(end: float | str) -> Any:
    """An end of a range as something that can be compared with another."""
    return pd.Timestamp(end) if isinstance(end, str) else end


def _written(rule: ColumnRule) -> str:
    if rule.format is not None and rule.type != "date":
        return f"its type is {rule.type}, and only dates have a format"
    return ""


def _pattern(rule: ColumnRule) -> str:
    if rule.pattern is None:
        return ""
    allowed = {"integer": _OF_NUMBERS, "number": _OF_NUMBERS, "boolean": _OF_TRUTHS}.get(
        rule.kind or "text"
    )
    if allowed is None:
        return ""
    if _impossible(parser.parse(rule.pattern), allowed):
        return f"nothing that fits the pattern {rule.pattern} is of type {rule.kind}"
    return ""


def _impossible(pattern: Any, allowed: frozenset[str]) -> bool:
    """Whether each text that fits a pattern holds a character that is not allowed.

    What is not understood counts as possible.
    """
    for sign, given in pattern:
        if sign is signs.LITERAL and chr(given) not in allowed:
            return True
        if sign is signs.IN and not _class_meets(given, allowed):
            return True
        if sign in (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT):
            least, _, inner = given
            if least > 0 and _impossible(inner, allowed):
                return True
        if sign is signs.SUBPATTERN and not given[1] and _impossible(given[3], allowed):
            return True
        if sign is signs.BRANCH and all(_impossible(one, allowed) for one in given[1]):
            return True
    return False


def _class_meets(given: Any, allowed: frozenset[str]) -> bool:
    """Whether a class of characters has one that is allowed; so it is taken where not known."""
    for sign, what in given:
        if sign is signs.LITERAL:
            if chr(what) in allowed:
                return True
        elif sign is signs.RANGE:
            low, high = what
            if any(low <= ord(character) <= high for character in allowed):
                return True
        else:
            return True
    return False


def _values(rule: ColumnRule) -> str:
    if not rule.values:
        return ""
    from sciml_magics.quality.rules.finding import holds

    cells = pd.Series(rule.values, dtype=object)
    for part in rule.parts:
        if part in ("values", "required", "unique") or (part == "type" and rule.type == "text"):
            continue
        kept = holds(rule, part, cells)
        if not kept.all():
            return f"the value '{cells[~kept.to_numpy()].iloc[0]}' is not {rule.told(part)}"
    return ""
