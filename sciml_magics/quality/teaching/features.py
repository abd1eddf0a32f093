"""What is known of a cell: its value beside the others of its column, and what detectors say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import numbered
from sciml_magics.quality.detectors.shapes import Level, shapes
from sciml_magics.quality.detectors.units import unit
from sciml_magics.quality.detectors.votes import votes
from sciml_magics.quality.findings import WHOLE_ROW, Finding
from sciml_magics.quality.table import Column, Table
from sciml_magics.quality.teaching.combining import Probabilities, surest
from sciml_magics.quality.wording import whole

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST = 50_000
"""A column of more different values is known by their frequency and shape only."""

_HASHED = 2**16
_LEVELS: tuple[Level, ...] = ("words", "runs", "exact")
_LONGEST = 80
_EACH = 0.4  # of the words that name a value, which has six or seven
_RARE = -4.0  # log10 of a share that is as good as none


class Block(NamedTuple):
    """Features of one kind, next to one another.

    Parameters
    ----------
    size
        How many they are.
    shared
        How far they may matter in every column alike: the standard deviation of their weights.
    own
        How far they may matter in one column otherwise than in the others.
    """

    size: int
    shared: float
    own: float


BLOCKS = {
    "always": Block(1, 0.5, 2.0),
    "numbers": Block(12, 1.0, 0.7),
    "words": Block(_HASHED, 0.0, 2.0),
    "grams": Block(_HASHED, 2.0, 2.0),
}
"""The features of a value, in their order. Chosen on generated tables."""

OF_ROWS = Block(0, 1.0, 1.5)
"""The features of a row: as many as there are detectors, and four more."""


class CellFeatures(NamedTuple):
    """What is known of the cells of one column.

    Parameters
    ----------
    values
        Features of each different value, those of a missing cell last; ``[values + 1, features]``.
    rows
        Features of each row; ``[rows, features]``.
    """

    values: csr_array
    rows: npt.NDArray[np.float16]


def detector_names(findings: Sequence[Finding]) -> list[str]:
    """The detectors that say something of cells, in the order of the alphabet."""
    return sorted({finding.detector for finding in findings if finding.column != WHOLE_ROW})


def _of_rows(
    column: Column,
    findings: Sequence[Finding],
    names: Sequence[str],
    others: Probabilities,
    doubted: npt.NDArray[np.float32],
) -> npt.NDArray[np.float16]:
    found = np.zeros((len(column), len(names) + 4), dtype=np.float16)
    for place, name in enumerate(names):
        alike = [finding for finding in findings if finding.detector == name]
        if alike:
            found[:, place] = surest(len(column), alike)
    found[:, -4] = np.maximum(doubted, 0)
    found[:, -3] = np.minimum(doubted, 0)
    found[:, -2] = others
    found[:, -1] = column.missing
    return found


def _of_values(column: Column) -> csr_array:
    from scipy.sparse import csr_array, hstack

    always = csr_array(np.ones((len(column.values) + 1, 1), dtype=np.float32))
    texts = _texts(column)
    if texts is not None:
        texts = whole(texts)  # what is hashed is UTF-8, which has no half characters
    parts = [always, csr_array(_numbers(column, texts).astype(np.float32))]
    parts += [_words(column, texts), _grams(texts, len(column.values))]
    return hstack(parts).tocsr()


def _texts(column: Column) -> list[str] | None:
    """The different values as they print; ``None`` where they are too many to look at each."""
    if column.typed and len(column.values) > MOST:
        return None
    return [text[:_LONGEST] for text in column.texts]


def _numbers(column: Column, texts: list[str] | None) -> npt.NDArray[np.float64]:
    """How frequent, long and unusual each value is; a row of zeros for a missing cell."""
    counts = column.counts.astype(np.float64)
    held = max(float(counts.sum()), 1.0)
    found = np.zeros((len(counts) + 1, BLOCKS["numbers"].size))
    if not len(counts):
        return found
    share = counts / held
    found[:-1, 0] = np.log10(share) / 4
    found[:-1, 1] = counts == 1
    found[:-1, 2] = counts <= 4
    found[:-1, 3] = share >= 0.05
    if texts is None:
        return found
    for at, level in enumerate(_LEVELS):
        names = shapes(texts, level)
        rows: dict[str, float] = {}
        for name, count in zip(names, counts.tolist(), strict=True):
            rows[name] = rows.get(name, 0.0) + count
        common = np.array([rows[name] for name in names]) / held
        found[:-1, 4 + 2 * at] = np.log10(common) / 3
        found[:-1, 5 + 2 * at] = common < 0.05
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    middle = np.average(lengths, weights=counts)
    spread = np.sqrt(np.average((lengths - middle) ** 2, weights=counts)) or 1.0
    found[:-1, 10] = np.clip((lengths - middle) / spread, -3, 3) / 3
    if len(texts) <= MOST:
        found[:-1, 11] = _surprise(texts, counts)
    return found


def _surprise(texts: list[str], counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How rare the rarest three letters in a row of each value are in the other rows; 0 to 1."""
    grams = _hashed(texts, (3, 3), norm=None)
    support = grams.T @ counts
    own = np.repeat(counts, np.diff(grams.indptr))
    others = np.maximum(support[grams.indices] - own, 0) / counts.sum()
    rare = np.log10(np.maximum(others, 10**_RARE)) / _RARE
    found = np.zeros(len(texts))
    some = np.flatnonzero(np.diff(grams.indptr) > 0)
    if len(some):
        found[some] = np.maximum.reduceat(rare, grams.indptr[some])
    return found


def _words(column: Column, texts: list[str] | None) -> csr_array:
    """The value itself, its shapes, its unit and its words: what a person would name it by."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction import FeatureHasher

    if texts is None:
        return csr_array((len(column.values) + 1, _HASHED), dtype=np.float32)
    levels = [shapes(texts, level) for level in _LEVELS]
    named = []
    counts = column.counts.tolist()
    for at, text in enumerate(texts):
        names = [f"{level} {found[at]}" for level, found in zip(_LEVELS, levels, strict=True)]
        if counts[at] > 1:
            names.append(f"value {text}")
        if (measure := unit(text)) is not None:
            names.append(f"unit {measure}")
        names += [f"first {text[:1]}", f"last {text[-1:]}", f"length {len(text)}"]
        named.append(tuple(names))
    # Long columns have few shapes: each set of names is hashed once.
    named.append(("missing",))
    places, different = numbered(named)
    hashing = FeatureHasher(_HASHED, input_type="string", alternate_sign=False, dtype=np.float32)
    return csr_array(hashing.transform(different))[places] * np.float32(_EACH)


def _grams(texts: list[str] | None, values: int) -> csr_array:
    """Letters in a row, one to three; a row of zeros for a missing cell."""
    from scipy.sparse import csr_array, vstack

    if texts is None or not texts or len(texts) > MOST:
        return csr_array((values + 1, _HASHED), dtype=np.float32)
    missing = csr_array((1, _HASHED), dtype=np.float32)
    return vstack([_hashed(texts, (1, 3), norm="l2"), missing]).tocsr()


def _hashed(texts: list[str], lengths: tuple[int, int], norm: str | None) -> csr_array:
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        analyzer="char",
        ngram_range=lengths,
        n_features=_HASHED,
        alternate_sign=False,
        lowercase=False,
        binary=True,
        norm=norm,
        dtype=np.float32,
    )
    return csr_array(hashing.transform([f"\x02{text}\x03" for text in texts]))


def features(
    table: Table, findings: Sequence[Finding], before: Probabilities
) -> list[CellFeatures]:
    """What is known of the cells of each column of a table."""
    names = detector_names(findings)
    by_column: dict[str, list[Finding]] = {}
    for finding in findings:
        by_column.setdefault(finding.column, []).append(finding)
    doubted = {at: found.doubted for at, found in votes(table).items()}
    nothing = np.zeros(len(table), dtype=np.float32)
    surest_at, first, second = _surest_two(before)
    return [
        CellFeatures(
            _of_values(column),
            _of_rows(
                column,
                by_column.get(column.name, []),
                names,
                np.where(surest_at == column.at, second, first),
                doubted.get(column.at, nothing),
            ),
        )
        for column in table
    ]


def _surest_two(
    before: Probabilities,
) -> tuple[npt.NDArray[np.int64], Probabilities, Probabilities]:
    """For each row the column that is surest wrong, how sure it is, and how sure the next is."""
    if before.shape[1] < 2:
        nothing = np.zeros(len(before), dtype=np.float32)
        return np.zeros(len(before), dtype=np.int64), nothing, nothing
    two = np.partition(before, -2, axis=1)[:, -2:]
    return before.argmax(axis=1), two[:, 1], two[:, 0]
