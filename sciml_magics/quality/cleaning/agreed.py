"""What people said of cells, and what is agreed to be put there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sciml_magics.errors import QualityError
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.records import Cell, cell_address, cell_of, changes_task, repairs_task
from sciml_magics.quality.table import Table
from sciml_magics.review.verdicts import Verdict, verdicts
from sciml_magics.store import Kept, Store
from sciml_magics.store.contents import read_records
from sciml_magics.store.ledger import moment, now
from sciml_magics.tasks import Kind, Run, Task

# What single precision loses of a score.
ROUNDING = 1e-6


class Answered(NamedTuple):
    """A value that people want in a cell.

    Parameters
    ----------
    cell
        The cell.
    row
        Position of its row; ``None`` if that is gone, or another text stands in the cell.
    value
        The new text; empty for a missing cell.
    verdict
        Who said so and when.
    """

    cell: Cell
    row: int | None
    value: str
    verdict: Verdict


class Agreed(NamedTuple):
    """A value that is to be put into a cell.

    Parameters
    ----------
    cell
        The cell.
    value
        The new text; empty for a missing cell.
    score
        Probability that it is right, NaN where a person wrote it.
    reason
        Why, in words.
    who, when
        Who agreed: people, or what proposed a value above the score that was asked for.
    """

    cell: Cell
    value: str
    score: float
    reason: str
    who: str
    when: datetime


def said_of_cells(store: Store, task: str, kind: Kind = "value") -> dict[bytes, Verdict]:
    """What people say of the cells, or rows, that a task of this name is about, by address."""
    return verdicts(store.responses(task, kind))


def answered_cells(store: Store, table: Table) -> list[Answered]:
    """The values that people accepted or wrote for cells of a table."""
    said = {
        address: verdict
        for address, verdict in said_of_cells(store, repairs_task(table).name).items()
        if isinstance(verdict.value, str)
    }
    rows = {key: row for row, key in enumerate(table.keys)} if said else {}
    found = []
    for address, record in read_records(store.database, list(said)).items():
        cell, verdict = cell_of(record), said[address]
        assert isinstance(verdict.value, str)
        row = rows.get(cell.key)
        there = row is not None and cell.column in table
        stands = there and table[cell.column].text(row or 0) == cell.text
        found.append(Answered(cell, row if stands else None, verdict.value, verdict))
    return found


def agreed(store: Store, table: Table, above: float | None) -> list[Agreed]:
    """What is to be put into cells: people's values, and sure proposals that nobody answered.

    A change that was taken back is left out, unless people asked for it again since.

    Raises
    ------
    QualityError
        If nothing was proposed yet.
    """
    task = repairs_task(table)
    proposed = dict(_proposed(store, task))
    answered = answered_cells(store, table)
    if not proposed and not answered:
        raise QualityError(f"no repairs of '{table.name}' yet: %repair {table.name} proposes some")
    said = said_of_cells(store, task.name)
    undone = _taken_back(store, table)
    found = list(_of_people(table, answered, proposed, undone))
    if above is not None:
        sure = {at: one for at, one in proposed.items() if at not in said and at not in undone}
        found += _of_models(store, sure, above)
    return found


def _of_people(
    table: Table,
    answered: Iterable[Answered],
    proposed: dict[bytes, Kept],
    undone: dict[bytes, datetime],
) -> Iterator[Agreed]:
    for one in answered:
        address, verdict = cell_address(table.name, one.cell), one.verdict
        if address in undone and undone[address] >= verdict.created:
            continue
        beside = proposed.get(address)
        likely = dict(beside.suggestion.alternatives) if beside else {}
        words = beside.suggestion.evidence.get("words", {}) if beside else {}
        score = likely.get(one.value, float("nan"))
        reason = words.get(one.value) or "a person wrote it"
        who = ", ".join(verdict.annotators)
        yield Agreed(one.cell, one.value, score, reason, who, verdict.created)


def _of_models(store: Store, proposed: dict[bytes, Kept], above: float) -> Iterator[Agreed]:
    at = moment(now())
    records = read_records(store.database, list(proposed))
    for address, record in records.items():
        said = proposed[address].suggestion
        if isinstance(said.value, str) and reaches(said.score, above):
            who = f"{proposed[address].model.id}, score {above:g} or more"
            yield Agreed(cell_of(record), said.value, said.score, said.reason, who, at)


def reaches(score: float, least: float) -> bool:
    """Whether a score is as high as asked; it may have been kept in single precision.

    Examples
    --------
    >>> reaches(0.949999988, 0.95), reaches(0.9499, 0.95), reaches(float("nan"), 0.0)
    (True, False, False)
    """
    return score >= least - ROUNDING


def _proposed(store: Store, task: Task) -> Iterator[tuple[bytes, Kept]]:
    """The suggestions that speak for each cell: of all that proposed, what each said last."""
    best: dict[bytes, Kept] = {}
    for run in _last_runs(store.runs(task.name)):
        for kept in kept_by(store, version_id(store, run), run.model):
            address = kept.suggestion.record_id
            before = best.get(address)
            if before is None or not before.suggestion.score >= kept.suggestion.score:
                best[address] = kept
    yield from best.items()


def _last_runs(runs: Iterable[Run]) -> Iterable[Run]:
    """Of each that proposed the last run that came to anything."""
    return {run.model.id: run for run in runs if run.state in ("done", "stopped")}.values()


def version_id(store: Store, run: Run) -> int:
    """Id of the version of a task that a run was of."""
    for task, version, _ in store.tasks():
        if (task.name, version) == (run.task, run.task_version):
            found = store.find_task(task)
            assert found is not None
            return found
    raise KeyError(run.task)


def _taken_back(store: Store, table: Table) -> dict[bytes, datetime]:
    """When the changes of cells were taken back, by address."""
    said = said_of_cells(store, changes_task(table).name)
    return {at: one.created for at, one in said.items() if one.status == "rejected"}
