"""The formats, and how a file tells which one it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, get_args

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange import arrow, conll, csv_file, doccano, labelstudio, prodigy
from sciml_magics.exchange.example import Example, Wanted
from sciml_magics.exchange.files import json_lines
from sciml_magics.tasks import Task

Format = Literal["prodigy", "labelstudio", "doccano", "conll", "csv", "parquet", "datasets"]

FORMATS: tuple[Format, ...] = get_args(Format)

_Write: TypeAlias = "Callable[[Task, Iterable[Example], Path], None]"
_Read: TypeAlias = "Callable[[Task, Path, Wanted], Iterator[Example]]"


class Ways(NamedTuple):
    """How a format is written and read."""

    write: _Write
    read: _Read


WAYS: dict[Format, Ways] = {
    "prodigy": Ways(prodigy.write, prodigy.read),
    "labelstudio": Ways(labelstudio.write, labelstudio.read),
    "doccano": Ways(doccano.write, doccano.read),
    "conll": Ways(conll.write, conll.read),
    "csv": Ways(csv_file.write, csv_file.read),
    "parquet": Ways(arrow.write_parquet, arrow.read_parquet),
    "datasets": Ways(arrow.write_dataset, arrow.read_dataset),
}

# What `Example.line` counts.
PLACES: dict[Format, str] = {
    "prodigy": "line",
    "labelstudio": "task",
    "doccano": "line",
    "conll": "line",
    "csv": "row",
    "parquet": "row",
    "datasets": "row",
}

_ENDINGS: dict[str, Format] = {
    ".json": "labelstudio",
    ".conll": "conll",
    ".bio": "conll",
    ".iob": "conll",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    "": "datasets",
}
_OF_DOCCANO = ("label", "labels", "entities", "sentences")


def format_of(path: str | Path) -> Format:
    """The format of a file that is there, or that is to be written.

    Lines of JSON are Prodigy's, unless the file is called after doccano or its first line is like
    doccano's.

    Raises
    ------
    ExchangeError
        If neither its ending nor what is in it says so.

    Examples
    --------
    >>> format_of("answers.json"), format_of("answers.doccano.jsonl")
    ('labelstudio', 'doccano')
    """
    path = Path(path)
    ending = path.suffix.lower()
    if path.is_dir():
        return "datasets"
    if ending in (".jsonl", ".ndjson"):
        called = "doccano" in path.name.lower()
        return "doccano" if called or (path.is_file() and _like_doccano(path)) else "prodigy"
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    raise ExchangeError(
        f"'{ending}' does not say which format {path.name} has: choose one of {', '.join(FORMATS)}"
    )


def ways_of(format: str) -> Ways:
    """How a format of this name is written and read.

    Raises
    ------
    ExchangeError
        If there is none.
    """
    for known, ways in WAYS.items():
        if known == format:
            return ways
    raise ExchangeError(f"no format '{format}': choose one of {', '.join(FORMATS)}")


def _like_doccano(path: Path) -> bool:
    for _, line in json_lines(path):
        return "answer" not in line and any(isinstance(line.get(k), list) for k in _OF_DOCCANO)
    return False
