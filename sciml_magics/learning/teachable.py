"""What can be learned: which version of a task, and whether its answers suffice."""

from __future__ import annotations

from collections.abc import Mapping

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import Answered
from sciml_magics.store import Store
from sciml_magics.tasks import Input, Kind, Task
from sciml_magics.tasks.allowed import labels_of

_LEARNED: Mapping[Input, tuple[Kind, ...]] = {
    "text": ("label", "labels", "spans"),
    "image": ("label", "labels"),
}


def version_to_learn(store: Store, task: Task) -> Task:
    """The version of a task that people answered: this one, else the one that ran last.

    Raises
    ------
    LearningError
        If nothing is to be learned in it.
    """
    plain = Task.from_json(task.to_json())
    if store.find_task(plain) is None or not plain.labels:
        plain = store.latest(task.name) or plain
    learned = _LEARNED[plain.input]
    if plain.kind not in learned:
        what = {"text": "free text", "spans": "spans"}.get(plain.kind, "values")
        of = " of images" if plain.input == "image" else ""
        kinds = "labels and spans" if "spans" in learned else "one label and several labels"
        raise LearningError(f"task '{task.name}' asks for {what}{of}: only {kinds} are learned")
    return plain


def check_enough(answered: Answered) -> None:
    """Raise unless there is something to tell apart.

    Raises
    ------
    LearningError
        If no answer may be learned from, or all are the same.
    """
    task, learned = answered.task, answered.part("learn")
    if not len(learned):
        held = f"; {len(answered):,} are held out to judge by" if len(answered) else ""
        raise LearningError(
            f"task '{task.name}' has no answer to learn from yet{held}: answer some with "
            f"%review {task.name}"
        )
    said = {labels for value in learned.values if (labels := tuple(labels_of(value)))}
    if not said:
        raise LearningError(
            f"no answer to task '{task.name}' names a label: answer records that have one"
        )
    if task.kind == "label" and len(said) < 2:
        [[only]] = said
        raise LearningError(
            f"all {len(learned):,} answers to task '{task.name}' that may be learned from are "
            f"'{only}': answer some records that have another label"
        )
