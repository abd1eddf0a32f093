"""CSV: lists, spans and times as text. An empty cell is nothing."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Example, Wanted
from sciml_magics.exchange.files import json_text, place, unreadable, utf8, writing
from sciml_magics.exchange.table import columns, moment, read_row, rows
from sciml_magics.tasks import Task


def write(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a row for each record."""
    names = columns(task)
    with writing(path) as file:
        # With the line end of RFC 4180 the writer quotes either half of it.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        for row in rows(task, examples):
            writer.writerow([_cell(row[name]) for name in names])


def read(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write` or another tool wrote: the first row names the columns."""
    with _opened(path) as file, _long_cells():
        reader = csv.DictReader(file, strict=True)
        number = f"{task.name}_score"
        for at, cells in enumerate(_rows(reader, path), 2):
            with place(path, f"row {at}"):
                row: dict[str, Any] = {name: cell or None for name, cell in cells.items() if name}
                if row.get(number) is not None:
                    row[number] = _number(row[number])
                example = replace(read_row(task, row, wanted), line=at)
            yield example


def _rows(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise ExchangeError(f"{path}, line {reader.line_num}: this is not CSV ({error})") from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise ExchangeError(f"{path} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise unreadable(path, error) from error


@contextmanager
def _long_cells() -> Iterator[None]:
    """The reader refuses cells of more than 131,072 characters unless it is told otherwise."""
    before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return json_text(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, str):
        return utf8(value)
    return value


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError as error:
        raise ExchangeError(f"the score is {cell!r}, not a number") from error
