"""The different texts of a column, and what a standard would write in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Column

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Looked at to decide whether a standard applies to a column at all; every value is read afterwards.
SAMPLE = 1_000


class Change(NamedTuple):
    """What one standard says of one text.

    Parameters
    ----------
    text
        What should stand there; ``None`` where the text is wrong and the right one is not known.
    score
        Probability that the text is wrong and this one right: 0 to 1, higher is surer.
    words
        Why, in words.
    """

    text: str | None
    score: float
    words: str


Changes = Mapping[int, Change]
"""What a standard says of the texts at these indices; it says nothing of the others."""


@dataclass(frozen=True)
class Values:
    """The different texts of a column.

    Parameters
    ----------
    name
        Name of the column.
    texts
        All different.
    counts
        How many rows have each; int64, shape ``[texts]``.

    Examples
    --------
    >>> values = Values("city", ["Rome", " Oslo"], np.array([3, 1]))
    >>> values.matching("^ ").tolist(), values.rows
    ([False, True], 4)
    """

    name: str
    texts: Sequence[str]
    counts: Indices = field(repr=False)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def rows(self) -> int:
        """How many rows hold a text."""
        return int(self.counts.sum())

    def share(self, where: Mask) -> float:
        """Share of the rows whose text is marked: 0 to 1."""
        return float(self.counts[where].sum()) / self.rows if self.rows else 0.0

    def matching(self, pattern: str) -> Mask:
        """The texts in which a pattern is found: one of RE2, which Arrow runs over all of them."""
        import pyarrow.compute as pc

        found = pc.match_substring_regex(self._arrow, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    def in_ascii(self) -> Mask:
        """The texts that are nothing but ASCII."""
        import pyarrow.compute as pc

        found = pc.string_is_ascii(self._arrow)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    @cached_property
    def _arrow(self) -> object:
        import pyarrow as pa

        try:
            return pa.array(self.texts, type=pa.large_string())
        except UnicodeEncodeError:  # half characters, which UTF-8 cannot hold
            whole = [text.encode("utf-8", "replace").decode("utf-8") for text in self.texts]
            return pa.array(whole, type=pa.large_string())

    def sample(self) -> Iterator[tuple[str, int]]:
        """Up to `SAMPLE` texts, evenly from all of them, each with its rows."""
        step = max(1, len(self) // SAMPLE)
        for at in range(0, len(self), step):
            yield self.texts[at], int(self.counts[at])

    def sampled_share(self, fits: Mapping[str, bool]) -> float:
        """Share of the rows of the sample whose text fits: 0 to 1."""
        held = [(count, fits[text]) for text, count in self.sample()]
        rows = sum(count for count, _ in held)
        return sum(count for count, fit in held if fit) / rows if rows else 0.0


def read_values(column: Column) -> tuple[Values, Indices]:
    """The different texts of a column, and where each stands among the column's different values.

    Numbers, dates and other cells that are no texts are left out.

    Returns
    -------
    Values
        The texts.
    numpy.ndarray
        For each text its index in `Column.values`; int64, shape ``[texts]``.
    """
    if column.typed:
        return Values(column.name, [], np.zeros(0, dtype=np.int64)), np.zeros(0, dtype=np.int64)
    values = column.values.tolist()
    at = np.array([i for i, value in enumerate(values) if isinstance(value, str)], dtype=np.int64)
    texts = values if len(at) == len(values) else [values[i] for i in at.tolist()]
    return Values(column.name, texts, column.counts[at]), at
