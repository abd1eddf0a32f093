"""Write what the store holds of a task into a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Example
from sciml_magics.exchange.formats import Format, format_of, ways_of
from sciml_magics.exchange.gathering import gathered
from sciml_magics.store import Store
from sciml_magics.tasks import Task

What = Literal["answers", "all"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Parameters
    ----------
    path
        The file, or the folder of a Hugging Face dataset.
    format
        Its format.
    records, answers, predictions
        How many of each are in it.
    """

    path: Path
    format: Format
    records: int
    answers: int
    predictions: int


def export_task(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    what: What = "answers",
) -> Exported:
    """Write what people answered, and what models suggested, into a file.

    Parameters
    ----------
    store
        Where they are kept.
    task
        The task.
    path
        The file to write; it is replaced at once, and only when all of it is written.
    format
        One of `FORMATS`; ``None`` goes by the ending of `path`.
    what
        ``"answers"``: records that somebody answered. ``"all"``: also those that only a model read.

    Raises
    ------
    ExchangeError
        If the format cannot hold the task, or the file cannot be written.
    """
    path = Path(path)
    if what not in get_args(What):
        raise ExchangeError(f"no '{what}' to export: choose one of {', '.join(get_args(What))}")
    chosen = format or format_of(path)
    write = ways_of(chosen).write
    plain = Task.from_json(task.to_json())
    counted = _Counted(gathered(store, plain, everything=what == "all"))
    write(plain, counted, path)
    return Exported(path, chosen, counted.records, counted.answers, counted.predictions)


class _Counted:
    """Examples that are counted as they go by."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._examples = examples
        self.records = self.answers = self.predictions = 0

    def __iter__(self) -> Iterator[Example]:
        for example in self._examples:
            self.records += 1
            self.answers += len(example.answers)
            self.predictions += len(example.predictions)
            yield example
