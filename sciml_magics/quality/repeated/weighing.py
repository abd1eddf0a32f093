"""How sure it is that two rows are the same one, written twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.repeated.reading import Compared
from sciml_magics.quality.standard.alike import opposed

Pairs = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

# One row of a hundred stands twice, before anything is looked at.
REPEATED = 0.01
# Bits against, where the rows differ: of rows that stand twice one cell of thirty is so.
DIFFERENT = 5.0
# From this likeness on, texts are spellings of one, which tells half as much as the same spelling.
ALIKE = 0.8
# Columns hang together: what one tells, others tell again.
TOGETHER = 0.75

Near = Mapping[str, Numbers]


def weighed(columns: Sequence[Compared], rows: int, pairs: Pairs, near: Near) -> Numbers:
    """The probability of each pair of rows to be one row; float64, shape ``[pairs]``.

    As Fellegi and Sunter (1969) do it: cells that are the same speak for it, the more so the rarer
    the value is; cells that differ speak against it; missing ones do not speak.

    Parameters
    ----------
    columns
        What is compared.
    rows
        Of the table.
    pairs
        Positions, shape ``[pairs, 2]``.
    near
        Of a column that was compared otherwise, the likeness of each pair; 0 to 1.
    """
    bits = np.zeros(len(pairs))
    against = np.zeros(len(pairs))
    for column in columns:
        first, second = column.codes[pairs[:, 0]], column.codes[pairs[:, 1]]
        same = first == second
        held = (first >= 0) & (second >= 0)
        bits += np.where(same & held, column.bits[first], 0.0)
        unlike = held & ~same
        if not unlike.any():
            continue
        found = near.get(column.column.name)
        likeness = np.zeros(len(pairs)) if found is None else np.where(unlike, found, 0.0)
        at = np.flatnonzero(unlike & (likeness == 0))
        likeness[at] = _likeness(column, first[at], second[at])
        part = np.clip((likeness - ALIKE) / (1 - ALIKE), 0, 1)
        tells = np.minimum(column.bits[first], column.bits[second])
        alike = unlike & (likeness >= ALIKE)
        bits += np.where(alike, tells * (0.5 + 0.5 * part), 0.0)
        against += np.where(unlike & ~alike, DIFFERENT, 0.0)
    prior = np.log2(2 * REPEATED / max(rows, 1))
    odds = TOGETHER * bits - against + prior
    return np.asarray(1 / (1 + np.exp2(-np.clip(odds, -60, 60))))


def _likeness(column: Compared, first: Pairs, second: Pairs) -> Numbers:
    """How alike two different texts are written, 0 to 1; numbers and opposites are not at all."""
    from rapidfuzz import fuzz, process

    if column.is_exact:
        return np.zeros(len(first))
    both, inverse = np.unique(np.stack([first, second], 1), axis=0, return_inverse=True)
    ones, others = ([column.texts[at] for at in side.tolist()] for side in both.T)
    if not ones:
        return np.zeros(0)
    found = process.cpdist(ones, others, scorer=fuzz.ratio, dtype=np.float32) / 100
    for at in np.flatnonzero(found >= ALIKE).tolist():
        if opposed(ones[at], others[at]):
            found[at] = 0
    return np.asarray(found[inverse.ravel()], dtype=np.float64)
