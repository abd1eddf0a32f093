"""How unsure a model was of each suggestion, over its whole distribution.

Computed when a suggestion is stored, from every alternative that the model gave, because only the
most probable ones are kept. A review then orders a million suggestions without reading their
alternatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import Kind, Suggestion

Floats = npt.NDArray[np.float64]


def uncertainty(suggestions: Sequence[Suggestion], kind: Kind) -> tuple[Floats, Floats]:
    """Entropy and margin of each suggestion.

    For one label both are over the distribution of the labels: Shannon entropy, and the distance
    between the two most probable. What the given probabilities leave up to 1 counts as one more
    label, so that the entropy of a distribution that was cut short is a lower bound. Several labels
    are so many yes-or-no questions: the mean of their entropies, and the smallest distance between
    yes and no. Spans, texts, values and suggestions without alternatives are one such question,
    asked of the score.

    Parameters
    ----------
    suggestions
        With alternatives most probable first.
    kind
        Kind of the task.

    Returns
    -------
    entropy
        In nats, 0 or more, higher is less sure.
    margin
        0 to 1, lower is less sure. Both are NaN where the score is.

    Examples
    --------
    >>> even = Suggestion(bytes(16), "a", 0.5, (("a", 0.5), ("b", 0.5)))
    >>> entropy, margin = uncertainty([even], "label")
    >>> round(float(entropy[0]), 3), float(margin[0])
    (0.693, 0.0)
    """
    score = np.fromiter((s.score for s in suggestions), np.float64, len(suggestions))
    entropy, margin = _binary(score), np.abs(2 * score - 1)
    if kind in ("spans", "text", "value"):
        return entropy, margin
    given = [at for at, s in enumerate(suggestions) if s.alternatives]
    if not given:
        return entropy, margin
    sizes = np.fromiter((len(suggestions[at].alternatives) for at in given), np.int64, len(given))
    pairs = chain.from_iterable(suggestions[at].alternatives for at in given)
    flat = np.fromiter((p for _, p in pairs), np.float64, int(sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    over = _one_label if kind == "label" else _several_labels
    entropy[given], margin[given] = over(flat, starts, sizes)
    return entropy, margin


def _one_label(
    flat: Floats, starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    rest = np.clip(1 - np.add.reduceat(flat, starts), 0, 1)
    entropy = np.add.reduceat(_surprise(flat), starts) + _surprise(rest)
    second = np.where(sizes > 1, flat[np.minimum(starts + 1, len(flat) - 1)], rest)
    return entropy, np.clip(flat[starts] - second, 0, 1)


def _several_labels(
    flat: Floats, starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    entropy = np.add.reduceat(_binary(flat), starts) / sizes
    return entropy, np.minimum.reduceat(np.abs(2 * flat - 1), starts)


def _binary(p: Floats) -> Floats:
    return _surprise(p) + _surprise(1 - p)


def _surprise(p: Floats) -> Floats:
    p = np.clip(p, 0, 1)
    return -p * np.log(np.where(p > 0, p, 1))
