"""Which rows a person should label next."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import numbered, quoted
from sciml_magics.quality.detectors.shapes import shapes
from sciml_magics.quality.table import Column, Table
from sciml_magics.quality.teaching.combining import Probabilities

_OFTEN = 0.02  # of the rows have a value: it is a cluster of its own
_MOST = 50_000
_DOUBT = 0.02  # that is left of a cell that seems sure
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


def clusters(table: Table, marks: npt.NDArray[np.int64]) -> Clusters:
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
    flat = found.of_cell.ravel()
    doubt = (probabilities * (1 - probabilities)).ravel()
    unsure = np.bincount(flat, weights=doubt, minlength=len(found.sizes)) / found.sizes
    weights = np.sqrt(found.sizes) * (unsure + _DOUBT)
    open_rows = np.ones(len(table), dtype=bool)
    for row in labelled:
        weights[found.of_cell[row]] *= _AGAIN
        open_rows[row] = False
    order = np.random.default_rng(seed).permutation(len(table))
    chosen = []
    for _ in range(min(count, int(open_rows.sum()))):
        gains = weights[found.of_cell].sum(axis=1)
        gains[~open_rows] = -1.0
        row = int(order[gains[order].argmax()])
        chosen.append(Next(row, _reason(table, found, weights, probabilities, row)))
        weights[found.of_cell[row]] *= _AGAIN
        open_rows[row] = False
    return chosen


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
