"""Write the answers of a task into new, typed columns of a new frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from sciml_magics.frames.answers import PENDING, Answers
from sciml_magics.frames.naming import (
    ANSWERED,
    STATUSES,
    TRUSTED,
    check_columns,
    has_provenance,
    has_review,
    provenance_columns,
    put_column,
    result_columns,
    review_columns,
)
from sciml_magics.frames.nested import LABELS, SPANS
from sciml_magics.frames.people import People
from sciml_magics.frames.records import UNREADABLE, Records
from sciml_magics.tasks import Span, Task, Value

_SUGGESTED, _ABSTAINED, _MISSING, _UNREADABLE, _PENDING = range(len(STATUSES))
_TRUSTED = len(STATUSES) + len(ANSWERED)
_CHUNK = 16_384

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


def write_columns(
    frame: pd.DataFrame,
    task: Task,
    records: Records,
    answers: Answers,
    threshold: float,
    people: People | None = None,
    accept_above: float | None = None,
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
    people
        Which of the answers people gave: these are written whatever their score, and their own
        status with them.
    accept_above
        A sure answer of the model with this score or a higher one is `TRUSTED`; ``None`` trusts
        none.

    Returns
    -------
    pandas.DataFrame
        Value: categorical in the order of the scheme, a list of strings, a list of structs
        (``start``, ``end``, ``label``, ``text``, ``score``), or text. Score: float32, a
        probability, higher is surer. Status: one of `STATUSES`, `TRUSTED`, or one of `ANSWERED` for
        an answer of `people`, whose names and times (UTC) are two more columns. Parquet keeps all
        of them; where this package is not loaded, lists are read with
        ``dtype_backend="pyarrow"``.

    Raises
    ------
    FrameError
        As `check_columns`.
    TaskError
        If a span does not quote the text of its row.
    """
    check_columns(frame, task, review=people is not None)
    if task.kind == "spans":
        _check_spans(records, answers)
        chosen = _choose_spans(answers, threshold)
    else:
        chosen = _choose(answers, threshold)
    rows = _spread(len(frame), records, answers, chosen.sure, people, accept_above)
    result = frame.drop(columns=_stale(frame, task))
    names = result_columns(task)
    statuses: tuple[str, ...] = STATUSES if people is None else STATUSES + ANSWERED
    # Only where it was asked for: the statuses of other frames stay what they were.
    statuses = statuses if accept_above is None else (*STATUSES, *ANSWERED, TRUSTED)
    status = pd.Categorical.from_codes(rows.status, categories=pd.Index(statuses))
    put_column(result, names.value, _value_column(task, chosen.values, rows.codes))
    put_column(result, names.score, rows.score)
    put_column(result, names.status, status)
    if people is not None:
        columns = people.columns(records.of_rows(len(frame)))
        for name, column in zip(review_columns(task), columns, strict=True):
            put_column(result, name, column)
    return result


def _stale(frame: pd.DataFrame, task: Task) -> list[str]:
    """Columns that tell of other answers than those written now."""
    stale = [*provenance_columns(task)] if has_provenance(frame, task) else []
    return list(dict.fromkeys([*stale, *(review_columns(task) if has_review(frame, task) else ())]))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is written: the values by code, and which records have a sure one."""

    values: list[Value]
    sure: Flags


def _choose(answers: Answers, threshold: float) -> _Chosen:
    # The comparison is false for NaN: an answer without a score is none.
    enough = answers.scores >= np.float32(threshold) if answers.sure is None else answers.sure
    sure = (answers.codes >= 0) & enough
    return _Chosen(answers.values, sure)


def _choose_spans(answers: Answers, threshold: float) -> _Chosen:
    kept: list[Value] = []
    whole = []
    for value in answers.values:
        spans = _spans(value)
        kept.append(tuple(span for span in spans if span.score >= threshold))
        whole.append(bool(kept[-1]) or not spans)
    # Codes of records without a value are negative and pick the last entry.
    of_code = np.array([*whole, False], dtype=bool)
    return _Chosen(kept, of_code[np.maximum(answers.codes, -1)])


@dataclass(frozen=True, slots=True)
class _Rows:
    """One entry per row of the frame: index into all statuses, score, code of the value or -1."""

    status: npt.NDArray[np.int8]
    score: npt.NDArray[np.float32]
    codes: npt.NDArray[np.int32]


def _spread(
    count: int,
    records: Records,
    answers: Answers,
    sure: Flags,
    people: People | None,
    accept_above: float | None,
) -> _Rows:
    """From records to the frame's rows."""
    states = np.where(sure, _SUGGESTED, _ABSTAINED)
    if accept_above is not None:
        states[sure & (answers.scores >= np.float32(accept_above))] = _TRUSTED
    states = np.where(answers.codes == PENDING, _PENDING, states).astype(np.int8)
    written = np.where(sure, answers.codes, -1)
    if people is not None:
        said = people.status >= 0
        states[said] = len(STATUSES) + people.status[said]
        written[said] = np.maximum(answers.codes[said], -1)
    at = records.of_rows(count)
    found = at >= 0
    status = np.full(count, _PENDING, dtype=np.int8)
    status[records.rows] = np.where(records.inverse == UNREADABLE, _UNREADABLE, _MISSING)
    status[found] = states[at[found]]
    score = np.full(count, np.nan, dtype=np.float32)
    score[found] = answers.scores[at[found]]
    codes = np.full(count, -1, dtype=np.int32)
    codes[found] = written[at[found]]
    return _Rows(status, score, codes)


def _check_spans(records: Records, answers: Answers) -> None:
    """Hold every span against the text that it quotes."""
    marked = np.array([bool(_spans(value)) for value in answers.values] + [False], dtype=bool)
    wanted = np.flatnonzero(marked[np.maximum(answers.codes, -1)])
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        for record, code in zip(records.take(part), answers.codes[part], strict=True):
            for span in _spans(answers.values[code]):
                span.check(record.text)


def _spans(value: Value) -> list[Span]:
    return [part for part in value or () if isinstance(part, Span)]


def _value_column(task: Task, values: list[Value], codes: npt.NDArray[np.int32]) -> Any:
    """The value column; `codes` is negative for a row without a value."""
    if task.kind == "label":
        return pd.Categorical.from_codes(codes, categories=pd.Index(values, dtype="str"))
    string = pa.large_string()
    kinds = {"labels": LABELS, "spans": SPANS, "text": string, "value": string}
    distinct = pa.array([_plain(value) for value in values], type=kinds[task.kind])
    column = distinct.take(pa.array(codes, mask=codes < 0))
    if task.kind in ("text", "value"):
        return pd.array(column.to_numpy(zero_copy_only=False), dtype="str")
    return pd.arrays.ArrowExtensionArray(column)


def _plain(value: Value) -> Any:
    """A value as Arrow takes it."""
    if value is None or isinstance(value, str):
        return None if value is None else _utf8(value)
    return [_utf8(part) if isinstance(part, str) else _struct(part) for part in value]


def _struct(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "label": _utf8(span.label),
        "text": _utf8(span.text),
        "score": span.score,
    }


def _utf8(text: str) -> str:
    """Arrow's text is UTF-8, which has no lone surrogates: a sign of the same length for each."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
