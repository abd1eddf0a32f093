"""What the charts of a review are drawn from: counts out of the store, small whatever its size.

Suggestions are counted by the database. Responses are read one by one, since which of them hold
depends on all of a record's; a person gives some thousands, not a million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, cast, func, select

from sciml_magics.errors import TaskError
from sciml_magics.review.holding import holding
from sciml_magics.review.verdicts import Verdict, verdicts
from sciml_magics.store import Store, codec
from sciml_magics.store.lookup import as_ids
from sciml_magics.store.schema import suggestions
from sciml_magics.store.trained import in_order
from sciml_magics.tasks import KeptResponse, ModelIdentity, Span, Task, Value

SCORE_BINS = 20
# Where a suggestion names several labels, they are counted in so many of them, drawn at random.
MOST_READ = 100_000
# Sent to the database in one statement.
_AT_ONCE = 1_000
# Decisions that say whether the suggestion was right.
JUDGING = ("accepted", "corrected", "rejected")


class Subject(NamedTuple):
    """A task as its charts see it: the version and the model that ran last.

    Parameters
    ----------
    task
        The version.
    task_id
        Its id in the store.
    model
        The model, ``None`` where none ran.
    """

    task: Task
    task_id: int
    model: ModelIdentity | None


class Judged(NamedTuple):
    """A response that holds, and the suggestion that was beside the record.

    Parameters
    ----------
    kept
        The response.
    suggested
        Value of the suggestion; ``None`` where the model abstained.
    score
        0 to 1, higher is surer; NaN where the model gave none.
    """

    kept: KeptResponse
    suggested: Value
    score: float

    @property
    def agrees(self) -> bool:
        """Whether the person kept the suggestion's value."""
        return self.kept.response.decision == "accepted"


class ShareBetween(NamedTuple):
    """A share of a sample, and the bounds of its 95 % interval; all 0 to 1."""

    share: float
    low: float
    high: float


def subject(store: Store, name: str) -> Subject:
    """The version of a task that ran last, and the model that speaks for it.

    Raises
    ------
    TaskError
        If the store has no task of this name.
    """
    task = store.latest(name)
    task_id = store.find_task(task) if task else None
    if task is None or task_id is None:
        raise TaskError(f"no task '{name}' in {store.name}")
    ran = dict.fromkeys(run.model for run in reversed(store.runs(name)))
    models = in_order(store.database, name, task.kind, ran)
    return Subject(task, task_id, models[0] if models else None)


def suggested_labels(store: Store, asked: Subject) -> Counter[str | None]:
    """How many records the model suggests each label for; ``None`` is an abstention.

    A record counts once for every label that its suggestion names. Of tasks with several labels
    more than `MOST_READ` suggestions are estimated from so many, drawn at random.
    """
    found: Counter[str | None] = Counter()
    value = suggestions.c.value
    if asked.task.kind == "label":
        counted = _of_model(store, asked, value, func.count(), through=True).group_by(value)
        for text, number in _rows(store, counted):
            found.update(dict.fromkeys(labels_of(codec.load_value(text)), number))
        return found
    [(total,)] = _rows(store, _of_model(store, asked, func.count()))
    # Batches are stored in the order of their addresses, which are hashes: every n-th suggestion
    # is a random one of each batch.
    step = max(1, -(-total // MOST_READ))
    drawn = _of_model(store, asked, value, through=True).where(suggestions.c.id % step == 0)
    rows = _rows(store, drawn)
    for (text,) in rows:
        found.update(labels_of(codec.load_value(text)))
    if step > 1:
        found = Counter({label: round(n * total / len(rows)) for label, n in found.items()})
    return found


def suggested_scores(store: Store, asked: Subject) -> dict[int, int]:
    """How many suggestions have a score in each of `SCORE_BINS` bins of equal width."""
    # Rounding half a bin lower is a floor that SQLite and PostgreSQL agree on.
    bins = cast(func.round(suggestions.c.score * SCORE_BINS - 0.4999999), Integer)
    counted = _of_model(store, asked, bins, func.count())
    counted = counted.where(suggestions.c.score.is_not(None)).group_by(bins)
    found: Counter[int] = Counter()
    for at, number in _rows(store, counted):
        found[min(max(at, 0), SCORE_BINS - 1)] += number
    return found


def score_bin(score: float) -> int:
    """The bin of a score.

    Examples
    --------
    >>> score_bin(0.5), score_bin(1.0)
    (10, 19)
    """
    return min(max(int(score * SCORE_BINS), 0), SCORE_BINS - 1)


def labels_of(value: Value) -> list[str | None]:
    """The labels that a value names, each once; of no value, or an empty one, the one ``None``.

    Examples
    --------
    >>> labels_of(("cells", "genes"))
    ['cells', 'genes']
    >>> labels_of(None)
    [None]
    """
    if isinstance(value, str):
        return [value]
    names = [part.label if isinstance(part, Span) else part for part in value or ()]
    return list(dict.fromkeys(names)) or [None]


def said(store: Store, asked: Subject) -> dict[bytes, Verdict]:
    """What people say of each record that somebody answered."""
    return verdicts(store.responses(asked.task.name, asked.task.kind), asked.task)


def standing(store: Store, asked: Subject) -> list[KeptResponse]:
    """The responses that hold, one a record and annotator, in the order they were given."""
    held = holding(store.responses(asked.task.name, asked.task.kind))
    return sorted(
        (kept for by_person in held.values() for kept in by_person.values()),
        key=lambda kept: kept.id,
    )


def judged(store: Store, kept: Sequence[KeptResponse]) -> list[Judged]:
    """Those of `kept` that say whether a suggestion was right, with that suggestion."""
    beside = [
        (one, one.response.suggestion)
        for one in kept
        if one.response.suggestion is not None
        and one.response.decision in JUDGING
        # Beside a likely error stands what other answers say, not what the model suggests.
        and one.response.share != "errors"
    ]
    found: dict[int, tuple[Value, float]] = {}
    wanted = sorted({at for _, at in beside})
    find = select(suggestions.c.id, suggestions.c.value, suggestions.c.score)
    for start in range(0, len(wanted), _AT_ONCE):
        among = suggestions.c.id.in_(wanted[start : start + _AT_ONCE])
        for at, value, score in _rows(store, find.where(among)):
            found[at] = (codec.load_value(value), float("nan") if score is None else score)
    return [Judged(one, *found[at]) for one, at in beside if at in found]


def share_between(successes: int, number: int) -> ShareBetween:
    """A share with its 95 % interval after Wilson, which holds for few and for extreme ones too.

    Examples
    --------
    >>> [round(bound, 2) for bound in share_between(9, 10)]
    [0.9, 0.6, 0.98]
    """
    z = 1.96
    share = successes / number
    middle = share + z * z / (2 * number)
    reach = z * sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    scale = 1 + z * z / number
    return ShareBetween(
        share, max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
    )


def current_suggestions(store: Store, asked: Subject, records: Sequence[bytes]) -> list[Value]:
    """What the model suggests now for those of some records that it has read."""
    if asked.model is None or not records:
        return []
    ids = as_ids(records)
    answers = store.answers(asked.task_id, asked.model, ids)
    return [value for _, values, _ in answers for value in values]


def _of_model(store: Store, asked: Subject, *columns: Any, through: bool = False) -> Select[Any]:
    """Columns of the model's suggestions; `through` reads the table from one end to the other.

    That is five times as fast as what an index saves, a row here and a row there.
    """
    model_id = store._known_model(asked.model) if asked.model else None
    # Added to nothing, the id is found in no index.
    task_id = suggestions.c.task_id + 0 if through else suggestions.c.task_id
    return select(*columns).where(task_id == asked.task_id, suggestions.c.model_id == model_id)


def _rows(store: Store, statement: Select[Any]) -> list[Any]:
    with store._database.read() as connection:
        return list(connection.execute(statement).all())
