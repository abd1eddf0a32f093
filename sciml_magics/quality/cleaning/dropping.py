"""Drop rows of a table, and note each as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from sciml_magics.quality.cleaning.cells import drop
from sciml_magics.quality.cleaning.dropped import Doomed, keep_dropped
from sciml_magics.quality.cleaning.lineage import made_of, standing
from sciml_magics.quality.table import Table
from sciml_magics.store import Store


def drop_rows(
    table: Table,
    store: Store,
    doomed: Sequence[Doomed],
    *,
    by: str = "unknown",
    tell: Callable[[float], None] = lambda fraction: None,
) -> pd.DataFrame:
    """A new frame without some rows; each is noted as it was, and can be put back.

    Parameters
    ----------
    table
        The table; its frame is not changed.
    store
        Where it is noted.
    doomed
        The rows, why, and who says so.
    by
        Who asks.
    tell
        Called with the share that is noted: 0 to 1.
    """
    ordered = sorted(doomed, key=lambda one: one.row)
    # Made before it is noted: what is noted has a frame.
    left = drop(table.frame, (), {one.row: () for one in ordered})
    if ordered:
        stands_on = standing(table, made_of(store, table.name))
        keep_dropped(table, store, ordered, by=by, stands_on=stands_on, tell=tell)
    return left
