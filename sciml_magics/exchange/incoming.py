"""Bring what stands in a file into the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sciml_magics.exchange.formats import Format
from sciml_magics.store import Store
from sciml_magics.tasks import Task


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file.

    Parameters
    ----------
    records
        Records that the file tells something of.
    added
        Answers or predictions that are new in the store.
    known
        Those that were there already.
    left_out
        Entries that say nothing of the kind that was asked for.
    """

    records: int
    added: int
    known: int
    left_out: int


def import_answers(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    annotator: str,
) -> Imported:
    """Bring in what people answered, as responses. Importing a file twice adds nothing.

    Parameters
    ----------
    store
        Where they are kept.
    task
        The task.
    path
        The file.
    format
        One of `FORMATS`; ``None`` goes by the ending of `path` and what is in it.
    annotator
        Who answered, where the file does not say.

    Raises
    ------
    SciMLError
        If the file does not fit; nothing of it is stored then.
    """
    raise NotImplementedError


def import_predictions(
    store: Store,
    task: Task,
    path: str | Path,
    format: Format | None = None,
    *,
    by: str,
    model: str | None = None,
) -> Imported:
    """Bring in what models suggested, as suggestions. No record counts as reviewed for it.

    Parameters
    ----------
    store, task, path, format
        As of `import_answers`.
    by
        Who imports.
    model
        Name of the model, where the file does not say; ``None`` for the file's own name.

    Raises
    ------
    SciMLError
        If the file does not fit; nothing of it is stored then.
    """
    raise NotImplementedError
