"""Prodigy's JSONL: a line for each answer of each person.

``answer`` is ``"accept"``, ``"reject"`` or ``"ignore"``. Labels stand in ``accept``, which names
entries of ``options``, or in ``label``, which is one question by itself; spans in ``spans``, in
code points; free text in ``user_input``. A line without ``answer`` is a prediction to be
corrected. https://prodi.gy/docs/api-interfaces
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.content import content_fields, content_from, is_exact
from sciml_magics.exchange.example import Answer, Example, Prediction, Wanted
from sciml_magics.exchange.files import json_lines, json_text, place, writing
from sciml_magics.exchange.plain import (
    KEY,
    mapping,
    own_part,
    read_own_part,
    read_span,
    sequence,
    short,
    span_json,
    string,
)
from sciml_magics.tasks import Decision, Span, Task, Value

_SAID = {"accepted": "accept", "corrected": "accept", "rejected": "reject"}
_FIELDS = ("label", "accept", "spans", "user_input")


def write(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a line for each answer, or for the prediction of a record that nobody answered."""
    with writing(path) as file:
        for example in examples:
            for line in _lines(task, example):
                file.write(json_text(line) + "\n")


def read(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write` or Prodigy wrote. Lines with an answer hold no prediction, and vice versa.

    Lines that ask of one label each are put together, per record and annotator.
    """
    single: dict[tuple[object, str], Example] = {}
    for at, line in json_lines(path):
        with place(path, f"line {at}"):
            example = replace(_example(task, line), line=at)
            if "label" not in line or "accept" in line or not example.answers:
                yield example
                continue
            key = example.content, example.answers[0].annotator
            single[key] = _together(task, single[key], example) if key in single else example
    yield from single.values()


def _lines(task: Task, example: Example) -> Iterator[dict[str, Any]]:
    base = content_fields(task, example, "text")
    exact = is_exact(task, example)
    if not example.answers:
        newest = example.predictions[-1] if example.predictions else Prediction(None)
        part = own_part(example, exact=exact)
        yield {**base, **_value_fields(task, newest.value), KEY: part}
        return
    predictions = example.predictions
    for answer in example.answers:
        part = own_part(replace(example, answers=(answer,), predictions=predictions), exact=exact)
        yield {**base, **_answer_fields(task, answer), KEY: part}
        predictions = ()  # told once for a record


def _answer_fields(task: Task, answer: Answer) -> dict[str, Any]:
    fields = _value_fields(task, answer.value)
    fields["answer"] = _SAID.get(answer.decision, "ignore")
    if answer.decision == "flagged":
        fields["flagged"] = True
    fields["_annotator_id"] = fields["_session_id"] = answer.annotator
    if answer.created:
        fields["_timestamp"] = int(answer.created.timestamp())
    return fields


def _value_fields(task: Task, value: Value) -> dict[str, Any]:
    if task.kind == "spans":
        spans = [span_json(part) for part in value or () if isinstance(part, Span)]
        view = "spans_manual" if task.overlapping else "ner_manual"
        return {"spans": spans, "_view_id": view}
    if task.kind in ("text", "value"):
        return {"user_input": value or "", "_view_id": "text_input"}
    accepted = [] if value is None else [value] if isinstance(value, str) else list(value)
    options = [{"id": name, "text": name} for name in task.label_names]
    return {"options": options, "accept": accepted, "_view_id": "choice"}


def _example(task: Task, line: dict[str, Any]) -> Example:
    own = read_own_part(line.get(KEY, {}), task.kind, content_from(task, line, KEY).text)
    content = own.content or content_from(task, line, KEY).content
    text = Example(content).text
    if "answer" not in line:
        # The newest prediction of the file's own is the one that the fields show.
        value = _value(task, line, text)
        if own.predictions and _shown(task, own.predictions[-1].value, text) == value:
            predictions = own.predictions
        elif any(name in line for name in _FIELDS) and value is not None:
            predictions = (*own.predictions, Prediction(value, _score(line)))
        else:
            predictions = own.predictions
        return Example(content, (), predictions, own.record_id)
    answer = _answer(task, line, text)
    told = own.answers[0] if own.answers else None
    if told is not None and _same(task, told, answer, text):
        answer = told
    elif told is not None and not answer.annotator:
        answer = replace(answer, annotator=told.annotator)
    return Example(content, (answer,), own.predictions, own.record_id)


def _same(task: Task, told: Answer, answer: Answer, text: str) -> bool:
    """Whether the fields of a line still say what the kit told."""
    decision = "corrected" if told.decision == "accepted" else told.decision
    if decision != answer.decision:
        return False
    return told.value is None or _shown(task, told.value, text) == answer.value


def _shown(task: Task, value: Value, text: str) -> Value:
    """A value as it is read back from the fields of a line."""
    return _value(task, _value_fields(task, value), text)


def _answer(task: Task, line: dict[str, Any], text: str) -> Answer:
    said = line["answer"]
    if said not in ("accept", "reject", "ignore"):
        raise ExchangeError(f"the answer is {short(said)}, not accept, reject or ignore")
    value = _value(task, line, text) if said == "accept" else None
    decision: Decision = "rejected" if said == "reject" else "skipped"
    if value is not None:
        decision = "corrected"
    elif line.get("flagged") is True:
        decision = "flagged"
    who = line.get("_annotator_id") or line.get("_session_id") or ""
    return Answer(decision, value, string(who, "the annotator"))


def _value(task: Task, line: dict[str, Any], text: str) -> Value:
    if task.kind == "spans":
        return tuple(read_span(one, text) for one in sequence(line.get("spans"), "spans"))
    if task.kind in ("text", "value"):
        given = line.get("user_input")
        return None if given is None else string(given, "the input")
    if "accept" not in line:
        names = [string(line["label"], "the label")] if line.get("label") is not None else []
    else:
        options = _options(line)
        accepted = sequence(line["accept"], "accepted options")
        names = [options.get(one, string(one, "an accepted option")) for one in accepted]
    if task.kind == "labels":
        return tuple(dict.fromkeys(names))
    if len(names) > 1:
        raise ExchangeError(f"{len(names)} labels are accepted, but the task has one answer")
    return names[0] if names else None


def _options(line: dict[str, Any]) -> dict[Any, str]:
    """Names of options by id. The kit's own ids are the names; Prodigy counts them from 0, too."""
    found = {}
    for one in sequence(line.get("options"), "options"):
        option = mapping(one, "an option")
        number = option.get("id")
        if isinstance(number, int) and "text" in option:
            found[number] = string(option["text"], "the text of an option")
    return found


def _score(line: dict[str, Any]) -> float:
    meta = line.get("meta")
    score = line.get("score", meta.get("score") if isinstance(meta, dict) else None)
    return float(score) if isinstance(score, int | float) else float("nan")


def _together(task: Task, before: Example, after: Example) -> Example:
    """One answer from two lines that ask of one label each."""
    one, other = before.answers[0], after.answers[0]
    if task.kind != "labels":
        # The label that was accepted is the answer, however many others were rejected.
        chosen = other if other.value is not None or one.value is None else one
        return replace(after, answers=(chosen,))
    names = [
        name for answer in (one, other) for name in answer.value or () if isinstance(name, str)
    ]
    value = tuple(dict.fromkeys(names)) or None
    said: Decision = "corrected" if value else "rejected"
    return replace(after, answers=(Answer(said, value, other.annotator),))
