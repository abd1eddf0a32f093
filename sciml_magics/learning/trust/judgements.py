"""A model's suggestions beside what people say of them: what calibration learns from.

A model that was trained here is judged only by answers that it did not see: those that the review
holds out for ever, and those to records that nobody had answered when it was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import part_for
from sciml_magics.learning.trust.calibration import Sample
from sciml_magics.learning.trust.curves import Flags
from sciml_magics.review.figures import judged
from sciml_magics.review.holding import holding
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store
from sciml_magics.store.alternatives import suggested
from sciml_magics.store.lookup import as_ids
from sciml_magics.store.trained import trained_models
from sciml_magics.tasks import KeptResponse, ModelIdentity, Task, Value, same_value

LEAST = 30

# Parts of the queue that are drawn at random from all records.
_DRAWN = ("audit", "blind")


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """Suggestions of one model that people judged, and how the records came before them.

    Parameters
    ----------
    sample
        The suggestions, and what people say.
    drawn
        Whether each record was drawn at random (audit and blind); shape ``[records]``.
    last_response
        Id of the newest response to the task, 0 where there is none.
    unseen
        Whether answers were left out because the model was trained on them.
    """

    sample: Sample
    drawn: Flags
    last_response: int
    unseen: bool

    def __len__(self) -> int:
        return len(self.drawn)


def judgements(store: Store, task: Task, model: ModelIdentity) -> Judgements:
    """What people say of the suggestions of a model.

    Parameters
    ----------
    store
        The store.
    task
        The version at hand: the model's suggestions for it, and answers to all versions.
    model
        Whose suggestions. Where it abstained there is nothing to judge.
    """
    kept = store.responses(task.name, task.kind)
    seen = _seen(store, task, model, kept)
    truth: dict[bytes, Value] = {
        address: one.value
        for address, one in verdicts(kept, task).items()
        if one.value is not None and address not in seen
    }
    wrong = {
        address: value
        for address, value in _rejected(store, task, kept).items()
        if address not in seen
    }
    drawn = {one.response.record_id for one in kept if one.response.share in _DRAWN}
    addresses = sorted({**truth, **wrong})
    sample, at = _sample(store, task, model, addresses, truth, wrong)
    return Judgements(
        sample,
        np.array([addresses[i] in drawn for i in at], dtype=bool),
        max((one.id for one in kept), default=0),
        bool(seen),
    )


def enough(found: Judgements, task: Task, model: ModelIdentity, least: int = LEAST) -> None:
    """Raise `LearningError` where so few suggestions were judged that nothing can be said."""
    if len(found) < least:
        but = " that it was not trained on" if found.unseen else ""
        raise LearningError(
            f"people answered {len(found):,} records of '{task.name}' that '{model.short}' read"
            f"{but}: calibration needs {least} or more; %review {task.name} brings them up"
        )


def _seen(
    store: Store, task: Task, model: ModelIdentity, kept: Sequence[KeptResponse]
) -> set[bytes]:
    """Addresses of the records that a model may have learnt from."""
    until = max(
        (
            int(one.made.snapshot.get("last_response", 0))
            for one in trained_models(store.database, task.name, task.kind)
            if one.model == model
        ),
        default=0,
    )
    early = {one.response.record_id for one in kept if one.id <= until}
    return {address for address in early if part_for(address) == "learn"}


def _rejected(store: Store, task: Task, kept: Sequence[KeptResponse]) -> dict[bytes, Value]:
    """The values that people called wrong without giving the right one."""
    addresses = {
        address for address, one in verdicts(kept, task).items() if one.status == "rejected"
    }
    held = holding(kept, task)
    said = [one for address in addresses for one in held[address].values()]
    return {
        one.kept.response.record_id: one.suggested
        for one in judged(store, said)
        if one.kept.response.decision == "rejected" and one.suggested is not None
    }


def _sample(
    store: Store,
    task: Task,
    model: ModelIdentity,
    addresses: Sequence[bytes],
    truth: dict[bytes, Value],
    wrong: dict[bytes, Value],
) -> tuple[Sample, list[int]]:
    """The suggestions that can be judged, and where their records stand among the addresses."""
    rows = []
    task_id = store.find_task(task)
    if task_id is not None and addresses:
        ids = as_ids(addresses)
        for found in suggested(store.database, task_id, model, ids):
            rows += list(
                zip(
                    found.positions.tolist(),
                    found.values,
                    found.scores.tolist(),
                    found.alternatives,
                    strict=True,
                )
            )
    usable = [
        row
        for row in sorted(rows, key=lambda row: row[0])
        if row[1] is not None
        and row[2] == row[2]
        # That one value is wrong says nothing of another.
        and (addresses[row[0]] in truth or same_value(row[1], wrong[addresses[row[0]]]))
    ]
    gold = [truth.get(addresses[row[0]]) for row in usable]
    sample = Sample(
        [row[1] for row in usable],
        np.array([row[2] for row in usable], dtype=np.float64),
        [row[3] for row in usable],
        np.array([same_value(row[1], one) for row, one in zip(usable, gold, strict=True)], bool),
        gold,
    )
    return sample, [row[0] for row in usable]
