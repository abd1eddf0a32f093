"""Runs: one execution of a suggester over a frame, and what it ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# Family of what looks for wrong answers, instead of answering.
CHECK = "label_errors"
# Family of what looks for wrong cells in tables. It says itself which records to ask about first:
# their evidence has, under `ASKED`, their place among these and why.
DETECTORS = "detectors"
ASKED = "asked"

RunState = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What a suggester is. Two suggesters with equal identities give equal answers.

    Parameters
    ----------
    id
        Hub id, or the folder's path as the user gave it.
    revision
        Commit hash on the Hub, or SHA-256 over the weights and configuration of a folder.
    family
        Name of the model family that reads the weights.
    settings
        Canonical JSON of the options that change answers (windows, prompt, ...). Device and
        precision are not among them: they belong to the `Run`.
    """

    id: str
    revision: str
    family: str
    settings: str = "{}"

    @property
    def short(self) -> str:
        """``id@revision`` for a person to read."""
        return f"{self.id}@{self.revision[:12]}"

    @property
    def is_check(self) -> bool:
        """Whether it looks for wrong answers to a task: it is none of the models that answer it."""
        return self.family == CHECK


@dataclass(frozen=True, slots=True)
class Execution:
    """Where and how a model ran: a device such as ``cuda:0``, a precision such as ``bf16``."""

    device: str
    precision: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cost of a suggester, measured on a sample.

    Parameters
    ----------
    records
        Records in the sample.
    characters
        Characters in the sample (images count as one).
    seconds
        Time the sample took, without loading.
    load_seconds
        Time to load the model and answer the first time.
    memory
        Peak working memory in bytes: weights and activations.
    """

    records: int
    characters: int
    seconds: float
    load_seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a run.

    Parameters
    ----------
    rows
        Rows of the frame.
    selected
        Rows that the run looked at, after ``where``, ``sample`` and ``limit``.
    unique
        Different records among them, missing ones left out.
    reused
        Records whose suggestion was in the store already.
    computed
        Records that the model read in this run.
    missing
        Selected rows with nothing to read.
    unreadable
        Selected rows whose content could not be read (images).
    abstained
        Selected rows without a sure answer.
    """

    rows: int = 0
    selected: int = 0
    unique: int = 0
    reused: int = 0
    computed: int = 0
    missing: int = 0
    unreadable: int = 0
    abstained: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: who asked what of which model, where, when, and what came of it."""

    id: int
    task: str
    task_version: int
    model: ModelIdentity
    execution: Execution | None
    code_version: str
    by: str
    seed: int | None
    started: datetime
    finished: datetime | None
    state: RunState
    counts: Counts
