"""Read a magic's line: words and options, and one clear line for what cannot be read."""

from __future__ import annotations

import argparse
import csv
import shlex
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from sciml_magics.errors import SciMLError

Line = TypeVar("Line")


def unknown(what: str, given: str, known: Sequence[str]) -> str:
    """One line for a name that is none of a few.

    Examples
    --------
    >>> unknown("task kind", "lable", ("label", "spans"))
    "no task kind 'lable': choose one of label, spans"
    """
    return f"no {what} '{given}': choose one of {', '.join(known)}"


def split(line: str) -> list[str]:
    """The words of a line, quotes resolved as a shell does.

    Raises
    ------
    SciMLError
        If a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        reason = "a backslash ends the line" if "escaped" in str(error) else "a quote is not closed"
        raise SciMLError(f"{reason}: {line.strip()}") from error


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raise one line instead of ending the process."""
        text = message.removeprefix("argument ")
        for given in ("expected one argument", "expected at least one argument"):
            text = text.replace(f": {given}", " needs a value")
        text = text.replace(": needs", " needs")
        raise SciMLError(text)


def new_parser(*, store: bool = True) -> argparse.ArgumentParser:
    """A parser with the options of every magic; of those that need no store, without that."""
    parser = _Parser(add_help=False, allow_abbrev=False, prefix_chars="-")
    parser.add_argument("--help", "-h", action="store_true", help="show this text")
    if store:
        parser.add_argument(
            "--store",
            metavar="PATH",
            help="store file or database URL (default: ./sciml_magics.db)",
        )
    return parser


def read(parser: argparse.ArgumentParser, line: str) -> tuple[dict[str, Any], list[str]]:
    """The options on a line and its words.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.
    """
    options, words = parser.parse_known_args(split(line))
    for word in words:
        if word.startswith("-") and word != "-":
            flag = word.split("=")[0]
            known = [name for name in flags(parser) if name.startswith("--")]
            near = get_close_matches(flag, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "--help shows all options"
            raise SciMLError(f"no option {flag}: {hint}")
    return vars(options), words


def placed(make: type[Line], parser: argparse.ArgumentParser, line: str, *places: str) -> Line:
    """A line as an object whose words have these places, in this order; others are mistakes.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.
    """
    options, words = read(parser, line)
    if len(words) > len(places) and not options["help"]:
        extra = words[len(places)]
        raise SciMLError(f"what is '{extra}'? (quote values with spaces; --help shows all options)")
    given: dict[str, Any] = dict.fromkeys(places)
    given.update(zip(places, words, strict=False))
    return make(**{**given, **options})


def flags(parser: argparse.ArgumentParser) -> dict[str, bool]:
    """Every flag of a parser, and whether a value follows it."""
    return {
        flag: action.nargs != 0
        for action in parser._actions  # there is no public list of a parser's options
        for flag in action.option_strings
    }


def one_frame(words: list[str]) -> str | None:
    """The one name of a frame among the words, ``None`` where there is none."""
    if not words:
        return None
    first, *more = words
    if not first.isidentifier():
        raise SciMLError(
            f"'{' '.join(words)}' is not the name of a frame: give it a name first "
            "(part = …), or choose rows with --where"
        )
    if more:
        raise SciMLError(f"one frame at a time: what is '{more[0]}'? (quote values with spaces)")
    return first


def one_of(choices: Sequence[str]) -> str:
    """A few choices in words."""
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def choice(what: str, choices: Sequence[str]) -> Callable[[str], str]:
    """Reads one of a few."""

    def read(text: str) -> str:
        if text not in choices:
            raise SciMLError(unknown(what, text, choices))
        return text

    return read


def whole(least: int) -> Callable[[str], int]:
    """Reads a whole number."""

    def read(text: str) -> int:
        try:
            number = int(text.replace("_", "").replace(",", ""))
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(
                f"needs a whole number of {least} or more, not '{text}'"
            )
        return number

    return read


def positive(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"needs a number above 0, not '{text}'")
    return number


def probability(text: str) -> float:
    """Read a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"needs a number from 0 to 1, not '{text}'")
    return number


def names(text: str) -> tuple[str, ...]:
    """Names between commas; a name that has a comma stands in double quotes."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))
    if not any(names):
        raise argparse.ArgumentTypeError("needs names between commas, such as --labels yes,no")
    return names
