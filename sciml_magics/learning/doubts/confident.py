"""Confident learning: which given labels the other answers speak against, and how strongly.

After Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels"
(2021), as cleanlab has it. A label is doubted where another one is at least as probable for the
text as it is, on the average, for the texts that were given it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.learning.doubts.crossing import Numbers, Truth


class Doubted(NamedTuple):
    """What is likely wrong among some labels, for every text.

    Parameters
    ----------
    wrong
        Whether the given labels are likely wrong, shape ``[n]``.
    likely
        Which labels are right then, shape ``[n, labels]``.
    probability
        Of these, where they differ from the given; 0 to 1, higher is surer; shape ``[n]``.
    quality
        How well the given labels fit: 0 to 1, lower is more likely wrong; shape ``[n]``.
    """

    wrong: npt.NDArray[np.bool_]
    likely: Truth
    probability: Numbers
    quality: Numbers


class Taught(NamedTuple):
    """Labels that a head learnt from, and their probabilities where they were left out.

    Parameters
    ----------
    given
        As `doubt_one` or `doubt_several` takes them.
    probabilities
        Of the labels, shape ``[n, labels]``.
    """

    given: npt.NDArray[Any]
    probabilities: Numbers


def doubt_one(
    given: npt.NDArray[np.int64], probabilities: Numbers, taught: Taught | None = None
) -> Doubted:
    """Doubt labels of which each text has one.

    The quality is the probability of the given label (cleanlab's "self confidence"), which ranked
    planted errors best on three public sets.

    Parameters
    ----------
    given
        Position of the given label, shape ``[n]``.
    probabilities
        Of the labels, from a head that did not learn from the text: ``[n, labels]``.
    taught
        What the head learnt from, where the given labels are others: their averages are what a
        label has to reach.
    """
    from cleanlab.rank import get_label_quality_scores

    best = probabilities.argmax(axis=1)
    rows = np.arange(len(given))
    return Doubted(
        _wrong(given, probabilities, taught) & (best != given),
        best[:, None] == np.arange(probabilities.shape[1]),
        probabilities[rows, best],
        np.asarray(get_label_quality_scores(given, probabilities, method="self_confidence")),
    )


def doubt_several(given: Truth, probabilities: Numbers, taught: Taught | None = None) -> Doubted:
    """Doubt labels of which each text has any number: one that is there, or one that is not.

    Parameters
    ----------
    given
        Which labels were given, shape ``[n, labels]``.
    probabilities
        That each applies, from a head that did not learn from the text: ``[n, labels]``.
    taught
        As of `doubt_one`.
    """
    from cleanlab.multilabel_classification import get_label_quality_scores

    flipped = np.zeros_like(given)
    for at in range(given.shape[1]):
        applies = given[:, at].astype(np.int64)
        of_label = None
        if taught is not None:
            learnt = taught.given[:, at].astype(np.int64)
            of_label = Taught(learnt, _yes_or_no(taught.probabilities[:, at]))
        known = applies if of_label is None else of_label.given
        if 0 < known.sum() < len(known):
            doubted = _wrong(applies, _yes_or_no(probabilities[:, at]), of_label)
            flipped[:, at] = doubted & (given[:, at] != (probabilities[:, at] >= 0.5))
    changed = np.where(given, 1 - probabilities, probabilities)
    listed = [np.flatnonzero(row).tolist() for row in given]
    return Doubted(
        np.asarray(flipped.any(axis=1)),
        given ^ flipped,
        np.where(flipped, changed, np.inf).min(axis=1, initial=np.inf),
        np.asarray(get_label_quality_scores(listed, probabilities)),
    )


def _yes_or_no(probabilities: Numbers) -> Numbers:
    return np.stack((1 - probabilities, probabilities), axis=1)


def _wrong(
    given: npt.NDArray[np.int64], probabilities: Numbers, taught: Taught | None
) -> npt.NDArray[np.bool_]:
    """Whether a label other than the given reaches its average, and is the likeliest that does."""
    from cleanlab.count import get_confident_thresholds
    from cleanlab.filter import find_label_issues

    if taught is None:
        # In this process: starting others takes longer than the work.
        found = find_label_issues(given, probabilities, filter_by="confident_learning", n_jobs=1)
        return np.asarray(found)
    average = np.asarray(get_confident_thresholds(taught.given, taught.probabilities))
    reached = np.where(probabilities >= average, probabilities, 0)
    return np.asarray((reached.max(axis=1) > 0) & (reached.argmax(axis=1) != given))
