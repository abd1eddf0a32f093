"""The help of the magics: shown by ``--help`` and by ``?``."""

from __future__ import annotations

import argparse

from sciml_magics.magics.arguments import annotate_parser, sciml_parser

_WIDTH = 92

_ANNOTATE = """\
Label the rows of a DataFrame with a transformer model, on this machine.

    %%annotate FRAME --column NAME [options]      the cell's body says what is asked, in YAML
    %annotate FRAME --task NAME [options]         goes on with a task that is stored
    %annotate FRAME --column NAME --labels A,B,C  a task on one line

The name FRAME is bound to a new frame (or --out NAME) with three more columns: NAME with the
answer, NAME_score with its probability (0 to 1, higher is surer) and NAME_status (suggested,
abstained, missing, unreadable or pending), where NAME is the task's (default: label). Every batch
is stored at once: running the same cell again computes only what is missing.

Examples

    %%annotate papers --column abstract --task topic
    labels:
      genomics: sequencing, expression and variants of genes
      imaging: MRI, CT or microscopy
    instructions: Choose the field of the main result.

    %%annotate papers -c title -c abstract -t methods --multi-label --threshold 0.4
    labels: [simulation, experiment, survey]

    %annotate papers --task topic --where "year > @first and journal == 'Nature'"
    %annotate papers -c abstract --labels "yes,no" --sample 200 --dry-run
    %annotate notes -c text --kind spans --model ./my-ner-model --out tagged
"""

_SCIML = """\
What the store knows, and what can be run.

    %sciml status         tasks and what has been done for them
    %sciml runs [TASK]    every run: model, revision, device, precision, time, who
    %sciml tasks          tasks, their labels and versions
    %sciml models         model families, the models on this machine, and those trained here

Settings are kept with %config, which also lists them:

    %config SciML.model = "./my-model"
    %config SciML
"""


def annotate_help() -> str:
    """Everything about ``%annotate`` and ``%%annotate``."""
    return f"{_ANNOTATE}\n{options(annotate_parser())}"


def sciml_help() -> str:
    """Everything about ``%sciml``."""
    return f"{_SCIML}\n{options(sciml_parser())}"


def options(parser: argparse.ArgumentParser) -> str:
    """The options of a parser as a list."""
    parser.usage = argparse.SUPPRESS
    # A fixed width: help that is saved in a notebook must not depend on the window it was made in.
    parser.formatter_class = lambda prog: argparse.HelpFormatter(
        prog, max_help_position=30, width=_WIDTH
    )
    return parser.format_help().strip().replace("options:", "Options\n", 1)
