"""The lines of the magics that review, and of those that bring answers out and in."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.reading import choice, new_parser, one_of, placed, probability, whole
from sciml_magics.magics.shared_options import add_shared

# As in sciml_magics.review and sciml_magics.exchange, known here without importing a database
# library; a test keeps them the same.
ORDERS = (
    "mixed", "uncertain", "margin", "least_confident", "models", "annotators", "errors", "diverse",
    "random", "audit",
)  # fmt: skip
FORMATS = ("prodigy", "labelstudio", "doccano", "conll", "csv", "parquet", "datasets")


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """What stands on the line of ``%review``; ``None`` where nothing does."""

    task: str | None
    frame: str | None
    where: str | None
    order: str | None
    model: str | None
    annotator: str | None
    overlap: int
    adjudicate: bool
    panel: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class LabelsLine:
    """What stands on the line of ``%labels``."""

    task: str | None
    frame: str | None
    model: str | None
    threshold: float | None
    accept_above: float | None
    raw_scores: bool
    out: str | None
    quiet: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What stands on the line of ``%agreement``."""

    task: str | None
    disagreements: bool
    limit: int | None
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class ExportLine:
    """What stands on the line of ``%export``."""

    task: str | None
    file: str | None
    format: str | None
    all: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What stands on the line of ``%import``."""

    task: str | None
    file: str | None
    format: str | None
    annotator: str | None
    predictions: bool
    model: str | None
    store: str | None
    help: bool


def parse_review(line: str) -> ReviewLine:
    """Read the line of ``%review``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change. So do all others here.

    Examples
    --------
    >>> parse_review("topic --order random").task
    'topic'
    """
    return placed(ReviewLine, review_parser(), line, "task")


def parse_labels(line: str) -> LabelsLine:
    """Read the line of ``%labels``."""
    return placed(LabelsLine, labels_parser(), line, "task", "frame")


def parse_agreement(line: str) -> AgreementLine:
    """Read the line of ``%agreement``."""
    return placed(AgreementLine, agreement_parser(), line, "task")


def parse_export(line: str) -> ExportLine:
    """Read the line of ``%export``."""
    return placed(ExportLine, export_parser(), line, "task", "file")


def parse_import(line: str) -> ImportLine:
    """Read the line of ``%import``."""
    parsed = placed(ImportLine, import_parser(), line, "task", "file")
    if parsed.model and not parsed.predictions:
        raise SciMLError("--model names whose predictions they are: add --predictions")
    if parsed.annotator and parsed.predictions:
        raise SciMLError("predictions are a model's: leave --annotator out, or --predictions")
    return parsed


def review_parser() -> argparse.ArgumentParser:
    """The options of ``%review``."""
    parser = new_parser()
    add = parser.add_argument
    add("--frame", "-f", metavar="NAME", help="frame for --where, and for images not in files")
    add("--where", metavar="QUERY", help="only rows for which a pandas query holds; @name works")
    add(
        "--order",
        type=choice("order", ORDERS),
        metavar="ORDER",
        help=f"{one_of(ORDERS)} (default: mixed)",
    )
    add("--model", "-m", metavar="MODEL", help="whose suggestions (default: the last that ran)")
    add("--annotator", "-a", metavar="NAME", help="who answers (default: you)")
    add(
        "--overlap",
        type=whole(1),
        default=1,
        metavar="N",
        help="so many people answer each record (default: 1)",
    )
    add("--adjudicate", action="store_true", help="decide where annotators differ")
    add("--panel", action="store_true", help="show it in JupyterLab's side panel")
    return parser


def labels_parser() -> argparse.ArgumentParser:
    """The options of ``%labels``."""
    parser = new_parser()
    add = parser.add_argument
    add("--model", "-m", metavar="MODEL", help="whose suggestions (default: the last that ran)")
    add("--threshold", type=probability, metavar="P", help="abstain below this score, 0 to 1")
    add(
        "--accept-above",
        type=probability,
        metavar="P",
        help="trust answers with this calibrated score or a higher one",
    )
    add("--raw-scores", action="store_true", help="scores as the model gives them")
    add_shared(parser, "--out", "--quiet")
    return parser


def agreement_parser() -> argparse.ArgumentParser:
    """The options of ``%agreement``."""
    parser = new_parser()
    add = parser.add_argument
    add("--disagreements", "-d", action="store_true", help="list what is answered differently")
    add("--limit", "-n", type=whole(1), metavar="N", help="list N of them at most")
    return parser


def export_parser() -> argparse.ArgumentParser:
    """The options of ``%export``."""
    parser = new_parser()
    _add_format(parser)
    parser.add_argument("--all", action="store_true", help="also what only a model has read")
    return parser


def import_parser() -> argparse.ArgumentParser:
    """The options of ``%import``."""
    parser = new_parser()
    _add_format(parser)
    add = parser.add_argument
    add("--annotator", "-a", metavar="NAME", help="who answered, where the file does not say")
    add("--predictions", "-p", action="store_true", help="what a model suggested, not answers")
    add("--model", "-m", metavar="NAME", help="which model, where the file does not say")
    return parser


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        type=choice("format", FORMATS),
        metavar="FORMAT",
        help=f"{one_of(FORMATS)} (default: by the file)",
    )
