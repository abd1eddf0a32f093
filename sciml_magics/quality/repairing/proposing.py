"""Propose values for the cells of a table that look wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing.proposals import Candidate, Known, Proposal
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources import Offer, sources
from sciml_magics.quality.repairing.sources.detected import detected
from sciml_magics.quality.table import Table

SHOWN = 8


def propose(
    table: Table,
    cells: Sequence[tuple[int, str]],
    *,
    known: Sequence[Known] = (),
    findings: Sequence[Finding] = (),
) -> Iterator[Proposal]:
    """Propose several values for each cell that looks wrong, and how likely each is right.

    Parameters
    ----------
    cells
        Position of the row and name of the column of each cell. Nothing is learned from what
        stands in them.
    known
        Repairs that people accepted: examples.
    findings
        What the detectors found; the values that they give are candidates.

    Yields
    ------
    Proposal
        One for each different cell, column by column.

    Raises
    ------
    QualityError
        If the table has no such row or column.

    Examples
    --------
    >>> import pandas as pd
    >>> zips = ["00100"] * 4 + ["20121"] * 4
    >>> cities = ["Rome"] * 3 + ["Rxme"] + ["Milan"] * 4
    >>> table = Table(pd.DataFrame({"zip": zips, "city": cities}))
    >>> [proposal] = propose(table, [(3, "city")])
    >>> proposal.best.value
    'Rome'
    """
    wanted = _check(table, cells, known)
    sight = Sight(table, wanted, known)
    asked = {name: make(sight) for name, make in sources().items()} | detected(findings)
    by_column: dict[str, list[int]] = defaultdict(list)
    for row, column in wanted:
        by_column[column].append(row)
    for column, rows in by_column.items():
        olds = [table[column].text(row) for row in rows]
        ask = Ask(column, np.asarray(rows, dtype=np.int64), olds)
        offers: list[dict[str, list[tuple[str, Offer]]]] = [defaultdict(list) for _ in rows]
        for name, one in asked.items():
            for offer in one.offer(ask):
                if offer.value != olds[offer.at]:
                    offers[offer.at][offer.value].append((name, offer))
        for row, found in zip(rows, offers, strict=True):
            candidates = sorted((_weigh(*pair) for pair in found.items()), key=lambda c: -c.score)
            yield Proposal(row, column, tuple(candidates[:SHOWN]))


def _weigh(value: str, offers: list[tuple[str, Offer]]) -> Candidate:
    wrong = float(np.prod([1 - 0.8 * offer.strength for _, offer in offers]))
    name, best = max(offers, key=lambda pair: pair[1].strength)
    return Candidate(value, 1 - wrong, name, best.words)


def _check(
    table: Table, cells: Sequence[tuple[int, str]], known: Sequence[Known]
) -> list[tuple[int, str]]:
    """The different cells, in their order, without those that are known."""
    done = {(one.row, one.column) for one in known}
    wanted = [cell for cell in dict.fromkeys(cells) if cell not in done]
    for row, column in [*wanted, *done]:
        if column not in table:
            raise QualityError(f"the table has no column '{column}'")
        if not 0 <= row < len(table):
            raise QualityError(f"the table has {len(table)} rows: there is no row {row}")
    return wanted
