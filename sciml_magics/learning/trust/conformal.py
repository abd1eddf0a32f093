"""Sets of labels that hold the right one as often as they promise: split conformal prediction.

From answers that people gave, and whatever the model is worth: a model that knows little gets large
sets. For one label the set is that of MAPIE's split conformal classifier with the score of the
least ambiguous sets (Sadinle, Lei and Wasserman 2019): every label whose probability reaches a
bound. For several labels the set holds all of a record's labels, by the same reasoning with the
least likely of them. The promise is over all records and answers drawn alike, not for each record.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import LearningError
from sciml_magics.learning.trust.curves import Flags, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """A set of labels for each record.

    Parameters
    ----------
    members
        Whether a label is in the set of a record; shape ``[records, labels]``.
    coverage
        How often, at least, sets hold what people say: 0 to 1.
    answers
        How many answers they were made from.
    """

    members: Flags
    coverage: float
    answers: int

    @property
    def size(self) -> float:
        """Labels in a set, on average; lower tells more."""
        return float(self.members.sum(axis=1).mean()) if len(self.members) else float("nan")

    @property
    def single(self) -> float:
        """Share of the sets that hold a single label."""
        sizes = self.members.sum(axis=1)
        return float((sizes == 1).mean()) if len(sizes) else float("nan")

    @property
    def empty(self) -> float:
        """Share of the sets without a label: no label is as likely as right ones mostly are."""
        sizes = self.members.sum(axis=1)
        return float((sizes == 0).mean()) if len(sizes) else float("nan")

    def names(self, labels: Sequence[str]) -> list[tuple[str, ...]]:
        """The labels of each set, in the order of the scheme."""
        return [tuple(labels[at] for at in np.flatnonzero(row).tolist()) for row in self.members]


def label_sets(
    known: Floats, right: npt.NDArray[np.int64], asked: Floats, coverage: float = 0.9
) -> Sets:
    """Sets that hold the one right label.

    Parameters
    ----------
    known
        Probabilities of the records that people answered, by a model that did not learn from them;
        shape ``[answers, labels]``. Any score does that is higher for likelier labels.
    right
        Places of the right labels; shape ``[answers]``.
    asked
        Probabilities of the records that sets are asked for; shape ``[records, labels]``.
    coverage
        How often, at least, a set is to hold the right label: above 0, below 1.

    Raises
    ------
    LearningError
        If there are too few answers for so high a coverage.

    Examples
    --------
    >>> known = np.tile([0.7, 0.2, 0.1], (20, 1))
    >>> found = label_sets(known, np.array([0] * 17 + [1] * 3), known[:1], coverage=0.9)
    >>> found.names(("a", "b", "c"))
    [('a', 'b')]
    """
    from mapie.classification import SplitConformalClassifier

    _check(len(right), coverage)
    labels = known.shape[1]
    made = SplitConformalClassifier(
        _given(labels), confidence_level=coverage, conformity_score="lac", prefit=True
    )
    with warnings.catch_warnings():
        # A rare label may have no answer yet: the promise is over all labels together.
        warnings.filterwarnings("ignore", ".*less labels than your training dataset")
        made.conformalize(_rows(known), right)
    members = made.predict_set(_rows(asked))[1][:, :, 0] if len(asked) else asked
    return Sets(np.asarray(members, dtype=bool), coverage, len(right))


def sets_of_several(known: Floats, right: Flags, asked: Floats, coverage: float = 0.9) -> Sets:
    """Sets that hold all the right labels of a record.

    Parameters
    ----------
    known, asked, coverage
        As of `label_sets`; each label has a probability of its own.
    right
        Whether each label applies; shape ``[answers, labels]``.

    Raises
    ------
    LearningError
        As of `label_sets`.

    Examples
    --------
    >>> known = np.tile([0.7, 0.5, 0.1], (20, 1))
    >>> right = np.tile([True, True, False], (20, 1))
    >>> sets_of_several(known, right, known[:1]).names(("a", "b", "c"))
    [('a', 'b')]
    """
    _check(len(right), coverage)
    # How unlikely the least likely of the right labels is; nothing is missed where none applies.
    strange = np.where(right, 1 - known, 0).max(axis=1)
    bound = np.sort(strange)[ceil((len(strange) + 1) * coverage) - 1]
    return Sets(1 - asked <= bound, coverage, len(right))


def ranked_beyond(probabilities: Floats) -> Floats:
    """Scores that also rank the labels which were not kept of a suggestion, below all that were.

    A label that was not kept has the probability 0. Such labels are ranked by how probable the
    model takes them to be over all suggestions: without that a set which must reach beyond the kept
    labels would have to hold every other one. No answers are looked at, so the promise stands.

    Parameters
    ----------
    probabilities
        Shape ``[records, labels]``.

    Examples
    --------
    >>> ranked_beyond(np.array([[0.9, 0.2, 0.0], [0.8, 0.0, 0.0]])).round(2).tolist()
    [[0.9, 0.2, -1.0], [0.8, -0.9, -1.0]]
    """
    if not len(probabilities):
        return probabilities
    kept = probabilities > 0
    least = np.where(kept, probabilities, 1).min(axis=1, keepdims=True)
    # The last term parts records that are alike otherwise: sets would be larger than they need be.
    beyond = probabilities.mean(axis=0) - 1 + 1e-6 * least
    return np.asarray(np.where(kept, probabilities, beyond))


def _check(answers: int, coverage: float) -> None:
    if not 0 < coverage < 1:
        raise LearningError(f"the coverage {coverage:g} is not between 0 and 1: try 0.9")
    if ceil((answers + 1) * coverage) > answers:
        least = ceil(coverage / (1 - coverage) - 1e-9)
        raise LearningError(
            f"sets that hold the right label {coverage:.0%} of the time need {least} answers or "
            f"more, and there are {answers:,}: answer more, or ask for less coverage"
        )


def _rows(probabilities: Floats) -> Floats:
    """Probabilities that add up to 1, as a classifier is expected to give them."""
    given = np.clip(probabilities, 0, 1)
    return np.asarray(given / given.sum(axis=1, keepdims=True))


def _given(labels: int) -> Any:
    """A classifier that was asked already: its features are the probabilities."""
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Given(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
        classes_ = np.arange(labels)
        fitted_ = True

        def fit(self, features: Floats, gold: npt.NDArray[np.int64]) -> Given:
            """Nothing to learn."""
            return self

        def predict_proba(self, features: Floats) -> Floats:
            """What was given."""
            return np.asarray(features)

        def predict(self, features: Floats) -> npt.NDArray[np.int64]:
            """The likeliest."""
            return np.asarray(features.argmax(axis=1))

    return Given()
