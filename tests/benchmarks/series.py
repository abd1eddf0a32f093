"""Anomalies in time series: the score of the Numenta Anomaly Benchmark (NAB), standard profile.

The detector reads a series value by value and knows nothing of what follows. It learns from the
first 15 %, as every detector of the benchmark may; how many values make a day it reads from the
stamps. It was chosen on the generated series that ``--generated`` scores, not on these files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.quality.series.clock import find_clock
from sciml_magics.quality.series.past import off_the_past
from sciml_magics.quality.series.spans import rows_per_day
from sciml_magics.quality.series.surprise import surprise, told_once
from sciml_magics.quality.table import Table
from tests.benchmarks.generated_series import corpus
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.nab import Scored, Windows, nab_score, probation

PUBLISHED = {"Numenta HTM": 70.1, "KNN-CAD": 58.0, "random": 16.8}
SEEDS = (0, 1, 2)

Values = npt.NDArray[np.float64]
Scores = Callable[[Values, int | None], Values]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--generated", action="store_true", help="score the generated series")
    arguments = options.parse_args()
    series = generated() if arguments.generated else read(arguments.data / "sensor_series")
    began = perf_counter()
    ours = scored(series, default)
    seconds = perf_counter() - began
    rows = [
        ("surprise, the default", *shown(ours)),
        ("the value alone against its past", *shown(scored(series, value_alone))),
        ("random", *shown(scored(series, at_random))),
    ]
    body = table(("detector", "NAB score", "windows found", "false alarms"), rows)
    if not arguments.generated:
        known = ", ".join(f"{name} {score}" for name, score in PUBLISHED.items())
        body += f"\n\nPublished for all 58 series of the benchmark: {known}."
        alone = [
            (name, *shown(scored([one], default)))
            for name, one in zip(names(arguments.data / "sensor_series"), series, strict=True)
        ]
        body += "\n\nThe default, each series with a threshold of its own:\n\n"
        body += table(("series", "NAB score", "windows found", "false alarms"), alone)
    count = sum(len(values) for values, *_ in series)
    body += f"\n\n{len(series)} series, {count:,} values, {seconds:.0f} s."
    report("Time series", body, record=arguments.record)


Series = tuple[Values, int | None, Windows]


def scored(series: list[Series], detector: Scores) -> Scored:
    return nab_score([(detector(values, day), windows) for values, day, windows in series])


def shown(found: Scored) -> tuple[str, str, int]:
    return f"{found.score:.1f}", f"{found.found} of {found.windows}", found.false_alarms


def default(values: Values, day: int | None) -> Values:
    warm = probation(len(values))
    return surprise(values, warm, day, quiet=warm // 3)


def value_alone(values: Values, day: int | None) -> Values:
    warm = probation(len(values))
    return told_once(off_the_past(values, warm), warm // 3)


def at_random(values: Values, day: int | None) -> Values:
    return np.random.default_rng(0).random(len(values))


def names(folder: Path) -> list[str]:
    return [path.stem for path in sorted(folder.glob("*.csv"))]


def read(folder: Path) -> list[Series]:
    """The series of a folder, and the windows by the place of their stamps."""
    windows = json.loads((folder / "combined_windows.json").read_text())
    by_name = {Path(name).stem: spans for name, spans in windows.items()}
    found: list[Series] = []
    for name in names(folder):
        frame = pd.read_csv(folder / f"{name}.csv")
        clock = find_clock(Table(frame))
        assert clock is not None
        stamps = pd.to_datetime(frame["timestamp"])
        limits = [tuple(pd.to_datetime(span)) for span in by_name[name]]
        places = [
            (int(np.flatnonzero(stamps == a)[0]), int(np.flatnonzero(stamps == b)[0]))
            for a, b in limits
        ]
        day = rows_per_day(clock, np.arange(len(frame)))
        found.append((frame["value"].to_numpy(float), day, places))
    return found


def generated() -> list[Series]:
    every = [one for seed in SEEDS for one in corpus(seed)]
    return [(one.values, one.day, one.windows) for one in every]


if __name__ == "__main__":
    main()
