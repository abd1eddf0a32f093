"""Which model answers a task where nobody names one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.store.trained import promoted, trained_models

if TYPE_CHECKING:
    from sciml_magics.models import ModelFiles
    from sciml_magics.store import Store
    from sciml_magics.tasks import Task


def model_for(
    store: Store, task: Task, wanted: str | None, otherwise: str | None = None
) -> str | Path | ModelFiles | None:
    """The model to open for a task.

    A promoted model speaks for the versions of its task whose labels it knows: where a label came
    to the scheme since, it is the base's turn again until the next one has learned it.

    Parameters
    ----------
    wanted
        What a person named: a model that was trained for the task by its short name, or any other.
    otherwise
        The model where nobody named one and none was promoted; ``None`` is the embedded one.

    Raises
    ------
    ModelError
        If the model was trained here, and its folder is gone or was changed.
    """
    if wanted is None:
        chosen = promoted(store.database, task.name, task.kind)
        if chosen is None or not chosen.knows(task):
            return otherwise
    else:
        known = {one.name: one for one in trained_models(store.database, task.name, task.kind)}
        if wanted not in known:
            return wanted
        chosen = known[wanted]
    from sciml_magics.learning.registry import Registry

    return Registry(store).files(chosen)
