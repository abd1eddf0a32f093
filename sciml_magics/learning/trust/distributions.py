"""A model's probabilities over the labels of a task, from the alternatives that were kept of them.

A store keeps the most probable alternatives of a suggestion, not all of 5,000 labels. What these
leave up to 1 is the rest. It belongs to the labels that were left out, and is spread evenly over
them, here and wherever else a distribution is put together again: no label of the rest can be told
from another. Where all labels were kept, it belongs to an answer that the task does not ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

Alternatives = Sequence[tuple[str, float]]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

# Probabilities are kept to 6 decimals: one that was written as 0 is no less than half of the last.
FLOOR = 5e-7
# Less than this is what rounding leaves of 1.
_ROUNDING = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class Distributions:
    """Probabilities of the likeliest labels of each record, and of the rest.

    Parameters
    ----------
    labels
        Places of the labels in the scheme, likeliest first, -1 behind the last one and for a label
        that the scheme does not have; shape ``[records, kept]``.
    kept
        Their probabilities, 0 where there is none; shape ``[records, kept]``.
    rest
        Probability of everything else; shape ``[records]``.
    others
        How many labels share the rest; shape ``[records]``.
    """

    labels: Positions
    kept: Floats
    rest: Floats
    others: Positions

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, at: npt.NDArray[np.intp] | Positions) -> Distributions:
        """The distributions of some records."""
        return Distributions(self.labels[at], self.kept[at], self.rest[at], self.others[at])

    def scaled(self, temperature: float) -> Distributions:
        """The distributions with their logits divided by a temperature (Guo et al. 2017).

        Above 1 all become less sure, below 1 surer; which label is likeliest stays. This is the
        softmax of the model's logits over the temperature, since logits are log-probabilities but
        for a constant; of the labels in the rest each has an equal share before and after.
        """
        logs = np.log(np.maximum(self.kept, FLOOR)) / temperature
        each = np.log(np.maximum(self.rest / self.others, FLOOR / self.others)) / temperature
        highest = np.maximum(logs.max(axis=1), each)
        powers = np.exp(logs - highest[:, None]) * (self.kept > 0)
        rest = np.exp(each - highest) * self.others * (self.rest > 0)
        total = powers.sum(axis=1) + rest
        return Distributions(self.labels, powers / total[:, None], rest / total, self.others)

    def of(self, right: Positions) -> Floats:
        """Probability of one label of each record: its place, -1 for the likeliest's contrary.

        Parameters
        ----------
        right
            Shape ``[records]``. -1 asks how likely it is that the likeliest label is wrong.
        """
        found = self.labels == right[:, None]
        given = np.where(found, self.kept, 0).sum(axis=1)
        among = np.where(found.any(axis=1), given, self.rest / self.others)
        return np.where(right < 0, 1 - self.kept[:, 0], among)

    def full(self, size: int) -> Floats:
        """Probabilities over all labels of a scheme of this size; shape ``[records, size]``."""
        filled = np.repeat((self.rest / self.others)[:, None], size, axis=1)
        row, at = np.nonzero(self.labels >= 0)
        filled[row, self.labels[row, at]] = self.kept[row, at]
        return filled


def distributions(alternatives: Sequence[Alternatives], places: Mapping[str, int]) -> Distributions:
    """Put together what was kept of some suggestions for one label.

    Parameters
    ----------
    alternatives
        Of each record at least one ``(label, probability)``, likeliest first.
    places
        Place of each label in the scheme.

    Examples
    --------
    >>> found = distributions([[("b", 0.6), ("a", 0.3)]], {"a": 0, "b": 1, "c": 2, "d": 3})
    >>> found.full(4).round(2).tolist()
    [[0.3, 0.6, 0.05, 0.05]]
    >>> found.scaled(0.5).full(4).round(3).tolist()
    [[0.198, 0.791, 0.005, 0.005]]
    """
    sizes = np.array([len(one) for one in alternatives], dtype=np.int64)
    width = int(sizes.max(initial=1))
    labels = np.full((len(alternatives), width), -1, dtype=np.int64)
    kept = np.zeros((len(alternatives), width))
    inside = np.arange(width) < sizes[:, None]
    pairs = list(chain.from_iterable(alternatives))
    labels[inside] = [places.get(name, -1) for name, _ in pairs]
    kept[inside] = [max(probability, FLOOR) for _, probability in pairs]
    left = np.clip(1 - kept.sum(axis=1), 0, 1)
    out = len(places) - (labels >= 0).sum(axis=1)
    rest = np.where(left > _ROUNDING, left, 0)
    return Distributions(labels, kept, rest, np.maximum(out, 1))
