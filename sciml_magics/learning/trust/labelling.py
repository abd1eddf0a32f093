"""Sets of labels for the rows of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sciml_magics.errors import FrameError, LearningError
from sciml_magics.learning.trust.calibration import fit
from sciml_magics.learning.trust.calibrator import Calibrator
from sciml_magics.learning.trust.conformal import Sets, label_sets, ranked_beyond, sets_of_several
from sciml_magics.learning.trust.curves import Floats
from sciml_magics.learning.trust.judgements import Judgements, enough, judgements
from sciml_magics.store import Store
from sciml_magics.store.alternatives import suggested
from sciml_magics.tasks import ModelIdentity, Task

if TYPE_CHECKING:
    import pandas as pd


def label_sets_of(
    store: Store, task: Task, model: ModelIdentity, frame: pd.DataFrame, coverage: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A new frame with a set of labels for each row that the model read.

    Parameters
    ----------
    store
        The store.
    task
        A task with a label or labels.
    model
        Whose suggestions.
    frame
        The user's frame; it is not changed.
    coverage
        How often, at least, a set is to hold what people say: above 0, below 1.

    Returns
    -------
    pandas.DataFrame
        With a column ``{task}_set`` of lists, missing where the model read nothing.
    tuple of str
        What the sets are made from and how large they are.

    Raises
    ------
    LearningError
        If people judged too few suggestions, or the answers are no labels.
    FrameError
        If the frame lacks a column of the task.
    """
    import pandas as pd
    import pyarrow as pa

    from sciml_magics.frames import read_records
    from sciml_magics.frames.naming import put_column
    from sciml_magics.frames.nested import LABELS

    if task.kind not in ("label", "labels"):
        raise LearningError(f"sets are of labels: task '{task.name}' asks for {task.kind}")
    name = f"{task.name}_set"
    if name in task.columns:
        raise FrameError(f"the task reads a column '{name}', which the sets would replace")
    found = judgements(store, task, model)
    enough(found, task, model)
    records = read_records(frame, task, np.arange(len(frame), dtype=np.int64))
    asked, positions = _asked(store, task, model, records.ids)
    # The model's own probabilities: calibrated ones have seen the answers that the sets come from,
    # and the promise holds for probabilities that have not.
    sets, random = _sets(found, task, fit(found.sample, task, "none"), asked, coverage)
    lists: list[Any] = [None] * len(records)
    for at, names in zip(positions.tolist(), sets.names(task.label_names), strict=True):
        lists[at] = list(names)
    of_row = records.of_rows(len(frame))
    column = pa.array([lists[at] if at >= 0 else None for at in of_row.tolist()], type=LABELS)
    result = frame.drop(columns=[name]) if name in frame.columns else frame.copy()
    put_column(result, name, pd.arrays.ArrowExtensionArray(column))
    return result, _notes(sets, random)


def _asked(
    store: Store, task: Task, model: ModelIdentity, ids: Any
) -> tuple[list[Any], np.ndarray[Any, np.dtype[np.int64]]]:
    """Alternatives of the records that the model read, and where these stand."""
    task_id = store.find_task(task)
    alternatives: list[Any] = []
    positions: list[int] = []
    if task_id is not None:
        for part in suggested(store.database, task_id, model, ids):
            for at, given in zip(part.positions.tolist(), part.alternatives, strict=True):
                if given:
                    alternatives.append(given)
                    positions.append(at)
    return alternatives, np.array(positions, dtype=np.int64)


def _sets(
    found: Judgements, task: Task, calibrator: Calibrator, asked: list[Any], coverage: float
) -> tuple[Sets, bool]:
    """The sets, and whether the answers that they are made from were drawn at random."""
    sample = found.sample
    usable = np.array(
        [
            truth is not None and bool(given)
            for truth, given in zip(sample.truth, sample.alternatives, strict=True)
        ],
        dtype=bool,
    )
    drawn = usable & found.drawn
    random = bool(int(drawn.sum()) * (1 - coverage) >= 3)
    chosen = sample.take(np.flatnonzero(drawn if random else usable))
    known = calibrator.probabilities(chosen.alternatives)
    everything: Floats = calibrator.probabilities(asked)
    names = task.label_names
    if task.kind == "labels":
        right = np.array([[name in (truth or ()) for name in names] for truth in chosen.truth])
        ranked = ranked_beyond(np.concatenate((known, everything)))
        several = sets_of_several(ranked[: len(known)], right, ranked[len(known) :], coverage)
        return several, random
    places = {name: at for at, name in enumerate(names)}
    gold = np.array([places[str(truth)] for truth in chosen.truth], dtype=np.int64)
    return label_sets(known, gold, everything, coverage), random


def _notes(sets: Sets, random: bool) -> tuple[str, ...]:
    drawn = "drawn at random" if random else "not drawn at random, so that others may differ"
    notes = [
        f"sets hold what people say {sets.coverage * 100:.3g} % of the time or more, by "
        f"{sets.answers:,} answers {drawn}",
        f"{sets.size:.2f} labels in a set on average, {sets.single:.0%} hold a single one".replace(
            "%", " %"
        ),
    ]
    if sets.empty > 0:
        notes.append(
            f"{sets.empty * 100:.2g} % are empty: no label is as likely as right ones mostly are"
        )
    return tuple(notes)
