"""From the package's words to what a front end sees, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from math import isfinite
from typing import Any

from sciml_magics import annotation
from sciml_magics.errors import TaskError
from sciml_magics.panels.shown import (
    Alternative,
    Counts,
    FieldView,
    Filter,
    ImageView,
    Item,
    LabelCount,
    LabelView,
    Progress,
    ResponseView,
    SpanView,
    SuggestionView,
    TaskView,
    ValueView,
)
from sciml_magics.review import Criteria, Offered, ReviewCounts
from sciml_magics.store import Kept
from sciml_magics.tasks import KeptResponse, ModelIdentity, Record, Span, Task, Value

# Code points of a text that are sent unasked. Of texts in which spans are marked all are.
MOST_TEXT = 20_000
EXCERPT = 120

Picture = Callable[[Record], ImageView]


def task_view(
    task: Task, version: int, models: Sequence[ModelIdentity], counts: ReviewCounts
) -> TaskView:
    """A task, the models that suggested for it, and how far it has come."""
    return TaskView(
        name=safe(task.name),
        version=version,
        kind=task.kind,
        input=task.input,
        columns=[safe(column) for column in task.columns],
        labels=[
            LabelView(name=label.name, description=safe(label.description)) for label in task.labels
        ],
        instructions=safe(task.instructions),
        overlapping=task.overlapping,
        models=[model.short for model in models],
        counts=counts_view(counts),
    )


def counts_view(counts: ReviewCounts) -> Counts:
    """How far a task has come."""
    return Counts(**asdict(counts))


def item(offered: Offered, task: Task, picture: Picture, *, whole: bool = False) -> Item:
    """A record as a front end shows it; the suggestion of a blind one is left out.

    Parameters
    ----------
    offered
        The record and what belongs to it.
    task
        Its task.
    picture
        Finds the image of a record.
    whole
        Do not cut long texts.
    """
    hidden = offered.blind and offered.mine is None
    most = None if whole or task.kind == "spans" else MOST_TEXT
    record = offered.record
    return Item(
        record=record.id.hex(),
        fields=[field_view(column, text, most) for column, text in record.content],
        image=picture(record) if task.input == "image" else None,
        suggestion=(
            None if hidden or not offered.suggestion else suggestion_view(offered.suggestion)
        ),
        blind=offered.blind,
        share=offered.share,
        why=safe(offered.why),
        mine=response_view(offered.mine) if offered.mine else None,
        others=[response_view(kept) for kept in offered.others],
    )


def field_view(column: str, text: str, most: int | None) -> FieldView:
    """A column of a record; of its text at most so many code points."""
    shown = text if most is None else text[:most]
    return FieldView(column=safe(column), text=safe(shown), cut=len(text) - len(shown))


def suggestion_view(kept: Kept) -> SuggestionView:
    """What a model proposes."""
    said = kept.suggestion
    return SuggestionView(
        id=kept.id,
        value=value_view(said.value),
        score=_number(said.score),
        alternatives=[
            Alternative(label=safe(label), score=score) for label, score in said.alternatives
        ],
        evidence=plain_json(said.evidence),
        reason=safe(said.reason),
        model=kept.model.short,
        run=kept.run,
        created=milliseconds(kept.created),
    )


def response_view(kept: KeptResponse, undone: bool = False) -> ResponseView:
    """What a person said."""
    said = kept.response
    return ResponseView(
        id=kept.id,
        key=said.key,
        record=said.record_id.hex(),
        decision=said.decision,
        value=value_view(said.value),
        annotator=safe(said.annotator),
        role=said.role,
        share=said.share,
        blind=said.blind,
        seconds=said.seconds,
        note=safe(said.note),
        created=milliseconds(kept.created),
        undone=undone,
    )


def value_view(value: Value) -> ValueView:
    """A value as JSON carries it.

    Examples
    --------
    >>> value_view(("genes", "cells"))
    ['genes', 'cells']
    """
    if value is None or isinstance(value, str):
        return None if value is None else safe(value)
    return [_part(part) for part in value]  # type: ignore[return-value]  # parts are of one kind


def _part(part: str | Span) -> str | SpanView:
    if isinstance(part, str):
        return safe(part)
    return SpanView(
        start=part.start,
        end=part.end,
        label=safe(part.label),
        text=safe(part.text),
        score=_number(part.score),
    )


def value_of(view: ValueView, task: Task, text: Callable[[], str]) -> Value:
    """The value that a front end sent, as responses hold it.

    Parameters
    ----------
    view
        What it sent.
    task
        The task, whose kind says what it has to be.
    text
        Finds the text in which spans are marked.

    Raises
    ------
    TaskError
        If it is none of the task's kind, or a span does not quote the text.
    """
    if view is None:
        return None
    if task.kind == "spans":
        spans = [part for part in view if isinstance(part, SpanView)]
        if isinstance(view, str) or len(spans) < len(view):
            raise TaskError(f"'{task.name}' marks spans: a response needs a list of them")
        source = text() if spans else ""
        return tuple(_span(part, source) for part in spans)
    if task.kind == "labels":
        labels = [part for part in view if isinstance(part, str)]
        if isinstance(view, str) or len(labels) < len(view):
            raise TaskError(f"'{task.name}' asks for several labels: a response needs a list")
        return tuple(labels)
    if not isinstance(view, str):
        raise TaskError(f"'{task.name}' asks for one answer: a response needs a text")
    return view


def _span(view: SpanView, source: str) -> Span:
    # The source's own characters are kept: what was shown may stand for half a character.
    quoted = source[max(view.start, 0) : view.end]
    if safe(quoted) != view.text:
        raise TaskError(f"span {view.start}:{view.end} does not quote {view.text!r} in its text")
    return Span(view.start, view.end, view.label, quoted)


def criteria_of(filters: Filter) -> Criteria:
    """Which records a front end asks for."""
    return Criteria(**filters.model_dump())


def excerpt(record: Record) -> str:
    """The beginning of a record, on one line."""
    line = " ".join(record.text[: 4 * EXCERPT].split())
    return safe(line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…")


def progress_view(progress: annotation.Progress) -> Progress:
    """A moment of a run."""
    return Progress(
        task=safe(progress.task),
        phase=progress.phase,
        total=progress.total,
        done=progress.done,
        reused=progress.reused,
        rate=progress.rate,
        remaining=progress.remaining,
        labels=[
            LabelCount(label=None if label is None else safe(label), count=count)
            for label, count in progress.labels.items()
        ],
        loss=progress.loss,
        validation=progress.validation,
    )


def safe(text: str) -> str:
    r"""`text` with U+FFFD for halves of surrogate pairs, which cannot be sent; as long as before.

    Examples
    --------
    >>> safe("a\ud800b") == "a\ufffdb"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("�" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    return text


def milliseconds(moment: datetime) -> int:
    """A moment as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def _number(number: float) -> float | None:
    return number if isfinite(number) else None


def plain_json(part: Any) -> Any:
    """JSON values that can be sent and stored: no NaN, no halves of characters."""
    if isinstance(part, str):
        return safe(part)
    if isinstance(part, float):
        return _number(part)
    if isinstance(part, Mapping):
        return {safe(str(key)): plain_json(value) for key, value in part.items()}
    if isinstance(part, Iterable):
        return [plain_json(value) for value in part]
    return part
