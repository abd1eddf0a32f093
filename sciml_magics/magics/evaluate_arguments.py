"""The lines of ``%evaluate`` and ``%split``: what can be typed, and their help."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import new_parser, placed, whole
from sciml_magics.magics.shared_options import add_shared

_PARTS = {2: ("train", "test"), 3: ("train", "validation", "test")}

_EVALUATE = """\
How good the suggestions of a task are: by what people answered, or by a column that is right.

    %evaluate TASK [FRAME] [options]

Without --gold, the answers of people are right that are held out: three records of ten, from which
no model learns. With --gold COLUMN, that column of FRAME is right, row by row. Told are precision,
recall and F1 of each label, averages, 95 % intervals, what is taken for what, and how far scores
can be taken at their word (ECE); of spans, whole entities and the tags of single words. An
abstention is never right. FRAME may be left out where only one frame has the task's columns.

Examples

    %evaluate topic
    %evaluate topic papers --gold true_topic --by journal
    %evaluate topic papers --gold true_topic --predicted their_topic
    %evaluate topic --model topic-2 --all
"""

_SPLIT = """\
Split the rows of a DataFrame into parts to learn from and parts to judge by.

    %split FRAME [options]     binds FRAME, or --out NAME, to the new frame

The new column (split, or --name) says which part a row belongs to. Equal texts are never on two
sides, whatever their case and white space, nor are rows of one --group. With --by, every label has
its share in every part. The same seed gives the same split, in whatever order the rows stand.

Examples

    %split papers --column abstract --by topic
    %split papers -c abstract --by topic --shares 70/30 --group journal --seed 7 --out parts
"""


@dataclass(frozen=True, slots=True)
class EvaluateLine:
    """What stands on the line of ``%evaluate``; ``None`` where nothing does."""

    task: str | None
    frame: str | None
    gold: str | None
    predicted: str | None
    by: str | None
    model: str | None
    all: bool
    seed: int
    no_chart: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class SplitLine:
    """What stands on the line of ``%split``; ``None`` where nothing does."""

    frame: str | None
    column: list[str] | None
    by: str | None
    group: str | None
    shares: Mapping[str, float] | None
    seed: int
    name: str
    out: str | None
    quiet: bool
    help: bool


def parse_evaluate(line: str) -> EvaluateLine:
    """Read the line of ``%evaluate``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_evaluate("topic papers --gold right").gold
    'right'
    """
    parsed = placed(EvaluateLine, evaluate_parser(), line, "task", "frame")
    if parsed.predicted and not parsed.gold:
        raise SciMLError("--predicted is compared with a column that is right: add --gold")
    if parsed.predicted and parsed.model:
        raise SciMLError("--predicted and --model are two sources of answers: use one of the two")
    if parsed.all and parsed.gold:
        raise SciMLError("--all asks for all answers of people: leave it out, or --gold")
    return parsed


def parse_split(line: str) -> SplitLine:
    """Read the line of ``%split``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> dict(parse_split("papers --shares 80/20").shares)
    {'train': 80.0, 'test': 20.0}
    """
    return placed(SplitLine, split_parser(), line, "frame")


def evaluate_parser() -> argparse.ArgumentParser:
    """The options of ``%evaluate``."""
    parser = new_parser()
    add = parser.add_argument
    add("--gold", "-g", metavar="NAME", help="column that is right (default: people's answers)")
    add("--predicted", "-p", metavar="NAME", help="column to judge (default: suggestions)")
    add("--by", "-b", metavar="NAME", help="tell the scores for each value of this column, too")
    add("--model", "-m", metavar="MODEL", help="whose suggestions (default: the task's model)")
    add("--all", action="store_true", help="by all answers, not only those that are held out")
    add("--seed", type=whole(0), default=0, metavar="N", help="of the intervals (default: 0)")
    add("--no-chart", action="store_true", help="leave the charts out")
    return parser


def split_parser() -> argparse.ArgumentParser:
    """The options of ``%split``."""
    parser = new_parser(store=False)
    add = parser.add_argument
    add("--column", "-c", action="append", metavar="NAME", help="text of a row; may be repeated")
    add("--by", "-b", metavar="NAME", help="column of the labels, which have their share in all")
    add("--group", "-g", metavar="NAME", help="column of the groups that stay together")
    add("--shares", type=shares, metavar="A/B/C", help="share of each part (default: 80/10/10)")
    add("--seed", type=whole(0), default=0, metavar="N", help="of the split (default: 0)")
    add("--name", default="split", metavar="NAME", help="name of the new column (default: split)")
    add_shared(parser, "--out", "--quiet")
    return parser


def shares(text: str) -> Mapping[str, float]:
    """Read shares: two numbers for train and test, three with validation between, or names too.

    Examples
    --------
    >>> dict(shares("a=3/b=1"))
    {'a': 3.0, 'b': 1.0}
    """
    parts = [part.rpartition("=") for part in text.split("/")]
    named = [name.strip() for name, equals, _ in parts if equals]
    try:
        numbers = [float(number.rstrip("%")) for _, _, number in parts]
    except ValueError:
        numbers = []
    names = named if len(named) == len(parts) else _PARTS.get(len(parts), ())
    wrong = len(set(names)) != len(parts) or not all(names) or (named and names != named)
    if wrong or len(numbers) < 2 or not all(0 < number < float("inf") for number in numbers):
        raise argparse.ArgumentTypeError(
            f"needs shares such as 80/10/10, 80/20 or fit=70/check=30, not '{text}'"
        )
    return MappingProxyType(dict(zip(names, numbers, strict=True)))


def evaluate_help() -> str:
    """Everything about ``%evaluate``."""
    return f"{_EVALUATE}\n{options(evaluate_parser())}"


def split_help() -> str:
    """Everything about ``%split``."""
    return f"{_SPLIT}\n{options(split_parser())}"
