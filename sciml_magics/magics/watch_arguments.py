"""The line of ``%watch``: what can be typed, and its help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import new_parser, placed
from sciml_magics.magics.shared_options import add_shared

_WATCH = """\
What is new in a batch of a table, compared with the state that was accepted last.

    %watch FRAME [options]     FRAME is not changed

One report tells of columns that are new or lost, changed types, how values lie and are spelt,
values that were never met, missing cells, and in how many rows rules are broken. What chance alone
may have done is not told: of a hundred batches that are like the accepted one, one at most is said
to differ. The first time there is nothing to compare with: accept a batch that is as it should be.
Rules that it keeps are learned from it, unless --rules gives others. The states are kept in the
store as a task, NAME.state: %review NAME.state shows them, too.

Examples

    %watch readings --accept               this batch is as it should be
    %watch readings                        what is new in the next one
    %watch monday --name readings          frames of any name may be batches of one table
    %watch readings --rules rules.yaml --detect
    %watch readings --undo                 takes the last accepting back
"""


@dataclass(frozen=True, slots=True)
class WatchLine:
    """What stands on the line of ``%watch``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    accept: bool
    undo: bool
    rules: str | None
    detect: bool
    out: str | None
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


def parse_watch(line: str) -> WatchLine:
    """Read the line of ``%watch``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_watch("readings --accept").accept
    True
    """
    parsed = placed(WatchLine, watch_parser(), line, "frame")
    if parsed.undo and (parsed.accept or parsed.rules or parsed.detect or parsed.out):
        raise SciMLError(
            "--undo takes the last accepting back, and does nothing else: use it alone"
        )
    return parsed


def watch_parser() -> argparse.ArgumentParser:
    """The options of ``%watch``."""
    parser = new_parser()
    add = parser.add_argument
    add("--name", metavar="NAME", help="name of the table (default: the frame's)")
    add("--accept", "-a", action="store_true", help="compare later batches with this one")
    add("--undo", action="store_true", help="take your last accepting back")
    add("--rules", "-r", metavar="FILE", help="watch these rules (YAML) instead of learned ones")
    add("--detect", action="store_true", help="count what detectors find, too")
    add("--out", "-o", metavar="NAME", help="bind what is new as a DataFrame")
    add_shared(parser, "--no-chart", "--quiet")
    return parser


def watch_help() -> str:
    """Everything about ``%watch``."""
    return f"{_WATCH}\n{options(watch_parser())}"
