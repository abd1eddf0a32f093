"""A new frame with pseudonyms in place of what is marked, and the check that nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype

from sciml_magics.errors import QualityError
from sciml_magics.frames.cells import TextColumn
from sciml_magics.frames.lookup import column_at
from sciml_magics.quality.privacy.marks import Marks, Spans
from sciml_magics.quality.privacy.pseudonyms.dates import days_of
from sciml_magics.quality.privacy.pseudonyms.finder import Finder
from sciml_magics.quality.privacy.pseudonyms.keys import Key
from sciml_magics.quality.privacy.pseudonyms.values import Pseudonyms
from sciml_magics.quality.privacy.table import is_result
from sciml_magics.quality.table import Table
from sciml_magics.tasks import Record, Span, Task

Rescan = Callable[[Task, Sequence[Record]], Iterator[tuple[bytes, Spans]]]


@dataclass(frozen=True)
class Pseudonymised:
    """A frame without the personal data that was marked.

    Parameters
    ----------
    frame
        The new frame.
    replaced
        How many stretches of text were replaced, all rows counted.
    left
        What a second look at the new texts found beside the pseudonyms: a row for each column and
        kind with ``column``, ``kind``, ``rows``.
    fingerprint
        Of the key.
    notes
        What was left out, a sentence each.
    """

    frame: pd.DataFrame
    replaced: int
    left: pd.DataFrame
    fingerprint: str
    notes: tuple[str, ...] = ()


@dataclass
class _Text:
    """A text with pseudonyms, and where they stand."""

    text: str
    placed: list[tuple[int, int]] = field(default_factory=list)
    dated: bool = False


def pseudonymise(
    frame: pd.DataFrame,
    marks: Sequence[Marks],
    key: Key,
    rescan: Rescan,
    *,
    dates: Sequence[str] = (),
    person: str | None = None,
) -> Pseudonymised:
    """Put pseudonyms in place of everything that is marked.

    What is sure to hold of every frame that is returned: no cell, no name of a column and no label
    of the index holds a marked value that says who somebody is (a name of two words, an e-mail
    address, a number or address with seven digits), unless people decided in review that it stays
    there. Equal values of a kind have equal pseudonyms, for one key, in all columns, frames and
    runs. The original texts are in no new column.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    marks
        What is marked in each column.
    key
        Decides the pseudonyms.
    rescan
        Looks at the new texts once more.
    dates
        Columns of dates that are shifted.
    person
        Column that tells whose row it is: dates are shifted differently for each person.

    Raises
    ------
    QualityError
        If a value is left in a column that was not looked at; the line says which.
    """
    pseudonyms = Pseudonyms(key)
    finder = Finder(span for one in marks for spans in one.spans for span in spans)
    people = _people(frame, person)
    result = frame.copy()
    result.attrs = {}
    replaced = 0
    left: list[tuple[str, str, int]] = []
    for one in marks:
        spans = _everywhere(one, finder)
        texts = [
            _written(record.text, found, pseudonyms)
            for record, found in zip(one.records, spans, strict=True)
        ]
        replaced += int((one.rows_of() * [len(found) for found in spans]).sum()) if spans else 0
        left += _left(one, texts, rescan)
        _put(result, one, _by_row(frame, one, texts, spans, pseudonyms, people))
    for name in dates:
        _shift(result, name, key, people)
    result, notes = _without_quotes(result)
    _check(result, marks, finder)
    table = pd.DataFrame(left, columns=["column", "kind", "rows"])
    return Pseudonymised(result, replaced, table, key.fingerprint, notes)


def _everywhere(one: Marks, finder: Finder) -> list[Spans]:
    """What is marked in each text, and what is marked elsewhere and stands here, too.

    Texts that people decided on are left as they decided.
    """
    found: list[Spans] = []
    for record, spans, answered in zip(one.records, one.spans, one.answered.tolist(), strict=True):
        kept = list(_apart(spans))
        if not answered and finder:
            kept += [
                new
                for new in finder.find(record.text)
                if not any(new.start < old.end and old.start < new.end for old in kept)
            ]
        found.append(tuple(sorted(kept, key=lambda span: span.start)))
    return found


def _apart(spans: Spans) -> Iterator[Span]:
    """Spans that do not overlap: of two that do, which people may have marked, the longer one."""
    taken: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        if not any(span.start < other.end and other.start < span.end for other in taken):
            taken.append(span)
    yield from taken


def _written(text: str, spans: Spans, pseudonyms: Pseudonyms, person: str = "") -> _Text:
    done = _Text("")
    at = 0
    for span in spans:
        new = pseudonyms.of(span.label, span.text, person)
        done.text += text[at : span.start]
        done.placed.append((len(done.text), len(done.text) + len(new)))
        done.text += new
        done.dated |= span.label == "date"
        at = span.end
    done.text += text[at:]
    return done


def _people(frame: pd.DataFrame, person: str | None) -> list[str] | None:
    if person is None:
        return None
    cells = frame.iloc[:, column_at(frame, person)]
    texts, _ = TextColumn(person, cells).read(np.arange(len(frame), dtype=np.int64))
    return [text or "" for text in texts]


def _by_row(
    frame: pd.DataFrame,
    one: Marks,
    texts: Sequence[_Text],
    spans: Sequence[Spans],
    pseudonyms: Pseudonyms,
    people: Sequence[str] | None,
) -> list[str | None]:
    """The new text of each row; ``None`` where there was none."""
    of_row = one.records.of_rows(len(frame)).tolist()
    if people is None:
        return [texts[at].text if at >= 0 else None for at in of_row]
    made: dict[tuple[int, str], str] = {}
    originals = [record.text for record in one.records]
    rows: list[str | None] = []
    for at, who in zip(of_row, people, strict=True):
        if at < 0 or not texts[at].dated:
            rows.append(texts[at].text if at >= 0 else None)
            continue
        if (at, who) not in made:
            made[at, who] = _written(originals[at], spans[at], pseudonyms, who).text
        rows.append(made[at, who])
    return rows


def _put(result: pd.DataFrame, one: Marks, rows: Sequence[str | None]) -> None:
    """Set the column to the new texts, in its own type where they fit it."""
    at = column_at(result, one.column)
    old = result.iloc[:, at]
    kept = np.array([row is None for row in rows], dtype=bool)
    new = old.astype(object).to_numpy(dtype=object, copy=True)
    new[~kept] = [row for row in rows if row is not None]
    made: Any = pd.Series(new, index=result.index, dtype=object)
    if isinstance(old.dtype, pd.CategoricalDtype):
        made = made.astype("category")
    elif is_integer_dtype(old.dtype):
        numeric = pd.to_numeric(made, errors="coerce")
        made = numeric.astype(old.dtype) if not numeric[~kept].isna().any() else made.astype("str")
    elif old.dtype != object:
        made = made.astype(old.dtype)
    result.isetitem(at, made)


def _shift(result: pd.DataFrame, name: str, key: Key, people: Sequence[str] | None) -> None:
    at = column_at(result, name)
    cells = result.iloc[:, at]
    whose = people if people is not None else [""]
    of_person = {who: days_of(key, who) for who in set(whose)}
    days = np.array([of_person[who] for who in whose], dtype="timedelta64[D]")
    try:
        moved = (
            cells + days.astype("timedelta64[s]")
            if people is not None
            else cells + days[0].astype("timedelta64[s]")
        )
    except (OverflowError, pd.errors.OutOfBoundsDatetime) as error:
        raise QualityError(
            f"dates of '{name}' leave pandas' range when shifted: leave the column out"
        ) from error
    result.isetitem(at, moved)


def _without_quotes(result: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The frame without columns that quote the original texts: what tasks wrote about spans."""
    names = [str(name) for name in result.columns]
    quoting = [at for at, name in enumerate(names) if is_result(name) or _quotes(result, at)]
    if not quoting:
        return result, ()
    shown = ", ".join(f"'{names[at]}'" for at in quoting)
    kept = [at for at in range(len(names)) if at not in set(quoting)]
    return result.iloc[:, kept].copy(), (f"left out, since they quote the texts: {shown}",)


def _quotes(result: pd.DataFrame, at: int) -> bool:
    kind = result.dtypes.iloc[at]
    if not isinstance(kind, pd.ArrowDtype):
        return False
    import pyarrow as pa

    arrow = kind.pyarrow_dtype
    if not (pa.types.is_list(arrow) or pa.types.is_large_list(arrow)):
        return False
    return (
        bool(pa.types.is_struct(arrow.value_type)) and arrow.value_type.get_field_index("text") >= 0
    )


def _left(one: Marks, texts: Sequence[_Text], rescan: Rescan) -> list[tuple[str, str, int]]:
    """What a second look finds beside the pseudonyms, by kind, with the rows that hold it."""
    rows_of = one.rows_of().tolist()
    asked = []
    at_id: dict[bytes, int] = {}
    for at, (record, done) in enumerate(zip(one.records, texts, strict=True)):
        if not one.answered[at]:
            at_id[record.id] = at
            asked.append(replace(record, content=((one.column, done.text),)))
    rows: dict[str, int] = {}
    for address, spans in rescan(one.task, asked):
        at = at_id[address]
        placed = texts[at].placed
        kinds = {
            span.label
            for span in spans
            if not any(span.start < end and start < span.end for start, end in placed)
        }
        for kind in kinds:
            rows[kind] = rows.get(kind, 0) + rows_of[at]
    return [(one.column, kind, count) for kind, count in sorted(rows.items())]


def _check(result: pd.DataFrame, marks: Sequence[Marks], finder: Finder) -> None:
    """Refuse a frame that still holds a value that says who somebody is."""
    if not finder:
        return
    decided = {
        one.column: np.isin(one.records.of_rows(len(result)), np.flatnonzero(one.answered))
        for one in marks
    }
    table = Table(result)
    for column in table:
        own = decided.get(column.name)
        rows = np.flatnonzero(_holds(column, finder) & (~own if own is not None else True))
        if len(rows):
            raise QualityError(
                f"column '{column.name}' still holds personal data found elsewhere, in "
                f"{len(rows):,} rows (the first is row {rows[0]}, counted from 0): name it with "
                "--columns, or drop it"
            )
    for label in [*map(str, result.columns), *_index_texts(result)]:
        if next(finder.find(label), None) is not None:
            raise QualityError(
                "the names of columns or the index hold personal data found in the texts: use "
                "reset_index() and name its column with --columns, or rename the column"
            )


def _holds(column: Any, finder: Finder) -> Any:
    """Which rows of a column hold a known value."""
    if column.typed:
        if not finder.numbers or not is_integer_dtype(column.cells.dtype):
            return np.zeros(len(column), dtype=bool)
        known = np.array(
            sorted(number for number in finder.numbers if number < 2**63), dtype=np.int64
        )
        return np.isin(column.cells.fillna(0).to_numpy(), known) & ~column.missing
    bad = np.array([next(finder.find(text), None) is not None for text in column.texts] + [False])
    return bad[column.codes]


def _index_texts(result: pd.DataFrame) -> list[str]:
    if isinstance(result.index, pd.RangeIndex):
        return []
    return [str(label) for label in result.index.unique().tolist()]
