"""Cells that are right, spoilt on purpose: what the ranking learns from without being told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sciml_magics.quality.repairing.channel import Channel
from sciml_magics.quality.repairing.sight import Ask, Seen, Sight

# Cells of one column at most, and at least where there are so many columns that not all get some.
MOST, FEWEST = 300, 20
# What is put around a value where no example says what it is.
DRESSES = ("{} ", " {}", "{}%", "{}.", "{}*", "${}", '"{}"', "({})", "{} kg", "~{}", "#{}")
# Of the texts that stand nowhere else so many are dressed, not misspelt.
DRESSED = 0.15
# Each kind of error is practised with at least this share.
LEAST = 0.05


@dataclass(frozen=True, eq=False)
class Lesson:
    """Cells whose right value is known.

    Parameters
    ----------
    ask
        The cells, with what stands in them.
    rights
        What should stand there.
    real
        Whether they are errors that a person repaired; else they were spoilt on purpose.
    """

    ask: Ask
    rights: Sequence[str]
    real: bool


def practise(
    sight: Sight, asks: Mapping[str, Ask], channel: Channel, rng: np.random.Generator, cells: int
) -> Iterator[Lesson]:
    """Spoil trusted cells of the columns that are asked about, as the asked cells are spoilt.

    What the asked cells look like says which errors are practised: those that are empty, those
    that hold another value of the column, and those that hold what no other row has.
    """
    each = min(MOST, max(FEWEST, cells // max(len(asks), 1)))
    biggest = sorted(asks.values(), key=lambda ask: -len(ask))[: max(cells // each, 1)]
    for ask in biggest:
        seen = sight[ask.column]
        trusted = seen.codes >= 0
        trusted[list(sight.known(ask.column))] = False
        rows = np.flatnonzero(trusted)
        if not len(rows):
            continue
        rows = rng.choice(rows, min(each, len(rows)), replace=False)
        rights = [seen.texts[code] for code in seen.codes[rows].tolist()]
        kinds = rng.choice(3, size=len(rows), p=_shares(ask, seen))
        olds = [
            _spoil(right, kind, seen, channel, rng)
            for right, kind in zip(rights, kinds.tolist(), strict=True)
        ]
        changed = [i for i, old in enumerate(olds) if old != rights[i]]
        yield Lesson(
            Ask(ask.column, rows[changed], [olds[i] for i in changed]),
            [rights[i] for i in changed],
            real=False,
        )


def examples(sight: Sight, columns: Sequence[str]) -> Iterator[Lesson]:
    """The accepted repairs of some columns, as lessons."""
    for column in columns:
        known, cells = sight.known(column), sight.table[column]
        rows = [row for row, value in known.items() if cells.text(row) != value]
        if rows:
            olds = [cells.text(row) for row in rows]
            ask = Ask(column, np.asarray(rows, dtype=np.int64), olds)
            yield Lesson(ask, [known[row] for row in rows], real=True)


def _shares(ask: Ask, seen: Seen) -> list[float]:
    """How many of the asked cells are empty, hold another value, hold what stands nowhere else."""
    empty = sum(not old for old in ask.olds)
    other = sum(old in seen.places for old in ask.olds)
    counts = np.array([empty, other, len(ask) - empty - other], dtype=float)
    shares = np.maximum(counts / counts.sum(), LEAST)
    found: list[float] = (shares / shares.sum()).tolist()
    return found


def _spoil(right: str, kind: int, seen: Seen, channel: Channel, rng: np.random.Generator) -> str:
    if kind == 0:
        return ""
    if kind == 1:
        other = int(rng.choice(seen.codes))
        return seen.texts[other] if other >= 0 else ""
    if rng.random() < DRESSED:
        return DRESSES[int(rng.integers(len(DRESSES)))].format(right)
    return channel.spoil(right, rng)
