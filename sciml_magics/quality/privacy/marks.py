"""What is marked in a column: what the model suggested, and what people made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames import Records, read_records
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store
from sciml_magics.tasks import ModelIdentity, Span, Task, Value

Spans = tuple[Span, ...]

# From so many marked stretches on, a promoted model has the last word on a kind.
_TAUGHT = 10


@dataclass(frozen=True)
class Marks:
    """The personal data of one column.

    Parameters
    ----------
    task
        The task that marks it.
    records
        The different texts of the column.
    spans
        What is marked in each of them.
    answered
        Whether people decided on each; bool, shape ``[records]``.
    """

    task: Task
    records: Records
    spans: Sequence[Spans]
    answered: npt.NDArray[np.bool_]

    @property
    def column(self) -> str:
        """Name of the column."""
        return self.task.columns[0]

    def rows_of(self) -> npt.NDArray[np.int64]:
        """In how many rows each of the different texts stands; ``[records]``."""
        held = self.records.inverse[self.records.inverse >= 0]
        return np.bincount(held, minlength=len(self.records)).astype(np.int64)


def gather(
    frame: pd.DataFrame, task: Task, store: Store, model: ModelIdentity, threshold: float = 0.0
) -> Marks:
    """What holds for the texts of a column: what people accepted or corrected, else the suggestion.

    Of a text that was rejected nothing is marked; one that was skipped or flagged, or that people
    dispute, is as the model left it.

    Parameters
    ----------
    frame
        The frame.
    task
        The task of the column, its labels resolved.
    store
        Where suggestions and answers are.
    model
        Whose suggestions.
    threshold
        Suggested spans with a lower score are left out.
    """
    records = read_records(frame, task, np.arange(len(frame), dtype=np.int64))
    spans: list[Spans] = [()] * len(records)
    task_id = store.find_task(task)
    if task_id is not None:
        for positions, values, _ in store.answers(task_id, model, records.ids):
            for at, value in zip(positions.tolist(), values, strict=True):
                spans[at] = tuple(span for span in _spans(value) if span.score >= threshold)
    answered = np.zeros(len(records), dtype=bool)
    said = verdicts(store.responses(task.name, task.kind), task)
    if said:
        places = {address: at for at, address in enumerate(records.ids.tolist())}
        for address, verdict in said.items():
            at_record = places.get(address)
            if at_record is None or verdict.status not in ("accepted", "corrected", "rejected"):
                continue
            answered[at_record] = True
            spans[at_record] = _spans(verdict.value)
    return Marks(task, records, spans, answered)


def taught_kinds(store: Store, task: Task) -> frozenset[str]:
    """Kinds that people marked often enough for a model to have learnt them."""
    said = verdicts(store.responses(task.name, task.kind), task).values()
    marked = Counter(span.label for verdict in said for span in _spans(verdict.value))
    return frozenset(kind for kind, count in marked.items() if count >= _TAUGHT)


def counted(marks: Iterable[Marks]) -> pd.DataFrame:
    """How much of each kind there is in each column.

    Returns
    -------
    pandas.DataFrame
        A row for each column and kind: ``column``, ``kind``, ``rows`` that hold any, ``found`` in
        all rows, ``different`` values.
    """
    lines = []
    for one in marks:
        rows_of = one.rows_of()
        rows: dict[str, int] = {}
        found: dict[str, int] = {}
        values: dict[str, set[str]] = {}
        for spans, count in zip(one.spans, rows_of.tolist(), strict=True):
            for kind in {span.label for span in spans}:
                rows[kind] = rows.get(kind, 0) + count
            for span in spans:
                found[span.label] = found.get(span.label, 0) + count
                values.setdefault(span.label, set()).add(span.text.casefold())
        for kind in sorted(found, key=lambda name: -found[name]):
            lines.append((one.column, kind, rows[kind], found[kind], len(values[kind])))
    return pd.DataFrame(lines, columns=["column", "kind", "rows", "found", "different"])


def _spans(value: Value) -> Spans:
    if not isinstance(value, tuple):
        return ()
    return tuple(sorted((part for part in value if isinstance(part, Span)), key=lambda s: s.start))
