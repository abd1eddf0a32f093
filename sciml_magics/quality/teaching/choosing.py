"""Which rows a person should label next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import numbered, quoted
from sciml_magics.quality.detectors.shapes import shapes
from sciml_magics.quality.table import Column, Table
from sciml_magics.quality.teaching.combining import Probabilities

_OFTEN = 0.02  # of the rows have a value: it is a cluster of its own
_MOST = 50_000
_DOUBT = 0.02  # that is left of a cell that seems sure
_AT_ONCE = 100_000
_AGAIN = 0.35  # what a cluster still counts for after each of its labels


class Clusters(NamedTuple):
    """Cells that look alike, column by column.

    Parameters
    ----------
    of_cell
        The cluster of each cell; the clusters of a column are its own. ``[rows, columns]``.
    sizes
        Cells of each cluster.
    """

    of_cell: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int64]


class Next(NamedTuple):
    """A row to label next, and why."""

    row: int
    reason: str


def clusters(table: Table, marks: npt.NDArray[np.integer]) -> Clusters:
    """Group the cells of each column by value where it is frequent, else by shape, and by marks.

    Parameters
    ----------
    table
        The table.
    marks
        A number for each cell that says which detectors flag it; ``[rows, columns]``.
    """
    of_cell = np.zeros((len(table), len(table.columns)), dtype=np.int32)
    sizes: list[npt.NDArray[np.int64]] = []
    first = 0
    for column in table:
        kinds = np.append(_kinds(column), 0)[column.codes]
        width = int(marks[:, column.at].max(initial=0)) + 1
        _, found, counts = np.unique(
            kinds * width + marks[:, column.at], return_inverse=True, return_counts=True
        )
        of_cell[:, column.at] = found + first
        first += len(counts)
        sizes.append(counts)
    return Clusters(of_cell, np.concatenate(sizes) if sizes else np.zeros(0, dtype=np.int64))


def choose(
    table: Table,
    found: Clusters,
    probabilities: Probabilities,
    labelled: Collection[int],
    count: int,
    seed: int,
) -> list[Next]:
    """The rows that settle most: each stands for the clusters of its cells.

    A cluster counts by the square root of its size times how unsure its cells are, and for less
    with every label in it. Rows are taken one after the other; equal ones in random order.
    """
    if not len(table) or not found.sizes.size:
        return []
    unsure = _doubts(found, probabilities) / found.sizes
    weights = np.sqrt(found.sizes) * (unsure + _DOUBT)
    open_rows = np.ones(len(table), dtype=bool)
    for row in labelled:
        weights[found.of_cell[row]] *= _AGAIN
        open_rows[row] = False
    order = np.random.default_rng(seed).permutation(len(table))
    chosen = []
    for _ in range(min(count, int(open_rows.sum()))):
        gains = np.concatenate([weights[part].sum(axis=1) for part in _parts(found.of_cell)])
        gains[~open_rows] = -1.0
        row = int(order[gains[order].argmax()])
        chosen.append(Next(row, _reason(table, found, weights, probabilities, row)))
        weights[found.of_cell[row]] *= _AGAIN
        open_rows[row] = False
    return chosen


def _doubts(found: Clusters, probabilities: Probabilities) -> npt.NDArray[np.float64]:
    """How unsure the cells of each cluster are, in sum."""
    total = np.zeros(len(found.sizes))
    for of_cell, part in zip(_parts(found.of_cell), _parts(probabilities), strict=True):
        doubt = (part * (1 - part)).ravel()
        total += np.bincount(of_cell.ravel(), weights=doubt, minlength=len(total))
    return total


def _parts(cells: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Some rows after the others: of a long table all at once would take much memory."""
    return [cells[at : at + _AT_ONCE] for at in range(0, len(cells), _AT_ONCE)]


def _reason(
    table: Table,
    found: Clusters,
    weights: npt.NDArray[np.float64],
    probabilities: Probabilities,
    row: int,
) -> str:
    at = int(weights[found.of_cell[row]].argmax())
    column = table.columns[at]
    size = int(found.sizes[found.of_cell[row, at]])
    shown = quoted(column.text(row)) if not column.missing[row] else "the missing cell"
    alike = "stands for no other cell" if size == 1 else f"stands for {size} cells that look alike"
    sure = f"wrong with {100 * probabilities[row, at]:.0f} %"
    return f"{shown} in '{column.name}' {alike}, {sure}"


def _kinds(column: Column) -> npt.NDArray[np.int64]:
    """For each different value what it is grouped by, from 1; 0 is left for missing cells."""
    if not len(column.values):
        return np.zeros(0, dtype=np.int64)
    often = column.counts >= max(_OFTEN * len(column), 2)
    if column.typed and len(column.values) > _MOST:
        return np.where(often, np.arange(len(often)) + 2, 1)
    shape, names = numbered(shapes(column.texts, "runs"))
    return np.where(often, np.arange(len(often)) + len(names) + 1, shape + 1)
