"""Where a model is made before it has a name: a folder that a killed training finds again.

The folder is named by what decides the model: the answers, the settings and the base. The same
call after a kill finds its checkpoints, or the model that was complete already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from time import time
from typing import Any

from sciml_magics.errors import LearningError
from sciml_magics.learning.registry import remove
from sciml_magics.store import ledger
from sciml_magics.tasks import Fit, Moment

FOLDER = ".making"
_OWNER = "owner.json"
_FIT = "fit.json"
_TEMPERED = "tempered"
# What was left behind and never taken up again is removed after so long.
_STALE_SECONDS = 3 * 24 * 3600

_mine: set[Path] = set()
_lock = Lock()


class Workshop:
    """The folder in which one model is made.

    Parameters
    ----------
    folder
        The folder, which exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def model(self) -> Path:
        """Where the model appears when it is complete."""
        return self.folder / "model"

    @property
    def checkpoints(self) -> Path:
        """Where training keeps what it needs to go on."""
        return self.folder / "checkpoints"

    @property
    def trials(self) -> Path:
        """Where the trainings of a search live."""
        return self.folder / "search"

    def keep(self, fit: Fit) -> None:
        """Remember what came of the training."""
        data = asdict(fit) | {"folder": "model"}
        (self.folder / _FIT).write_text(json.dumps(data), "utf-8")

    def kept(self) -> Fit | None:
        """What came of a training that ended here; ``None`` where none did."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads((self.folder / _FIT).read_text("utf-8"))
            if (self.model / "config.json").is_file():
                history = tuple(Moment(**moment) for moment in data["history"])
                told = {"folder": self.model, "history": history, "notes": tuple(data["notes"])}
                return Fit(**(data | told))
        return None

    @property
    def tempered(self) -> bool:
        """Whether the model has its temperature already."""
        return (self.folder / _TEMPERED).exists()

    def keep_tempered(self) -> None:
        """Remember that the model has its temperature."""
        (self.folder / _TEMPERED).touch()

    def clear(self) -> None:
        """Remove what is left of a training that cannot be gone on with."""
        remove(self.model)
        for name in (_FIT, _TEMPERED):
            (self.folder / name).unlink(missing_ok=True)


@contextmanager
def workshop(models: Path, beginning: str, decided: Mapping[str, Any]) -> Iterator[Workshop]:
    """The workshop for a model, for this process alone; it stays when the block fails.

    Parameters
    ----------
    models
        The folder of the models.
    beginning
        Of the folder's name, for people to read.
    decided
        What decides the model: JSON values.

    Raises
    ------
    LearningError
        If the same model is being made elsewhere, or the folder cannot be written.
    """
    text = json.dumps(decided, sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
    folder = models / FOLDER / f"{beginning}-{digest}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        _take(folder)
    except OSError as error:
        raise LearningError(
            f"'{folder}' cannot be written ({error.strerror or error}): make room or make the "
            "folder writable, and run the same cell again"
        ) from error
    try:
        yield Workshop(folder)
    except BaseException:
        _leave(folder)
        raise
    _leave(folder)
    remove(folder)
    with suppress(OSError):
        folder.parent.rmdir()  # as long as no other model is being made


def _take(folder: Path) -> None:
    with _lock:
        if folder in _mine or _is_taken(folder):
            raise LearningError(
                "the same model is being trained already, in this notebook or in another: wait "
                "for it, or stop it there"
            )
        (folder / _OWNER).write_text(json.dumps(ledger.this_process()), "utf-8")
        _mine.add(folder)


def _leave(folder: Path) -> None:
    with _lock:
        _mine.discard(folder)
        with suppress(OSError):
            (folder / _OWNER).unlink()


def _is_taken(folder: Path) -> bool:
    """Whether another process that goes on works here."""
    try:
        owner = json.loads((folder / _OWNER).read_text("utf-8"))
        since = (folder / _OWNER).stat().st_mtime
    except (OSError, ValueError):
        return False
    here = ledger.this_process()
    if owner == here:
        return False  # left by a thread that ended unseen
    if owner["host"] != here["host"]:
        return time() - since < _STALE_SECONDS  # nobody here can ask whether it goes on
    return ledger.is_alive(owner["pid"], owner["born"])


def _sweep(folder: Path) -> None:
    """Remove what was left behind long ago."""
    for path in folder.iterdir():
        with suppress(OSError):
            if time() - path.stat().st_mtime > _STALE_SECONDS and not _is_taken(path):
                remove(path)
