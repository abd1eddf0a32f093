"""Outliers in numeric tables: area under the ROC curve, one default for all sets.

The methods see the rows without their labels. The default was chosen on other sets:

- ``--others DIR``: tables of ADBench (Han et al., NeurIPS 2022; its folder datasets/Classical),
  without the twelve and without three of the same sources; of large tables 6,000 rows.
- ``--generated``: outliers of the four kinds of ADBench (local, global, clustered, dependency), and
  rare classes, made ones and of public tables. The default was chosen on those of the
  seeds 0 and 1; others are measured unless ``--seeds`` says so.

The twelve were scored with four ensembles: the first reached 87.54, its successors, each better on
generated tables, 86.82 and 87.26, and the present one, which was chosen on all these, 87.03.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.outliers.scores import DEFAULT, outlier_scores
from tests.benchmarks.generated_outliers import generated
from tests.benchmarks.harness import parser, report, table

METHODS = (DEFAULT, "IForest", "KNN", "ECOD")
SEEDS = (0, 1, 2)
OTHER_SEEDS = (2, 3, 4)
# Made of the same data as some of the twelve: annthyroid, satellite, WBC.
SAME_SOURCE = ("2_annthyroid", "30_satellite", "42_WBC")
MOST_ROWS, FEWEST_OUTLIERS = 6_000, 5

Matrix = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


class Set(NamedTuple):
    """A table with outliers that are known."""

    kind: str
    name: str
    matrix: Matrix
    outlying: Truth


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--data", type=Path, help="folder with the public data")
    options.add_argument("--others", type=Path, help="folder of other sets, as ADBench has them")
    options.add_argument("--generated", action="store_true", help="measure on generated tables")
    options.add_argument(
        "--seeds", nargs="+", type=int, default=OTHER_SEEDS, help="of these tables"
    )
    options.add_argument("--methods", nargs="+", default=METHODS)
    arguments = options.parse_args()
    if arguments.generated:
        sets = [Set(*one) for seed in arguments.seeds for one in generated(seed)]
        body = f"{len(sets)} tables.\n\n{by_kind(sets, arguments.methods)}"
        report("Outliers in generated tables", body, record=arguments.record)
    elif arguments.data and arguments.others:
        twelve = {path.stem for path in (arguments.data / "outliers").glob("*.npz")}
        sets = list(others(arguments.others, twelve.union(SAME_SOURCE)))
        report("Outliers in other sets", by_set(sets, arguments.methods), record=arguments.record)
    elif arguments.data:
        body = by_set(list(read(arguments.data / "outliers")), arguments.methods)
        report("Outliers", body, record=arguments.record)
    else:
        options.error("say --data DIR, --data DIR --others DIR or --generated")


def by_set(sets: list[Set], methods: Iterable[str]) -> str:
    """AUC of every set and method, mean of the seeds; the seconds of the slowest set."""
    lines: list[list[object]] = []
    found: dict[str, list[float]] = {}
    for one in sets:
        line: list[object] = [one.name, *one.matrix.shape, f"{100 * one.outlying.mean():.1f}"]
        for method in methods:
            began = perf_counter()
            value = float(np.mean([auc(one, method, seed) for seed in SEEDS]))
            found.setdefault(method, []).append(value)
            line.append(f"{value:.2f} ({(perf_counter() - began) / len(SEEDS):.1f} s)")
        lines.append(line)
    means = [f"**{np.mean(values):.2f}**" for values in found.values()]
    lines.append(["**mean**", "", "", "", *means])
    return table(("set", "rows", "columns", "% outliers", *found), lines)


def by_kind(sets: list[Set], methods: Iterable[str]) -> str:
    """Mean AUC of every kind of outliers."""
    kinds = list(dict.fromkeys(one.kind for one in sets))
    lines = []
    for method in methods:
        values = {kind: [auc(s, method, 0) for s in sets if s.kind == kind] for kind in kinds}
        means = [float(np.mean(values[kind])) for kind in kinds]
        lines.append([method, *(f"{mean:.1f}" for mean in means), f"**{np.mean(means):.2f}**"])
    return table(("method", *kinds, "mean of the kinds"), lines)


def auc(one: Set, method: str, seed: int) -> float:
    from sklearn.metrics import roc_auc_score

    return float(100 * roc_auc_score(one.outlying, outlier_scores(one.matrix, method, seed)))


def read(folder: Path) -> Iterable[Set]:
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as held:
            yield Set("public", path.stem, held["X"].astype(float), held["y"] > 0)


def others(folder: Path, left_out: Iterable[str]) -> Iterable[Set]:
    """Sets that are not left out; of a large one rows drawn at random, with some outliers."""
    for path in sorted(folder.glob("*.npz")):
        if path.stem in left_out:
            continue
        with np.load(path) as held:
            matrix, outlying = held["X"].astype(float), held["y"] > 0
        draw = np.random.default_rng(0)
        kept = np.arange(len(matrix))
        while len(kept) > MOST_ROWS:
            drawn = np.sort(draw.choice(len(matrix), MOST_ROWS, replace=False))
            if outlying[drawn].sum() >= FEWEST_OUTLIERS:
                kept = drawn
        yield Set("public", path.stem, matrix[kept], outlying[kept])


if __name__ == "__main__":
    main()
