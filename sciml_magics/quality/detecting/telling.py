"""Say in words, cell by cell, what was found: for the frame of findings and for the review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sciml_magics.quality.detecting.detection import COLUMNS, empty
from sciml_magics.quality.detecting.judging import Judged
from sciml_magics.quality.findings import WHOLE_ROW, Finding, Rows
from sciml_magics.quality.table import Table
from sciml_magics.quality.wording import whole

TAUGHT = "answers"
# Cells that are this likely to be wrong are told, below what is suggested.
TOLD = 0.1
_MOST_REASONS = 3

# For a row and a column: the scores that detectors give, their names, and why.
Reasons = dict[int, dict[str, list[tuple[float, str, str]]]]


def findings_frame(
    table: Table, judged: Judged, findings: Sequence[Finding], above: float
) -> tuple[pd.DataFrame, Rows]:
    """The frame of `Detection`, and the position of the row of each."""
    by_column: dict[str, list[Finding]] = {}
    for one in findings:
        by_column.setdefault(one.column, []).append(one)
    keys = np.array([*table.keys, None], dtype=object)[:-1]
    parts, positions = [], []
    for at, name in enumerate(judged.names(table)):
        chance = judged.whole if name == WHOLE_ROW else judged.cells[:, at]
        rows = np.flatnonzero(chance >= above)
        if not len(rows):
            continue
        who, why = _surest(len(table), rows, by_column.get(name, []))
        alone = [place for place, one in enumerate(who) if one == TAUGHT]
        for place, words in zip(alone, judged.why(name, rows[alone]), strict=True):
            why[place] = words
        values = [""] * len(rows) if name == WHOLE_ROW else table[name].texts_at(rows)
        names = whole([name]) * len(rows)
        columns = (keys[rows], names, whole(values), chance[rows], who, whole(why))
        parts.append(pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))))
        positions.append(rows)
    if not parts:
        return empty(), np.empty(0, dtype=np.int64)
    frame, rows = pd.concat(parts, ignore_index=True), np.concatenate(positions)
    order = np.lexsort((rows, -frame["probability"].to_numpy()))
    return frame.iloc[order].reset_index(drop=True), rows[order]


def _surest(count: int, rows: Rows, findings: Sequence[Finding]) -> tuple[list[str], list[str]]:
    """The detector that is surest of each of the rows, and why; none where none speaks of it."""
    best = np.zeros(count, dtype=np.float32)
    which, place = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int64)
    for number, one in enumerate(findings):
        scores = np.asarray(one.scores, dtype=np.float32)
        better = np.flatnonzero(scores > best[one.rows])
        at = one.rows[better]
        best[at], which[at], place[at] = scores[better], number, better
    pairs = list(zip(which[rows].tolist(), place[rows].tolist(), strict=True))
    return (
        [TAUGHT if number < 0 else findings[number].detector for number, _ in pairs],
        ["" if number < 0 else findings[number].why(at) for number, at in pairs],
    )


def reasons_for(table: Table, judged: Judged, rows: Rows, findings: Iterable[Finding]) -> Reasons:
    """What speaks against the cells of some rows."""
    place = np.full(len(table), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    found: Reasons = {}
    for one in findings:
        for at in np.flatnonzero(place[one.rows] >= 0).tolist():
            of_row = found.setdefault(int(one.rows[at]), {})
            said = (float(one.scores[at]), one.detector, one.why(at))
            of_row.setdefault(one.column, []).append(said)
    all_chances = judged.of(rows)
    for at, name in enumerate(judged.names(table)):
        chances = all_chances[:, at]
        alone = np.flatnonzero(chances >= TOLD)
        alone = alone[[name not in found.get(row, {}) for row in rows[alone].tolist()]]
        words = judged.why(name, rows[alone])
        for row, chance, why in zip(rows[alone].tolist(), chances[alone], words, strict=True):
            found.setdefault(row, {})[name] = [(float(chance), TAUGHT, why)]
    return found


def in_words(said: Sequence[tuple[float, str, str]]) -> tuple[str, str]:
    """The detector that is surest of a cell, and what the surest few say.

    Examples
    --------
    >>> in_words([(0.2, "typos", "it is rare"), (0.9, "type", "it is no number")])
    ('type', 'it is no number; it is rare')
    """
    ordered = sorted(said, key=lambda one: -one[0])
    words = list(dict.fromkeys(why for _, _, why in ordered))
    return ordered[0][1], "; ".join(words[:_MOST_REASONS])
