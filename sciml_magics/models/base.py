"""What all model families share: lazy loading, identity, the common checks, and the estimate."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sciml_magics.errors import ModelError
from sciml_magics.models.labels import fill_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.protocol import Options
from sciml_magics.models.registry import Ability, families_for, family_name
from sciml_magics.tasks import Estimate, Execution, ModelIdentity, Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

Loaded = TypeVar("Loaded")

_WARM = 4


class BaseSuggester(ABC, Generic[Loaded]):
    """A suggester over the files of a model. Families give `can`, `load` and `suggest`.

    Parameters
    ----------
    files
        The model. Nothing but its configuration is read until it is needed.
    options
        How to run it.
    """

    can: ClassVar[frozenset[Ability]]

    def __init__(self, files: ModelFiles, options: Options) -> None:
        self.files = files
        self.options = options
        self._lock = RLock()
        self._loaded: Loaded | None = None
        self._execution: Execution | None = None

    @property
    def identity(self) -> ModelIdentity:
        """What it is: equal identities give equal answers."""
        settings = json.dumps(self.settings(), sort_keys=True, ensure_ascii=True)
        return ModelIdentity(self.files.id, self.files.revision, family_name(type(self)), settings)

    @property
    def abilities(self) -> frozenset[Ability]:
        """The pairs of input and task kind that it can do."""
        return self.can

    @property
    def execution(self) -> Execution | None:
        """Where and how it runs, once it is loaded."""
        return self._execution

    @property
    def loaded(self) -> Loaded:
        """What `load` made. The first to ask waits for it; other threads wait with them."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self.load()
            return self._loaded

    def ready(self) -> Execution:
        """Load the weights, unless that is done, and say where and how the model runs."""
        _ = self.loaded
        if self._execution is None:
            raise AssertionError(f"{type(self).__name__}.load did not ask for its place")
        return self._execution

    def settings(self) -> Mapping[str, Any]:
        """Give the options that change answers, as JSON values. Families add their own."""
        return {"window": self.options.window}

    def own_labels(self) -> tuple[str, ...]:
        """Labels that the model was trained with; empty where it takes any."""
        return ()

    def resolve(self, task: Task) -> Task:
        """Give the task, its labels filled in from the model where it has none.

        Raises
        ------
        ModelError
            If the model cannot do the task; the message says which families can.
        """
        asked: Ability = (task.input, task.kind)
        if asked not in self.abilities:
            raise ModelError(self._cannot(asked))
        own = self.own_labels()
        if own:
            return fill_labels(task, own, self.files.id)
        if not task.labels and task.kind != "text":
            raise ModelError(
                f"model '{self.files.id}' brings no labels of its own: give the task its labels"
            )
        return task

    @abstractmethod
    def load(self) -> Loaded:
        """Load everything that `suggest` needs, on the device that `place` names."""

    @abstractmethod
    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions for `records`, in any order, each record exactly once."""

    def place(self) -> tuple[torch.device, torch.dtype]:
        """Device and precision of the options, which are recorded as the execution.

        Raises
        ------
        ModelError
            If the device is not there.
        """
        from sciml_magics.models import device, precision

        where = device.pick(self.options.device)
        dtype = precision.pick(self.options.precision, where)
        self._execution = Execution(str(where), precision.name(dtype))
        return where, dtype

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        """Cost measured on `records` with a warm model.

        Raises
        ------
        ModelError
            If the model cannot be loaded.
        """
        from sciml_magics.models.memory import PeakMemory

        began = perf_counter()
        _ = self.loaded
        _drain(self.suggest(records[:_WARM], task))
        warm = perf_counter()
        with PeakMemory(self.execution) as peak:
            _drain(self.suggest(records, task))
        seconds = perf_counter() - warm
        characters = sum(_characters(record) for record in records)
        memory = self.files.parameters * self._bytes_per_parameter() + peak.bytes
        return Estimate(len(records), characters, seconds, warm - began, memory)

    def _bytes_per_parameter(self) -> int:
        return 4 if self.execution is None or self.execution.precision == "fp32" else 2

    def _cannot(self, asked: Ability) -> str:
        source, kind = asked
        able = ", ".join(families_for(asked)) or "none"
        own = ", ".join(f"{kind} on {source}" for source, kind in sorted(self.abilities))
        return (
            f"model '{self.files.id}' ({family_name(type(self))}) does {own}, not {kind} on "
            f"{source}; families that can: {able}"
        )


def _drain(batches: Iterator[Sequence[Suggestion]]) -> None:
    deque(batches, maxlen=0)


def _characters(record: Record) -> int:
    return 1 if record.open_image is not None else len(record.text)
