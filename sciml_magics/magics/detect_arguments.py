"""The lines of ``%detect`` and ``%repair``: what can be typed, and their help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.magics.help import options
from sciml_magics.magics.reading import new_parser, placed, probability, whole
from sciml_magics.magics.shared_options import add_shared

_DETECT = """\
Find what looks wrong in a DataFrame: cells, whole rows, labels.

    %detect FRAME [options]
    %%detect FRAME [options]     the cell's body is rules, in YAML
    %review FRAME.errors         correct what was found: 1-9 choose columns, a accepts, x rejects

Detectors look for missing and disguised missing values, broken patterns, types, formats and units,
typing errors, values in the wrong column, broken dependencies, duplicates, outliers and what looks
wrong in series and labels. Each cell gets a probability and a reason in words. Some rows are chosen
whose answers teach most: answer them in the review, run the cell again, and it learns from them; 20
rows are enough. Nothing is changed. What was found is read from the store when nothing is new.

Examples

    %detect hospital
    %detect hospital --above 0.8 --detectors typos,dependency
    %detect slides --image-model openai/clip-vit-base-patch32    outlying images by its embeddings

    %%detect survey
    columns:
      age: {type: integer, min: 0, max: 120}
      visit: {type: date, format: YYYY-MM-DD}
    dependencies: [zip -> city]
    checks: [start <= end]

    %detect survey --learn-rules rules.yaml    writes the rules that the table itself keeps
    %detect survey --rules rules.yaml
"""

_REPAIR = """\
Propose values for the cells that look wrong in a DataFrame.

    %repair FRAME [options]
    %review FRAME.repairs        1-9 choose a value, e writes one, a accepts, x: the cell is right

Values come from dependencies and majorities, nearest rows, formats learned from examples and from
accepted repairs, spelling, series and, with --model, a language model. Each has a score, the
probability that it is right, and says where it comes from. Nothing is changed: %clean FRAME --apply
does that. What you accept or write teaches: run the cell again for better values in the others.

Examples

    %repair hospital
    %repair hospital --above 0.8
"""


@dataclass(frozen=True, slots=True)
class DetectLine:
    """What stands on the line of ``%detect``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    detectors: str | None
    time: str | None
    image_model: str | None
    rules: str | None
    learn_rules: str | None
    above: float
    ask: int
    seed: int
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class RepairLine:
    """What stands on the line of ``%repair``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    rules: str | None
    above: float
    model: str | None
    seed: int
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


def parse_detect(line: str) -> DetectLine:
    """Read the line of ``%detect``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_detect("hospital --above 0.8").above
    0.8
    """
    return placed(DetectLine, detect_parser(), line, "frame")


def parse_repair(line: str) -> RepairLine:
    """Read the line of ``%repair``; mistakes as of `parse_detect`."""
    return placed(RepairLine, repair_parser(), line, "frame")


def detect_parser() -> argparse.ArgumentParser:
    """The options of ``%detect``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name")
    add("--detectors", "-d", metavar="A,B", help="only these look (default: all)")
    add("--time", "-t", metavar="A,B", help="columns of the time, for series (default: a guess)")
    add("--image-model", metavar="MODEL", help="compares images (default: by colours and edges)")
    add_shared(parser, "--rules")
    add(
        "--learn-rules", metavar="FILE", help="write the rules that the table itself keeps, in YAML"
    )
    add(
        "--above",
        type=probability,
        default=0.5,
        metavar="P",
        help="cells look wrong from this probability on (default: 0.5)",
    )
    add(
        "--ask",
        type=whole(0),
        default=10,
        metavar="N",
        help="choose N rows whose answers teach most (default: 10)",
    )
    add_shared(parser, "--seed", "--no-chart", "--quiet")
    return parser


def repair_parser() -> argparse.ArgumentParser:
    """The options of ``%repair``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name", "--rules")
    add(
        "--above",
        type=probability,
        default=0.5,
        metavar="P",
        help="for cells that look wrong with this probability (default: 0.5)",
    )
    add("--model", "-m", metavar="MODEL", help="masked language model that is asked, too")
    add_shared(parser, "--seed", "--no-chart", "--quiet")
    return parser


def detect_help() -> str:
    """Everything about ``%detect`` and ``%%detect``."""
    return f"{_DETECT}\n{options(detect_parser())}"


def repair_help() -> str:
    """Everything about ``%repair``."""
    return f"{_REPAIR}\n{options(repair_parser())}"
