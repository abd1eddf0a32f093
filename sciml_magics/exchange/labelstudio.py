"""Label Studio's JSON: a list of tasks, each with annotations and predictions.

Its spans are counted in code points. Older versions counted UTF-16 units; each span quotes its
text, which tells the two apart. What the kit tells by itself stands in the ``meta`` of a task,
which Label Studio keeps. https://labelstud.io/guide/task_format
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.content import content_from
from sciml_magics.exchange.example import Answer, Example, Prediction, Wanted
from sciml_magics.exchange.files import json_text, parsed, place, reading, survives_json, writing
from sciml_magics.exchange.plain import (
    KEY,
    mapping,
    number,
    own_part,
    read_own_part,
    sequence,
    short,
    span_of,
    string,
)
from sciml_magics.exchange.utf16 import from_utf16
from sciml_magics.tasks import Span, Task, Value

_ANSWER = "answer"
_RECORD = "record"
_TYPES = {"label": "choices", "labels": "choices", "spans": "labels"}
_SPANS = ("labels", "hypertextlabels")


def labeling_config(task: Task) -> str:
    """The labeling interface that Label Studio needs to show what `write` wrote.

    Examples
    --------
    >>> from sciml_magics.tasks import Label
    >>> print(labeling_config(Task("t", ("note",), labels=(Label("a"), Label("b")))))
    <View>
      <Text name="record" value="$note"/>
      <Choices name="answer" toName="record" choice="single">
        <Choice value="a"/>
        <Choice value="b"/>
      </Choices>
    </View>
    """
    shown = "Image" if task.input == "image" else "Text"
    lines = [
        f"<{shown} name={quoteattr(_RECORD if at == 0 else f'{_RECORD}{at}')} "
        f"value={quoteattr('$' + column)}/>"
        for at, column in enumerate(task.columns)
    ]
    about = f'name="{_ANSWER}" toName="{_RECORD}"'
    if task.kind in ("text", "value"):
        lines.append(f"<TextArea {about}/>")
    else:
        outer, inner = ("Labels", "Label") if task.kind == "spans" else ("Choices", "Choice")
        more = f' choice="{"single" if task.kind == "label" else "multiple"}"'
        lines.append(f"<{outer} {about}{more if outer == 'Choices' else ''}>")
        lines += [f"  <{inner} value={quoteattr(name)}/>" for name in task.label_names]
        lines.append(f"</{outer}>")
    return "\n".join(["<View>", *(f"  {line}" for line in lines), "</View>"])


def write(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a task for each record, with an annotation for each answer."""
    with writing(path) as file:
        file.write("[")
        for at, example in enumerate(examples):
            file.write(",\n" if at else "\n")
            file.write(json_text(_task(task, example, at + 1)))
        file.write("\n]\n")


def read(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write` or Label Studio wrote: annotations are answers, predictions are such."""
    with reading(path) as file, place(path, "the file"):
        entries = parsed(file.read())
    if not isinstance(entries, list):
        raise ExchangeError(f"{path} holds no list of tasks: export it from Label Studio as JSON")
    for at, entry in enumerate(entries, 1):
        with place(path, f"task {at}"):
            yield replace(_example(task, mapping(entry, "a task")), line=at)


def _task(task: Task, example: Example, at: int) -> dict[str, Any]:
    exact = all(survives_json(text) for _, text in example.content)
    entry: dict[str, Any] = {
        "id": at,
        "data": dict(example.content),
        "annotations": [_annotation(task, one) for one in example.answers],
        "predictions": [_prediction(task, one) for one in example.predictions],
        "meta": {KEY: own_part(example, exact=exact)},
    }
    return entry


def _annotation(task: Task, answer: Answer) -> dict[str, Any]:
    # Label Studio knows no rejection and no flag; an answer without a value is a cancelled one.
    entry: dict[str, Any] = {
        "result": _result(task, answer.value),
        "was_cancelled": answer.value is None,
        "ground_truth": answer.role == "adjudicator",
    }
    if answer.seconds is not None:
        entry["lead_time"] = answer.seconds
    if answer.created is not None:
        entry["created_at"] = answer.created.isoformat().replace("+00:00", "Z")
    return entry


def _prediction(task: Task, prediction: Prediction) -> dict[str, Any]:
    entry: dict[str, Any] = {"result": _result(task, prediction.value)}
    if prediction.model:
        entry["model_version"] = prediction.model
    if prediction.score == prediction.score:
        entry["score"] = prediction.score
    return entry


def _result(task: Task, value: Value) -> list[dict[str, Any]]:
    about = {"from_name": _ANSWER, "to_name": _RECORD}
    kind = _TYPES.get(task.kind, "textarea")
    if value is None:
        return []
    if task.kind == "spans":
        return [
            {**about, "id": f"span-{at}", "type": kind, "value": _span_fields(span)}
            for at, span in enumerate(value)
            if isinstance(span, Span)
        ]
    names = [value] if isinstance(value, str) else list(value)
    held = {"text" if kind == "textarea" else kind: names}
    return [{**about, "id": "answer", "type": kind, "value": held}] if names else []


def _span_fields(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text, "labels": [span.label]}


def _example(task: Task, entry: Any) -> Example:
    if "data" not in entry:
        raise ExchangeError("it has no 'data': export from Label Studio as JSON, not as JSON-MIN")
    meta = entry.get("meta")
    told = meta.get(KEY, {}) if isinstance(meta, dict) else {}
    data = mapping(entry["data"], "the data of a task")
    outside = content_from(task, {**data, KEY: told}, KEY)
    own = read_own_part(told, task.kind, outside.text)
    content = own.content or outside.content
    text = Example(content).text
    answers = [
        _answer(task, mapping(one, "an annotation"), text)
        for one in sequence(entry.get("annotations"), "annotations")
    ]
    predictions = [
        _read_prediction(task, mapping(one, "a prediction"), text)
        for one in sequence(entry.get("predictions"), "predictions")
        if isinstance(one, dict)
    ]
    return Example(
        content,
        tuple(_match_answers(task, own.answers, answers, text)),
        tuple(_match_predictions(task, own.predictions, predictions, text)),
        own.record_id,
    )


def _match_answers(
    task: Task, told: Iterable[Answer], found: Iterable[Answer], text: str
) -> Iterator[Answer]:
    """What the kit told of each annotation that is still as it was, else the annotation."""
    left = list(told)
    for answer in found:
        same = [one for one in left if _shown(task, one.value, text) == answer.value]
        if same:
            left.remove(same[0])
            yield same[0]
        else:
            yield answer


def _match_predictions(
    task: Task, told: Iterable[Prediction], found: Iterable[Prediction], text: str
) -> Iterator[Prediction]:
    left = list(told)
    for prediction in found:
        same = [
            one
            for one in left
            if one.model == prediction.model
            and _value(task, _result(task, one.value), text) == prediction.value
        ]
        if same:
            left.remove(same[0])
            yield same[0]
        else:
            yield prediction


def _shown(task: Task, value: Value, text: str) -> Value:
    """A value as it is read back."""
    return None if value is None else _value(task, _result(task, value), text)


def _answer(task: Task, entry: Any, text: str) -> Answer:
    result = sequence(entry.get("result"), "results")
    cancelled = entry.get("was_cancelled") is True
    value = None if cancelled else _value(task, result, text)
    spent = entry.get("lead_time")
    return Answer(
        "skipped" if value is None else "corrected",
        value,
        _who(entry.get("completed_by")),
        seconds=None if spent is None else number(spent, "the lead time"),
    )


def _who(completed_by: object) -> str:
    if isinstance(completed_by, dict):
        who = completed_by.get("email") or completed_by.get("username") or completed_by.get("id")
        return "" if who is None else string(who, "who completed it")
    if isinstance(completed_by, int):
        return f"user {completed_by}"
    return completed_by if isinstance(completed_by, str) else ""


def _read_prediction(task: Task, entry: Any, text: str) -> Prediction:
    value = _value(task, sequence(entry.get("result"), "results"), text)
    score = entry.get("score")
    model = entry.get("model_version") or ""
    return Prediction(
        value,
        float("nan") if score is None else number(score, "the score"),
        string(model, "the model version"),
    )


def _value(task: Task, result: Iterable[Any], text: str) -> Value:
    parts = [mapping(one, "a result") for one in result]
    held = [mapping(one["value"], "a value") for one in parts if "value" in one]
    if task.kind == "spans":
        return tuple(_span(one, text) for one in held if _labels(one))
    key = "text" if task.kind in ("text", "value") else "choices"
    names = [
        string(name, "an answer")
        for one in held
        if key in one
        for name in ([one[key]] if isinstance(one[key], str) else sequence(one[key], "answers"))
    ]
    if task.kind == "labels":
        return tuple(dict.fromkeys(names))
    if len(names) > 1:
        raise ExchangeError(f"{len(names)} answers are given, but the task has one answer")
    return names[0] if names else None


def _labels(value: Any) -> list[Any]:
    return next((list(sequence(value[name], "labels")) for name in _SPANS if name in value), [])


def _span(value: Any, text: str) -> Span:
    labels = _labels(value)
    if len(labels) > 1:
        raise ExchangeError("a span has several labels: mark it once for each")
    start, end, quoted = value.get("start"), value.get("end"), value.get("text")
    label = string(labels[0], "the label of a span")
    fits = isinstance(start, int) and isinstance(end, int)
    if not fits or (isinstance(quoted, str) and quoted != text[start:end]):
        moved = from_utf16(text, start, end) if fits else None
        if moved is None or text[slice(*moved)] != quoted:
            raise ExchangeError(f"a span does not quote its text: {short(quoted)}")
        start, end = moved
    return span_of(start, end, label, text)
