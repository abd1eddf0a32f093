"""Ask a suggester about texts, and look at its answers in their order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.tasks import Kind, Label, Record, Suggestion, Task, record_id

CPU = Options(device="cpu", precision="fp32")


def make_records(texts: Sequence[str]) -> list[Record]:
    """Records of one text each."""
    return [Record(record_id(text), (("text", text),)) for text in texts]


def make_task(*labels: str | Label, kind: Kind = "label", **rest: Any) -> Task:
    """A task over the column ``text``."""
    made = tuple(Label(label) if isinstance(label, str) else label for label in labels)
    return Task("t", ("text",), kind=kind, labels=made, **rest)


def ask(
    model: Suggester | Path, texts: Sequence[str], task: Task, options: Options = CPU
) -> list[Suggestion]:
    """Suggestions for `texts`, which must differ, in their order."""
    suggester = open_model(model, options) if isinstance(model, Path) else model
    records = make_records(texts)
    resolved = suggester.resolve(task)
    batches = list(suggester.suggest(records, resolved))
    assert all(batches), "an empty batch is no news"
    found = {suggestion.record_id: suggestion for batch in batches for suggestion in batch}
    assert sum(map(len, batches)) == len(found) == len(records)
    return [found[record.id] for record in records]
