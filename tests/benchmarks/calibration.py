"""Calibration error after 200 answers, against the model's own scores, on public data.

200 rows of a test split, drawn with the seed, play the people's answers; the error is measured on
all other rows of it: 15 bins of equal width over the single decisions (of goemotions, over labels).
The method is the one that a person gets who asks for none.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from sciml_magics.learning.evaluating.reliability import ece
from sciml_magics.learning.trust.calibration import choose, decisions, fit
from sciml_magics.learning.trust.calibrator import FITTINGS
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.suggested import Suggested, suggested

ANSWERS, SEEDS = 200, 20


def main() -> None:
    arguments = parser(__doc__).parse_args()
    rows = [row(found) for found in suggested(arguments.data)]
    head = (
        "data",
        "model",
        "right",
        "error before",
        "error after",
        "after / before",
        "of all seeds",
        "chosen",
        "temperature alone",
        "isotonic alone",
    )
    body = table(head, rows) + (
        f"\n\nMean and standard deviation over {SEEDS} seeds, {ANSWERS} answers each. Goal: after "
        "/ before of 0.5 or less; of all seeds: the share of seeds that reach it. Where a model is "
        "calibrated as it is, there is nothing to halve: with 200 answers a temperature is known "
        "to some percent, and the scores are left alone."
    )
    report("Calibration error after 200 answers", body, record=arguments.record)


def row(found: Suggested) -> tuple[str, ...]:
    """A row of the table."""
    before: list[float] = []
    after: dict[str, list[float]] = {way: [] for way in ("chosen", *FITTINGS)}
    chosen: Counter[str] = Counter()
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(found.sample.scores))
        known, others = found.sample.take(order[:ANSWERS]), found.sample.take(order[ANSWERS:])
        before.append(ece(*decisions(others, found.task)))
        errors = {
            way: ece(*decisions(others, found.task, fit(known, found.task, way)))
            for way in FITTINGS
        }
        picked = choose(known, found.task)
        chosen[picked] += 1
        for way in FITTINGS:
            after[way].append(errors[way])
        after["chosen"].append(before[-1] if picked == "none" else errors[picked])
    ratios = np.array(after["chosen"]) / np.array(before)
    return (
        found.name,
        found.model,
        f"{found.sample.right.mean():.1%}",
        f"{np.mean(before):.3f}",
        _spread(after["chosen"]),
        f"**{np.mean(after['chosen']) / np.mean(before):.2f}**",
        f"{(ratios <= 0.5).mean():.0%}",
        ", ".join(f"{way} {count}" for way, count in chosen.most_common()),
        _spread(after["temperature"]),
        _spread(after["isotonic"]),
    )


def _spread(values: list[float]) -> str:
    return f"{np.mean(values):.3f} ± {np.std(values):.3f}"


if __name__ == "__main__":
    main()
