"""Bring a task's labels and those of a trained model together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.tasks import Label, Task

_SHOWN = 12
NOBODY = -1


def fill_labels(task: Task, names: Sequence[str], model: str) -> Task:
    """Give a task the model's labels where it has none; otherwise check them against the model's.

    Raises
    ------
    ModelError
        If the task asks for a label that the model does not know.
    """
    if task.labels:
        match_labels(task, names, model)
        return task
    return replace(task, labels=tuple(Label(name) for name in dict.fromkeys(names)))


def match_labels(task: Task, names: Sequence[str], model: str) -> npt.NDArray[np.int64]:
    """Which label of the task each label of a model stands for.

    Case does not matter. A label of the task stands for the model's labels of its own name or of
    its aliases. A name such as ``tench, Tinca tinca`` is known by any of its parts.

    Parameters
    ----------
    task
        A task with labels.
    names
        The model's labels.
    model
        The model's id, for the message.

    Returns
    -------
    numpy.ndarray
        Shape ``[names]``: position in the task's labels, -1 where the task does not ask for it.

    Raises
    ------
    ModelError
        If a label of the task matches none of the model, or two of them match the same.

    Examples
    --------
    >>> task = Task("t", ("x",), labels=(Label("good", aliases=("LABEL_1",)), Label("bad")))
    >>> match_labels(task, ["Bad", "label_1", "other"], "m").tolist()
    [1, 0, -1]
    """
    known: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        for key in _keys(name):
            known.setdefault(key, []).append(at)
    found = np.full(len(names), NOBODY, dtype=np.int64)
    for position, label in enumerate(task.labels):
        meant = {at for name in (label.name, *label.aliases) for at in known.get(_key(name), ())}
        if not meant:
            raise ModelError(
                f"model '{model}' has no label '{label.name}': it knows {listed(names)}; "
                "name one of these, or give them as the label's aliases"
            )
        for at in meant:
            if found[at] != NOBODY:
                other = task.labels[int(found[at])].name
                raise ModelError(
                    f"labels '{other}' and '{label.name}' both stand for '{names[at]}' of model "
                    f"'{model}': keep one of them"
                )
            found[at] = position
    return found


def listed(names: Sequence[str]) -> str:
    """Quote some names for a message.

    Examples
    --------
    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _keys(name: str) -> set[str]:
    whole = _key(name)
    # The parts of a list of synonyms; the whole name is among the keys in any case.
    return {whole, *(part.strip() for part in whole.split(",") if part.strip())}
