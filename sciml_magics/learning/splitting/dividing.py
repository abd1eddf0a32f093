"""Split a frame: a new one with a column that says which part each row belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sciml_magics.errors import FrameError
from sciml_magics.learning.splitting.splits import SHARES, split_indices
from sciml_magics.tasks import Value
from sciml_magics.tasks.allowed import labels_of

if TYPE_CHECKING:
    import pandas as pd

NAME = "split"
_MOST = 30


class Divided(NamedTuple):
    """A frame that is split.

    Parameters
    ----------
    frame
        The user's columns, then a categorical one with the name of each row's part.
    counts
        Rows of each label (and of all) in each part.
    notes
        What to know of it, a sentence each.
    """

    frame: pd.DataFrame
    counts: pd.DataFrame
    notes: tuple[str, ...] = ()


def split_frame(
    frame: pd.DataFrame,
    column: str | Sequence[str] = (),
    *,
    by: str | None = None,
    group: str | None = None,
    shares: Mapping[str, float] = SHARES,
    seed: int = 0,
    name: str = NAME,
) -> Divided:
    """Split the rows of a frame.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    column
        What is read from a row, one column or several: equal texts are never on two sides. None
        is every column but `by` and `group`. Rows with nothing in them belong to no part.
    by
        Column of the answers, a label or a list of labels or spans each: every label has its share
        in every part.
    group
        Column of the group that a row belongs to: no group is on two sides.
    shares
        Share of each part by its name.
    seed
        Of everything random.
    name
        Name of the new column.

    Raises
    ------
    FrameError
        If a column is not there, or one of the user's own would be replaced.
    LearningError
        If there are fewer different texts or groups than parts.
    """
    import pandas as pd

    from sciml_magics.frames.lookup import check_frame
    from sciml_magics.frames.naming import put_column
    from sciml_magics.frames.values import read_values

    read = [column] if isinstance(column, str) else list(column)
    check_frame(frame, [*read, *(one for one in (by, group) if one is not None)])
    _check_name(frame, name, shares)
    texts = _texts(frame, read, {by, group, name})
    values = None if by is None else read_values(frame, by)
    groups = None if group is None else read_values(frame, group)
    rows = [row for row, text in enumerate(texts) if text is not None]
    chosen = [None] * len(rows) if values is None else [values[row] for row in rows]
    apart = _all_different(chosen)
    split = split_indices(
        [texts[row] or "" for row in rows],
        None if apart else chosen,
        shares,
        None if groups is None else [groups[row] for row in rows],
        seed,
    )
    names = list(shares)
    codes = np.full(len(frame), -1, dtype=np.int8)
    codes[rows] = [names.index(part) for part in split.parts]
    done = frame.copy()
    put_column(done, name, pd.Categorical.from_codes(codes, categories=pd.Index(names)))
    notes = split.notes
    if left_out := len(frame) - len(rows):
        have = "row has" if left_out == 1 else "rows have"
        notes = (f"{left_out:,} {have} nothing to read: no part", *notes)
    if apart:
        notes = (f"no two rows have the same '{by}': the split does not go by it", *notes)
    return Divided(done, _counts(split.parts, chosen, names), notes)


def _check_name(frame: pd.DataFrame, name: str, shares: Mapping[str, float]) -> None:
    from sciml_magics.frames.lookup import column_at

    if not any(str(column) == name for column in frame.columns):
        return
    own = frame.iloc[:, column_at(frame, name)]
    # A column of an earlier split is replaced.
    if getattr(own.dtype, "categories", None) is None or not set(own.dropna()) <= set(shares):
        raise FrameError(
            f"the frame has a column '{name}' of its own: name another for the split, or rename it"
        )


def _texts(frame: pd.DataFrame, read: Sequence[str], others: set[str | None]) -> list[str | None]:
    """What is read from each row, ``None`` for nothing."""
    from sciml_magics.frames.cells import TextColumn
    from sciml_magics.frames.lookup import column_at

    rows = np.arange(len(frame), dtype=np.int64)
    if not read:
        places = [at for at, column in enumerate(frame.columns) if str(column) not in others]
        columns = [[_printed(cell) for cell in frame.iloc[:, at].tolist()] for at in places]
    else:
        columns = [
            TextColumn(name, frame.iloc[:, column_at(frame, name)]).read(rows)[0] for name in read
        ]
    if not columns:
        raise FrameError("the frame has nothing to read but its answers: name a column")
    cells = zip(*columns, strict=True)
    return ["\x1f".join(cell or "" for cell in row) if any(row) else None for row in cells]


def _printed(cell: object) -> str | None:
    import pandas as pd

    missing = pd.api.types.is_scalar(cell) and bool(pd.isna(cell))  # type: ignore[call-overload]  # of any scalar
    return None if missing else str(cell) or None


def _all_different(values: Sequence[Value]) -> bool:
    """Whether no label stands twice, so that none can be in two parts."""
    labels = Counter(label for value in values for label in labels_of(value))
    return bool(labels) and max(labels.values()) == 1


def _counts(parts: Sequence[str], values: Sequence[Value], names: list[str]) -> pd.DataFrame:
    import pandas as pd

    labels = Counter(
        (label, part)
        for part, value in zip(parts, values, strict=True)
        for label in (dict.fromkeys(labels_of(value)) if value is not None else ())
    )
    totals = Counter(label for label, _ in labels.elements())
    rows = [("all rows", *(Counter(parts)[name] for name in names))]
    shown = [label for label, _ in totals.most_common(_MOST)]
    rows += [(label, *(labels[label, name] for name in names)) for label in shown]
    return pd.DataFrame(rows, columns=["label", *names]).set_index("label")
