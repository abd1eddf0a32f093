"""The line of ``%calibrate``: what can be typed, and its help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Literal

from sciml_magics.magics.help import options
from sciml_magics.magics.reading import choice, new_parser, one_of, placed, probability
from sciml_magics.magics.shared_options import add_shared

# As in sciml_magics.learning, known here without importing what learns; a test keeps them the same.
CALIBRATIONS = ("auto", "temperature", "isotonic")

_CALIBRATE = """\
Learn from people's answers how far a model's scores can be taken at their word.

    %calibrate [TASK] [FRAME] [options]

From then on %annotate and %labels write calibrated scores of this model: probabilities that people
agree. A model is too sure of itself, or not sure enough; its values stay as they are. The error
before and after is the mean distance between score and share that is right; afterwards it is
cross-validated. A model that was trained here is calibrated by answers that it did not learn from.

    temperature    divides the logits by a number: does with few answers
    isotonic       any rising curve: wants more of them
    auto           the better one, or none where neither is better than the scores as they are

The chart shows from which score on people agree how often. --agree finds the lowest score that
holds what it promises although it was chosen among many; %labels --accept-above takes it.
--coverage writes a column of label sets, TASK_set, that hold the right label so often.

Examples

    %calibrate topic
    %calibrate topic --agree 0.98
    %labels topic papers --accept-above 0.93
    %calibrate topic papers --coverage 0.9 --out sets
"""


@dataclass(frozen=True, slots=True)
class CalibrateLine:
    """What stands on the line of ``%calibrate``; ``None`` where nothing does."""

    task: str | None
    frame: str | None
    method: Literal["auto", "temperature", "isotonic"]
    model: str | None
    agree: float
    coverage: float | None
    out: str | None
    no_chart: bool
    quiet: bool
    store: str | None
    help: bool


def parse_calibrate(line: str) -> CalibrateLine:
    """Read the line of ``%calibrate``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parsed = parse_calibrate("topic --agree 0.98")
    >>> parsed.task, parsed.agree, parsed.method
    ('topic', 0.98, 'auto')
    """
    return placed(CalibrateLine, calibrate_parser(), line, "task", "frame")


def calibrate_parser() -> argparse.ArgumentParser:
    """The options of ``%calibrate``."""
    parser = new_parser()
    add = parser.add_argument
    add(
        "--method",
        type=choice("method", CALIBRATIONS),
        default="auto",
        metavar="METHOD",
        help=f"{one_of(CALIBRATIONS)} (default: auto)",
    )
    add("--model", "-m", metavar="MODEL", help="whose scores (default: the one that answers)")
    add(
        "--agree",
        type=probability,
        default=0.95,
        metavar="P",
        help="find the score above which people agree so often (default: 0.95)",
    )
    add("--coverage", type=probability, metavar="P", help="write label sets that hold so often")
    add("--out", "-o", metavar="NAME", help="name of the frame with sets (default: the same name)")
    add("--no-chart", action="store_true", help="leave the charts out")
    add_shared(parser, "--quiet")
    return parser


def calibrate_help() -> str:
    """Everything about ``%calibrate``."""
    return f"{_CALIBRATE}\n{options(calibrate_parser())}"
