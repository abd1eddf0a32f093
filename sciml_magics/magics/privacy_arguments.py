"""The line of ``%privacy``: what can be typed, and its help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import names, new_parser, placed, probability
from sciml_magics.magics.shared_options import add_shared

# As in sciml_magics.api.protecting, known here without importing what looks.
SURE = 0.4

_PRIVACY = """\
Personal data in a DataFrame: find it, look at it, and put pseudonyms in its place.

    %privacy FRAME [options]                   what is found, by column and kind
    %privacy FRAME --pseudonymise [options]    a new frame: FRAME_pseudonymised, or --out NAME

Names, addresses, phone and identity numbers, e-mail, dates and more are found by Presidio, by rules
and, with --model, by a trained tagger; nothing is downloaded and nothing leaves this machine. Each
column is a task, FRAME.COLUMN.personal: look at it with %review and correct it, then %learn teaches
a model, and what you accepted, corrected or rejected decides what is replaced.

Pseudonyms follow from a key (HMAC-SHA256) in a file that only you can read: the same value has the
same pseudonym in every column, frame and run with that key. Words become made-up words, numbers
keep their length, e-mail addresses end in .example, dates are shifted by a fixed number of days.
No value that was found and says who somebody is (a full name, an e-mail address, a number of seven
digits or more) is anywhere in the new frame, or the line fails and says where it is. What nobody
found is still there: look at the review first. The store holds the texts as they were: share the
frame.

Examples

    %privacy interviews
    %privacy interviews --columns answer,contact --model ./my-ner-model
    %review interviews.answer.personal
    %privacy interviews --pseudonymise --out shared
    %privacy visits --pseudonymise --person patient --key-file ~/keys/visits.key
"""


@dataclass(frozen=True, slots=True)
class PrivacyLine:
    """What stands on the line of ``%privacy``; ``None`` where nothing does."""

    frame: str | None
    columns: tuple[str, ...]
    name: str | None
    model: str | None
    device: str | None
    threshold: float
    pseudonymise: bool
    key_file: str | None
    person: str | None
    out: str | None
    quiet: bool
    store: str | None
    help: bool


def parse_privacy(line: str) -> PrivacyLine:
    """Read the line of ``%privacy``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parse_privacy('notes --columns "text,first name"').columns
    ('text', 'first name')
    """
    parsed = placed(PrivacyLine, privacy_parser(), line, "frame")
    for flag, given in (
        ("--out", parsed.out), ("--key-file", parsed.key_file), ("--person", parsed.person)
    ):  # fmt: skip
        if given and not parsed.pseudonymise:
            raise SciMLError(f"{flag} belongs to a new frame: add --pseudonymise")
    return parsed


def privacy_parser() -> argparse.ArgumentParser:
    """The options of ``%privacy``."""
    parser = new_parser()
    add = parser.add_argument
    add("--columns", "-c", type=names, default=(), metavar="A,B", help="only these columns")
    add("--pseudonymise", "-p", action="store_true", help="make a new frame with pseudonyms")
    add("--out", "-o", metavar="NAME", help="name of the new frame (default: FRAME_pseudonymised)")
    add(
        "--key-file",
        metavar="FILE",
        help="key of the pseudonyms (default: ~/.config/sciml_magics/pseudonyms.key)",
    )
    add("--person", metavar="COLUMN", help="shift dates differently for each person named here")
    add("--model", "-m", metavar="MODEL", help="a trained tagger: Hub id, id@revision or folder")
    add("--device", metavar="DEVICE", help="where the model runs: auto, cpu, cuda, cuda:1, mps")
    add(
        "--threshold",
        type=probability,
        default=SURE,
        metavar="P",
        help=f"leave out what is less sure than this (default: {SURE})",
    )
    add("--name", metavar="NAME", help="name of the tasks (default: the frame's)")
    add_shared(parser, "--quiet")
    return parser


def privacy_help() -> str:
    """Everything about ``%privacy``."""
    return f"{_PRIVACY}\n{options(privacy_parser())}"
