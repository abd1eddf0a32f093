"""The help of the magics that review, and of those that bring answers out and in."""

from __future__ import annotations

from sciml_magics.magics.help import options
from sciml_magics.magics.review_arguments import (
    agreement_parser,
    export_parser,
    import_parser,
    labels_parser,
    review_parser,
)

_REVIEW = """\
Answer the records of a task, one after the other, by keyboard: a model suggests, you decide.

    %review [TASK] [options]     the panel stands under the cell

Every answer is stored at once and kept for ever; it can be undone, which is another answer. Keys:
a accept, x reject, space skip, f flag, backspace undo, 1-9 labels, h help. Most of what comes up
is what the model is unsure of; some is drawn at random, partly without the suggestion, so that the
error of the labels can be told.

Examples

    %review topic
    %review topic --frame papers --where "year > 2000"
    %review topic --order random --overlap 2
    %review topic --order errors        answers that the others speak against come first
    %review topic --adjudicate
"""

_LABELS = """\
Put the answers that hold now into a new frame: people's where there are any, else the model's.

    %labels TASK [FRAME] [options]     binds FRAME, or --out NAME, to the new frame

The columns are NAME, NAME_score, NAME_status (accepted, corrected, rejected, skipped, flagged,
disputed, or as the model left it), NAME_annotator and NAME_time, where NAME is the task's. FRAME
may be left out where only one frame has the task's columns. After %calibrate scores are calibrated:
probabilities that people agree. With --accept-above, answers that nobody looked at and that are as
sure as that have the status trusted, and the line below the frame says how right they are.

Examples

    %labels topic papers
    %labels topic papers --out reviewed --threshold 0.6
    %labels topic papers --accept-above 0.93
"""

_AGREEMENT = """\
How far people agree with each other and with the model.

    %agreement TASK                    kappa, alpha, F1 of spans, and the pull of suggestions
    %agreement TASK --disagreements    the records that are answered differently
"""

_EXPORT = """\
Write what people answered into a file that other tools read.

    %export TASK FILE [options]

The ending of FILE says the format: .jsonl (Prodigy), .json (Label Studio), .conll, .csv, .parquet;
for others, and for folders of Hugging Face datasets, name it with --format.

Examples

    %export topic answers.jsonl
    %export genes tagged.conll
    %export topic everything.parquet --all
"""

_IMPORT = """\
Bring in what people answered elsewhere, or what another model suggested.

    %import TASK FILE [options]

Answers count as reviewed; predictions do not: they come up in %review. Importing a file twice
adds nothing.

Examples

    %import topic answers.jsonl --annotator ada
    %import topic predictions.csv --predictions --model my-model
"""


def review_help() -> str:
    """Everything about ``%review``."""
    return f"{_REVIEW}\n{options(review_parser())}"


def labels_help() -> str:
    """Everything about ``%labels``."""
    return f"{_LABELS}\n{options(labels_parser())}"


def agreement_help() -> str:
    """Everything about ``%agreement``."""
    return f"{_AGREEMENT}\n{options(agreement_parser())}"


def export_help() -> str:
    """Everything about ``%export``."""
    return f"{_EXPORT}\n{options(export_parser())}"


def import_help() -> str:
    """Everything about ``%import``."""
    return f"{_IMPORT}\n{options(import_parser())}"
