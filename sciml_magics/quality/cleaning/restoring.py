"""Put dropped rows back where they stood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype

from sciml_magics.quality.cleaning.cells import may_be_missing
from sciml_magics.quality.cleaning.dropped import Dropped
from sciml_magics.quality.cleaning.packing import unpacked
from sciml_magics.quality.findings import Rows
from sciml_magics.quality.table import Table


def with_rows(
    table: Table,
    wanted: Sequence[Dropped],
    every: Sequence[Dropped],
    back: Sequence[Dropped] = (),
) -> pd.DataFrame:
    """A new frame in which some dropped rows stand again.

    Parameters
    ----------
    table
        The table as it is now.
    wanted
        The rows to put back.
    every
        All rows that were dropped of it and put back until now, to tell where they stood.
    back
        Rows that were put back just now.
    """
    frame = table.frame
    rows = _frame_of(table, wanted)
    both = pd.concat([frame.set_axis(range(frame.shape[1]), axis=1), rows])
    both.columns = frame.columns
    places = np.concatenate(_places(len(frame), wanted, [*_events(every), ("back", list(back))]))
    labels = [*frame.index.tolist(), *(unpacked(one.label) for one in wanted)]
    order = np.argsort(places, kind="stable")
    both = both.iloc[order]
    both.index = _index(frame.index, [labels[at] for at in order.tolist()], wanted)
    return both


def _places(
    rows: int, wanted: Sequence[Dropped], events: Sequence[tuple[str, Sequence[Dropped]]]
) -> tuple[Rows, Rows]:
    """Where the rows of a frame stood among all that ever were, and where the dropped ones did.

    What happened is done again: a run drops rows by their positions among those that were there,
    and rows that were taken back are there again. Where a frame has another number of rows than it
    had, since rows were added, positions in it are all there is.
    """
    there = np.zeros(0, dtype=bool)
    known: dict[tuple[int, int], int] = {}
    for what, ones in events:
        if what == "drop":
            if np.count_nonzero(there) != ones[0].rows:
                there, known = np.ones(ones[0].rows, dtype=bool), {}
            held = np.flatnonzero(there)
            known.update({(one.run, one.at): int(held[one.at]) for one in ones})
            there[[known[one.run, one.at] for one in ones]] = False
        else:
            there[[known[at] for one in ones if (at := (one.run, one.at)) in known]] = True
    held = np.flatnonzero(there)
    if len(held) != rows:
        return np.arange(rows), np.array([one.at for one in wanted], dtype=np.int64) - 1
    return held, np.array([known.get((one.run, one.at), one.at) for one in wanted], dtype=np.int64)


def _events(every: Sequence[Dropped]) -> list[tuple[str, list[Dropped]]]:
    """What happened to rows, one after the other."""
    found: list[tuple[datetime, str, list[Dropped]]] = []
    for _, group in groupby(sorted(every, key=attrgetter("run")), key=attrgetter("run")):
        ones = list(group)
        if ones[0].made is not None:
            found.append((ones[0].made, "drop", ones))
    for one in every:
        if one.taken_back and one.is_back:
            found.append((one.taken_back[1], "back", [one]))
    return [(what, ones) for _, what, ones in sorted(found, key=lambda event: event[0])]


def _frame_of(table: Table, wanted: Sequence[Dropped]) -> pd.DataFrame:
    """The rows as a frame of the types of the table's columns; its columns are numbered."""
    held = [dict(zip(dict(one.cells), one.values, strict=True)) for one in wanted]
    pieces = {}
    for column in table.columns:
        values = [unpacked(cells.get(column.name)) for cells in held]
        pieces[column.at] = _series(values, column.cells.dtype)
    return pd.DataFrame(pieces, index=range(len(wanted)), columns=range(len(table.columns)))


def _series(values: Sequence[Any], dtype: Any) -> Any:
    made = pd.Series([None, *values], dtype=object).iloc[1:].reset_index(drop=True)
    if isinstance(dtype, pd.CategoricalDtype):
        more = [value for value in dict.fromkeys(values) if not pd.isna(value)]
        more = [value for value in more if value not in dtype.categories]
        dtype = pd.CategoricalDtype([*dtype.categories, *more], dtype.ordered) if more else dtype
    for kind in (dtype, may_be_missing(dtype)):
        try:
            return made.astype(pandas_dtype(kind))
        except (TypeError, ValueError, OverflowError):
            continue
    return made


def _index(before: pd.Index, labels: Sequence[Any], wanted: Sequence[Dropped]) -> pd.Index:
    """The labels as an index of the type that it is of, or was when the rows were dropped."""
    made: pd.Index
    if isinstance(before, pd.MultiIndex):
        made = pd.MultiIndex.from_tuples(labels, names=before.names)
        return made
    try:
        made = pd.Index(list(labels), dtype=before.dtype, name=before.name)
    except (TypeError, ValueError, OverflowError):
        made = pd.Index(list(labels), name=before.name)
    if wanted[0].index == "RangeIndex" and made.equals(pd.RangeIndex(len(made))):
        return pd.RangeIndex(len(made), name=before.name)
    return made
