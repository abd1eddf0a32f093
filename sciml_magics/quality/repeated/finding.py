"""Rows that stand twice, or nearly so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import WHOLE_ROW, Finding
from sciml_magics.quality.repeated.neighbours import near_pairs
from sciml_magics.quality.repeated.reading import Compared, compared
from sciml_magics.quality.repeated.sketches import meeting, paired, sketches
from sciml_magics.quality.repeated.weighing import Near, weighed
from sciml_magics.quality.standard.meaning import embedded
from sciml_magics.quality.table import Table

By = Literal["text", "meaning"]
WAYS: tuple[By, ...] = get_args(By)

THRESHOLD = 0.5
# Rows may differ in two columns where so few are compared, in one where there are more.
FEW = 12
# Cosine from which two texts say the same: paraphrases lie above, mere neighbours below.
COSINE = 0.9
SHOWN = 3
# Shares of the work: reading the columns, and meeting of rows; the rest is weighing and words.
READ, PAIRED = 0.3, 0.5

Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Repeated:
    """Rows that are others written again.

    Parameters
    ----------
    rows
        Positions of the rows that could be dropped, ascending; int64, shape ``[rows]``.
    kept
        For each of them the row that stays: of those that are one, the one with the fewest missing
        cells, and the first of these.
    scores
        Probability that the two are one row: 0 to 1, higher is surer; ``[rows]``.
    words
        In what they differ.
    compared
        Names of the columns that were compared.
    """

    rows: Pairs
    kept: Pairs
    scores: npt.NDArray[np.float32]
    words: list[str] = field(repr=False)
    compared: tuple[str, ...]

    def finding(self) -> Finding:
        """The rows as a finding of a detector, about whole rows."""
        return Finding("repeated", WHOLE_ROW, self.rows, self.scores, self.words)


def repeated(
    table: Table,
    columns: Sequence[str] = (),
    *,
    by: By = "text",
    threshold: float = THRESHOLD,
    tell: Callable[[float], None] = lambda fraction: None,
) -> Repeated:
    """Find rows that are others written again.

    Rows meet that are equal in all columns but one, or two where few are compared, and rows whose
    long texts have most of their letters in common (MinHash); with ``by="meaning"`` also those
    whose texts are near by the embedded model. How sure it is that two are one, `weighed` says.

    Parameters
    ----------
    table
        Any table.
    columns
        What to compare; by default all columns but those that number the rows.
    by
        ``"text"``: by their spelling. ``"meaning"``: by embeddings as well.
    threshold
        Smallest probability.
    tell
        Called with the share of the work that is done: 0 to 1.

    Raises
    ------
    QualityError
        If there is no such column, or no such way.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Kurt Goedel", "Ada Lovelaec"]
    >>> born = ["1815-12-10", "1912-06-23", "1906-12-09", "1906-04-28", "1815-12-10"]
    >>> town = ["London", "Maida Vale", "New York", "Brno", "London"]
    >>> found = repeated(Table(pd.DataFrame({"name": names, "born": born, "town": town})))
    >>> found.rows.tolist(), found.kept.tolist(), found.words
    ([4], [0], ["row 0 but for name 'Ada Lovelace'"])
    """
    check_asked(table, columns, by)
    read = compared(table, columns)
    tell(READ)
    pairs, near = _pairs(read, len(table), by, lambda part: tell(READ + PAIRED * part))
    scores = weighed(read, len(table), pairs, near)
    tell(READ + PAIRED)
    sure = scores >= threshold
    return _grouped(table, read, pairs[sure], scores[sure])


def check_asked(table: Table, columns: Sequence[str], by: str) -> None:
    """Raise a `QualityError` unless there are such columns, and such a way to compare."""
    for name in columns:
        if name not in table:
            known = ", ".join(column.name for column in table.columns[:10])
            raise QualityError(f"no column '{name}' in '{table.name}': there are {known}")
    if by not in WAYS:
        raise QualityError(f"no way '{by}' to compare rows: choose of {', '.join(WAYS)}")


def _pairs(
    columns: Sequence[Compared], rows: int, by: By, tell: Callable[[float], None]
) -> tuple[Pairs, Near]:
    """Pairs of rows that may be one, each once, and the likeness by meaning where it was looked."""
    every = [np.zeros((0, 2), dtype=np.int64)]
    left_out: list[list[Compared]] = []
    whole = _sum(columns)
    if rows > 1 and columns:
        every.append(paired(whole))
        left_out = [[column] for column in columns] if len(columns) > 1 else []
        if 2 < len(columns) <= FEW:
            left_out += [list(pair) for pair in combinations(columns, 2)]
    steps = max(1, len(left_out) + len(columns))
    for step, some in enumerate(left_out):
        every.append(paired(whole - _sum(some)))
        tell(step / steps)
    near: dict[str, tuple[Pairs, npt.NDArray[np.float32]]] = {}
    for step, column in enumerate(columns, len(left_out)):
        tell(step / steps)
        if len(column.texts) > 1 and not column.is_exact:
            if column.is_long:
                every.append(_of_rows(column, meeting(sketches(column.texts))))
            if by == "meaning":
                found = near_pairs(embedded(list(column.texts)), COSINE)
                near[column.column.name] = found
                every.append(_of_rows(column, found[0]))
    pairs = np.unique(np.sort(np.concatenate(every), axis=1), axis=0)
    by_name = {column.column.name: column for column in columns}
    return pairs, {name: _cosines(by_name[name], pairs, *found) for name, found in near.items()}


def _sum(columns: Sequence[Compared]) -> npt.NDArray[np.uint64]:
    """A number for each row that is the same where the row is the same in these columns."""
    return np.asarray(sum(column.hashes for column in columns), dtype=np.uint64)


def _of_rows(column: Compared, pairs: Pairs) -> Pairs:
    """Pairs of rows of pairs of texts: the first row that has each."""
    held = np.flatnonzero(column.codes >= 0)
    first = np.zeros(len(column.texts), dtype=np.int64)
    first[column.codes[held[::-1]]] = held[::-1]
    return first[pairs]


def _cosines(
    column: Compared, pairs: Pairs, near: Pairs, cosines: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    """The cosine of the texts of each pair of rows, as a likeness; 0 where they are not near."""
    many = len(column.texts)
    codes = np.sort(column.codes[pairs], axis=1)
    wanted, known = codes[:, 0] * many + codes[:, 1], near[:, 0] * many + near[:, 1]
    order = np.argsort(known)
    at = np.searchsorted(known[order], wanted)
    at = np.minimum(at, max(len(known) - 1, 0))
    found = known[order][at] == wanted if len(known) else np.zeros(len(pairs), dtype=bool)
    return np.where(found, cosines[order][at] if len(known) else 0.0, 0.0)


def _grouped(
    table: Table, columns: Sequence[Compared], pairs: Pairs, scores: npt.NDArray[np.float64]
) -> Repeated:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    names = tuple(column.column.name for column in columns)
    if not len(pairs):
        nothing = np.zeros(0, dtype=np.int64)
        return Repeated(nothing, nothing, np.zeros(0, dtype=np.float32), [], names)
    members, places = np.unique(pairs, return_inverse=True)
    places = places.reshape(pairs.shape)
    graph = coo_matrix((np.ones(len(pairs)), places.T), shape=(len(members), len(members)))
    _, group = connected_components(graph, directed=False)
    held = np.sum([~column.missing[members] for column in table.columns], axis=0)
    order = np.lexsort((members, -held, group))
    first = np.unique(group[order], return_index=True)[1]
    best = members[order][first][group]
    surest = np.zeros(len(members))
    np.maximum.at(surest, places.ravel(), np.repeat(scores, 2))
    dropped = np.flatnonzero(members != best)
    rows, kept = members[dropped], best[dropped]
    words = [
        _words(table, columns, *both) for both in zip(rows.tolist(), kept.tolist(), strict=True)
    ]
    return Repeated(rows, kept, surest[dropped].astype(np.float32), words, names)


def _words(table: Table, columns: Sequence[Compared], row: int, kept: int) -> str:
    of = f"row {table.keys[kept]}"
    unlike = [
        f"{one.column.name} '{one.column.text(kept)}'"
        if one.codes[kept] >= 0
        else f"{one.column.name}, missing there"
        for one in columns
        if one.column.text(row) != one.column.text(kept)
    ]
    if not unlike:
        return f"the same as {of}"
    more = f" and {len(unlike) - SHOWN} more" if len(unlike) > SHOWN else ""
    return f"{of} but for {', '.join(unlike[:SHOWN])}{more}"
