"""Alarms of a watched table: false ones where nothing changed, and how small a drift is seen.

Batches of a generated table of fifty columns come from one distribution: numbers of several shapes,
some of them missing; categories, few and many, even and skewed; short texts; truth values. The
first batch is accepted with the rules that it keeps, and others are compared with it, as `%watch`
does it; there are ten such tables. Without a drift every report that tells of anything is a
false alarm: one in a hundred is promised, over all columns together.

With a drift, four columns of a batch change, each in one way, by a known size; told is
how often the report names the column for what happened to it. What it names besides is counted as a
false alarm there, too. The seeds of the tests are others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from sciml_magics.quality.table import Table
from sciml_magics.quality.watching import Report, State, report
from tests.benchmarks.harness import parser, table
from tests.benchmarks.harness import report as write

COLUMNS = 50
TABLES = 10
PROMISED = 0.01


class Size(NamedTuple):
    """How far each of the four columns moves.

    Parameters
    ----------
    shift
        Numbers, in standard deviations.
    moved
        Share of the rows that change from the most frequent category to the second.
    new
        Share of the rows that get a category that was never met.
    missing
        Share of the cells that are lost besides the 5 % that are missing anyway.
    """

    shift: float
    moved: float
    new: float
    missing: float


SIZES = (
    Size(0.1, 0.02, 0.001, 0.01),
    Size(0.2, 0.05, 0.005, 0.03),
    Size(0.3, 0.10, 0.01, 0.05),
    Size(0.5, 0.20, 0.05, 0.10),
)
DRIFTS = {
    "numbers shift": ("number 0", "values"),
    "categories move": ("kind 0", "values"),
    "a new category": ("kind 1", "new values"),
    "cells go missing": ("number 3", "missing"),
}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--batches", type=int, default=100, help="batches without a drift")
    options.add_argument("--drifted", type=int, default=30, help="batches for each size of drift")
    options.add_argument("--rows", type=int, default=1_000, help="of a batch")
    arguments = options.parse_args()
    false = without_drift(arguments.batches, arguments.rows)
    print(false, flush=True)
    body = false + "\n\n" + with_drift(arguments.drifted, arguments.rows)
    write("Watching a table", body, record=arguments.record)


def without_drift(batches: int, rows: int) -> str:
    """How many reports are false alarms, and of what."""
    began = perf_counter()
    quiet = [compared(seed, rows, None) for seed in range(batches)]
    seconds = (perf_counter() - began) / max(batches, 1)
    false = [one for one in quiet if one.changes]
    kinds = Counter(change.what for one in quiet for change in one.changes)
    told = ", ".join(f"{what} {number}" for what, number in kinds.most_common()) or "nothing"
    return (
        f"{rows:,} × {COLUMNS} cells a batch, {quiet[0].tests:,} tests a report, {seconds:.1f} s. "
        f"Without a drift {len(false)} of {len(quiet)} reports told of anything; {PROMISED:.0%} is "
        f"promised. Told falsely: {told}."
    )


def with_drift(batches: int, rows: int) -> str:
    """How often each drift is told, by its size."""
    seen = {name: [0] * len(SIZES) for name in DRIFTS}
    besides = [0] * len(SIZES)
    for at, size in enumerate(SIZES):
        for seed in range(batches):
            found = compared(seed, rows, size)
            changes = {(one.what, one.where) for one in found.changes}
            for name, (column, what) in DRIFTS.items():
                seen[name][at] += (what, column) in changes
            besides[at] += any(not _meant(where) for _, where in changes)
        print(size, {name: times[at] for name, times in seen.items()}, besides[at], flush=True)
    told: list[tuple[str, ...]] = [
        (
            name,
            *(
                f"{size[place]:g}: {times / batches:.2f}"
                for size, times in zip(SIZES, seen[name], strict=True)
            ),
        )
        for place, name in enumerate(DRIFTS)
    ]
    told.append(("anything else, falsely", *(f"{times / batches:.2f}" for times in besides)))
    headings = ("drift", *(f"size {at + 1}: share told" for at in range(len(SIZES))))
    return f"{batches} batches of each size.\n\n{table(headings, told)}"


def _meant(where: str) -> bool:
    """Whether a column drifted, or a rule is about one that did."""
    return any(where == column or f"{column}:" in where for column, _ in DRIFTS.values())


def compared(seed: int, rows: int, size: Size | None) -> Report:
    """What a report on a batch says; each accepted one is compared with several."""
    after = batch(seed % TABLES, TABLES + seed, rows)
    if size is not None:
        after = drifted(after, size, seed)
    return report(Table(after, "batch"), accepted(seed % TABLES, rows))


@cache
def accepted(seed: int, rows: int) -> State:
    """The state of a batch that is accepted."""
    return report(Table(batch(seed, seed, rows), "batch"), None).state


def drifted(frame: pd.DataFrame, size: Size, seed: int) -> pd.DataFrame:
    """The batch with four columns moved."""
    rng = np.random.default_rng(900_000 + seed)
    rows = len(frame)
    frame["number 0"] += size.shift * 4
    kinds = frame["kind 0"].value_counts().index
    frequent = np.flatnonzero(frame["kind 0"] == kinds[0])
    moved = rng.choice(frequent, min(len(frequent), round(size.moved * rows)), replace=False)
    frame.loc[moved, "kind 0"] = kinds[1]
    new = rng.choice(rows, max(1, round(size.new * rows)), replace=False)
    frame.loc[new, "kind 1"] = "never met"
    frame["number 3"] = frame["number 3"].mask(rng.random(rows) < size.missing)
    return frame


def batch(table_seed: int, seed: int, rows: int) -> pd.DataFrame:
    """A batch; those of one table come from one distribution."""
    shape = np.random.default_rng(table_seed)
    rng = np.random.default_rng(1_000_000 + seed)
    return pd.DataFrame(dict(_columns(shape, rng, rows)))


def _columns(
    shape: np.random.Generator, rng: np.random.Generator, rows: int
) -> Iterator[tuple[str, object]]:
    for at in range(20):
        numbers = (
            rng.normal(20, 4, rows),
            rng.lognormal(1, 1, rows).round(2),
            rng.poisson(3, rows),
            np.where(rng.random(rows) < 0.05, np.nan, rng.gamma(2, 2, rows)),
        )
        yield f"number {at}", numbers[at % 4]
    for at in range(18):
        many = int(shape.integers(2, 60)) if at > 1 else 6
        weights = 1 / np.arange(1, many + 1) ** (float(shape.uniform(0, 2)) if at > 1 else 0.5)
        names = np.array([f"k{number}" for number in range(many)])
        yield f"kind {at}", rng.choice(names, rows, p=weights / weights.sum())
    letters = np.array(list("abcdefghijklmnop"))
    for at in range(8):
        sizes = rng.poisson(12, rows) + 1
        yield f"text {at}", ["".join(rng.choice(letters, size)) for size in sizes]
    for at in range(4):
        yield f"flag {at}", rng.random(rows) < shape.uniform(0.02, 0.98)


if __name__ == "__main__":
    main()
