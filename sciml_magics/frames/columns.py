"""Write the answers of a task into new, typed columns of a new frame."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.errors import FrameError
from sciml_magics.frames.answers import NO_VALUE, PENDING, Answers
from sciml_magics.frames.provenance import PROVENANCE
from sciml_magics.frames.records import MISSING, UNREADABLE, Records
from sciml_magics.tasks import Span, Task, Value

STATUSES = ("suggested", "abstained", "missing", "unreadable", "pending")
_SUGGESTED, _ABSTAINED, _MISSING, _UNREADABLE, _PENDING = range(len(STATUSES))


class Columns(NamedTuple):
    """Names of the columns of a task."""

    value: str
    score: str
    status: str


def result_columns(task: Task) -> Columns:
    """Names of the columns that a task writes.

    Examples
    --------
    >>> result_columns(Task("topic", ("abstract",)))
    Columns(value='topic', score='topic_score', status='topic_status')
    """
    return Columns(task.name, f"{task.name}_score", f"{task.name}_status")


def check_columns(frame: pd.DataFrame, task: Task) -> None:
    """Raise `FrameError` if a column of the user stands where the task would write."""
    wanted = result_columns(task)
    there = [name for name in wanted if name in frame.columns]
    if not there or (len(there) == len(wanted) and _is_ours(frame, wanted)):
        return
    raise FrameError(
        f"the frame has a column '{there[0]}' of its own: choose another --task NAME, "
        "or rename the column"
    )


def write_columns(
    frame: pd.DataFrame, task: Task, records: Records, answers: Answers, threshold: float
) -> pd.DataFrame:
    """A new frame with the value, score and status columns of the task.

    Columns of an earlier run of the task are replaced.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    task
        The task, its labels resolved.
    records, answers
        What `read_records` found in the frame, and an answer for each.
    threshold
        An answer with a lower score is an abstention; of spans, those with a lower score are left
        out, and the record abstains if none is left of some.

    Returns
    -------
    pandas.DataFrame
        Value: categorical in the order of the scheme, a list of strings, a list of structs
        (``start``, ``end``, ``label``, ``text``, ``score``), or text. Score: float32, a
        probability, higher is surer. Status: one of `STATUSES`.

    Raises
    ------
    FrameError
        As `check_columns`.
    """
    check_columns(frame, task)
    values, sure = _sure(task, answers, threshold)
    states = np.where(sure, _SUGGESTED, _ABSTAINED)
    states = np.where(answers.codes == PENDING, _PENDING, states).astype(np.int8)

    at = np.full(len(frame), MISSING, dtype=np.int64)
    at[records.rows] = records.inverse
    status = np.full(len(frame), _PENDING, dtype=np.int8)
    status[records.rows] = _MISSING
    status[at == UNREADABLE] = _UNREADABLE
    found = at >= 0
    status[found] = states[at[found]]
    score = np.full(len(frame), np.nan, dtype=np.float32)
    score[found] = answers.scores[at[found]]
    taken = np.where(status == _SUGGESTED, at, -1)

    names = result_columns(task)
    result = frame.drop(columns=[f"{task.name}_{part}" for part in PROVENANCE], errors="ignore")
    result = result.copy(deep=False)
    result[names.value] = _value_column(task, values, taken)
    result[names.score] = score
    result[names.status] = pd.Categorical.from_codes(status, categories=pd.Index(STATUSES))
    return result


def _is_ours(frame: pd.DataFrame, names: Columns) -> bool:
    return bool(frame[names.status].isin(STATUSES).all())


def _sure(task: Task, answers: Answers, threshold: float) -> tuple[_Values, npt.NDArray[np.bool_]]:
    """The values to write by code, and whether each record has a sure one."""
    codes = answers.codes
    if task.kind != "spans":
        # The comparison is false for NaN: an answer without a score is none.
        return _Values(codes, answers.values), (codes >= 0) & (
            answers.scores >= np.float32(threshold)
        )
    kept: list[Value] = []
    whole = []
    for value in answers.values:
        spans = [span for span in value or () if isinstance(span, Span)]
        sure = tuple(span for span in spans if span.score >= threshold)
        kept.append(sure)
        whole.append(bool(sure) or not spans)
    ok = np.array([*whole, False], dtype=bool)
    return _Values(codes, kept), (codes > NO_VALUE) & ok[np.maximum(codes, -1)]


class _Values(NamedTuple):
    codes: npt.NDArray[np.int32]
    values: list[Value]


def _value_column(task: Task, values: _Values, taken: npt.NDArray[np.int64]) -> Any:
    """The value column; `taken` is each row's record, -1 for a row without a value."""
    codes = np.where(taken >= 0, values.codes[taken] if len(values.codes) else -1, -1)
    if task.kind == "label":
        return pd.Categorical.from_codes(codes, categories=pd.Index(task.label_names, dtype="str"))
    import pyarrow as pa

    kinds = {
        "labels": pa.list_(pa.string()),
        "spans": pa.list_(
            pa.struct(
                {
                    "start": pa.int64(),
                    "end": pa.int64(),
                    "label": pa.string(),
                    "text": pa.string(),
                    "score": pa.float32(),
                }
            )
        ),
        "text": pa.large_string(),
    }
    kind = kinds[task.kind]
    distinct = pa.array([_plain(value) for value in values.values], type=kind)
    column = distinct.take(pa.array(codes, mask=codes < 0))
    if task.kind == "text":
        return pd.array(column.to_pylist(), dtype="str")
    return pd.arrays.ArrowExtensionArray(pa.chunked_array([column], type=kind))


def _plain(value: Value) -> Any:
    """A value as Arrow takes it. Arrow's text is UTF-8, which has no lone surrogates."""
    if value is None or isinstance(value, str):
        return None if value is None else _utf8(value)
    return [
        _utf8(part)
        if isinstance(part, str)
        else {
            "start": part.start,
            "end": part.end,
            "label": _utf8(part.label),
            "text": _utf8(part.text),
            "score": part.score,
        }
        for part in value
    ]


def _utf8(text: str) -> str:
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
