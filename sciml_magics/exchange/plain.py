r"""Answers and predictions as plain JSON values, and back.

This is what the kit writes beside the fields of each format, under its own name `KEY`. Other tools
leave it alone; read back, it tells what their fields cannot hold. Where their fields say otherwise,
because somebody worked on the file, their fields are believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TypeVar

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Answer, Example, Prediction
from sciml_magics.store import codec
from sciml_magics.tasks import DECISIONS, ROLES, SHARES, Kind, Span, Value

KEY = "sciml_magics"

# What holds is no undo.
_HOLDING = tuple(decision for decision in DECISIONS if decision != "undone")

_Read = TypeVar("_Read")


def own_part(example: Example, *, exact: bool) -> dict[str, Any]:
    """What the kit tells of an example by itself.

    Parameters
    ----------
    example
        The example.
    exact
        Whether the format's own fields give the record's content back as it is; its content is
        written once more where they do not.
    """
    part: dict[str, Any] = {}
    if example.record_id is not None:
        part["record"] = example.record_id.hex()
    if not exact:
        part["content"] = codec.dump_content(example.content)
    if example.answers:
        part["answers"] = [answer_json(one) for one in example.answers]
    if example.predictions:
        part["predictions"] = [prediction_json(one) for one in example.predictions]
    return part


def read_own_part(data: object, kind: Kind, text: str | None) -> Example:
    """The example that `own_part` told of; without content where that was not written.

    Parameters
    ----------
    data
        What stands under `KEY`; anything.
    kind
        The kind of the task.
    text
        What the record reads, where the format's own fields tell it.
    """
    part = mapping(data, f"what stands under '{KEY}'")
    content: tuple[tuple[str, str], ...] = ()
    if "content" in part:
        content = _as_told(lambda: codec.load_content(part["content"]), "the content")
        text = Example(content).text
    source = text or ""
    return Example(
        content,
        tuple(read_answer(one, kind, source) for one in sequence(part.get("answers"), "answers")),
        tuple(
            read_prediction(one, kind, source)
            for one in sequence(part.get("predictions"), "predictions")
        ),
        _as_told(lambda: _address(part["record"]), "the record") if "record" in part else None,
    )


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer; what says nothing is left out."""
    data = {
        "decision": answer.decision,
        "value": value_json(answer.value),
        "annotator": answer.annotator,
        "role": answer.role if answer.role != "annotator" else None,
        "share": answer.share if answer.share != "chosen" else None,
        "blind": answer.blind or None,
        "seconds": answer.seconds,
        "note": answer.note or None,
        "beside": answer.beside or None,
        "key": answer.key or None,
        "created": answer.created.isoformat() if answer.created else None,
    }
    return {name: value for name, value in data.items() if value is not None}


def read_answer(data: object, kind: Kind, text: str) -> Answer:
    """The answer that `answer_json` wrote."""
    part = mapping(data, "an answer")
    return Answer(
        decision=_one_of(part.get("decision"), _HOLDING, "decision"),
        value=read_value(part.get("value"), kind, text),
        annotator=string(part.get("annotator", ""), "an annotator"),
        role=_one_of(part.get("role", "annotator"), ROLES, "role"),
        share=_one_of(part.get("share", "chosen"), SHARES, "share"),
        blind=part.get("blind") is True,
        seconds=number(part["seconds"], "a time") if "seconds" in part else None,
        note=string(part.get("note", ""), "a note"),
        beside=string(part.get("beside", ""), "a model"),
        key=string(part.get("key", ""), "a key"),
        created=_as_told(lambda: _moment(part["created"]), "a time") if "created" in part else None,
    )


def prediction_json(prediction: Prediction) -> dict[str, Any]:
    """A prediction; what says nothing is left out."""
    data: dict[str, Any] = {"value": value_json(prediction.value)}
    if isfinite(prediction.score):
        data["score"] = prediction.score
    if prediction.model:
        data["model"] = prediction.model
    if prediction.alternatives:
        data["alternatives"] = [list(one) for one in prediction.alternatives]
    return data


def read_prediction(data: object, kind: Kind, text: str) -> Prediction:
    """The prediction that `prediction_json` wrote."""
    part = mapping(data, "a prediction")
    return Prediction(
        read_value(part.get("value"), kind, text),
        number(part["score"], "a score") if "score" in part else float("nan"),
        string(part.get("model", ""), "a model"),
        tuple(_alternative(one) for one in sequence(part.get("alternatives"), "alternatives")),
    )


def value_json(value: Value) -> Any:
    """A value: a text, a list of labels, or spans with what they quote."""
    if value is None or isinstance(value, str):
        return value
    return [span_json(part) if isinstance(part, Span) else part for part in value]


def span_json(span: Span) -> dict[str, Any]:
    """A span. A score of 1 says nothing."""
    data: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
    return data if span.score == 1 else {**data, "score": span.score}


def read_value(data: object, kind: Kind, text: str) -> Value:
    """The value that `value_json` wrote; spans quote `text`."""
    if data is None:
        return None
    if kind == "labels":
        return tuple(string(one, "a label") for one in sequence(data, "labels"))
    if kind == "spans":
        return tuple(read_span(one, text) for one in sequence(data, "spans"))
    return string(data, "a value")


def read_span(data: object, text: str) -> Span:
    """A span from a mapping with ``start``, ``end``, ``label`` and maybe ``score``."""
    part = mapping(data, "a span")
    score = number(part["score"], "a score") if part.get("score") is not None else 1.0
    label = string(part.get("label"), "the label of a span")
    return span_of(part.get("start"), part.get("end"), label, text, score)


def span_of(start: object, end: object, label: str, text: str, score: float = 1.0) -> Span:
    """A span of `text` in code points."""
    if not (isinstance(start, int) and isinstance(end, int)) or not 0 <= start < end <= len(text):
        raise ExchangeError(
            f"the span {start}–{end} does not lie in its text of {len(text):,} characters"
        )
    return Span(start, end, label, text[start:end], score)


def string(data: object, what: str) -> str:
    """A text; numbers are read as they print."""
    if isinstance(data, str):
        return data
    if isinstance(data, int | float) and not isinstance(data, bool):
        return str(data)
    raise ExchangeError(f"{what} is {short(data)}, not text")


def number(data: object, what: str) -> float:
    """A number."""
    if isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    raise ExchangeError(f"{what} is {short(data)}, not a number")


def sequence(data: object, what: str) -> Sequence[Any]:
    """A list; nothing is an empty one."""
    if data is None:
        return ()
    if isinstance(data, list | tuple):
        return data
    raise ExchangeError(f"{what} are {short(data)}, not a list")


def mapping(data: object, what: str) -> Mapping[str, Any]:
    """A mapping of names."""
    if isinstance(data, dict):
        return data
    raise ExchangeError(f"{what} is {short(data)}, not a mapping")


def short(data: object) -> str:
    """Anything, on one short line."""
    text = ascii(data) if not isinstance(data, str) or not data.isprintable() else repr(data)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _one_of(data: object, known: Sequence[Any], what: str) -> Any:
    if data in known:
        return data
    raise ExchangeError(f"no {what} {short(data)}, only {', '.join(known)}")


def _as_told(read: Callable[[], _Read], what: str) -> _Read:
    """What `read` gives; it may stumble over data that the kit did not write."""
    try:
        return read()
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ExchangeError(f"{what} under '{KEY}' is not as it was written") from error


def _alternative(data: object) -> tuple[str, float]:
    pair = sequence(data, "an alternative")
    if len(pair) != 2:
        raise ExchangeError(f"an alternative is {short(data)}, not a label and a score")
    return string(pair[0], "a label"), number(pair[1], "a score")


def _address(data: str) -> bytes:
    address = bytes.fromhex(data)
    if len(address) != 16:
        raise ValueError(data)
    return address


def _moment(data: str) -> datetime:
    return datetime.fromisoformat(data).astimezone(UTC)
