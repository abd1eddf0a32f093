"""Parquet files and Hugging Face datasets: the table with types."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from errno import ENOENT
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Example, Wanted
from sciml_magics.exchange.files import place, replacing, unreadable, unwritable, utf8
from sciml_magics.exchange.table import read_row, rows, schema
from sciml_magics.tasks import Task

if TYPE_CHECKING:
    import pyarrow as pa

_PART = 1_000
# What says that a folder is a dataset, or several by name.
_MARKS = ("dataset_info.json", "dataset_dict.json")


def write_parquet(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a row for each record into a Parquet file."""
    import pyarrow.parquet as pq

    types = schema(task)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, types) as writer:
        for batch in _batches(task, examples):
            writer.write_batch(batch)


def read_parquet(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write_parquet` or another tool wrote."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield from _examples(task, file.iter_batches(_PART), path, wanted)
    except pa.ArrowInvalid as error:
        raise ExchangeError(f"{path} is not a Parquet file that can be read") from error
    except OSError as error:
        raise unreadable(path, error) from error


def write_dataset(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a row for each record into the folder of a dataset, as `datasets` saves it."""
    import pyarrow as pa

    datasets = _library()
    if path.exists() and not _is_dataset(path):
        raise ExchangeError(f"{path} is there and is no dataset: choose another place")
    if not path.absolute().parent.is_dir():
        raise unwritable(path, FileNotFoundError(ENOENT, "no folder"))
    types = schema(task)
    batches = list(_batches(task, examples))
    table = pa.Table.from_batches(batches, types) if batches else types.empty_table()
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with _quiet(datasets):
            # Without a shard an empty dataset could not be loaded.
            shards = None if len(table) else 1
            datasets.Dataset(table).save_to_disk(str(temporary), num_shards=shards)
        if path.exists():
            shutil.rmtree(path)
        temporary.rename(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_dataset(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write_dataset` or `save_to_disk` wrote, all splits of it."""
    datasets = _library()
    if not _is_dataset(path):
        raise ExchangeError(f"{path} is not the folder of a dataset that save_to_disk wrote")
    try:
        with _quiet(datasets):
            loaded = datasets.load_from_disk(str(path))
    except (OSError, ValueError, KeyError) as error:
        raise ExchangeError(f"{path} is not a dataset that can be read") from error
    for split in loaded.values() if isinstance(loaded, dict) else (loaded,):
        names = {
            name: feature.names
            for name, feature in split.features.items()
            if isinstance(feature, datasets.ClassLabel)
        }
        batches = split.with_format("arrow").iter(_PART)
        yield from _examples(task, batches, path, wanted, names)


def _examples(
    task: Task,
    batches: Iterable[Any],
    path: Path,
    wanted: Wanted,
    names: dict[str, list[str]] | None = None,
) -> Iterator[Example]:
    at = 0
    for batch in batches:
        for row in batch.to_pylist():
            at += 1
            for name, labels in (names or {}).items():
                code = row[name]
                row[name] = None if code is None or code < 0 else labels[code]
            with place(path, f"row {at}"):
                example = replace(read_row(task, row, wanted), line=at)
            yield example


def _batches(task: Task, examples: Iterable[Example]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    types = schema(task)
    left = rows(task, examples)
    while part := list(islice(left, _PART)):
        columns = [[_plain(row[name]) for row in part] for name in types.names]
        arrays = [
            pa.array(column, type=kind) for column, kind in zip(columns, types.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=types)


def _plain(value: Any) -> Any:
    """A value as Arrow takes it: its text is UTF-8."""
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _is_dataset(path: Path) -> bool:
    return any((path / mark).is_file() for mark in _MARKS)


def _library() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise ExchangeError(
            "Hugging Face datasets are not installed: pip install 'sciml-magics[exchange]'"
        ) from error
    return datasets


@contextmanager
def _quiet(datasets: Any) -> Iterator[None]:
    """No progress bars; they are as they were afterwards."""
    shown = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()
