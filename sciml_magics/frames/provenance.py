"""Columns that say where every answer came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames.records import Records
from sciml_magics.tasks import Run, Task

_OF_RUN: dict[str, Callable[[Run], str]] = {
    "model": lambda run: run.model.id,
    "revision": lambda run: run.model.revision,
    "version": lambda run: str(run.task_version),
    "code": lambda run: run.code_version,
    "device": lambda run: run.execution.device if run.execution else "",
    "precision": lambda run: run.execution.precision if run.execution else "",
    "by": lambda run: run.by,
    "run": lambda run: str(run.id),
}
PROVENANCE = (*_OF_RUN, "time")


class Origins(Protocol):
    """Per record the id of its run (-1: none) and when its suggestion was stored (UTC)."""

    @property
    def runs(self) -> npt.NDArray[np.int64]: ...  # noqa: D102
    @property
    def times(self) -> npt.NDArray[np.datetime64]: ...  # noqa: D102


def add_provenance(
    frame: pd.DataFrame, task: Task, records: Records, origins: Origins, runs: Sequence[Run]
) -> pd.DataFrame:
    """A new frame with a column for each of `PROVENANCE`, named ``{task}_{part}``.

    Parameters
    ----------
    frame
        What `write_columns` returned.
    task, records
        As given there.
    origins
        Where each record's suggestion came from.
    runs
        The runs that they name.
    """
    at = np.full(len(frame), -1, dtype=np.int64)
    at[records.rows] = records.inverse
    of_row = np.full(len(frame), -1, dtype=np.int64)
    times = np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[ms]")
    found = at >= 0
    of_row[found] = origins.runs[at[found]]
    times[found] = origins.times[at[found]]
    by_id = {run.id: i for i, run in enumerate(runs)}
    index = np.array([by_id.get(number, -1) for number in of_row.tolist()], dtype=np.int64)
    result = frame.copy(deep=False)
    for part, read in _OF_RUN.items():
        result[f"{task.name}_{part}"] = _categorical([read(run) for run in runs], index)
    result[f"{task.name}_time"] = pd.DatetimeIndex(times).tz_localize("UTC")
    return result


def _categorical(values: Sequence[str], index: npt.NDArray[np.int64]) -> Any:
    categories = list(dict.fromkeys(values))
    code = {value: i for i, value in enumerate(categories)}
    codes = np.array([*(code[value] for value in values), -1], dtype=np.int64)
    return pd.Categorical.from_codes(codes[index], categories=pd.Index(categories, dtype="str"))
