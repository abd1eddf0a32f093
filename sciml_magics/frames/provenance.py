"""Columns that say where every answer came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.frames.naming import PROVENANCE, put_column
from sciml_magics.frames.records import Records
from sciml_magics.tasks import Run, Task


class Origins(Protocol):
    """Per record the id of its run (-1: none) and when its suggestion was stored (UTC)."""

    @property
    def runs(self) -> npt.NDArray[np.int64]: ...  # noqa: D102  # said above
    @property
    def times(self) -> npt.NDArray[np.datetime64]: ...  # noqa: D102  # said above


def add_provenance(
    frame: pd.DataFrame, task: Task, records: Records, origins: Origins, runs: Sequence[Run]
) -> pd.DataFrame:
    """A new frame with columns that say where each answer came from.

    Parameters
    ----------
    frame
        What `write_columns` returned.
    task, records
        As given there.
    origins
        Where each record's suggestion came from.
    runs
        The runs that they name, and maybe others.

    Returns
    -------
    pandas.DataFrame
        With ``{task}_model``, ``_revision``, ``_version`` (of the task), ``_code`` (version of this
        package), ``_device``, ``_precision``, ``_by``, ``_run``, each categorical, and ``_time``, a
        time in UTC. Rows without an answer in the store have nothing there.
    """
    at = records.of_rows(len(frame))
    found = at >= 0
    of_row = np.full(len(frame), -1, dtype=np.int64)
    of_row[found] = origins.runs[at[found]]
    times = np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[ms]")
    times[found] = origins.times[at[found]]

    ids, codes = np.unique(of_row, return_inverse=True)
    by_id = {run.id: _told(run) for run in runs}
    told = [by_id.get(number) for number in ids.tolist()]
    result = frame.copy(deep=False)
    for part in PROVENANCE[:-1]:
        values = [None if one is None else one[part] for one in told]
        put_column(result, f"{task.name}_{part}", _categorical(values, codes))
    put_column(result, f"{task.name}_time", pd.DatetimeIndex(times).tz_localize("UTC"))
    return result


def _told(run: Run) -> Mapping[str, str]:
    return {
        "model": run.model.id,
        "revision": run.model.revision,
        "version": str(run.task_version),
        "code": run.code_version,
        "device": run.execution.device if run.execution else "",
        "precision": run.execution.precision if run.execution else "",
        "by": run.by,
        "run": str(run.id),
    }


def _categorical(values: Sequence[str | None], codes: npt.NDArray[np.int64]) -> Any:
    """A categorical of ``values[codes]``."""
    categories = list(dict.fromkeys(value for value in values if value is not None))
    code_of: dict[str | None, int] = {value: code for code, value in enumerate(categories)}
    picked = np.array([code_of.get(value, -1) for value in values], dtype=np.int64)
    return pd.Categorical.from_codes(picked[codes], categories=pd.Index(categories, dtype="str"))
