"""Checks across columns, such as ``total == a + b``: a small grammar of their own, never Python.

The text is parsed with Python's grammar and every part must be one of a few; what is computed are
the functions of `sciml_magics.quality.rules.arithmetic`, and nothing else can be called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from sciml_magics.errors import QualityError
from sciml_magics.quality.rules import arithmetic as made
from sciml_magics.quality.rules.checks import filled

LONGEST = 2_000

Read = Callable[[str], pd.Series]
"""Gives the cells of a column, read as numbers, dates or texts."""

# A text in quotes stays as it is; a name in backticks is the name of a column.
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`([^`]+)`""")
_ASSIGNED = re.compile(r"(?<![=<>!])=(?!=)")


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be done with values.

    Parameters
    ----------
    arguments
        How many it takes.
    compute
        Computes it.
    source
        The same as a piece of Python, with a place for each argument.
    """

    arguments: int
    compute: Callable[..., Any]
    source: str


def _numbers(name: str, compute: Callable[..., Any], source: str, arguments: int = 2) -> Operation:
    places = ["only_numbers({})"] * arguments
    return Operation(
        arguments,
        lambda *given: compute(*map(made.only_numbers, given)),
        source.format(*places),
    )


_OPERATIONS: dict[str, Operation] = {
    "Add": Operation(2, made.together, "together({}, {})"),
    "Sub": Operation(2, made.days_between, "days_between({}, {})"),
    "Mult": _numbers("Mult", lambda a, b: a * b, "({} * {})"),
    "Div": _numbers("Div", lambda a, b: a / b, "({} / {})"),
    "FloorDiv": _numbers("FloorDiv", lambda a, b: a // b, "({} // {})"),
    "Mod": _numbers("Mod", lambda a, b: a % b, "({} % {})"),
    "Pow": _numbers("Pow", lambda a, b: a**b, "({} ** {})"),
    "USub": _numbers("USub", lambda a: -a, "(-{})", 1),
    "UAdd": _numbers("UAdd", lambda a: a, "{}", 1),
    "And": Operation(2, lambda a, b: a & b, "({} & {})"),
    "Or": Operation(2, lambda a, b: a | b, "({} | {})"),
    "Not": Operation(1, lambda a: ~a, "(~{})"),
    "Eq": Operation(2, made.equal, "equal({}, {})"),
    "NotEq": Operation(2, lambda a, b: ~made.equal(a, b), "(~equal({}, {}))"),
    "Lt": Operation(2, made.less, "less({}, {})"),
    "LtE": Operation(2, made.at_most, "at_most({}, {})"),
    "Gt": Operation(2, lambda a, b: made.less(b, a), "less({1}, {0})"),
    "GtE": Operation(2, lambda a, b: made.at_most(b, a), "at_most({1}, {0})"),
    "abs": _numbers("abs", np.abs, "np.abs({})", 1),
    "round": _numbers("round", lambda a, n: np.round(a, int(n)), "np.round({}, int({}))"),
    "min": _numbers("min", np.minimum, "np.minimum({}, {})"),
    "max": _numbers("max", np.maximum, "np.maximum({}, {})"),
    "len": Operation(1, lambda a: made.only_texts(a).str.len(), "only_texts({}).str.len()"),
    "lower": Operation(1, lambda a: made.only_texts(a).str.lower(), "only_texts({}).str.lower()"),
    "upper": Operation(1, lambda a: made.only_texts(a).str.upper(), "only_texts({}).str.upper()"),
    "strip": Operation(1, lambda a: made.only_texts(a).str.strip(), "only_texts({}).str.strip()"),
    "year": Operation(1, lambda a: made.only_dates(a).dt.year, "only_dates({}).dt.year"),
    "month": Operation(1, lambda a: made.only_dates(a).dt.month, "only_dates({}).dt.month"),
    "day": Operation(1, lambda a: made.only_dates(a).dt.day, "only_dates({}).dt.day"),
}
FUNCTIONS = (*(name for name in _OPERATIONS if name.islower()), "missing")


@dataclass(frozen=True, slots=True)
class _Column:
    name: str


@dataclass(frozen=True, slots=True)
class _Constant:
    value: float | str | bool


@dataclass(frozen=True, slots=True)
class _Missing:
    name: str


@dataclass(frozen=True, slots=True)
class _Few:
    value: _Part
    few: tuple[float | str | bool, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    operation: str
    given: tuple[_Part, ...]


_Part = _Column | _Constant | _Missing | _Few | _Done


@dataclass(frozen=True, slots=True)
class Expression:
    """A statement about the columns of a row that is true or false.

    Parameters
    ----------
    text
        As it was written.
    part
        As it was understood.
    """

    text: str
    part: _Part

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, each once, in their order."""
        found = (one.name for one in _leaves(self.part) if isinstance(one, _Column | _Missing))
        return tuple(dict.fromkeys(found))

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that must be filled in a row for the statement to be about it."""
        found = (one.name for one in _leaves(self.part) if isinstance(one, _Column))
        return tuple(dict.fromkeys(found))

    def holds(self, cells: Mapping[str, pd.Series], read: Mapping[str, pd.Series]) -> pd.Series:
        """Where it is true, or not about a row since a column that it needs is not filled.

        Parameters
        ----------
        cells
            The columns that it names.
        read
            The columns that it needs, as numbers, dates or texts.

        Raises
        ------
        QualityError
            If it compares what cannot be compared.
        """
        try:
            with np.errstate(all="ignore"):
                found: pd.Series = _computed(self.part, cells, read)
        except TypeError as error:
            kinds = [f"'{name}' holds {made.kind_of(one)}" for name, one in read.items()]
            about = f" ({', '.join(kinds)})" if kinds else ""
            raise QualityError(f"the check '{self.text}' does not work: {error}{about}") from error
        known = np.ones(len(found), dtype=bool)
        for name in self.needed:
            known &= read[name].notna().to_numpy()
        kept: pd.Series = ~known | found
        return kept

    def source(self, read: Mapping[str, str]) -> str:
        """The statement as Python, given the Python that reads each column."""
        return _source(self.part, read)


def parse_check(text: str) -> Expression:
    """Read a check across columns.

    Parameters
    ----------
    text
        Comparisons of columns, numbers and texts in quotes, put together by ``and``, ``or`` and
        ``not``; with ``+ - * / // % **`` and the functions `FUNCTIONS`. A name that is no plain
        word stands in backticks.

    Raises
    ------
    QualityError
        If it cannot be understood; one line says why.

    Examples
    --------
    >>> parse_check("`sum of all` == a + b and not missing(c)").columns
    ('sum of all', 'a', 'b', 'c')
    """
    if len(text) > LONGEST:
        raise QualityError(f"a check of {len(text):,} characters is too long: split it")
    names: list[str] = []

    def hidden(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        names.append(found[1])
        return f"column_{len(names) - 1}_in_backticks"

    plain = _QUOTED.sub(hidden, text)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
        part = _Reader(text, names).part(tree)
    except SyntaxError as error:
        hint = _hint(plain)
        raise QualityError(f"the check '{text}' cannot be read: {hint}") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise QualityError(f"the check '{text[:80]}…' cannot be read: it is too deep") from error
    found = Expression(text, part)
    if not found.columns:
        raise QualityError(f"the check '{text}' names no column")
    _check_statement(part, text)
    return found


def _hint(plain: str) -> str:
    if _ASSIGNED.search(_QUOTED.sub("", plain)):
        return "two values are compared with '=='"
    return "write it as start <= end, and names with spaces in `backticks`"


class _Reader:
    """From Python's tree to what is known here; everything else is refused."""

    def __init__(self, text: str, names: list[str]) -> None:
        self._text = text
        self._names = {f"column_{at}_in_backticks": name for at, name in enumerate(names)}

    def part(self, node: ast.expr) -> _Part:
        match node:
            case ast.Name(id=name):
                return _Column(self._names.get(name, name))
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return _Constant(self._constant(value))
            case ast.BoolOp(op=op, values=values):
                return self._joined(type(op).__name__, [self.part(one) for one in values])
            case ast.UnaryOp(op=op, operand=operand):
                return self._done(type(op).__name__, [operand])
            case ast.BinOp(op=op, left=left, right=right):
                return self._done(type(op).__name__, [left, right])
            case ast.Compare():
                return self._compared(node)
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]):
                return self._called(name, given)
        return self._refuse(node)

    def _constant(self, value: float | str | bool) -> float | str | bool:
        if isinstance(value, int) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                raise QualityError(
                    f"the check '{self._text[:80]}' names too large a number"
                ) from None
        return value

    def _compared(self, node: ast.Compare) -> _Part:
        """``a < b <= c`` is ``a < b and b <= c``."""
        sides = [node.left, *node.comparators]
        parts: list[_Part] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                few = _Few(self.part(left), self._few(right))
                parts.append(few if isinstance(op, ast.In) else _Done("Not", (few,)))
            else:
                parts.append(self._done(type(op).__name__, [left, right], node))
        return self._joined("And", parts)

    def _few(self, node: ast.expr) -> tuple[float | str | bool, ...]:
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
            parts = [self.part(one) for one in node.elts]
            if all(isinstance(one, _Constant) for one in parts):
                return tuple(one.value for one in parts if isinstance(one, _Constant))
        raise QualityError(
            f"the check '{self._text}' cannot be read: behind 'in' stand values, "
            "such as ('low', 'high')"
        )

    def _called(self, name: str, given: list[ast.expr]) -> _Part:
        if name not in FUNCTIONS:
            near = get_close_matches(name, FUNCTIONS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise QualityError(f"the check '{self._text}' calls no known function: {hint}")
        if name == "missing":
            parts = [self.part(one) for one in given]
            if len(parts) == 1 and isinstance(parts[0], _Column):
                return _Missing(parts[0].name)
            raise QualityError(f"in the check '{self._text}' missing(…) takes the name of a column")
        if name == "round" and len(given) == 1:
            given = [*given, ast.Constant(0)]
        if name in ("min", "max") and len(given) > 2:
            return self._joined(name, [self.part(one) for one in given])
        return self._done(name, given)

    def _done(self, name: str, given: list[ast.expr], node: ast.expr | None = None) -> _Part:
        operation = _OPERATIONS.get(name)
        if operation is None:
            return self._refuse(node or given[0])
        if len(given) != operation.arguments:
            raise QualityError(
                f"in the check '{self._text}' {name}(…) takes {operation.arguments} "
                f"value{'s' if operation.arguments > 1 else ''}, not {len(given)}"
            )
        return _Done(name, tuple(self.part(one) for one in given))

    def _joined(self, name: str, parts: list[_Part]) -> _Part:
        first, *others = parts
        for other in others:
            first = _Done(name, (first, other))
        return first

    def _refuse(self, node: ast.expr) -> NoReturn:
        what = ast.unparse(node) if hasattr(node, "lineno") else self._text
        raise QualityError(
            f"the check '{self._text}' cannot be read: '{what}' is not among columns, values, "
            "comparisons, and, or, not, + - * / and functions"
        )


def _check_statement(part: _Part, text: str) -> None:
    """Raise unless this, and all that ``and``, ``or`` and ``not`` join, is true or false."""
    if isinstance(part, _Done) and part.operation in ("And", "Or", "Not"):
        for one in part.given:
            _check_statement(one, text)
        return
    compared = isinstance(part, _Done) and part.operation in (
        "Eq",
        "NotEq",
        "Lt",
        "LtE",
        "Gt",
        "GtE",
    )
    if not compared and not isinstance(part, _Few | _Missing):
        raise QualityError(
            f"the check '{text}' joins or is something that is neither true nor false: compare it, "
            "as in a > 0"
        )


def _leaves(part: _Part) -> Iterator[_Part]:
    if isinstance(part, _Done):
        for one in part.given:
            yield from _leaves(one)
    elif isinstance(part, _Few):
        yield from _leaves(part.value)
    else:
        yield part


def _computed(part: _Part, cells: Mapping[str, pd.Series], read: Mapping[str, pd.Series]) -> Any:
    match part:
        case _Column(name):
            return read[name]
        case _Constant(value):
            return value
        case _Missing(name):
            return ~filled(cells[name])
        case _Few(value, few):
            return made.among(_computed(value, cells, read), list(few))
        case _Done(name, given):
            return _OPERATIONS[name].compute(*(_computed(one, cells, read) for one in given))


def _source(part: _Part, read: Mapping[str, str]) -> str:
    match part:
        case _Column(name):
            return read[name]
        case _Constant(value):
            return repr(value)
        case _Missing(name):
            return f"(~filled(frame[{name!r}]))"
        case _Few(value, few):
            return f"among({_source(value, read)}, {list(few)!r})"
        case _Done(name, given):
            return _OPERATIONS[name].source.format(*(_source(one, read) for one in given))
