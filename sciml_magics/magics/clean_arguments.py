"""The lines of ``%clean`` and ``%changes``: what can be typed, and their help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import new_parser, placed, probability
from sciml_magics.magics.shared_options import add_shared

_CLEAN = """\
Put the values that were agreed into a new DataFrame, with a record of every cell.

    %clean FRAME                       tells what would be changed
    %clean FRAME --apply [options]     binds FRAME, or --out NAME, to the new frame

Agreed is what you accepted or wrote in %review FRAME.repairs. With --accept-above S, proposals that
nobody answered are applied, too, where their score is S or higher. A cell that holds another value
since, and a row that is gone, are refused and told. %changes lists what was changed; each change
can be taken back.

Examples

    %clean hospital --accept-above 0.95
    %clean hospital --apply --accept-above 0.95 --out cleaned
"""

_CHANGES = """\
List the cells of a table that were changed and the rows that were dropped, take changes back, or
export them.

    %changes FRAME                          row, column, old, new, reason, who, when
    %changes FRAME --take-back ROW COLUMN   one cell; ROW is its label in the index
    %changes FRAME --take-back ROW "(row)"  a row that was dropped, to where it stood
    %changes FRAME --take-back COLUMN       one column; "(row)" is all rows that were dropped
    %changes FRAME --take-back all          everything
    %changes FRAME --csv FILE               the list as comma-separated values
    %changes FRAME --script FILE            a Python script of plain pandas that makes the changes

Taking back binds FRAME, or --out NAME, to a new frame. A cell that holds another value since is
refused and told. %review FRAME.changes shows the changes one by one, %review FRAME.dropped the
rows: x takes one back with the next %clean FRAME --apply. Where a table was cleaned again from what
it was at first, changes that only the first cleaning made are listed as replaced.

Examples

    %changes hospital
    %changes hospital --take-back 17 "zip code"
    %changes hospital --script clean_hospital.py
"""


@dataclass(frozen=True, slots=True)
class CleanLine:
    """What stands on the line of ``%clean``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    apply: bool
    accept_above: float | None
    out: str | None
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class ChangesLine:
    """What stands on the line of ``%changes``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    take_back: list[str] | None
    csv: str | None
    script: str | None
    out: str | None
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


def parse_clean(line: str) -> CleanLine:
    """Read the line of ``%clean``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_clean("hospital --apply --accept-above 0.95").accept_above
    0.95
    """
    parsed = placed(CleanLine, clean_parser(), line, "frame")
    if parsed.out and not parsed.apply:
        raise SciMLError("--out names the new frame that --apply makes: add it")
    return parsed


def parse_changes(line: str) -> ChangesLine:
    """Read the line of ``%changes``; mistakes as of `parse_clean`.

    Examples
    --------
    >>> parse_changes("hospital --take-back 17 zip").take_back
    ['17', 'zip']
    """
    parsed = placed(ChangesLine, changes_parser(), line, "frame")
    if parsed.take_back is not None and len(parsed.take_back) not in (1, 2):
        raise SciMLError(
            "--take-back needs a row and a column, a column, or all; quote names with spaces"
        )
    if parsed.out and parsed.take_back is None:
        raise SciMLError("--out names the new frame that --take-back makes: add it")
    return parsed


def clean_parser() -> argparse.ArgumentParser:
    """The options of ``%clean``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name")
    add("--apply", action="store_true", help="make the changes, in a new frame")
    add(
        "--accept-above",
        type=probability,
        metavar="S",
        help="also what nobody answered, with this score or a higher one",
    )
    add_shared(parser, "--out", "--no-chart", "--quiet")
    return parser


def changes_parser() -> argparse.ArgumentParser:
    """The options of ``%changes``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name")
    add(
        "--take-back",
        nargs="+",
        metavar="WHAT",
        help="ROW COLUMN, COLUMN, or all; for COLUMN (row) rows",
    )
    add("--csv", metavar="FILE", help="write the list as comma-separated values")
    add("--script", metavar="FILE", help="write a Python script that makes the changes")
    add_shared(parser, "--out", "--no-chart", "--quiet")
    return parser


def clean_help() -> str:
    """Everything about ``%clean``."""
    return f"{_CLEAN}\n{options(clean_parser())}"


def changes_help() -> str:
    """Everything about ``%changes``."""
    return f"{_CHANGES}\n{options(changes_parser())}"
