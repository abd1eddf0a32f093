"""Scores and how far they would vary with other records: bootstrap intervals.

A record comes down to counts per label: what was predicted, what is so, and what is both. Scores
are functions of the sums of these, so that a resample is a row of weights, and a thousand of them
one product of matrices. Records with equal counts are one pattern.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import Span, Value, same_value

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Numbers = npt.NDArray[np.float64]

LEVEL = 0.95
# Numbers in memory at a time.
_AT_ONCE = 20_000_000

Pattern = TypeVar("Pattern", bound=Hashable)


class Marks(NamedTuple):
    """What a record counts for.

    Parameters
    ----------
    right, predicted, gold
        Positions of labels, in order: of what is predicted and so, is predicted, is so.
    whole
        Whether the answer as a whole is right.
    """

    right: tuple[int, ...]
    predicted: tuple[int, ...]
    gold: tuple[int, ...]
    whole: bool

    @property
    def f1(self) -> float:
        """F1 of this record alone; 1 where there is nothing and nothing is predicted."""
        both = len(self.predicted) + len(self.gold)
        return 2 * len(self.right) / both if both else float(self.whole)


def mark(gold: Value, predicted: Value, places: Mapping[str, int]) -> Marks:
    """What a record counts for. An abstention (``None``) predicts nothing and is never right.

    Examples
    --------
    >>> mark(("a", "b"), ("b", "c"), {"a": 0, "b": 1, "c": 2})
    Marks(right=(1,), predicted=(1, 2), gold=(0, 1), whole=False)
    """
    so, said = _parts(gold), _parts(predicted)
    right, given, wanted = (
        tuple(sorted(places[part[0]] for part in parts)) for parts in (so & said, said, so)
    )
    return Marks(right, given, wanted, predicted is not None and same_value(gold, predicted))


def _parts(value: Value) -> set[tuple[str, int, int]]:
    if isinstance(value, str):
        return {(value, 0, 0)}
    return {
        (part.label, part.start, part.end) if isinstance(part, Span) else (part, 0, 0)
        for part in value or ()
    }


def patterns(rows: Sequence[Pattern]) -> tuple[list[Pattern], npt.NDArray[np.int64]]:
    """The different ones, and how often each is there."""
    counts = Counter(rows)
    return list(counts), np.array(list(counts.values()), dtype=np.int64)


class Sums(NamedTuple):
    """Counts over records, one row per resample; shapes ``[rows, labels]`` and ``[rows]``.

    Parameters
    ----------
    right, predicted, gold
        Per label.
    whole
        Share of the records whose answer is right as a whole.
    samples
        Mean F1 of the records by themselves.
    """

    right: Numbers
    predicted: Numbers
    gold: Numbers
    whole: Numbers
    samples: Numbers

    @property
    def f1(self) -> Numbers:
        """F1 of each label: 0 to 1, 0 where it is neither predicted nor so."""
        return divide(2 * self.right, self.predicted + self.gold)

    @property
    def known_f1(self) -> Numbers:
        """The same, but NaN where the label is neither predicted nor so."""
        return np.where(self.predicted + self.gold > 0, self.f1, np.nan)

    @property
    def micro(self) -> Numbers:
        """F1 over all labels together."""
        both = self.predicted.sum(axis=-1) + self.gold.sum(axis=-1)
        return divide(2 * self.right.sum(axis=-1), both)

    @property
    def macro(self) -> Numbers:
        """Mean F1 of the labels that are predicted or so."""
        there = (self.predicted + self.gold > 0).sum(axis=-1)
        return divide(self.f1.sum(axis=-1), there)

    @property
    def weighted(self) -> Numbers:
        """Mean F1 of the labels by how often they are so."""
        return divide((self.f1 * self.gold).sum(axis=-1), self.gold.sum(axis=-1))


class Tally:
    """Counts of patterns of records, to be summed with any weights.

    Parameters
    ----------
    found
        The patterns.
    labels
        How many labels there are.
    """

    def __init__(self, found: Sequence[Marks], labels: int) -> None:
        self._matrices = [
            _matrix([getattr(one, name) for one in found], labels)
            for name in ("right", "predicted", "gold")
        ]
        self._whole = np.array([one.whole for one in found], dtype=np.float64)
        self._samples = np.array([one.f1 for one in found], dtype=np.float64)

    def sums(self, weights: npt.NDArray[Any]) -> Sums:
        """Sums over the patterns, each so many times: weights of shape ``[rows, patterns]``."""
        number = weights.sum(axis=-1)
        right, predicted, gold = ((matrix.T @ weights.T).T for matrix in self._matrices)
        whole, samples = (weights @ own / number for own in (self._whole, self._samples))
        return Sums(right, predicted, gold, whole, samples)

    def without_one(self, times: npt.NDArray[np.int64]) -> Sums:
        """Sums without one record of each pattern in turn, for the jackknife."""
        every = self.sums(times[None, :].astype(np.float64))
        right, predicted, gold = (
            whole - part.toarray() for whole, part in zip(every[:3], self._matrices, strict=True)
        )
        number = int(times.sum())
        whole, samples = (
            (mean * number - own) / max(number - 1, 1)
            for mean, own in ((every.whole, self._whole), (every.samples, self._samples))
        )
        return Sums(right, predicted, gold, whole, samples)


def _matrix(found: Sequence[tuple[int, ...]], labels: int) -> csr_array:
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((at for one in found for at in one), np.int64, int(ends[-1]))
    matrix = csr_array(
        (np.ones(len(columns)), columns, ends), shape=(len(found), labels), dtype=np.float64
    )
    matrix.sum_duplicates()
    return matrix


def resampled(
    times: npt.NDArray[np.int64], resamples: int, seed: int
) -> Iterator[npt.NDArray[np.float64]]:
    """Weights of resamples with replacement, shape ``[some, patterns]``, some rows at a time.

    Parameters
    ----------
    times
        How often each pattern is there.
    resamples
        How many in all.
    seed
        Of the draws.
    """
    random = np.random.default_rng(seed)
    number, kinds = int(times.sum()), len(times)
    few = 4 * kinds <= number
    step = max(1, _AT_ONCE // (kinds if few else number))
    code = np.repeat(np.arange(kinds), times)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        if few:
            yield random.multinomial(number, times / number, size=rows).astype(np.float64)
            continue
        drawn = code[random.integers(0, number, size=(rows, number))]
        drawn += kinds * np.arange(rows)[:, None]
        counted = np.bincount(drawn.ravel(), minlength=rows * kinds)
        yield counted.reshape(rows, kinds).astype(np.float64)


class Interval(NamedTuple):
    """Bounds of 95 % intervals, NaN where the records are too few or too alike to tell."""

    low: Numbers
    high: Numbers


def interval(drawn: Numbers, value: Numbers, without_one: Numbers, times: Any) -> Interval:
    """Bias-corrected and accelerated bootstrap intervals (Efron 1987).

    Parameters
    ----------
    drawn
        The scores in each resample, shape ``[resamples, scores]``; NaN where one has nothing to be
        a score of, such as a label that is not in the resample.
    value
        The scores of the records as they are, shape ``[scores]``.
    without_one
        The scores without one record of each pattern, shape ``[patterns, scores]``; NaN as above.
    times
        How often each pattern is there, shape ``[patterns]``.
    """
    from scipy.special import ndtr, ndtri

    ordered = np.sort(drawn, axis=0)  # what is not a number goes last
    number = np.count_nonzero(~np.isnan(drawn), axis=0)
    below = divide((drawn < value).sum(axis=0) + 0.5 * (drawn == value).sum(axis=0), number)
    half = 0.5 / len(drawn)
    shift = ndtri(np.clip(below, half, 1 - half))
    left = np.where(np.isnan(without_one), value, without_one)
    weights = np.asarray(times, dtype=np.float64)
    apart = np.average(left, axis=0, weights=weights) - left
    spread = weights @ apart**2
    bend = divide(weights @ apart**3, 6 * spread**1.5)
    last = np.maximum(number - 1, 0)
    bounds = []
    for end in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        far = shift + ndtri(end)
        at = ndtr(shift + far / np.maximum(1 - bend * far, 0.1))
        bounds.append(_at(ordered, at * last))
    # Scores that do not vary say nothing of how far they would.
    unknown = (number == 0) | (ordered[0] == _at(ordered, last.astype(np.float64)))
    low, high = (np.where(unknown, np.nan, bound) for bound in bounds)
    return Interval(low, high)


def _at(ordered: Numbers, place: Numbers) -> Numbers:
    """What stands at a place of each column, between two of them a mean of both."""
    under = np.floor(place).astype(np.int64)
    over = np.ceil(place).astype(np.int64)
    columns = np.arange(ordered.shape[1])
    rest: Numbers = place - under
    found: Numbers = ordered[under, columns] * (1 - rest) + ordered[over, columns] * rest
    return found


def divide(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Numbers:
    """A quotient, 0 where there is nothing to divide by.

    Examples
    --------
    >>> divide(np.array([1, 1]), np.array([2, 0])).tolist()
    [0.5, 0.0]
    """
    part, whole = np.broadcast_arrays(
        np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    )
    found: Numbers = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return found
