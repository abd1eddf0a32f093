"""Evaluate suggestions that are stored, or a column, against people's answers or another column."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from sciml_magics.errors import FrameError, LearningError, ModelError
from sciml_magics.learning.answers import Answered, gather
from sciml_magics.learning.evaluating.evaluation import Evaluation, evaluate
from sciml_magics.learning.evaluating.given import Alternatives
from sciml_magics.learning.splitting.spelling import told_apart
from sciml_magics.review.frame import model_of, version_of
from sciml_magics.store import Store
from sciml_magics.store.alternatives import suggested
from sciml_magics.store.lookup import Ids, as_ids
from sciml_magics.store.trained import trained_models
from sciml_magics.tasks import ModelIdentity, Task, Value

if TYPE_CHECKING:
    import pandas as pd

Which: TypeAlias = Literal["held_out", "all"]

# More different numbers than these are put into so many ranges with as many rows each.
_MOST_NUMBERS = 12
_RANGES = 5
_MISSING = "(missing)"


class Said(NamedTuple):
    """What was suggested for some records.

    Parameters
    ----------
    known
        Positions of those that have a suggestion.
    values, scores, alternatives
        Of each of these; ``None`` is an abstention, NaN no score.
    source
        Whose suggestions.
    calibration
        How their scores were calibrated, in words; empty where they are the model's own.
    """

    known: list[int]
    values: list[Value]
    scores: list[float]
    alternatives: Sequence[Alternatives] | None
    source: str
    calibration: str = ""


def against_people(
    store: Store,
    task: Task,
    frame: pd.DataFrame | None = None,
    *,
    model: str | None = None,
    by: str | None = None,
    part: Which = "held_out",
    seed: int = 0,
) -> tuple[Evaluation, str]:
    """Evaluate a model's suggestions by what people answered.

    Parameters
    ----------
    store, task
        The store, and the task in any version.
    frame
        Only records of its rows; ``None`` is all.
    model
        Whose suggestions, as `which_model`.
    by
        Column of the frame, or of the task: scores are told for each of its values.
    part
        ``"held_out"``: only records that no model learns from. ``"all"``: also the others.
    seed
        Of the intervals.

    Returns
    -------
    tuple
        The evaluation, and what was compared with what, in words.

    Raises
    ------
    SciMLError
        If there is nothing to compare, or no such model, frame or column.
    """
    known = version_of(task, store)
    answered = gather(store, known)
    if not len(answered):
        raise LearningError(
            f"nobody has answered a record of '{task.name}' yet: review some with "
            f"%review {task.name}, or compare with a column of yours by --gold"
        )
    chosen = answered if part == "all" else answered.part("held_out")
    if not len(chosen):
        raise LearningError(
            f"none of the {len(answered):,} answers to '{task.name}' is held out for evaluation: "
            "review more (three records of ten are), or take --all"
        )
    slices = None if by is None else _slices_of(chosen, frame, known, by)
    if frame is not None:
        chosen, slices = _within(chosen, slices, frame, known)
    ids = as_ids(record.id for record in chosen.records)
    said = stored_suggestions(store, known, which_model(store, known, model), ids)
    texts = chosen.texts()
    found = evaluate(
        [chosen.values[at] for at in said.known],
        said.values,
        known,
        scores=said.scores,
        probabilities=said.alternatives,
        slices=None if slices is None else [slices[at] for at in said.known],
        texts=[texts[at] for at in said.known],
        seed=seed,
    )
    notes = (*_drawn(chosen, part), *_without(len(chosen), said), *answered.notes)
    if said.calibration:
        notes = (*notes, f"{said.calibration}, some of them these: ECE may look better than it is")
    which = "held-out answers of people" if part == "held_out" else "all answers of people"
    return replace(found, notes=(*notes, *found.notes)), f"{said.source} against {which}"


def against_column(
    store: Store | None,
    task: Task,
    frame: pd.DataFrame,
    gold: str,
    *,
    predicted: str | None = None,
    model: str | None = None,
    by: str | None = None,
    seed: int = 0,
) -> tuple[Evaluation, str]:
    """Evaluate a model's suggestions, or a column, by another column of a frame, row by row.

    Parameters
    ----------
    store
        Holds the suggestions; not asked where `predicted` is given.
    task
        The task in any version.
    frame
        The frame.
    gold
        Column of the right answers; rows without one are left out.
    predicted
        Column of the answers to judge; a row without one abstains.
    model, by, seed
        As of `against_people`.

    Raises
    ------
    SciMLError
        As `against_people`.
    """
    from sciml_magics.frames.lookup import check_frame
    from sciml_magics.frames.records import read_records
    from sciml_magics.frames.values import read_values

    columns = [one for one in (gold, predicted, by) if one is not None]
    check_frame(frame, columns)
    right = read_values(frame, gold, task.kind)
    if not any(value is not None for value in right):
        raise FrameError(f"the column '{gold}' has no answer in any row: name another with --gold")
    known = task if store is None else version_of(task, store)
    records = read_records(frame, known, np.arange(len(frame), dtype=np.int64))
    if predicted is not None:
        values = read_values(frame, predicted, task.kind)
        said = Said(list(range(len(frame))), values, _scores(frame, predicted), None, predicted)
    elif store is None:
        raise ValueError("without a column of answers there must be a store")
    else:
        chosen = which_model(store, known, model)
        said = _by_row(
            stored_suggestions(store, known, chosen, records.ids), records.inverse.tolist()
        )
    slices = None if by is None else column_slices(frame, by)
    texts = told_apart(list(records), known)
    of_row = records.inverse.tolist()
    found = evaluate(
        [right[row] for row in said.known],
        said.values,
        known,
        scores=said.scores,
        probabilities=said.alternatives,
        slices=None if slices is None else [slices[row] for row in said.known],
        texts=[texts[of_row[row]] if of_row[row] >= 0 else "" for row in said.known],
        seed=seed,
    )
    notes = [*_without(len(frame), said), *([said.calibration] if said.calibration else [])]
    return replace(found, notes=(*notes, *found.notes)), f"{said.source} against column '{gold}'"


def which_model(store: Store, task: Task, wanted: str | None) -> ModelIdentity:
    """The model whose suggestions are meant.

    Parameters
    ----------
    store, task
        The store, and the version that it knows.
    wanted
        ``id``, ``id@revision`` or the name of a model that was trained for the task; ``None`` is
        the promoted one, else the one that ran last.

    Raises
    ------
    ModelError
        If there is none.
    """
    named: ModelIdentity | str | None = wanted
    if wanted is not None:
        own = trained_models(store.database, task.name, task.kind)
        named = {one.name: one.model for one in own}.get(wanted, wanted)
    found = model_of(task, store, named)
    if found is None:
        raise ModelError(
            f"no model has suggested anything for '{task.name}' yet: run "
            f"%annotate FRAME --task {task.name} first"
        )
    return found


def stored_suggestions(store: Store, task: Task, model: ModelIdentity, ids: Ids) -> Said:
    """What a model suggested for those of some records that it has read.

    Scores are those that frames show: calibrated ones where a calibration of the model holds.

    Raises
    ------
    LearningError
        If it has read none of them.
    """
    task_id = store.find_task(task)
    rows: list[tuple[int, Value, float, Alternatives]] = []
    if task_id is not None:
        for part in suggested(store.database, task_id, model, ids):
            told = (part.positions.tolist(), part.values, part.scores.tolist(), part.alternatives)
            rows += zip(*told, strict=True)
    if not rows:
        raise LearningError(
            f"{model.short} has suggested nothing for these records of '{task.name}': run "
            f"%annotate FRAME --task {task.name} first"
        )
    rows.sort(key=lambda row: row[0])
    at, values, scores, alternatives = (list(column) for column in zip(*rows, strict=True))
    return _calibrated(store, task, model, Said(at, values, scores, alternatives, model.short))


def _calibrated(store: Store, task: Task, model: ModelIdentity, said: Said) -> Said:
    """Suggestions with the scores that frames show: calibrated where a calibration holds."""
    from sciml_magics.learning.trust.calibrating import held

    found = held(store, task, model)
    if found is None or said.alternatives is None or found.calibrator.method == "none":
        return said
    calibrator = found.calibrator
    scores = np.array(said.scores, dtype=np.float64)
    pairs = zip(said.alternatives, said.scores, strict=True)
    return said._replace(
        values=[calibrator.value(value) for value in said.values],
        scores=calibrator.scores(said.values, scores, said.alternatives).tolist(),
        alternatives=[calibrator.alternatives(one, score) for one, score in pairs],
        calibration=found.words,
    )


def column_slices(frame: pd.DataFrame, by: str) -> list[Hashable]:
    """What each row belongs to: the value of a column, or the range that a number is in.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": range(2000, 2020), "journal": ["A", None] * 10})
    >>> column_slices(frame, "year")[0], column_slices(frame, "journal")[:2]
    ('2000 to 2003', ['A', '(missing)'])
    """
    import pandas as pd

    from sciml_magics.frames.lookup import column_at

    column = frame.iloc[:, column_at(frame, by)]
    numbers = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if numbers and column.nunique() > _MOST_NUMBERS:
        ranges = pd.qcut(column, _RANGES, labels=False, duplicates="drop")
        bounds = column.groupby(ranges).agg(["min", "max"])
        names = {at: f"{low:g} to {high:g}" for at, low, high in bounds.itertuples()}
        return [names.get(at, _MISSING) for at in ranges.tolist()]
    missing = column.isna().tolist()
    return [_MISSING if gone else str(cell) for gone, cell in zip(missing, column, strict=True)]


def _slices_of(
    answered: Answered, frame: pd.DataFrame | None, task: Task, by: str
) -> list[Hashable]:
    """What each answered record belongs to."""
    if frame is None:
        if by in task.columns:
            cells = [dict(record.content).get(by) for record in answered.records]
            return [cell or _MISSING for cell in cells]
        raise FrameError(f"which frame has the column '{by}'? name it behind the task")
    from sciml_magics.frames.lookup import check_frame

    check_frame(frame, [by])
    slices = column_slices(frame, by)
    rows = _rows_of(frame, task)
    return [
        slices[rows[record.id]] if record.id in rows else _MISSING for record in answered.records
    ]


def _within(
    answered: Answered, slices: list[Hashable] | None, frame: pd.DataFrame, task: Task
) -> tuple[Answered, list[Hashable] | None]:
    """Those of the answers whose records are in a frame."""
    rows = _rows_of(frame, task)
    at = [place for place, record in enumerate(answered.records) if record.id in rows]
    if not at:
        raise LearningError(
            f"none of the {len(answered):,} answered records is in this frame: leave the frame out"
        )
    return answered.take(at), None if slices is None else [slices[place] for place in at]


def _rows_of(frame: pd.DataFrame, task: Task) -> Mapping[bytes, int]:
    """The first row of every record of a frame, by its address."""
    from sciml_magics.frames.records import read_records

    records = read_records(frame, task, np.arange(len(frame), dtype=np.int64))
    return dict(zip(records.ids.tolist(), records.first.tolist(), strict=True))


def _by_row(said: Said, of_row: Sequence[int]) -> Said:
    """Suggestions for the rows that have the records."""
    place = {record: at for at, record in enumerate(said.known)}
    rows = [row for row, record in enumerate(of_row) if record in place]
    at = [place[of_row[row]] for row in rows]
    return said._replace(
        known=rows,
        values=[said.values[i] for i in at],
        scores=[said.scores[i] for i in at],
        alternatives=None if said.alternatives is None else [said.alternatives[i] for i in at],
    )


def _scores(frame: pd.DataFrame, predicted: str) -> list[float]:
    """The scores beside a column of answers, where the frame has them."""
    import pandas as pd

    name = f"{predicted}_score"
    if name not in frame.columns or not pd.api.types.is_numeric_dtype(frame[name]):
        return [float("nan")] * len(frame)
    return frame[name].astype("float64").tolist()


def _drawn(answered: Answered, part: Which) -> list[str]:
    """How far the answers stand for all records."""
    drawn = sum(answered.drawn)
    notes = []
    if drawn < len(answered):
        notes.append(
            f"{drawn:,} of {len(answered):,} answers are to records that were drawn at random: "
            "the others may be harder or easier than most"
        )
    if part == "all":
        notes.append("models may have learnt from some of these answers, and look better than so")
    return notes


def _without(number: int, said: Said) -> list[str]:
    left = number - len(said.known)
    if not left:
        return []
    return [f"{left:,} of {number:,} records have no suggestion of {said.source}: left out"]
