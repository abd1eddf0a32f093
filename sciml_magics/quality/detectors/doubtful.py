"""Labels that the rest of the row speaks against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import percent, quoted
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Codes, Column, Table

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CLASSES = 20
_EACH = 8  # rows of a label that is learned
_LEAST_ROWS = 50
_SAMPLE = 20_000
_COLUMNS = 5  # label-like columns that are looked at, the last first: labels stand at the end
_READ = 50  # columns that the labels are told from
_KNOWN = 0.8  # how much better than guessing the labels must be told
_USUAL = 0.2  # of the rows of a label may be less sure of it
_FIRST = 2_000  # rows that show whether they are
_HASHED = 2**14
_FOLDS = 5
_SEED = 0


@detector("labels")
class DoubtfulLabels:
    """Flags a label that the other columns of its row tell to be another one.

    A column is one of labels where it has 2 to 20 values that each stand often, and where the
    other columns tell them well. Each label is told from rows it was not learned from, and is
    doubted where another label is as likely as it is for four in five of the rows that have it (as
    in confident learning, which asks for their average). At most the last five such columns are
    looked at, in at most 20,000 rows.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"kind": ["dog", "cat"] * 60})
    >>> frame["text"] = [f"{kind} {n // 2}" for n, kind in enumerate(frame["kind"])]
    >>> frame.loc[7, "kind"] = "dog"
    >>> for found in DoubtfulLabels().find(Table(frame)):
    ...     print(found.column, found.rows, found.values)
    kind [7] ['cat']
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column of labels with doubtful ones."""
        if len(table) < _LEAST_ROWS or len(table.columns) < 2:
            return
        labels = [column for column in table if _is_label(column)][-_COLUMNS:]
        rows = np.arange(0, len(table), -(-len(table) // _SAMPLE))
        for column in labels:
            found = _learned(table, column, rows[:: -(-len(rows) // _FIRST)])
            if found is not None and found.known:
                if len(rows) > _FIRST:
                    found = _learned(table, column, rows)
                if found is not None:
                    yield from _doubtful(column, found)


def _is_label(column: Column) -> bool:
    counts = column.counts
    often = counts[counts >= _EACH]
    few = 2 <= len(often) <= _CLASSES and len(counts) <= 2 * _CLASSES
    return few and often.sum() >= 0.9 * counts.sum() and counts.max() <= 0.95 * counts.sum()


class _Told(NamedTuple):
    """The labels of rows, and what the other columns tell of them.

    Parameters
    ----------
    rows
        Positions in the frame.
    labels
        Codes of the labels that are learned.
    given
        For each row the place of its label in `labels`.
    told
        Probability of each label for each row; ``[rows, labels]``.
    """

    rows: Codes
    labels: Codes
    given: Codes
    told: npt.NDArray[np.float64]

    @property
    def right(self) -> float:
        """Share of the rows whose label is told."""
        return float(np.mean(self.told.argmax(axis=1) == self.given))

    @property
    def known(self) -> bool:
        """Whether labels are told so well that one that is told otherwise is in doubt."""
        usual = float(np.bincount(self.given).max() / len(self.given))
        return (self.right - usual) / (1 - usual) >= _KNOWN


def _learned(table: Table, column: Column, sampled: Codes) -> _Told | None:
    """Labels of a sample as the other columns tell them; ``None`` where too few can be learned."""
    codes = column.codes[sampled]
    labels = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(column.values)) >= _EACH)
    rows = sampled[np.isin(codes, labels)]
    if len(labels) < 2 or len(rows) < _LEAST_ROWS:
        return None
    given = np.searchsorted(labels, column.codes[rows])
    return _Told(rows, labels, given, _told(table, column, rows, given))


def _doubtful(column: Column, found: _Told) -> Iterator[Finding]:
    rows, labels, given, told = found
    # How sure of a label most of its own rows are: who is as sure of another is in doubt.
    usual = [np.quantile(told[given == at, at], _USUAL) for at in range(len(labels))]
    other = np.where(told >= np.array(usual), told, 0)
    other[np.arange(len(given)), given] = 0
    best = other.argmax(axis=1)
    doubted = np.flatnonzero((other.max(axis=1) > 0) & (told.argmax(axis=1) == best))
    if not len(doubted):
        return
    texts = [column.texts[at] for at in labels.tolist()]
    sure = told[doubted, best[doubted]]
    words = [
        f"the other columns tell {quoted(texts[best[at]])} with {percent(float(share))}, not "
        f"{quoted(texts[given[at]])}; they tell {percent(found.right)} of this column"
        for at, share in zip(doubted.tolist(), sure.tolist(), strict=True)
    ]
    scores = (sure * (1 - told[doubted, given[doubted]]) * found.right).astype(np.float32)
    yield Finding(
        "labels", column.name, rows[doubted], scores, words, [texts[at] for at in best[doubted]]
    )


def _told(table: Table, column: Column, rows: Codes, given: Codes) -> npt.NDArray[np.float64]:
    """The probability of each label for each row, from rows it was not learned from."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    features = _features([other for other in table if other.at != column.at][:_READ], rows)
    told = np.zeros((len(rows), int(given.max()) + 1))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for learn, test in folds.split(given, given):
        model = LogisticRegression(C=1.0, max_iter=200, tol=1e-3, random_state=_SEED)
        told[test] = model.fit(features[learn], given[learn]).predict_proba(features[test])
    return told


def _features(columns: list[Column], rows: Codes) -> csr_array:
    """Numbers in robust deviations; words of texts, hashed, each with its column."""
    from scipy.sparse import csr_array, hstack
    from sklearn.feature_extraction import FeatureHasher

    numbers, texts = [], []
    for column in columns:
        if column.numeric and len(column.values) > _CLASSES:
            numbers.append(_scaled(column.numbers[rows]))
        else:
            texts.append(column)
    words = [
        [f"{column.at} {word}" for column in texts for word in column.text(row).split()[:30]]
        for row in rows.tolist()
    ]
    hashed = FeatureHasher(_HASHED, input_type="string", alternate_sign=False).transform(words)
    # A word of a single row tells nothing of others, and most of the hashed places are empty.
    hashed = hashed[:, np.flatnonzero(np.bincount(hashed.indices, minlength=_HASHED) > 1)]
    return hstack([csr_array(np.stack(numbers, axis=1)), hashed]).tocsr() if numbers else hashed


def _scaled(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return np.zeros(len(numbers))
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    found = (numbers - middle) / ((high - low) / 1.35 or 1.0)
    found = np.nan_to_num(found, nan=0.0, posinf=5.0, neginf=-5.0)
    return np.asarray(np.clip(found, -5, 5))
