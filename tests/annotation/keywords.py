"""A suggester of a few lines for the wiring of the job; the models have their own tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sciml_magics.tasks import (
    Estimate,
    Execution,
    Input,
    Kind,
    Label,
    ModelIdentity,
    Record,
    Suggestion,
    Task,
)

TASK = Task("topic", ("text",), labels=(Label("gene"), Label("star"), Label("law")))


@dataclass
class Keywords:
    """Suggests the label whose name stands in the text; abstains where there is none."""

    batch: int = 10
    fail_after: int | None = None
    failure: BaseException = field(default_factory=KeyboardInterrupt)
    revision: str = "r1"
    read: list[str] = field(default_factory=list)

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity("keywords", self.revision, "keywords")

    @property
    def abilities(self) -> frozenset[tuple[Input, Kind]]:
        return frozenset({("text", "label")})

    @property
    def execution(self) -> Execution | None:
        return Execution("cpu", "fp32") if self.read else None

    def ready(self) -> Execution:
        return Execution("cpu", "fp32")

    def resolve(self, task: Task) -> Task:
        return task if task.labels else replace(task, labels=TASK.labels)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        for start in range(0, len(records), self.batch):
            if self.fail_after is not None and len(self.read) >= self.fail_after:
                raise self.failure
            part = records[start : start + self.batch]
            self.read += [record.text for record in part]
            yield [_suggest(record, task) for record in part]

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        self.read += [record.text for record in records]
        characters = sum(len(record.text) for record in records)
        return Estimate(len(records), characters, 0.5, 1.0, 1_000)


def _suggest(record: Record, task: Task) -> Suggestion:
    for label in task.label_names:
        if label in record.text:
            return Suggestion(record.id, label, 0.9 if "sure" in record.text else 0.4)
    return Suggestion(record.id, None, float("nan"), reason="no keyword")
