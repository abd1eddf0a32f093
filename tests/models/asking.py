"""Ask a suggester about texts, and look at its answers in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sciml_magics.models import BaseSuggester, Options, Suggester, open_model
from sciml_magics.models.batching import Budget
from sciml_magics.tasks import Kind, Label, Record, Span, Suggestion, Task, record_id

if TYPE_CHECKING:
    from sciml_magics.models.text_model import TextModel

CPU = Options(device="cpu", precision="fp32")


def open_text(
    folder: Path, options: Options = CPU, budget: int | None = None
) -> BaseSuggester[TextModel]:
    """The suggester of a trained head over texts, its batches of at most `budget` tokens."""
    suggester = open_model(folder, options)
    assert isinstance(suggester, BaseSuggester)
    if budget is not None:
        suggester._loaded = replace(suggester.loaded, budget=Budget(budget))
    return suggester


def read_spans(suggestion: Suggestion) -> tuple[Span, ...]:
    """The spans of an answer."""
    assert isinstance(suggestion.value, tuple)
    spans = tuple(span for span in suggestion.value if isinstance(span, Span))
    assert len(spans) == len(suggestion.value)
    return spans


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
