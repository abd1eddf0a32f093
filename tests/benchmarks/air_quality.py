"""The code for missing values in a table of gas sensors, found without being told.

AirQualityUCI has 9,357 hours of 13 measurements, with -200 where there is none. What `%profile`
takes for values that stand for missing ones is compared with the cells that hold -200, column by
column. The cells are counted from the file itself. The rules were chosen on generated columns, by
people who knew what this file looks like.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pandas as pd

import sciml_magics
from sciml_magics.quality.profiling.detectors import Disguised
from sciml_magics.quality.table import Table
from tests.benchmarks.harness import parser, report, table

CODE = -200


def main() -> None:
    arguments = parser(__doc__).parse_args()
    frame = pd.read_csv(Path(arguments.data) / "air_quality" / "AirQualityUCI.csv")
    began = perf_counter()
    found = sciml_magics.profile(frame, name="air", progress=False)
    seconds = perf_counter() - began
    flagged = dict.fromkeys(frame.columns, 0)
    for finding in Disguised().find(Table(frame)):
        flagged[finding.column] += len(finding)
    rows = []
    right = wrong = missed = 0
    for column in found:
        held = pd.to_numeric(frame[column.name], errors="coerce") == CODE
        told = [one for one in column.disguises if float(one.text) == CODE]
        others = [one.text for one in column.disguises if one not in told]
        hit = sum(one.rows for one in told)
        right += hit
        missed += int(held.sum()) - hit
        wrong += sum(one.rows for one in column.disguises) - hit
        rows.append(
            (column.name, int(held.sum()), hit, flagged[column.name], ", ".join(others) or "none")
        )
    headings = (
        "column",
        "cells with -200",
        "found by %profile",
        "by the detector",
        "others flagged",
    )
    body = (
        f"{len(frame):,} × {len(frame.columns)} cells in {seconds:.1f} s: {right:,} cells with "
        f"{CODE} found, {missed:,} missed, {wrong:,} others flagged.\n\n{table(headings, rows)}"
    )
    report("Disguised missing values: air quality", body, record=arguments.record)


if __name__ == "__main__":
    main()
