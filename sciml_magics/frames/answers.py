"""The answers of a task, one per record, held compactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import Task, Value

PENDING = -2
NO_VALUE = -1


class Answers:
    """One answer per record: nothing yet, no value, or a value and its score.

    For tasks with one label a million answers take six megabytes; for other kinds equal values
    share one object.

    Parameters
    ----------
    task
        The task, its labels resolved.
    count
        Number of records.

    Attributes
    ----------
    sure
        Whether each answer of labels is sure enough to be written, where that was decided before:
        by the model's own scores, when calibrated ones are written. ``None`` leaves it to the
        scores as they are.

    Examples
    --------
    >>> from sciml_magics.tasks import Label
    >>> answers = Answers(Task("t", ("a",), labels=(Label("x"), Label("y"))), 3)
    >>> answers.put(np.array([2, 0]), ["y", None], np.array([0.75, np.nan], dtype=np.float32))
    >>> answers.codes.tolist()
    [-1, -2, 1]
    """

    def __init__(self, task: Task, count: int) -> None:
        known = task.label_names if task.kind == "label" else ()
        self._closed = bool(known)
        self._codes_of: dict[Value, int] = {name: code for code, name in enumerate(known)}
        self.values: list[Value] = list(known)
        self.codes = np.full(count, PENDING, dtype=np.int32)
        self.scores = np.full(count, np.nan, dtype=np.float32)
        self.sure: npt.NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def put(
        self,
        positions: npt.NDArray[np.int64],
        values: Sequence[Value],
        scores: npt.NDArray[np.float32],
    ) -> None:
        """Set the answers at `positions`. A label that the task does not have is no value."""
        self.codes[positions] = [
            NO_VALUE if value is None else self._code(value) for value in values
        ]
        self.scores[positions] = scores

    def _code(self, value: Value) -> int:
        if self._closed:
            return self._codes_of.get(value, NO_VALUE)
        code = self._codes_of.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code
