"""Columns that fix one another: found in the table itself, errors and all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.table import Codes, Column, Table

_SAMPLE = 20_000  # rows that dependencies are looked for in
_PAIRS = 4_000  # of columns that are tried; in wider tables only neighbours are
_COLUMNS = 2_000
_LIFT = 0.75  # that one column is enough; below, a second is tried beside it
_WEAK = 0.4  # that is still worth a vote: little trust, unless labels say otherwise
_IN_GROUPS = 0.3  # of the rows share their left side with others, or it tells nothing
_PROMISING = 2  # left sides that a second column is tried with, where none alone is enough
_LEFTS = 8  # best left sides that are kept for a column
_EXCEPTIONS = 0.1  # of the rows may disagree and still all be errors
_WHOLE = 5_000_000  # combinations that are counted in an array

_Votes = npt.NDArray[np.float32]


class Dependency(NamedTuple):
    """Rows with equal values on the left have, but for errors, one value on the right.

    Parameters
    ----------
    left
        Positions of one column, or of two together.
    right
        Position of the column that they fix.
    lift
        How much better the other rows of a group tell the value on the right than its most
        frequent value does: 0 no better, 1 always. Errors make it less than 1.
    trust
        Probability that a row that disagrees holds an error: the more rows disagree, the more
        likely they are exceptions.
    """

    left: tuple[int, ...]
    right: int
    lift: float
    trust: float


class Majorities(NamedTuple):
    """What the groups of rows with equal left sides have on the right.

    Parameters
    ----------
    of_row
        The group of each row; -1 where its left side is missing. ``[rows]``.
    size, most, value
        For each group its rows, those with its most frequent value, and the code of that value.
    against
        For each row how far the other rows of its group disagree with it (above 0, at most 1) or
        agree (below 0); 0 for a row alone in its group. A missing cell disagrees with others that
        hold something, but nothing disagrees with missing ones. ``[rows]``.
    """

    of_row: Codes
    size: Codes
    most: Codes
    value: Codes
    against: _Votes


def dependencies(table: Table) -> list[Dependency]:
    """The dependencies that hold in a table but for errors, best first for each right side.

    They are looked for in at most 20,000 rows, spread evenly. Columns whose values nearly all
    differ, or are all the same, are no part of one.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"zip": list("1122334455") * 3, "city": list("AABBCCDDEE") * 3})
    >>> [(found.left, found.right) for found in dependencies(Table(frame))]
    [((1,), 0), ((0,), 1)]
    """
    step = max(1, -(-len(table) // _SAMPLE))
    sampled = {
        column.at: codes
        for column in table
        if (codes := _compact(column.codes[::step])) is not None and _repeats(codes)
    }
    places = list(sampled)[:_COLUMNS]
    reach = max(1, _PAIRS // max(2 * len(places), 1))
    found: list[Dependency] = []
    for at, right in enumerate(places):
        near = [*places[max(0, at - reach) : at], *places[at + 1 : at + 1 + reach]]
        tried = [_measured((left,), right, sampled[left], sampled[right]) for left in near]
        tried.sort(key=lambda one: -one.lift)
        if tried and tried[0].lift < _LIFT:
            tried = _with_a_second(tried, sampled)
        found += [one for one in tried if one.lift >= _WEAK][:_LEFTS]
    return found


def majorities(columns: tuple[Column, ...], one: Dependency) -> Majorities:
    """What the groups of rows of a dependency have on its right side.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"zip": list("11112"), "city": list("AAABC")})
    >>> found = majorities(Table(frame).columns, Dependency((0,), 1, 0.9, 1.0))
    >>> found.size.tolist(), found.most.tolist(), found.against.tolist()
    ([4, 1], [3, 1], [-0.25, -0.25, -0.25, 0.75, 0.0])
    """
    left = columns[one.left[0]].codes
    for other in one.left[1:]:
        left = _together(left, columns[other].codes)
    return _majorities(left, columns[one.right].codes)


def _majorities(left: Codes, right: Codes) -> Majorities:
    held = left >= 0
    missing = int(right.max(initial=-1)) + 1
    width = missing + 1
    right = np.where(right < 0, missing, right)
    keys, at, counts = _counted(left[held] * width + right[held], width)
    groups = keys // width
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])) if len(keys) else groups
    of_key = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(keys))))
    size, most, second, first = _most(counts, starts, of_key)
    rival = np.where(np.arange(len(keys)) == first[of_key], second[of_key], most[of_key])
    # The row itself has no say in what the others of its group think of it.
    against = np.where(size[of_key] > 1, (rival - counts + 1) / np.maximum(size[of_key], 1), 0.0)
    value = keys[first] % width
    against[value[of_key] == missing] = 0.0
    of_row = np.full(len(left), -1, dtype=np.int64)
    of_row[held] = of_key[at]
    votes = np.zeros(len(left), dtype=np.float32)
    votes[held] = against[at]
    return Majorities(of_row, size, most, value, votes)


def _counted(keys: Codes, width: int) -> tuple[Codes, Codes, Codes]:
    """The different keys, ascending; the place of each among them; and how often each stands."""
    if len(keys) and int(keys.max()) < _WHOLE:
        counts = np.bincount(keys)
        different = np.flatnonzero(counts)
        places = np.cumsum(counts > 0) - 1
        return different, places[keys], counts[different]
    different, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return different, at, counts


def _most(counts: Codes, starts: Codes, of_key: Codes) -> tuple[Codes, Codes, Codes, Codes]:
    """Size of each group, its two highest counts, and the place of the highest."""
    if not len(counts):
        return counts, counts, counts, counts
    size = np.add.reduceat(counts, starts)
    most = np.maximum.reduceat(counts, starts)
    top = np.flatnonzero(counts == most[of_key])
    first = top[np.append(True, np.diff(of_key[top]) > 0)]
    rest = counts.copy()
    rest[first] = 0
    return size, most, np.maximum.reduceat(rest, starts), first


def _measured(place: tuple[int, ...], right_place: int, left: Codes, right: Codes) -> Dependency:
    """How well the other rows of a group tell the value on the right."""
    nothing = Dependency(place, right_place, 0.0, 0.0)
    left = np.where(right >= 0, left, -1)
    found = _majorities(left, right)
    in_groups = found.against != 0
    rows = int(np.count_nonzero(in_groups))
    if rows < _IN_GROUPS * np.count_nonzero(found.of_row >= 0) or rows < 10:
        return nothing
    usual = float(np.bincount(right[in_groups]).max() / rows)
    agree = float(np.count_nonzero(found.against < 0) / rows)
    if usual == 1:
        return nothing
    trust = _EXCEPTIONS / max(1 - agree, _EXCEPTIONS)
    return Dependency(place, right_place, (agree - usual) / (1 - usual), trust)


def _with_a_second(tried: list[Dependency], sampled: dict[int, Codes]) -> list[Dependency]:
    """The most promising left sides with each of the other columns beside them."""
    made: dict[tuple[int, ...], Dependency] = {}
    for one in tried[:_PROMISING]:
        for other in tried:
            left = tuple(sorted({*one.left, *other.left}))
            if len(left) == 2 and left not in made:
                codes = _together(sampled[left[0]], sampled[left[1]])
                made[left] = _measured(left, one.right, codes, sampled[one.right])
    return sorted(made.values(), key=lambda one: -one.lift)


def _together(one: Codes, other: Codes) -> Codes:
    """One code for each combination of two; -1 where one of them is missing."""
    width = int(other.max(initial=0)) + 1
    codes = np.full(len(one), -1, dtype=np.int64)
    held = (one >= 0) & (other >= 0)
    codes[held] = _counted(one[held] * width + other[held], width)[1]
    return codes


def _compact(codes: Codes) -> Codes | None:
    """Codes without gaps; ``None`` where nothing is held."""
    held = codes >= 0
    if not held.any():
        return None
    found = np.full(len(codes), -1, dtype=np.int64)
    found[held] = np.unique(codes[held], return_inverse=True)[1]
    return found


def _repeats(codes: Codes) -> bool:
    """Whether a column has several values, and they stand more than once."""
    different = int(codes.max()) + 1
    return 1 < different <= 0.7 * int(np.count_nonzero(codes >= 0))


def left_texts(columns: tuple[Column, ...], one: Dependency, row: int) -> Iterator[str]:
    """The columns on the left with what stands there in a row, as people say it."""
    for at in one.left:
        yield f"'{columns[at].name}' {columns[at].text(row)}"
