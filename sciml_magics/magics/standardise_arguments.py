"""The lines of ``%standardise`` and ``%deduplicate``: what can be typed, and their help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import choice, names, new_parser, placed, probability
from sciml_magics.magics.shared_options import add_shared

STANDARDS = ("characters", "spaces", "numbers", "dates", "units", "variants", "meaning")
FORMS = ("standard", "column")
WAYS = ("text", "meaning")

_STANDARDISE = """\
Propose one way to write the texts of a DataFrame. Nothing is changed.

    %standardise FRAME [options]

characters  composed (NFC), none invisible, one script in a word, decoded rightly
spaces      one blank between words, none around a text
numbers     1234.5, whatever the groups, decimal sign or digits were
dates       2026-03-04, or 2026-03-04T08:00, in any year from 1 to 9999
units       one unit a column, that of most of its cells or one you choose
variants    one letter case, dash and quote of a category
meaning     one name of categories that mean the same, by spelling, initials and embeddings

03/04/2026 and 1,234 can be read in two ways. The column's other cells decide, and what decided is
said; where they do not tell, such cells are left until you say it. What is proposed are repairs:

    %review FRAME.repairs         accept, correct or reject them, by keyboard
    %clean FRAME --apply          a new frame, and a list of what was changed

Examples

    %standardise visits
    %standardise visits --column day --day-first
    %standardise lab --only numbers,units --decimal , --unit glucose=mmol/L
    %standardise lab --form column     what deviates is written as most of its column is
"""

_DEDUPLICATE = """\
Find rows of a DataFrame that are others written again, exactly or nearly so.

    %deduplicate FRAME [options]

Rows are compared by all columns but those that number them, or by those you name. Cells that are
the same speak for it, the more so the rarer their value; numbers and dates that differ speak
against it, spellings that differ little do not. The score is a probability. Nothing is dropped
unless you ask for it: --apply binds FRAME, or --out NAME, to a new frame without the rows that
people said are repeated (%review FRAME.repeated), and --above SCORE also drops those that nobody
answered and that are as sure. %changes FRAME lists what was dropped and puts rows back. The stop
button ends the search; nothing is dropped then.

Examples

    %deduplicate people
    %deduplicate people --column name --column born --threshold 0.8
    %deduplicate questions --column text --compare meaning
    %deduplicate people --apply --above 0.95 --out unique
"""


@dataclass(frozen=True, slots=True)
class StandardiseLine:
    """What stands on the line of ``%standardise``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    column: list[str] | None
    only: tuple[str, ...] | None
    form: str
    day_first: bool
    month_first: bool
    decimal: str | None
    unit: list[tuple[str, str]] | None
    no_meaning: bool
    quiet: bool
    store: str | None
    help: bool


@dataclass(frozen=True, slots=True)
class DeduplicateLine:
    """What stands on the line of ``%deduplicate``; ``None`` where nothing does."""

    frame: str | None
    name: str | None
    column: list[str] | None
    compare: str
    threshold: float
    apply: bool
    above: float | None
    out: str | None
    quiet: bool
    store: str | None
    help: bool


def parse_standardise(line: str) -> StandardiseLine:
    """Read the line of ``%standardise``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_standardise("lab --only dates,units --unit glucose=mmol/L").unit
    [('glucose', 'mmol/L')]
    """
    parsed = placed(StandardiseLine, standardise_parser(), line, "frame")
    if parsed.day_first and parsed.month_first:
        raise SciMLError("--day-first and --month-first exclude each other: use one of the two")
    return parsed


def parse_deduplicate(line: str) -> DeduplicateLine:
    """Read the line of ``%deduplicate``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_deduplicate("people --column name --threshold 0.8").threshold
    0.8
    """
    parsed = placed(DeduplicateLine, deduplicate_parser(), line, "frame")
    if not parsed.apply and (parsed.above is not None or parsed.out):
        raise SciMLError("--above and --out say what is dropped and where to: add --apply")
    return parsed


def standardise_parser() -> argparse.ArgumentParser:
    """The options of ``%standardise``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name")
    add("--column", "-c", action="append", metavar="NAME", help="only this one; may be repeated")
    add("--only", type=names, metavar="A,B", help="only these standards (default: all)")
    add(
        "--form",
        type=choice("form", FORMS),
        default="standard",
        metavar="FORM",
        help="standard, or column: as most of each column is (default: standard)",
    )
    add("--day-first", action="store_true", help="03/04 is 3 April where the column does not tell")
    add("--month-first", action="store_true", help="03/04 is March 4 where it does not tell")
    add(
        "--decimal",
        type=choice("decimal sign", (".", ",")),
        metavar="SIGN",
        help="the decimal sign, . or , where the column does not tell",
    )
    add(
        "--unit",
        type=unit,
        action="append",
        metavar="COLUMN=UNIT",
        help="the unit of a column; may be repeated",
    )
    add("--no-meaning", action="store_true", help="compare categories by spelling alone")
    add_shared(parser, "--quiet")
    return parser


def deduplicate_parser() -> argparse.ArgumentParser:
    """The options of ``%deduplicate``."""
    parser = new_parser()
    add = parser.add_argument
    add_shared(parser, "--name")
    add("--column", "-c", action="append", metavar="NAME", help="compare by it; may be repeated")
    add(
        "--compare",
        type=choice("way to compare", WAYS),
        default="text",
        metavar="WAY",
        help="text, or meaning: texts by their embeddings, too (default: text)",
    )
    add(
        "--threshold",
        type=probability,
        default=0.5,
        metavar="P",
        help="smallest probability of being one row (default: 0.5)",
    )
    add("--apply", action="store_true", help="bind a new frame without the repeated rows")
    add("--above", type=probability, metavar="P", help="drop unanswered rows from this score on")
    add_shared(parser, "--out", "--quiet")
    return parser


def unit(text: str) -> tuple[str, str]:
    """Read a column and its unit.

    Examples
    --------
    >>> unit("glucose=mmol/L")
    ('glucose', 'mmol/L')
    """
    column, equals, name = text.partition("=")
    if not (column.strip() and equals and name.strip()):
        raise argparse.ArgumentTypeError(f"needs a column and its unit: mass=g, not '{text}'")
    return column.strip(), name.strip()


def standardise_help() -> str:
    """Everything about ``%standardise``."""
    return f"{_STANDARDISE}\n{options(standardise_parser())}"


def deduplicate_help() -> str:
    """Everything about ``%deduplicate``."""
    return f"{_DEDUPLICATE}\n{options(deduplicate_parser())}"
