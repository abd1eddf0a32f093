"""The score that a training on labels is judged by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Truth = npt.NDArray[np.bool_]


def macro_f1(truth: Truth, found: Truth) -> float:
    """Mean F1 over the labels that are there or were found; 0 if none is.

    Parameters
    ----------
    truth, found
        Which label applies, shape ``[texts, labels]``.

    Examples
    --------
    >>> truth = np.array([[True, False], [True, False], [False, True]])
    >>> macro_f1(truth, truth), macro_f1(truth, ~truth)
    (1.0, 0.0)
    """
    both = (truth & found).sum(axis=0)
    sizes = truth.sum(axis=0) + found.sum(axis=0)
    there = sizes > 0
    return float((2 * both[there] / sizes[there]).mean()) if there.any() else 0.0
