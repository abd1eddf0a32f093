"""Agreement beyond chance. 1 is full agreement, 0 is what chance would bring, less is worse.

Units are records that two or more people answered: the answers of each. What is undefined, because
there is no unit or one answer alone was ever given, is ``None``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Units = Sequence[Sequence[Hashable]]


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two annotators (Cohen 1960).

    Examples
    --------
    >>> cohen_kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
    0.5
    """
    from sklearn.metrics import cohen_kappa_score

    codes = _codes(pairs)
    if len(codes) < 2:
        return None
    first, second = (np.array([codes[pair[at]] for pair in pairs]) for at in (0, 1))
    return float(cohen_kappa_score(first, second))


def fleiss_kappa(units: Units) -> float | None:
    """Fleiss' kappa of any number of annotators (Fleiss 1971).

    Where the numbers of answers differ, each unit's agreement is taken over its own pairs.

    Examples
    --------
    >>> fleiss_kappa([["a", "a", "a"], ["b", "b", "b"], ["a", "a", "b"], ["a", "b", "b"]])
    0.333...
    """
    answers = Counter(answer for unit in units for answer in unit)
    if len(answers) < 2:
        return None
    observed = sum(_same_pairs(unit) for unit in units) / len(units)
    expected = sum((count / answers.total()) ** 2 for count in answers.values())
    return (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Units) -> float | None:
    """Krippendorff's alpha of answers that are the same or not.

    Examples
    --------
    >>> krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"]])
    0.4444...
    """
    return _alpha(units, "nominal")


def krippendorff_alpha_of_sets(units: Sequence[Sequence[frozenset[str]]]) -> float | None:
    """Krippendorff's alpha of sets, by their Jaccard distance.

    Examples
    --------
    >>> ab, a = frozenset("ab"), frozenset("a")
    >>> krippendorff_alpha_of_sets([[ab, ab], [a, a], [ab, a]])
    0.4444...
    """
    distance = _distances(list(_codes(units)))

    def metric(v1: Any, v2: Any, i1: Any, i2: Any, **_rest: Any) -> Any:
        return distance[i1, i2]

    return _alpha(units, metric)


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    """What two sets share, out of what is in either; 1 for two empty ones.

    Examples
    --------
    >>> jaccard(["a", "b"], ["b", "c", "d"])
    0.25
    """
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 1.0


def _alpha(units: Units, level: Any) -> float | None:
    import krippendorff

    codes = _codes(units)
    if len(codes) < 2:
        return None
    counts = np.zeros((len(units), len(codes)), dtype=np.int64)
    for row, unit in enumerate(units):
        for answer in unit:
            counts[row, codes[answer]] += 1
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=level))


def _codes(units: Units) -> dict[Hashable, int]:
    """A number for every different answer. Numbers, because NumPy's text drops a NUL at its end."""
    codes: dict[Hashable, int] = {}
    for unit in units:
        for answer in unit:
            codes.setdefault(answer, len(codes))
    return codes


def _same_pairs(unit: Sequence[Hashable]) -> float:
    """Share of the pairs of a unit's answers that are the same."""
    n = len(unit)
    return sum(count * (count - 1) for count in Counter(unit).values()) / (n * (n - 1))


def _distances(sets: Sequence[Any]) -> npt.NDArray[np.float64]:
    names = {name: at for at, name in enumerate(sorted({name for one in sets for name in one}))}
    member = np.zeros((len(sets), len(names)))
    for row, one in enumerate(sets):
        member[row, [names[name] for name in one]] = 1
    both = member @ member.T
    sizes = member.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - both
    return 1 - np.where(either > 0, both / np.maximum(either, 1), 1.0)
