"""A file that is brought in: its entries, and the records that they tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sciml_magics.errors import ExchangeError, FrameError, TaskError
from sciml_magics.exchange.example import Example, Wanted
from sciml_magics.exchange.formats import PLACES, Format, format_of, ways_of
from sciml_magics.frames import read_records
from sciml_magics.tasks import Record, Task

_PART = 1_000


class Entry(NamedTuple):
    """An example and the record that it tells of."""

    record: Record
    example: Example


class Source:
    """A file, read twice: once to see whether all of it fits, once to store it."""

    def __init__(self, task: Task, path: Path, format: Format | None, wanted: Wanted) -> None:
        self.task = Task.from_json(task.to_json())
        self.path = path
        if not path.exists():
            raise ExchangeError(f"there is no file {path}")
        chosen = format or format_of(path)
        self._read = ways_of(chosen).read
        self._where = PLACES[chosen]
        self._wanted = wanted

    def checked(self, check: Callable[[Entry], None]) -> Iterator[Entry]:
        """Every entry, once it fits."""
        for part in self.parts():
            for entry in part:
                try:
                    check(entry)
                except (TaskError, ExchangeError) as error:
                    where = f"{self.path}, {self._where} {entry.example.line}"
                    raise ExchangeError(f"{where}: {error}") from error
                yield entry

    def parts(self) -> Iterator[list[Entry]]:
        """Entries in parts that are small enough to hold."""
        examples = self._read(self.task, self.path, self._wanted)
        while part := list(islice(examples, _PART)):
            yield self._entries(part)

    def _entries(self, examples: Sequence[Example]) -> list[Entry]:
        found: dict[int, Record] = {}
        if self.task.input == "image":  # their files may be elsewhere by now
            found = {
                at: Record(one.record_id, one.content)
                for at, one in enumerate(examples)
                if one.record_id is not None
            }
        read = [at for at in range(len(examples)) if at not in found]
        found |= dict(zip(read, self._records([examples[at] for at in read]), strict=True))
        return [Entry(found[at], example) for at, example in enumerate(examples)]

    def _records(self, examples: Sequence[Example]) -> list[Record]:
        """Records as they are read from a frame, so that they have the same addresses."""
        if not examples:
            return []
        contents = [dict(one.content) for one in examples]
        frame = pd.DataFrame(
            {name: [one.get(name) for one in contents] for name in self.task.columns},
            dtype=object,
        )
        try:
            read = read_records(frame, self.task, np.arange(len(frame)))
        except FrameError as error:
            raise ExchangeError(f"{self.path}: {error}") from error
        for example, at in zip(examples, read.inverse.tolist(), strict=True):
            if at < 0:
                why = next(iter(read.unreadable.values()), "there is nothing to read")
                raise ExchangeError(f"{self.path}, {self._where} {example.line}: {why}")
        made = list(read)
        return [made[at] for at in read.inverse.tolist()]
