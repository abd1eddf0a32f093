"""Rules that a table keeps, or nearly: in the form in which people write them, to be edited.

What is proposed comes from the profile of the table; how far each rule holds is counted in all its
rows, and a rule that holds too rarely is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from sciml_magics.quality.profiling import profile as profiled
from sciml_magics.quality.profiling.profiles import ColumnProfile, Profile, Range
from sciml_magics.quality.profiling.writing import signs
from sciml_magics.quality.rules.checking import learn_checks
from sciml_magics.quality.rules.finding import holds
from sciml_magics.quality.rules.rule import (
    ColumnRule,
    DependencyRule,
    KeyRule,
    Part,
    Rules,
    Support,
    Type,
)
from sciml_magics.quality.table import Column, Table

LEAST_SHARE = 0.95
"""A rule that holds in a smaller share of the rows says nothing of the others."""

LEAST_UNIQUE = 0.99
LEAST_ROWS = 10
LEAST_REPEATED = 20
"""So many rows at least must be equal to others, to learn what they determine."""

MOST_VALUES = 50
_MOST_TEXTS = 20_000
_MOST_SHAPES = 3
_STRENGTH = 0.8
# A number beyond so many ranges of the middle half is no end of what the rest may be.
_FENCE = 10.0
# Beyond the ends that were seen there may be more, where the next table comes from.
_ROOM = 0.1
_TYPES: dict[str, Type] = {
    "boolean": "boolean",
    "whole": "integer",
    "number": "number",
    "date": "date",
}
_ENDS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
_SIGNS = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]", " ": " "}


def learn(table: Table, profile: Profile | None = None) -> Rules:
    """The rules that a table keeps, or nearly.

    Parameters
    ----------
    table
        The table; of fewer than ten rows nothing is learned.
    profile
        What is known of it; found if it is not given.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": range(100, 140), "dose": [5, 10, 20, 40] * 10})
    >>> print(learn(Table(frame)), end="")
    columns:
      id:
        type: integer  # all 40 rows
        required: true  # all 40 rows
        unique: true  # all 40 rows
      dose:
        type: integer  # all 40 rows
        min: 0  # all 40 rows
        max: 44  # all 40 rows
        required: true  # all 40 rows
    """
    if len(table) < LEAST_ROWS:
        return Rules()
    known = profile or profiled(table)
    names = _names(known)
    columns = [_column(table[one.name], one, one.name in names) for one in known]
    return Rules(
        columns=tuple(one for one in columns if one.parts),
        keys=tuple(_keys(table, known)),
        dependencies=tuple(_dependencies(known)),
        checks=tuple(learn_checks(table, known)),
    )


def _names(known: Profile) -> list[str]:
    """Columns that name a row each; moments and measures only where nothing else does."""
    single = [key.columns[0] for key in known.keys if len(key.columns) == 1]
    # Rows that are equal throughout count once among keys: here every row counts.
    single = [name for name in single if _differs(known[name])]
    telling = [name for name in single if known[name].type not in ("date", "number")]
    return telling or single[:1]


def _differs(known: ColumnProfile) -> bool:
    return known.different >= LEAST_UNIQUE * (known.rows - known.missing)


def _column(column: Column, known: ColumnProfile, key: bool) -> ColumnRule:
    """What holds of a column: the parts that are proposed, and hold often enough."""
    if known.type in ("empty", "nested"):
        return ColumnRule(column.name)
    proposed = _proposed(column, known, key)
    values = pd.Series(column.values, dtype=None if column.typed else object)
    # A value that stands for a missing one says nothing of what the others may be.
    telling = column.counts.copy()
    codes = [column.code_of(text) for text in known.disguised]
    telling[[code for code in codes if code is not None and code >= 0]] = 0
    kept: dict[Part, Support] = {}
    for part in proposed.parts:
        if part == "required":
            found = Support(len(column) - known.missing, len(column))
        elif part == "unique":
            found = Support(int((column.counts == 1).sum()), int(column.counts.sum()))
        else:
            held = holds(proposed, part, values).to_numpy()
            found = Support(int(telling[held].sum()), int(telling.sum()))
        least = LEAST_UNIQUE if part == "unique" else LEAST_SHARE
        if found.rows and found.held >= least * found.rows:
            kept[part] = found
    return ColumnRule(
        column.name,
        type=proposed.type if "type" in kept else None,
        min=proposed.min if "min" in kept else None,
        max=proposed.max if "max" in kept else None,
        pattern=proposed.pattern if "pattern" in kept else None,
        values=proposed.values if "values" in kept else (),
        required="required" in kept,
        unique="unique" in kept,
        support=kept,
    )


def _proposed(column: Column, known: ColumnProfile, key: bool) -> ColumnRule:
    low, high = _ends(known) if known.type in ("whole", "number") and not key else (None, None)
    few = () if key else _values(column, known)
    return ColumnRule(
        column.name,
        type=_TYPES.get(known.type),
        min=low,
        max=high,
        pattern=None if few or not _is_written(column, known) else _pattern(column),
        values=few,
        required=not known.disguises,
        unique=key,
    )


def _is_written(column: Column, known: ColumnProfile) -> bool:
    """Whether a column is of texts; numbers that are names, such as ``01234``, count."""
    named = known.semantic in ("identifier", "code", "postal code", "telephone")
    return known.type == "text" or (known.type == "whole" and named and not column.typed)


def _ends(known: ColumnProfile) -> tuple[float | None, float | None]:
    """The least and greatest number that a column may have."""
    if known.semantic in _ENDS:
        return _ENDS[known.semantic]
    if known.range is None or known.semantic in ("identifier", "code", "postal code"):
        return None, None
    low, high = _fenced(known.range)
    # Nothing is learned of a range from a single value.
    if not np.isfinite(high - low) or high <= low:
        return None, None
    room = _ROOM * (high - low)
    step = 10.0 ** (np.floor(np.log10(high - low)) - 1)
    places = max(0, -int(np.log10(step).round()))
    least = 0.0 if 0 <= low <= high - low else np.floor((low - room) / step) * step
    most = np.ceil((high + room) / step) * step
    return round(float(least), places), round(float(most), places)


def _fenced(known: Range) -> tuple[float, float]:
    first, _, last = known.quartiles
    fence = _FENCE * (last - first)
    if not fence > 0:
        return known.least, known.most
    return max(known.least, first - fence), min(known.most, last + fence)


def _values(column: Column, known: ColumnProfile) -> tuple[str, ...]:
    """The values of a column of few: those that stand more than once."""
    if known.semantic not in ("category", "boolean") or known.type != "text":
        return ()
    often = [
        (text, int(count))
        for text, count in zip(column.texts, column.counts.tolist(), strict=True)
        if count > 1 and text not in known.disguised
    ]
    if not 2 <= len(often) <= MOST_VALUES:
        return ()
    return tuple(sorted(text for text, _ in often))


def _pattern(column: Column) -> str | None:
    """A pattern of a few shapes that nearly all texts of a column have."""
    order = np.argsort(-column.counts, kind="stable")[:_MOST_TEXTS]
    texts = [str(value) for value in column.values[order].tolist()]
    counts = column.counts[order].tolist()
    total = sum(counts)
    for runs in (False, True):
        found: Counter[str] = Counter()
        for shape, count in zip(_shaped(texts, runs), counts, strict=True):
            found[shape] += count
        best = found.most_common(_MOST_SHAPES)
        wanted = [shape for shape, rows in best if rows >= (1 - LEAST_SHARE) * total / 2]
        covered = sum(rows for shape, rows in best if shape in wanted)
        telling = all(map(_tells, wanted))
        if covered >= LEAST_SHARE * total and telling:
            return "|".join(shape.replace("\0", "") for shape in wanted)
    return None


def _tells(shape: str) -> bool:
    """Whether a pattern is more than one word: that says little of what the next may be."""
    return any(not piece.startswith(("[A-Z]", "[a-z]")) for piece in shape.split("\0"))


def _shaped(texts: Sequence[str], runs: bool) -> list[str]:
    """The pattern of each text, its pieces apart by NUL."""
    made: dict[str, str] = {}
    found = []
    for shape in signs(texts):
        if shape not in made:
            made[shape] = "\0".join(_pieces(shape, runs))
        found.append(made[shape])
    return found


def _pieces(shape: str, runs: bool) -> Iterator[str]:
    for sign, run in groupby(shape):
        number = len(list(run))
        if sign in _SIGNS:
            times = "+" if runs and sign != " " else f"{{{number}}}" if number > 1 else ""
            yield f"{_SIGNS[sign]}{times}"
        else:
            yield from (_escaped(sign) for _ in range(number))


def _escaped(sign: str) -> str:
    return f"[{sign}]" if sign in ".+*?$(){}|" else f"\\{sign}" if sign in "[]^\\" else sign


def _keys(table: Table, known: Profile) -> Iterator[KeyRule]:
    """The likeliest key of several columns, where no single column is one."""
    if any(len(key.columns) == 1 for key in known.keys):
        return
    for key in known.keys[:1]:
        held = len(table) - key.repeated
        if held >= LEAST_SHARE * len(table):
            yield KeyRule(key.columns, Support(held, len(table)))


def _dependencies(known: Profile) -> Iterator[DependencyRule]:
    """What determines each column best."""
    told: set[str] = set()
    for one in known.dependencies:
        often = one.rows >= max(LEAST_REPEATED, known.rows / 10)
        strong = often and one.share >= LEAST_SHARE and one.strength >= _STRENGTH
        names = (*one.left, one.right)
        if one.right in told or not strong or any("->" in name for name in names):
            continue
        told.add(one.right)
        yield DependencyRule(one.left, one.right, Support(round(one.share * one.rows), one.rows))
