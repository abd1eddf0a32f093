"""Records that annotators answer differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sciml_magics.review.holding import holding
from sciml_magics.review.verdicts import position_of, verdict
from sciml_magics.tasks import KeptResponse, Record, Response, Span, Task

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.store import Store


def differing(task: Task, kept: Iterable[KeptResponse]) -> dict[bytes, list[KeptResponse]]:
    """Records whose annotators do not all say the same, and the responses that hold.

    Those that an adjudicator has decided are still among them. A skipped record is no opinion.
    """
    kept = list(kept)
    decided = holding(kept, task, "adjudicator")
    found = {}
    for record_id, said in holding(kept, task, "annotator").items():
        opinions = {
            position_of(one.response) for one in said.values() if one.response.decision != "skipped"
        }
        if len(opinions) > 1:
            found[record_id] = [*said.values(), *decided.get(record_id, {}).values()]
    return found


def disagreements(
    task: Task,
    kept: Iterable[KeptResponse],
    record: Callable[[bytes], Record | None],
    limit: int | None = None,
) -> pd.DataFrame:
    """A row for each record that annotators answer differently.

    Parameters
    ----------
    task
        The task.
    kept
        Its responses, undone ones and undos included, in any order.
    record
        Finds what was read, by address.
    limit
        At most so many rows, those with the newest responses.

    Returns
    -------
    pandas.DataFrame
        ``record``; the columns that the task reads; for each annotator what they said, as text;
        ``status`` and ``verdict``: what comes of it, by an adjudicator or by majority.
    """
    import pandas as pd

    found = differing(task, kept)
    newest_first = sorted(found, key=lambda one: max(k.id for k in found[one]))[::-1]
    shown = newest_first[:limit]
    annotators = sorted({said.response.annotator for one in shown for said in found[one]})
    rows = [_row(task, record(one), one, found[one], annotators) for one in shown]
    names = ["record", *task.columns, *annotators, "status", "verdict"]
    # Built by position: an annotator may be called as a column is.
    return pd.DataFrame({at: [row[at] for row in rows] for at in range(len(names))}).set_axis(
        pd.Index(names, dtype=object), axis=1
    )


def disagreements_of(store: Store, task: Task, limit: int | None = None) -> pd.DataFrame:
    """`disagreements` of the responses that a store has for a task."""
    return disagreements(task, store.responses(task.name, task.kind), store.record, limit)


def in_words(response: Response) -> str:
    """What a response says, as text for people.

    Examples
    --------
    >>> spans = (Span(0, 4, "animal", "mice"), Span(5, 9, "food", "corn"))
    >>> in_words(Response("key", bytes(16), "accepted", spans, "Ada"))
    'animal “mice”, food “corn”'
    >>> in_words(Response("key", bytes(16), "rejected", None, "Ada"))
    '(rejected)'
    """
    value = response.value
    if value is None:
        return f"({response.decision})"
    if isinstance(value, str):
        return value
    parts = [f"{p.label} “{p.text}”" if isinstance(p, Span) else p for p in value]
    return ", ".join(parts) or "(none)"


def _row(
    task: Task,
    record: Record | None,
    record_id: bytes,
    held: Sequence[KeptResponse],
    annotators: Iterable[str],
) -> list[Any]:
    content = dict(record.content) if record else {}
    said = {one.response.annotator: in_words(one.response) for one in held}
    decided = verdict(held)
    return [
        record_id.hex(),
        *(content.get(column) for column in task.columns),
        *(said.get(name) for name in annotators),
        decided.status,
        "" if decided.status == "disputed" else said[decided.annotators[-1]],
    ]
