"""Counts and binned scores of an annotated frame: small tables, whatever the frame's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sciml_magics.charts.words import printable
from sciml_magics.errors import FrameError
from sciml_magics.frames import ANSWERED, STATUSES, TRUSTED, result_columns
from sciml_magics.tasks import Task

SCORE_BINS = 20
LENGTH_BINS = 30
MOST_LABELS = 14

Group = Literal["answer", "others", "no answer"]
Codes = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
_Bar = tuple[str, int, Group]
_Bin = tuple[str, float, float, int, Group]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a chart of answers draws.

    Parameters
    ----------
    counts
        One row a bar: ``answer``, ``count``, ``group``; in the order they are drawn.
    scores
        One row a bin: ``answer``, ``low``, ``high``, ``count``, ``group``; empty bins left out.
    lengths
        One row a bin of a free-text answer's length in characters: ``low``, ``high``, ``count``.
    rows
        Rows of the frame.
    """

    counts: pd.DataFrame
    scores: pd.DataFrame
    lengths: pd.DataFrame
    rows: int


@dataclass(frozen=True, slots=True)
class _Answers:
    """Answers, one entry each: a row of a ``labels`` or ``spans`` task may have several."""

    codes: Codes
    scores: Scores
    names: tuple[str, ...]


def tally(frame: pd.DataFrame, task: Task, most_labels: int = MOST_LABELS) -> Tally:
    """Count the answers of `task` in `frame` and bin their scores.

    Parameters
    ----------
    frame
        An annotated frame: it has the task's value, score and status columns.
    task
        The task.
    most_labels
        Labels that get a bar of their own, the most frequent; the others share one.

    Raises
    ------
    FrameError
        If the frame has no answers of the task.
    """
    value, score, status = _result_series(frame, task)
    scores = score.to_numpy(dtype=np.float64, na_value=np.nan)
    rows_of = {
        name: (status == name).to_numpy(dtype=bool, na_value=False)
        for name in (*STATUSES, *ANSWERED, TRUSTED)
    }
    if task.kind in ("text", "value"):
        given = rows_of["suggested"] | rows_of[TRUSTED]
        given |= rows_of["accepted"] | rows_of["corrected"]
        codes = np.where(given, 0, -1).astype(np.int64)
        answers = _Answers(codes, scores, ("answered",))
    elif task.kind == "label":
        answers = _of_labels(value, scores, task)
    else:
        answers = _of_lists(value, scores, task)
    bars, places = _bars(answers, most_labels)
    bins = _binned(bars, places, answers.scores)
    for name in (*STATUSES[1:], *ANSWERED[2:]):
        rows = rows_of[name]
        if count := int(rows.sum()):
            bar: _Bar = (_apart(f"({name})", bars), count, "no answer")
            bars.append(bar)
            bins += _binned([bar], np.zeros(count, dtype=np.int64), scores[rows])
    return Tally(
        counts=pd.DataFrame(bars, columns=["answer", "count", "group"]),
        scores=pd.DataFrame(bins, columns=["answer", "low", "high", "count", "group"]),
        lengths=_lengths(value, task),
        rows=len(frame),
    )


def _result_series(frame: pd.DataFrame, task: Task) -> tuple[pd.Series, pd.Series, pd.Series]:
    columns = result_columns(task)
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise FrameError(
            f"the frame has no column '{absent[0]}': annotate it with task '{task.name}' first"
        )
    value, score, status = (frame[name] for name in columns)
    return value, score, status


def _of_labels(value: pd.Series, scores: Scores, task: Task) -> _Answers:
    found = pd.Categorical(value)
    names = tuple(str(name) for name in found.categories) or task.label_names
    codes = np.asarray(found.codes, dtype=np.int64)
    return _Answers(codes, scores, names)


def _of_lists(value: pd.Series, scores: Scores, task: Task) -> _Answers:
    try:
        lists = pa.array(value, from_pandas=True)
        if isinstance(lists, pa.ChunkedArray):
            lists = lists.combine_chunks()
        rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        items = pc.list_flatten(lists)
        if task.kind == "spans":
            own = pc.struct_field(items, "score")
            flat_scores = own.to_numpy(zero_copy_only=False).astype(np.float64)
            items = pc.struct_field(items, "label")
        else:
            flat_scores = scores[rows]
        coded = pc.dictionary_encode(pc.cast(items, pa.string()))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise FrameError(
            f"column '{task.name}' does not hold the answers of a task of kind '{task.kind}': "
            "annotate the frame again (a CSV file keeps lists as plain text; Parquet keeps them)"
        ) from error
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return _Answers(codes, flat_scores, tuple(coded.dictionary.to_pylist()))


def _bars(answers: _Answers, most: int) -> tuple[list[_Bar], Codes]:
    """The bars of the answers, and the bar of every answer (-1: none)."""
    counts = np.bincount(answers.codes[answers.codes >= 0], minlength=len(answers.names))
    order = np.argsort(-counts, kind="stable")
    # One label more costs no more room than the bar of the others.
    shown = order if len(order) <= most + 1 else order[:most]
    bars: list[_Bar] = [(printable(answers.names[at]), int(counts[at]), "answer") for at in shown]
    if others := order[len(shown) :].tolist():
        name = _apart(f"({len(others):,} other labels)", bars)
        bars.append((name, int(counts[others].sum()), "others"))
    bar_of = np.full(len(counts) + 1, len(shown), dtype=np.int64)
    bar_of[shown] = np.arange(len(shown))
    bar_of[-1] = -1  # code -1, no answer, picks the last entry
    return bars, bar_of[answers.codes]


def _apart(name: str, bars: Sequence[_Bar]) -> str:
    while any(name == bar[0] for bar in bars):
        name = f"({name})"
    return name


def _binned(bars: Sequence[_Bar], places: Codes, scores: Scores) -> list[_Bin]:
    usable = (places >= 0) & np.isfinite(scores)
    bins = np.clip((scores[usable] * SCORE_BINS).astype(np.int64), 0, SCORE_BINS - 1)
    size = len(bars) * SCORE_BINS
    counts = np.bincount(places[usable] * SCORE_BINS + bins, minlength=size)
    found: list[_Bin] = []
    for cell in np.flatnonzero(counts).tolist():
        bar, at = divmod(cell, SCORE_BINS)
        name, _, group = bars[bar]
        found.append((name, at / SCORE_BINS, (at + 1) / SCORE_BINS, int(counts[cell]), group))
    return found


def _lengths(value: pd.Series, task: Task) -> pd.DataFrame:
    columns = ["low", "high", "count"]
    if task.kind != "text":
        return pd.DataFrame(columns=columns)
    lengths = value.dropna().astype(str).str.len().to_numpy(dtype=np.int64)
    if not len(lengths):
        return pd.DataFrame(columns=columns)
    width = max(1, -(-(int(lengths.max()) + 1) // LENGTH_BINS))
    counts = np.bincount(lengths // width)
    return pd.DataFrame(
        [(at * width, (at + 1) * width, int(counts[at])) for at in np.flatnonzero(counts).tolist()],
        columns=columns,
    )
