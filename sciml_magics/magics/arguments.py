"""The magics' lines: what can be typed, and one clear line for what cannot."""

from __future__ import annotations

import argparse
import csv
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from sciml_magics.errors import SciMLError
from sciml_magics.tasks import INPUTS, KINDS, Input, Kind

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16")
WINDOWS = ("max", "mean")
SCIML_COMMANDS = ("status", "runs", "tasks", "models")


@dataclass(frozen=True, slots=True)
class AnnotateLine:
    """What stands on the line of ``%annotate`` or ``%%annotate``; ``None`` where nothing does."""

    frame: str | None
    column: tuple[str, ...]
    task: str | None
    kind: Kind | None
    input: Input | None
    labels: tuple[str, ...]
    model: str | None
    device: str | None
    precision: str | None
    window: str | None
    max_new_tokens: int | None
    shortlist: int
    threshold: float | None
    where: str | None
    sample: int | None
    limit: int | None
    seed: int
    out: str | None
    store: str | None
    provenance: bool
    dry_run: bool
    no_chart: bool
    quiet: bool
    help: bool


@dataclass(frozen=True, slots=True)
class SciMLLine:
    """What stands on the line of ``%sciml``."""

    command: str | None
    task: str | None
    store: str | None
    help: bool


def parse_annotate(line: str) -> AnnotateLine:
    """Read the line of an ``annotate`` magic.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parsed = parse_annotate('df --column "my text" -c title --task topic')
    >>> parsed.frame, parsed.column, parsed.task
    ('df', ('my text', 'title'), 'topic')
    """
    options, words = _read(annotate_parser(), line)
    multi_label = options.pop("multi_label")
    if multi_label:
        if options["kind"] not in (None, "labels"):
            raise SciMLError(
                f"--multi-label asks for kind 'labels', not '{options['kind']}': use one of the two"
            )
        options["kind"] = "labels"
    options["column"] = tuple(options["column"] or ())
    return AnnotateLine(frame=None if options["help"] else _one_frame(words), **options)


def parse_sciml(line: str) -> SciMLLine:
    """Read the line of ``%sciml``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_sciml("runs topic").task
    'topic'
    """
    options, words = _read(sciml_parser(), line)
    if not words:
        return SciMLLine(None, None, options["store"], options["help"])
    command, *rest = words
    if command not in SCIML_COMMANDS:
        raise SciMLError(unknown("%sciml command", command, SCIML_COMMANDS))
    if len(rest) > (1 if command == "runs" else 0):
        raise SciMLError(f"%sciml {command} does not take '{rest[-1]}': see %sciml --help")
    return SciMLLine(command, rest[0] if rest else None, options["store"], options["help"])


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


def _parser() -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False, prefix_chars="-")
    parser.add_argument("--help", "-h", action="store_true", help="show this text")
    parser.add_argument(
        "--store", metavar="PATH", help="store file or database URL (default: ./sciml_magics.db)"
    )
    return parser


def sciml_parser() -> argparse.ArgumentParser:
    """The options of ``%sciml``."""
    return _parser()


def annotate_parser() -> argparse.ArgumentParser:
    """The options of ``%annotate`` and ``%%annotate``."""
    parser = _parser()
    add = parser.add_argument
    add("--column", "-c", action="append", metavar="NAME", help="column to read; may be repeated")
    add("--task", "-t", metavar="NAME", help="name of the task and of the new columns")
    add("--kind", "-k", type=_choice("task kind", KINDS), metavar="KIND", help=_one_of(KINDS))
    add("--multi-label", action="store_true", help="the same as --kind labels")
    add("--input", type=_choice("input", INPUTS), metavar="INPUT", help=_one_of(INPUTS))
    add("--labels", type=_names, default=(), metavar="A,B,C", help="labels without descriptions")
    add("--model", "-m", metavar="MODEL", help="Hub id, id@revision or folder")
    add("--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:1, mps")
    add(
        "--precision",
        type=_choice("precision", PRECISIONS),
        metavar="PRECISION",
        help=_one_of(PRECISIONS),
    )
    add(
        "--window",
        type=_choice("window", WINDOWS),
        metavar="HOW",
        help="windows of a long text: max or mean",
    )
    add("--max-new-tokens", type=_whole(1), metavar="N", help="length limit of a free answer")
    add(
        "--shortlist",
        type=_whole(0),
        default=0,
        metavar="N",
        help="entailment models read only the N nearest labels (default: 0, all)",
    )
    add("--threshold", type=_probability, metavar="P", help="abstain below this score, 0 to 1")
    add("--where", metavar="QUERY", help="only rows for which a pandas query holds; @name works")
    add("--sample", type=_whole(1), metavar="N", help="only N rows, drawn at random")
    add("--limit", "-n", type=_whole(1), metavar="N", help="only the first N rows")
    add("--seed", type=_whole(0), default=0, metavar="N", help="seed of --sample (default: 0)")
    add("--out", "-o", metavar="NAME", help="name of the new frame (default: the same name)")
    add("--provenance", action="store_true", help="add columns: run, model, revision, time, who")
    add("--dry-run", action="store_true", help="measure a sample and say what a run would cost")
    add("--no-chart", action="store_true", help="leave the chart out")
    add("--quiet", "-q", action="store_true", help="show nothing")
    return parser


def _read(parser: argparse.ArgumentParser, line: str) -> tuple[dict[str, Any], list[str]]:
    options, words = parser.parse_known_args(split(line))
    for word in words:
        if word.startswith("-") and word != "-":
            flag = word.split("=")[0]
            known = [name for name in flags(parser) if name.startswith("--")]
            near = get_close_matches(flag, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "--help shows all options"
            raise SciMLError(f"no option {flag}: {hint}")
    return vars(options), words


def flags(parser: argparse.ArgumentParser) -> dict[str, bool]:
    """Every flag of a parser, and whether a value follows it."""
    return {
        flag: action.nargs != 0
        for action in parser._actions  # there is no public list of a parser's options
        for flag in action.option_strings
    }


def _one_frame(words: list[str]) -> str | None:
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


def _one_of(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _choice(what: str, choices: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise SciMLError(unknown(what, text, choices))
        return text

    return read


def _whole(least: int) -> Callable[[str], int]:
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


def _probability(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"needs a number from 0 to 1, not '{text}'")
    return number


def _names(text: str) -> tuple[str, ...]:
    """Names between commas; a name that has a comma stands in double quotes."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))
    if not any(names):
        raise argparse.ArgumentTypeError("needs names between commas, such as --labels yes,no")
    return names
