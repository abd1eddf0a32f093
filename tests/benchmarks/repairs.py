"""How many errors of public tables are repaired right: the errors given, and found first.

The errors given is the protocol of Baran (Mahdavi and Abedjan, VLDB 2020): the wrong cells are
known; twenty labelled rows, drawn at random by the seed, show how their wrong cells are repaired.
Precision is the share of the proposed values that are right, recall the share of the wrong cells
that get the right value. The cells of the labelled rows are left out of both, in which this is
stricter than Baran's own count.

Found first: the detectors look, a person says of twenty rows, chosen one after the other by
`next_rows`, which cells are wrong and what should stand there, and every cell that then looks wrong
is repaired. A value for a cell that is right is an error. The score of a value is the probability
that the cell is wrong, times the probability that the value is right then; the first is raised by
what so sure a value says of the cell, up to tenfold odds.

Beside both: what would be applied without a look, which are the values with a score of at least
0.98. One setting does for both tables; it was chosen on generated ones (tests/quality/repairing/
made.py), but the tenfold odds were set after a look at one run on hospital, too.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from sciml_magics.quality.detecting.looking import choose
from sciml_magics.quality.repairing import Known, Proposal, propose
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import Teacher
from tests.benchmarks.harness import parser, report, table

SETS = ("hospital", "beers")
SEEDS = tuple(range(10))
LABELLED = 20
APPLIED = 0.98

Cell = tuple[int, str]


class Pair(NamedTuple):
    """A table and what it should be."""

    dirty: pd.DataFrame
    clean: pd.DataFrame

    def wrong(self) -> list[Cell]:
        """The cells that differ."""
        at = np.argwhere((self.dirty != self.clean).to_numpy())
        return [(int(row), self.dirty.columns[column]) for row, column in at]

    def right(self, row: int, column: str) -> str:
        """What should stand in a cell."""
        return str(self.clean[column].iloc[row])

    def shuffled(self, seed: int) -> Pair:
        """The same rows in another order."""
        order = np.random.default_rng(seed).permutation(len(self.dirty))
        return Pair(*(frame.iloc[order].reset_index(drop=True) for frame in self))


class Found(NamedTuple):
    """What a run came to."""

    precision: float
    recall: float
    f1: float
    applied: float
    applied_precision: float
    brier: float
    seconds: float


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=len(SEEDS), help="how many runs")
    options.add_argument("--columns", action="store_true", help="tell each column, too")
    arguments = options.parse_args()
    rows = []
    for name in SETS:
        pair = read(arguments.data, name)
        for how, run in {"given": given, "found first": found_first}.items():
            found = []
            for seed in SEEDS[: arguments.seeds]:
                found.append(run(pair, seed, arguments.columns))
                print(name, how, seed, *shown([found[-1]]), flush=True)
            rows.append((name, how, len(found), *shown(found)))
    headings = (
        "table",
        "errors",
        "runs",
        "precision",
        "recall",
        "F1",
        "spread of F1",
        f"wrong cells with a score of {APPLIED} or more",
        "precision of those values",
        "Brier score of the best values",
        "seconds",
    )
    report("Repairs of tables", table(headings, rows), record=arguments.record)


def read(data: Path, name: str) -> Pair:
    """The dirty and the clean table, cell by cell; their headings differ."""
    dirty, clean = (
        pd.read_csv(data / "table_errors" / name / f"{which}.csv", dtype=str, keep_default_na=False)
        for which in ("dirty", "clean")
    )
    clean.columns = dirty.columns
    return Pair(dirty, clean)


def given(pair: Pair, seed: int, columns: bool) -> Found:
    """Repair the wrong cells, with labelled rows drawn by the seed."""
    rng = np.random.default_rng(seed)
    labelled = set(rng.choice(len(pair.dirty), LABELLED, replace=False).tolist())
    cells = [cell for cell in pair.wrong() if cell[0] not in labelled]
    begin = perf_counter()
    proposals = list(propose(Table(pair.dirty), cells, known=repaired(pair, labelled), seed=seed))
    if columns:
        tell(pair, proposals)
    return counted(pair, proposals, len(cells), perf_counter() - begin)


def found_first(pair: Pair, seed: int, columns: bool) -> Found:
    """Find the wrong cells with the labelled rows that the queue chooses, and repair those."""
    pair = pair.shuffled(seed)
    begin = perf_counter()
    data = Table(pair.dirty)
    findings = [one for make in choose().values() for one in make().find(data)]
    wrong: dict[int, set[str]] = defaultdict(set)
    for row, name in pair.wrong():
        wrong[row].add(name)
    teacher, answers = Teacher(data, findings), dict[int, frozenset[str]]()
    state = teacher.taught(answers)
    while len(answers) < LABELLED:
        [one] = state.next_rows(1, seed=seed)
        answers[one.row] = frozenset(wrong[one.row])
        state = teacher.taught(answers)
    names = [column.name for column in data]
    at = [(int(i), int(j)) for i, j in np.argwhere(state.probabilities >= 0.5) if i not in answers]
    proposals = list(
        propose(
            data,
            [(i, names[j]) for i, j in at],
            known=repaired(pair, set(answers)),
            findings=findings,
            wrong=[float(state.probabilities[i, j]) for i, j in at],
            seed=seed,
        )
    )
    if columns:
        tell(pair, proposals)
    rest = sum(len(columns) for row, columns in wrong.items() if row not in answers)
    return counted(pair, proposals, rest, perf_counter() - begin)


def repaired(pair: Pair, rows: set[int]) -> list[Known]:
    """What a person wrote into the wrong cells of some rows."""
    return [Known(row, name, pair.right(row, name)) for row, name in pair.wrong() if row in rows]


def counted(pair: Pair, proposals: list[Proposal], wrong: int, seconds: float) -> Found:
    """Hold the best values against what should stand there."""
    best = [(proposal, proposal.best) for proposal in proposals if proposal.best]
    right = np.array([pair.right(p.row, p.column) == one.value for p, one in best])
    scores = np.array([one.score for _, one in best])
    precision, recall = float(right.mean()), float(right.sum() / wrong)
    sure = scores >= APPLIED
    return Found(
        precision,
        recall,
        2 * precision * recall / (precision + recall),
        float(sure.sum() / wrong),
        float(right[sure].mean()) if sure.any() else float("nan"),
        float(np.mean((scores - right) ** 2)),
        seconds,
    )


def tell(pair: Pair, proposals: list[Proposal]) -> None:
    """Print for each column how many cells were repaired right, and with which scores."""
    by_column: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for proposal in proposals:
        best = proposal.best
        right = best is not None and best.value == pair.right(proposal.row, proposal.column)
        by_column[proposal.column].append((right, best.score if best else 0.0))
    for column, found in by_column.items():
        right_ones = sum(one for one, _ in found)
        mean = np.mean([score for _, score in found])
        print(f"  {column}: {right_ones} of {len(found)} right, mean score {mean:.3f}")


def shown(found: list[Found]) -> list[str]:
    """Means over the runs, and how far F1 spreads (standard deviation)."""
    mean = Found(*(float(np.nanmean(column)) for column in zip(*found, strict=True)))
    spread = float(np.std([one.f1 for one in found]))
    numbers = [f"{number:.3f}" for number in (*mean[:3], spread, *mean[3:6])]
    return [*numbers, f"{mean.seconds:.1f}"]


if __name__ == "__main__":
    main()
