"""How many wrong cells of public tables are found, with twenty labelled rows and with none.

The protocol of Raha (Mahdavi et al., SIGMOD 2019): a person says of twenty rows which of their
cells are wrong, here by the clean table. The rows are chosen one after the other by `next_rows`,
all twenty at once, or, to compare, at random. A run shuffles the rows of the table by its seed.
Precision, recall and F1 are those of the rows that were not labelled; F1 of all rows, in which the
labelled ones are right, stands beside them. One setting does for both tables. What is learned from
labels was set by reason, and tried on generated tables (tests/quality/planting.py) and on two other
public ones. The detectors were mended after a look at what their first versions flagged wrongly in
these two tables, so the numbers without labels flatter them.

Without labels, the findings of all detectors are combined, and a rule of plain pandas stands
beside: a cell is wrong if it holds a usual word for a missing value, if its shape (letters and
digits, lengths left aside) stands in less than 1 % of the column, or if the column has few
different values and its own stands in less than 1 % of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.quality.detecting.looking import choose
from sciml_magics.quality.detectors import MODULES
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import Teacher, combine
from tests.benchmarks.harness import parser, report, table

SETS = ("hospital", "beers")
SEEDS = tuple(range(10))
LABELLED = 20
ALL = "all detectors"
ERRORS = "without those for missing values, outliers and standard forms"
RARE = 0.01
FEW = 0.1
MISSING = {"n/a", "na", "nan", "null", "none", "?", "-", "--", "unknown", "999", "-999"}

Mask = npt.NDArray[np.bool_]


class Pair(NamedTuple):
    """A table, and which of its cells are wrong."""

    frame: pd.DataFrame
    wrong: Mask

    def shuffled(self, seed: int) -> Pair:
        """The same rows in another order."""
        order = np.random.default_rng(seed).permutation(len(self.frame))
        return Pair(self.frame.iloc[order].reset_index(drop=True), self.wrong[order])


class Found(NamedTuple):
    """What a run came to."""

    precision: float
    recall: float
    f1: float
    of_all: float
    seconds: float


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=len(SEEDS), help="how many runs")
    options.add_argument("--columns", action="store_true", help="tell each column, too")
    arguments = options.parse_args()
    rows = []
    for name in SETS:
        pair = read(arguments.data, name)
        rows.append((name, 0, "pandas only", 1, *shown([counted(pair, by_pandas(pair.frame))])))
        runs: dict[str, list[Found]] = {}
        for seed in SEEDS[: arguments.seeds]:
            for how, found in run(pair.shuffled(seed), seed, arguments.columns).items():
                runs.setdefault(how, []).append(found)
            print(name, seed, {how: round(one[-1].f1, 4) for how, one in runs.items()}, flush=True)
        for how, of_how in runs.items():
            labelled = 0 if how in (ALL, ERRORS) else LABELLED
            rows.append((name, labelled, how, len(of_how), *shown(of_how)))
    headings = (
        "table",
        "rows labelled",
        "how",
        "runs",
        "precision",
        "recall",
        "F1",
        "spread of F1",
        "F1 of all rows",
        "seconds",
    )
    report("Errors in tables, found", table(headings, rows), record=arguments.record)


def read(data: Path, name: str) -> Pair:
    """A public table beside its clean version, compared by position."""
    dirty, clean = (
        pd.read_csv(data / "table_errors" / name / f"{which}.csv", dtype=str, keep_default_na=False)
        for which in ("dirty", "clean")
    )
    return Pair(dirty, np.asarray(dirty.to_numpy() != clean.to_numpy()))


def run(pair: Pair, seed: int, tell: bool) -> dict[str, Found]:
    """One run of each way."""
    start = perf_counter()
    data = Table(pair.frame, "table")
    made = choose().values()
    by_maker = [(make.__module__, one) for make in made for one in make().find(data)]
    looked = perf_counter() - start
    findings = [one for _, one in by_maker]
    of_errors = [one for module, one in by_maker if module in MODULES]
    found = {
        how: counted(pair, combine(data, some) >= 0.5, seconds=looked)
        for how, some in ((ALL, findings), (ERRORS, of_errors))
    }
    ways = {"next_rows, one by one": 1, "next_rows, all at once": LABELLED, "at random": 0}
    for how, at_once in ways.items():
        start = perf_counter()
        flags, rows = taught(pair, data, findings, at_once, seed)
        found[how] = counted(pair, flags, rows, looked + perf_counter() - start)
        if tell:
            by_column(how, pair, flags)
    return found


def taught(
    pair: Pair, data: Table, findings: Sequence[Finding], at_once: int, seed: int
) -> tuple[Mask, list[int]]:
    """The cells that are wrong after twenty rows, and those rows."""
    teacher = Teacher(data, findings)
    names = [column.name for column in data]
    answers: dict[int, frozenset[str]] = {}
    state = teacher.taught(answers)
    while len(answers) < LABELLED:
        if at_once:
            rows = [one.row for one in state.next_rows(at_once, seed=seed)]
        else:
            rows = np.random.default_rng(seed).choice(len(data), LABELLED, replace=False).tolist()
        for row in rows:
            answers[row] = frozenset(names[at] for at in np.flatnonzero(pair.wrong[row]))
        state = teacher.taught(answers)
    return state.probabilities >= 0.5, list(answers)


def counted(pair: Pair, flags: Mask, labelled: Sequence[int] = (), seconds: float = 0.0) -> Found:
    """Precision, recall and F1 over the rows that were not labelled, and F1 over all."""
    rest = np.setdiff1d(np.arange(len(pair.frame)), labelled)
    hits = int((flags & pair.wrong)[rest].sum())
    precision = hits / max(int(flags[rest].sum()), 1)
    recall = hits / int(pair.wrong[rest].sum())
    return Found(
        precision, recall, _f1(flags[rest], pair.wrong[rest]), _f1(flags, pair.wrong), seconds
    )


def _f1(flags: Mask, wrong: Mask) -> float:
    return float(2 * (flags & wrong).sum() / (flags.sum() + wrong.sum()))


def by_pandas(frame: pd.DataFrame) -> Mask:
    """What a rule of plain pandas flags."""
    flags = {}
    for name, cells in frame.items():
        shape = cells.str.replace(r"[^\W\d_]+", "a", regex=True).str.replace(
            r"\d+", "9", regex=True
        )
        odd = shape.map(shape.value_counts(normalize=True)) < RARE
        if cells.nunique() <= FEW * len(cells):
            odd |= cells.map(cells.value_counts(normalize=True)) < RARE
        flags[name] = odd | cells.str.strip().str.lower().isin(MISSING)
    return pd.DataFrame(flags).to_numpy()


def by_column(how: str, pair: Pair, flags: Mask) -> None:
    """Print the columns in which something is missed, or flagged and right."""
    for at, name in enumerate(pair.frame.columns):
        wrong, flagged = int(pair.wrong[:, at].sum()), int(flags[:, at].sum())
        hits = int((flags & pair.wrong)[:, at].sum())
        if not wrong == flagged == hits:
            print(f"  {how}: {name}: {wrong} wrong, {flagged} flagged, {hits} of them wrong")


def shown(found: Sequence[Found]) -> list[str]:
    """Means over the runs, and how far F1 spreads (standard deviation)."""
    mean = Found(*(float(np.mean(column)) for column in zip(*found, strict=True)))
    spread = float(np.std([one.f1 for one in found]))
    numbers = [f"{number:.4f}" for number in (*mean[:3], spread, mean.of_all)]
    return [*numbers, f"{mean.seconds:.1f}"]


if __name__ == "__main__":
    main()
