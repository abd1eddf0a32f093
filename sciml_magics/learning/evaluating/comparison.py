"""Whether one set of answers is better than another."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from sciml_magics.learning.evaluating.given import Given, Measure, headline, known
from sciml_magics.learning.evaluating.resampling import (
    Numbers,
    Sums,
    Tally,
    interval,
    patterns,
    resampled,
)
from sciml_magics.tasks import Task, Value

RESAMPLES = 2_000


class Comparison(NamedTuple):
    """Two sets of answers to the same records.

    Parameters
    ----------
    difference
        Score of the other minus score of the one: above 0, the other is better.
    low, high
        Its 95 % interval by paired bootstrap, NaN where the records do not tell.
    n
        Records.
    one, other
        The scores.
    measure
        What they are.
    """

    difference: float
    low: float
    high: float
    n: int
    one: float
    other: float
    measure: Measure

    @property
    def summary(self) -> str:
        """One line: both scores, the difference and its 95 % interval."""
        told = (
            f"{self.measure} {self.one:.3f} → {self.other:.3f} on {self.n:,} records, "
            f"difference {self.difference:+.3f}"
        )
        if isnan(self.low):
            return told
        return f"{told} (95 %: {self.low:+.3f} to {self.high:+.3f})"

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; what is not known is ``None``."""
        return {
            name: known(value) if isinstance(value, float) else value
            for name, value in self._asdict().items()
        }


def compare(
    gold: Sequence[Value],
    one: Sequence[Value],
    other: Sequence[Value],
    task: Task,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two sets of answers to the same records by the task's headline score.

    Both are resampled together (paired bootstrap), so that what is hard for both widens nothing.

    Parameters
    ----------
    gold, task, resamples, seed
        As of `sciml_magics.learning.evaluating.evaluation.evaluate`.
    one
        Answers of what there is.
    other
        Answers of what may be better.

    Raises
    ------
    LearningError
        If nothing has a right answer, or an answer names a label that the task does not have.

    Examples
    --------
    >>> task = Task("topic", ("text",))
    >>> found = compare(list("abab"), list("aaaa"), list("abab"), task)
    >>> round(found.one, 3), found.other, round(found.difference, 3)
    (0.333, 1.0, 0.667)
    """
    first, second = Given(gold, one, task, also=other), Given(gold, other, task, also=one)
    found, times = patterns(list(zip(first.marks, second.marks, strict=True)))
    tallies = [Tally([pair[at] for pair in found], len(first.names)) for at in (0, 1)]
    measure = first.measure

    def differ(sums: list[Sums]) -> Numbers:
        return (headline(sums[1], measure) - headline(sums[0], measure))[:, None]

    every = [tally.sums(times[None, :].astype(np.float64)) for tally in tallies]
    value = differ(every)[0]
    drawn = [
        differ([tally.sums(weights) for tally in tallies])
        for weights in resampled(times, resamples, seed)
    ]
    left = differ([tally.without_one(times) for tally in tallies])
    low, high = interval(np.concatenate(drawn), value, left, times)
    before, after = (float(headline(sums, measure)[0]) for sums in every)
    number = len(first.rows)
    return Comparison(
        float(value[0]), float(low[0]), float(high[0]), number, before, after, measure
    )
