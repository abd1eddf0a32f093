"""Which responses a task allows."""

from __future__ import annotations

from itertools import pairwise

from sciml_magics.errors import TaskError
from sciml_magics.tasks.response import DECISIONS, ROLES, SHARES, Response
from sciml_magics.tasks.suggestion import Span, Value
from sciml_magics.tasks.task import Task

MAX_KEY = 80


def check_response(task: Task, response: Response, source: str) -> None:
    """Raise `TaskError` unless a response can be one to a task.

    Parameters
    ----------
    task
        The version of the task that is answered.
    response
        What was said.
    source
        The text of the record, which spans quote.

    Examples
    --------
    >>> from sciml_magics.tasks import Label
    >>> task = Task("topic", ("text",), labels=(Label("genes"), Label("cells")))
    >>> check_response(task, Response("key", bytes(16), "corrected", "cells", "Ada"), "A cell.")
    """
    _check_words(response)
    has_value = response.decision in ("accepted", "corrected")
    if has_value and response.value is None:
        raise TaskError("an accepted record has a value: choose one, reject the record or skip it")
    if not has_value and response.value is not None:
        raise TaskError(f"a record that is {response.decision} has no value: accept it with one")
    if (response.decision == "undone") != (response.undoes is not None):
        raise TaskError("a response takes another one back when it is 'undone', and only then")
    if has_value:
        _check_value(task, response.value, source)


def possible(task: Task, value: Value) -> bool:
    """Whether a value, said of any version of a task, is still one of this version's answers.

    Examples
    --------
    >>> from sciml_magics.tasks import Label
    >>> task = Task("topic", ("text",), labels=(Label("genes"), Label("cells")))
    >>> possible(task, "genes"), possible(task, "stars"), possible(task, None)
    (True, False, True)
    """
    if value is None or not task.labels:
        return True
    known = set(task.label_names)
    return all(label in known for label in labels_of(value))


def labels_of(value: Value) -> list[str]:
    """The labels that a value names."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [part.label if isinstance(part, Span) else part for part in value]


def _check_words(response: Response) -> None:
    key = response.key
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise TaskError(f"the key of a response is 1 to {MAX_KEY} plain characters, not {key!r}")
    if not response.annotator.strip():
        raise TaskError("a response says who gave it: name an annotator")
    for word, known in (
        (response.decision, DECISIONS),
        (response.role, ROLES),
        (response.share, SHARES),
    ):
        if word not in known:
            raise TaskError(f"no '{word}': choose one of {', '.join(known)}")


def _check_value(task: Task, value: Value, source: str) -> None:
    parts = value if isinstance(value, tuple) else (value,)
    wanted = Span if task.kind == "spans" else str
    listed = task.kind in ("labels", "spans")
    if isinstance(value, tuple) != listed or not all(isinstance(part, wanted) for part in parts):
        raise TaskError(f"{value!r} is no answer to task '{task.name}' of kind '{task.kind}'")
    if task.kind in ("text", "value"):
        return
    for label in labels_of(value):
        if not label or (task.labels and label not in task.label_names):
            raise TaskError(
                f"task '{task.name}' has no label '{label}': choose one of its labels, "
                "or add it to the scheme"
            )
    if task.kind == "labels" and len(set(parts)) < len(parts):
        raise TaskError("a label stands twice in the answer: give each once")
    if task.kind == "spans":
        _check_spans(task, [part for part in parts if isinstance(part, Span)], source)


def _check_spans(task: Task, spans: list[Span], source: str) -> None:
    for span in spans:
        span.check(source)
    if len({(span.start, span.end, span.label) for span in spans}) < len(spans):
        raise TaskError("a span stands twice in the answer: give each once")
    if task.overlapping:
        return
    ordered = sorted(spans, key=lambda span: span.start)
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise TaskError(
                f"the spans {before.text!r} and {after.text!r} overlap: shorten one, "
                "or let the spans of the task overlap"
            )
