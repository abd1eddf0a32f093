"""The magics' lines: what can be typed, and one clear line for what cannot."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.reading import (
    choice,
    names,
    new_parser,
    one_frame,
    one_of,
    probability,
    read,
    unknown,
    whole,
)
from sciml_magics.magics.shared_options import add_shared
from sciml_magics.tasks import INPUTS, KINDS, Input, Kind

DEVICES = ("auto", "cpu", "cuda", "mps")
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
    raw_scores: bool
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
    options, words = read(annotate_parser(), line)
    multi_label = options.pop("multi_label")
    if multi_label:
        if options["kind"] not in (None, "labels"):
            raise SciMLError(
                f"--multi-label asks for kind 'labels', not '{options['kind']}': use one of the two"
            )
        options["kind"] = "labels"
    options["column"] = tuple(options["column"] or ())
    return AnnotateLine(frame=None if options["help"] else one_frame(words), **options)


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
    options, words = read(sciml_parser(), line)
    if not words:
        return SciMLLine(None, None, options["store"], options["help"])
    command, *rest = words
    if command not in SCIML_COMMANDS:
        raise SciMLError(unknown("%sciml command", command, SCIML_COMMANDS))
    if len(rest) > (1 if command == "runs" else 0):
        raise SciMLError(f"%sciml {command} does not take '{rest[-1]}': see %sciml --help")
    return SciMLLine(command, rest[0] if rest else None, options["store"], options["help"])


def sciml_parser() -> argparse.ArgumentParser:
    """The options of ``%sciml``."""
    return new_parser()


def annotate_parser() -> argparse.ArgumentParser:
    """The options of ``%annotate`` and ``%%annotate``."""
    parser = new_parser()
    add = parser.add_argument
    add("--column", "-c", action="append", metavar="NAME", help="column to read; may be repeated")
    add("--task", "-t", metavar="NAME", help="name of the task and of the new columns")
    add("--kind", "-k", type=choice("task kind", KINDS), metavar="KIND", help=one_of(KINDS))
    add("--multi-label", action="store_true", help="the same as --kind labels")
    add("--input", type=choice("input", INPUTS), metavar="INPUT", help=one_of(INPUTS))
    add("--labels", type=names, default=(), metavar="A,B,C", help="labels without descriptions")
    add("--model", "-m", metavar="MODEL", help="Hub id, id@revision or folder")
    add_shared(parser, "--device", "--precision")
    add(
        "--window",
        type=choice("window", WINDOWS),
        metavar="HOW",
        help="windows of a long text: max or mean",
    )
    add("--max-new-tokens", type=whole(1), metavar="N", help="length limit of a free answer")
    add(
        "--shortlist",
        type=whole(0),
        default=0,
        metavar="N",
        help="entailment models read only the N nearest labels (default: 0, all)",
    )
    add("--threshold", type=probability, metavar="P", help="abstain below this score, 0 to 1")
    add("--where", metavar="QUERY", help="only rows for which a pandas query holds; @name works")
    add("--sample", type=whole(1), metavar="N", help="only N rows, drawn at random")
    add("--limit", "-n", type=whole(1), metavar="N", help="only the first N rows")
    add("--seed", type=whole(0), default=0, metavar="N", help="seed of --sample (default: 0)")
    add_shared(parser, "--out")
    add("--provenance", action="store_true", help="add columns: run, model, revision, time, who")
    add("--raw-scores", action="store_true", help="scores as the model gives them, uncalibrated")
    add("--dry-run", action="store_true", help="measure a sample and say what a run would cost")
    add_shared(parser, "--no-chart", "--quiet")
    return parser
