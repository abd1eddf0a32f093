"""What a model says of records that people answered, and how good that is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.learning.answers import Answered
from sciml_magics.models import Embeds, FromVectors, ModelFiles, Options, Suggester, open_model
from sciml_magics.store import Store
from sciml_magics.tasks import ModelIdentity, Record, Suggestion, Task, Training, Value
from sciml_magics.tasks.record import ID_BYTES

if TYPE_CHECKING:
    from sciml_magics.learning.evaluating.evaluation import Evaluation

# Of fewer validation answers a temperature would be a guess.
LEAST = 30


class Incumbent(NamedTuple):
    """What answers a task now.

    Parameters
    ----------
    name
        For people to read.
    values
        What it says of the held-out records; ``None`` where it says nothing.
    known
        Positions of the records that it was asked about.
    """

    name: str
    values: Sequence[Value]
    known: Sequence[int]


def predict(
    suggester: Suggester, task: Task, answered: Answered, store: Store | None = None
) -> list[Suggestion]:
    """What a model suggests for records that people answered, in their order.

    Parameters
    ----------
    store
        Keeps embeddings, for models whose answers follow from them.

    Raises
    ------
    ModelError
        If it cannot do the task.
    """
    if not len(answered):
        return []
    if store is not None and isinstance(suggester, FromVectors):
        from sciml_magics.learning.vectors import vectors

        known = vectors(store, suggester, answered.records)
        return suggester.suggest_from(answered.records, known, suggester.resolve(task))
    found: dict[bytes, Suggestion] = {}
    for batch in suggester.suggest(list(answered.records), suggester.resolve(task)):
        found.update((suggestion.record_id, suggestion) for suggestion in batch)
    return [found[record.id] for record in answered.records]


def head_vectors(
    store: Store,
    task: Task,
    base: ModelFiles,
    training: Training,
    records: Sequence[Record],
    options: Options,
) -> npt.NDArray[np.float32] | None:
    """Embeddings that a head learns from, those of the store where it has them.

    ``None`` where the method is another, or the base has no embeddings of what the task reads.
    """
    if training.method != "head":
        return None
    encoder = open_model(base, options)
    if not isinstance(encoder, Embeds) or (task.input, task.kind) not in encoder.abilities:
        return None
    from sciml_magics.learning.vectors import vectors

    return vectors(store, encoder, records)


def as_stored(
    store: Store, task: Task, answered: Answered, identity: ModelIdentity
) -> dict[int, Value]:
    """What a model said of records as it is in the store, by position; some may be missing."""
    task_id = store.find_task(task)
    if task_id is None or not len(answered):
        return {}
    ids = np.array([record.id for record in answered.records], dtype=f"V{ID_BYTES}")
    found: dict[int, Value] = {}
    for positions, values, _ in store.answers(task_id, identity, ids):
        found.update(zip(positions.tolist(), values, strict=True))
    return found


def complete(
    found: Mapping[int, Value],
    model: str | ModelFiles,
    identity: ModelIdentity,
    task: Task,
    answered: Answered,
    options: Options,
) -> list[Value]:
    """The values of a model for all records: those of the store, and what it says of the others.

    Raises
    ------
    ModelError
        If records are left and the model cannot be opened, is another one now, or cannot do the
        task.
    """
    left = [at for at in range(len(answered)) if at not in found]
    told = dict(found)
    if left:
        suggester = open_model(model, options)
        if suggester.identity.revision != identity.revision:
            raise ModelError(f"{identity.id} is another model now")
        suggested = predict(suggester, task, answered.take(left))
        told.update((at, one.value) for at, one in zip(left, suggested, strict=True))
    return [told[at] for at in range(len(answered))]


def judge(task: Task, answered: Answered, suggested: Sequence[Suggestion]) -> Evaluation:
    """How good suggestions are, by what people say."""
    from sciml_magics.learning.evaluating.evaluation import evaluate

    return evaluate(
        answered.values,
        [one.value for one in suggested],
        task,
        scores=[one.score for one in suggested],
        probabilities=[one.alternatives for one in suggested] if task.kind != "spans" else None,
        texts=answered.texts(),
    )


def birth_temperature(
    task: Task, answered: Answered, suggested: Sequence[Suggestion]
) -> float | None:
    """The temperature that a new model is given, from answers that its training was watched by.

    ``None`` where there are too few of them.
    """
    from sciml_magics.learning.trust.calibration import temperature_of_suggestions

    if len(suggested) < LEAST:
        return None
    return temperature_of_suggestions(suggested, answered.values, task)


def write_temperature(folder: Path, temperature: float) -> None:
    """Note the temperature in the ``config.json`` of a model, over one that it has already."""
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config["temperature"] = round(float(config.get("temperature", 1.0)) * temperature, 6)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)
