"""The line of ``%profile``: what can be typed, and its help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.magics.help import options
from sciml_magics.magics.reading import new_parser, placed
from sciml_magics.magics.shared_options import add_shared

_PROFILE = """\
What a DataFrame tells of itself, before anything is changed.

    %profile FRAME [options]

Of each column: what its values are made of and mean (units, dates, identifiers, coordinates,
categories, free text, …), what is missing, what stands for missing without saying so (-200, 999,
"N/A", "-", …; nobody has to say which), how values are written and where they lie. Between
columns: which name a row, which determine which others, and what share of the rows agrees. Of
rows: which are equal, or nearly. At the end, what could be standardised. FRAME is not changed.

Examples

    %profile survey
    %profile sensors --column temperature --column humidity
    %profile survey --out columns     binds what is known of each column, as a DataFrame
"""


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """What stands on the line of ``%profile``; ``None`` where nothing does."""

    frame: str | None
    column: list[str] | None
    out: str | None
    no_chart: bool
    quiet: bool
    help: bool


def parse_profile(line: str) -> ProfileLine:
    """Read the line of ``%profile``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_profile("survey --column age").column
    ['age']
    """
    return placed(ProfileLine, profile_parser(), line, "frame")


def profile_parser() -> argparse.ArgumentParser:
    """The options of ``%profile``."""
    parser = new_parser(store=False)
    add = parser.add_argument
    add("--column", "-c", action="append", metavar="NAME", help="only this one; may be repeated")
    add("--out", "-o", metavar="NAME", help="bind what is known of each column as a DataFrame")
    add_shared(parser, "--no-chart", "--quiet")
    return parser


def profile_help() -> str:
    """Everything about ``%profile``."""
    return f"{_PROFILE}\n{options(profile_parser())}"
