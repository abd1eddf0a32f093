"""Read answers that stand in a column: a label, labels or spans in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.frames.cells import TextColumn
from sciml_magics.frames.lookup import column_at
from sciml_magics.tasks import Kind, Span, Value


def read_values(frame: pd.DataFrame, name: str, kind: Kind | None = None) -> list[Value]:
    """The answer in each row of a column, ``None`` where there is none.

    Parameters
    ----------
    frame
        The frame.
    name
        The column: text, numbers that are read as they print, lists of labels, or lists of spans,
        which are mappings with ``start``, ``end`` and ``label``.
    kind
        What the cells hold, as of tasks; ``None`` goes by each cell.

    Raises
    ------
    FrameError
        If there is no such column, or a cell holds something else.

    Examples
    --------
    >>> read_values(pd.DataFrame({"topic": ["genes", None, 3]}), "topic")
    ['genes', None, '3']
    >>> read_values(pd.DataFrame({"topics": [["genes", "cells"], []]}), "topics")
    [('genes', 'cells'), ()]
    """
    cells = frame.iloc[:, column_at(frame, name)]
    listed = [_listed(cell) for cell in cells.tolist()]
    alone = np.flatnonzero([cell is None for cell in listed])
    texts = dict(zip(alone.tolist(), TextColumn(name, cells).read(alone)[0], strict=True))
    return [
        _alone(texts[row], kind, name) if cell is None else _several(cell, kind, name)
        for row, cell in enumerate(listed)
    ]


def _listed(cell: Any) -> Sequence[Any] | None:
    """The parts of a cell, ``None`` for one that has none."""
    if isinstance(cell, np.ndarray):
        return cell.tolist() if cell.ndim == 1 else None
    if isinstance(cell, set | frozenset):
        return sorted(cell, key=str)
    return cell if isinstance(cell, list | tuple) else None


def _alone(text: str | None, kind: Kind | None, name: str) -> Value:
    if text is None or kind in (None, "label", "text", "value"):
        return text
    if kind == "labels":
        return (text,)
    raise FrameError(f"column '{name}' holds text, not lists of spans: name another column")


def _several(parts: Sequence[Any], kind: Kind | None, name: str) -> Value:
    if kind in ("label", "text", "value"):
        raise FrameError(f"column '{name}' holds lists, but one answer is asked for: name another")
    if kind == "spans" or (kind is None and any(isinstance(part, Mapping) for part in parts)):
        return tuple(_span(part, name) for part in parts)
    return tuple(dict.fromkeys(str(part) for part in parts))


def _span(part: Any, name: str) -> Span:
    if isinstance(part, Span):
        return part
    try:
        start, end, label = int(part["start"]), int(part["end"]), str(part["label"])
        return Span(start, end, label, str(part.get("text", "")), float(part.get("score", 1.0)))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise FrameError(
            f"column '{name}' holds {part!r:.60}, which is no span: give start, end and label"
        ) from error
