"""Back in the frame: what people and models say of each row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.errors import ModelError
from sciml_magics.review.verdicts import Verdict, verdicts
from sciml_magics.store.trained import in_order
from sciml_magics.tasks import ModelIdentity, Span, Task, Value, default_threshold, same_value

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.frames import Answers, People, Records
    from sciml_magics.store import Store


def labels_frame(
    frame: pd.DataFrame,
    task: Task,
    store: Store,
    *,
    model: ModelIdentity | str | None = None,
    threshold: float | None = None,
    accept_above: float | None = None,
    calibrate: Callable[[Task, ModelIdentity, Records, Answers], object] | None = None,
) -> pd.DataFrame:
    """A new frame with the answers that hold now: people's, else the model's.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    task
        The task. Where this version was never used, as that of a model which brings its own
        labels, the version of its name that ran last is taken.
    store
        What people and models said.
    model
        Whose suggestions stand where nobody answered, as ``id@revision`` or ``id``; ``None`` for
        the promoted one, else the one that ran last.
    threshold
        A suggestion with a lower score is an abstention; ``None`` for
        `sciml_magics.tasks.default_threshold`. It does not concern people's answers.
    accept_above
        A suggestion that nobody answered, with this score or a higher one, is ``"trusted"``.
    calibrate
        Puts calibrated scores over those of the model; ``None`` leaves them as they are.

    Returns
    -------
    pandas.DataFrame
        With the columns ``{task}``, ``{task}_score`` (probability that the value is right as the
        model sees it, 0 to 1; missing where the value is not the model's), ``{task}_status``,
        ``{task}_annotator`` and ``{task}_time`` (UTC). A record that people rejected, skipped or
        flagged, or that they dispute, has a status and no value.

    Raises
    ------
    FrameError
        If the frame lacks a column of the task, or has one of its own where the task would write.
    ModelError
        If no such model suggested anything.
    """
    from sciml_magics.frames import Answers, People, check_columns, read_records, write_columns

    known = version_of(task, store)
    check_columns(frame, known, review=True)
    records = read_records(frame, known, np.arange(len(frame), dtype=np.int64))
    answers, people = Answers(known, len(records)), People(len(records))
    chosen = model_of(known, store, model)
    _suggest(known, store, chosen, records, answers)
    if calibrate is not None and chosen is not None:
        calibrate(known, chosen, records, answers)
    # All responses: people give thousands, a frame may have a million records to look up.
    said = verdicts(store.responses(known.name, known.kind), known)
    _answer(said, records, answers, people)
    sure = default_threshold(known.kind, len(known.labels)) if threshold is None else threshold
    return write_columns(frame, known, records, answers, sure, people, accept_above)


def version_of(task: Task, store: Store) -> Task:
    """The task as a plain definition, in the version that the store knows."""
    plain = Task.from_json(task.to_json())
    if store.find_task(plain) is None:
        latest = store.latest(task.name)
        if latest is not None and (latest.kind, latest.columns) == (task.kind, task.columns):
            return latest
    return plain


def model_of(task: Task, store: Store, wanted: ModelIdentity | str | None) -> ModelIdentity | None:
    """The model that is wanted, else the promoted one, else the one that ran last."""
    if isinstance(wanted, ModelIdentity):
        return wanted
    versions = [at for known, at, _ in store.tasks() if known == task]
    runs = [run.model for run in store.runs(task.name) if run.task_version in versions]
    ran = in_order(store.database, task.name, task.kind, dict.fromkeys(reversed(runs)))
    if wanted is None:
        return ran[0] if ran else None
    named = [model for model in ran if wanted in (model.id, model.short)]
    if not named:
        others = ", ".join(sorted({model.short for model in ran})) or "none yet"
        raise ModelError(f"no suggestions of '{wanted}' for task '{task.name}', only of: {others}")
    return named[0]


def _suggest(
    task: Task, store: Store, model: ModelIdentity | None, records: Records, answers: Answers
) -> None:
    task_id = store.find_task(task)
    if task_id is None or model is None:
        return
    for positions, values, scores in store.answers(task_id, model, records.ids):
        answers.put(positions, values, scores)


def _answer(said: dict[bytes, Verdict], records: Records, answers: Answers, people: People) -> None:
    """Put people's answers over the model's."""
    if not said:
        return
    at_address = {address: at for at, address in enumerate(records.ids.tolist())}
    positions: list[int] = []
    values: list[Value] = []
    scores: list[float] = []
    for address, verdict in said.items():
        at = at_address.get(address)
        if at is None:
            continue
        code = int(answers.codes[at])
        suggested = answers.values[code] if code >= 0 else None
        kept = verdict.value is not None and same_value(verdict.value, suggested)
        positions.append(at)
        values.append(_certain(verdict.value))
        scores.append(float(answers.scores[at]) if kept else float("nan"))
        time = np.datetime64(verdict.created.replace(tzinfo=None), "ms")
        people.put(at, verdict.status, verdict.annotators, time)
    answers.put(np.array(positions, dtype=np.int64), values, np.array(scores, dtype=np.float32))


def _certain(value: Value) -> Value:
    """A person's spans are certain, whatever score they had as suggestions."""
    if not isinstance(value, tuple):
        return value
    return tuple(
        Span(part.start, part.end, part.label, part.text) if isinstance(part, Span) else part
        for part in value
    )  # type: ignore[return-value]  # all of them spans, or all of them names
