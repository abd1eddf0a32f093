"""What labelled cells say of others, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import quoted
from sciml_magics.quality.table import Column
from sciml_magics.quality.teaching.choosing import Clusters

_ELSEWHERE = "it is like cells of other columns that were labelled wrong"


def reasons(
    column: Column,
    found: Clusters,
    answers: Mapping[int, frozenset[str]],
    rows: npt.NDArray[np.int64],
) -> list[str]:
    """Why cells of a column count as wrong after some rows were labelled, one sentence each.

    The labelled cells that look alike speak first, then those of the column, then the others.
    """
    of_column = found.of_cell[:, column.at]
    wrong = {row: column.name in names for row, names in answers.items()}
    alike: dict[int, list[int]] = {}
    for row in wrong:
        alike.setdefault(int(of_column[row]), []).append(row)
    general = _said(column, wrong, list(wrong), "of this column") or _ELSEWHERE
    special = {
        cluster: _said(column, wrong, labelled, "that look alike")
        for cluster, labelled in alike.items()
    }
    return [special.get(cluster) or general for cluster in of_column[rows].tolist()]


def _said(column: Column, wrong: Mapping[int, bool], labelled: list[int], which: str) -> str | None:
    """How many labelled cells are wrong, with an example; nothing where none is."""
    examples = [row for row in labelled if wrong[row]]
    if not examples:
        return None
    first = "the missing one" if column.missing[examples[0]] else quoted(column.text(examples[0]))
    cells = "cell" if len(labelled) == 1 else "cells"
    verb = "is" if len(examples) == 1 else "are"
    return (
        f"{len(examples)} of {len(labelled)} labelled {cells} {which} {verb} wrong, as {first} is"
    )
