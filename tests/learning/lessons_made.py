"""Answers to learn from and models that learn in no time, for the wiring of learning."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sciml_magics.annotation import Request, annotate
from sciml_magics.learning import fitting, judging, learner
from sciml_magics.models import ModelFiles, find_model
from sciml_magics.models.loading import EMBEDDED_ID
from sciml_magics.store import Store
from sciml_magics.tasks import (
    Estimate,
    Example,
    Execution,
    Fit,
    Input,
    Kind,
    Label,
    ModelIdentity,
    Moment,
    Record,
    Response,
    Suggestion,
    Task,
    Training,
)
from tests.learning.folders import model_folder

TASK = Task("topic", ("text",), labels=(Label("gene"), Label("star"), Label("law")))
WORDS = TASK.label_names


@dataclass
class Ruled:
    """A suggester that finds the label in the text, or always says the first one.

    Parameters
    ----------
    good
        Which of the two.
    sure
        Probability that it gives its answer.
    """

    good: bool
    identity: ModelIdentity
    sure: float = 0.9
    fail_after: int | None = None
    read: list[str] = field(default_factory=list)

    @property
    def abilities(self) -> frozenset[tuple[Input, Kind]]:
        return frozenset({("text", "label")})

    @property
    def execution(self) -> Execution | None:
        return None

    def ready(self) -> Execution:
        return Execution("cpu", "fp32")

    def resolve(self, task: Task) -> Task:
        return task

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        for record in records:
            if self.fail_after is not None and len(self.read) >= self.fail_after:
                raise KeyboardInterrupt
            self.read.append(record.text)
            yield [self._answer(record, task)]

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        return Estimate(len(records), 1, 0.1, 0.1, 1)

    def _answer(self, record: Record, task: Task) -> Suggestion:
        names = task.label_names
        value = record.text.split()[0] if self.good else names[0]
        rest = (1 - self.sure) / (len(names) - 1)
        others = [(name, rest) for name in names if name != value]
        return Suggestion(record.id, value, self.sure, ((value, self.sure), *others))


BASE = ModelIdentity("base", "r1", "keywords")


@dataclass
class School:
    """Takes the place of training and of opening models.

    Parameters
    ----------
    good
        Whether what is trained next will answer well.
    trained
        Examples of every training.
    during
        Called while a training goes on.
    validations, endings
        Of the next trainings.
    callbacks
        Of every training.
    """

    good: bool = True
    sure: float = 0.9
    trained: list[tuple[int, int, Training]] = field(default_factory=list)
    during: Callable[[Path], None] | None = None
    fail_after: int | None = None
    ending: Any = "done"
    validations: list[float] = field(default_factory=list)
    endings: list[Any] = field(default_factory=list)
    callbacks: list[Sequence[Any]] = field(default_factory=list)

    def train(
        self,
        files: ModelFiles,
        task: Task,
        examples: Sequence[Example],
        validation: Sequence[Example],
        training: Training,
        folder: Path,
        watch: Any = lambda _: None,
        *,
        callbacks: Sequence[Any] = (),
        work: Path | None = None,
        vectors: Any = None,
    ) -> Fit:
        """Make a folder that names how well it will answer."""
        self.trained.append((len(examples), len(validation), training))
        self.callbacks.append(callbacks)
        validated = self.validations.pop(0) if self.validations else 0.8
        ending = self.endings.pop(0) if self.endings else self.ending
        moment = Moment(1, 2, 0.5, 0.7, None, 0.1)
        watch(moment)
        if self.during is not None and work is not None:
            self.during(work)
        model_folder(folder, seed=len(self.trained))
        config = json.loads((folder / "config.json").read_text("utf-8"))
        config |= {"good": self.good, "sure": self.sure}
        (folder / "config.json").write_text(json.dumps(config), "utf-8")
        return Fit(folder, ending, (moment,), validated, 100.0, ("a note of the training",))

    def open_model(self, model: Any = None, options: Any = None) -> Ruled:
        """The suggester that a folder stands for."""
        if model == BASE.id:
            return Ruled(False, BASE)
        if getattr(model, "id", None) == EMBEDDED_ID:
            return Ruled(False, ModelIdentity(EMBEDDED_ID, "r", "keywords"))
        files = model if isinstance(model, ModelFiles) else find_model(model)
        identity = ModelIdentity(files.id, files.revision, "keywords")
        config = files.config
        return Ruled(bool(config["good"]), identity, float(config["sure"]), self.fail_after)


def enter(school: School, patch: pytest.MonkeyPatch) -> School:
    """Let `school` take the place of training and opening models."""
    patch.setattr(fitting, "train", school.train)
    for module in (learner, judging):
        patch.setattr(module, "open_model", school.open_model)
    return school


def texts(count: int) -> pd.DataFrame:
    return pd.DataFrame({"text": [f"{WORDS[at % 3]} number {at}" for at in range(count)]})


def annotated(store: Store, count: int = 100, task: Task = TASK) -> pd.DataFrame:
    """Suggestions of a base that always says the same."""
    frame = texts(count)
    annotate(frame, Request(task, by="Ada"), Ruled(False, BASE), store)
    return frame


def answer(store: Store, frame: pd.DataFrame, first: int, last: int, task: Task = TASK) -> None:
    """Answer rows as they should be."""
    from sciml_magics.frames import read_records

    task_id = store.task(task)
    records = list(read_records(frame, task, pd.RangeIndex(first, last).to_numpy()))
    store.respond(
        task_id,
        [
            Response(f"key-{record.text}", record.id, "corrected", record.text.split()[0], "Ada")
            for record in records
        ],
    )


def wait_for(path: Path, seconds: float = 60) -> None:
    """Wait until a file is there."""
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.02)
