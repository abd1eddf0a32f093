"""Examples to write and read, hostile ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from sciml_magics.exchange.example import Answer, Example, Prediction
from sciml_magics.frames import read_records
from sciml_magics.tasks import DECISIONS, Decision, Kind, Label, Span, Task, Value

NAMES = ("gene", "cell\"'<b>", "中文 😀")
KINDS: tuple[Kind, ...] = ("label", "labels", "spans", "text", "value")

# What breaks files: ends of lines of all kinds, quotes, separators, combining marks, characters
# outside the first plane, half a character, and what looks like markup or a comment.
HARD = [
    "\x00", "\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff",
    '"', "'", "\\", ",", ";", "#", "# a = b", "-DOCSTART-", "\u202e", "e\u0301", "中文", "😀",
    "👩\u200d🔬", "\ud800", "\udfff", "<b>", "&amp;", "=1+1", " ",
]  # fmt: skip
hard_text = st.lists(st.one_of(st.sampled_from(HARD), st.text(max_size=3)), max_size=8).map("".join)
# JSON takes two halves side by side for the character, so a value made of them comes back as it.
json_text = hard_text.filter(lambda text: not _joins(text))
plain_text = hard_text.map(lambda text: "".join(c for c in text if not "\ud800" <= c <= "\udfff"))
read_text = hard_text.filter(lambda text: bool(text) and not text.isspace())


def _joins(text: str) -> bool:
    return any(
        "\ud800" <= one <= "\udbff" and "\udc00" <= other <= "\udfff"
        for one, other in pairwise(text)
    )


def make_task(kind: Kind, columns: Sequence[str] = ("note",), overlapping: bool = False) -> Task:
    labels = () if kind in ("text", "value") else tuple(map(Label, NAMES))
    return Task("topic", tuple(columns), kind=kind, labels=labels, overlapping=overlapping)


@st.composite
def spans_of(draw: st.DrawFn, text: str, overlapping: bool, visible: bool) -> tuple[Span, ...]:
    """Spans of a text; visible ones hold more than white space."""
    found: list[Span] = []
    at = 0
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0 if overlapping else min(at, len(text)), len(text)))
        end = draw(st.integers(start, len(text)))
        span = Span(start, end, draw(st.sampled_from(NAMES)), text[start:end])
        if start == end or (visible and not span.text.strip()):
            continue
        if not any((s.start, s.end, s.label) == (start, end, span.label) for s in found):
            found.append(span)
            at = end
    return tuple(found)


@st.composite
def examples(draw: st.DrawFn, task: Task, visible: bool = False) -> Example:
    """An example with answers and predictions, as the store gives it."""
    content = tuple((name, draw(read_text)) for name in task.columns)
    text = Example(content).text

    def value() -> Value:
        if task.kind == "spans":
            return draw(spans_of(text, task.overlapping, visible))
        if task.kind == "labels":
            return tuple(draw(st.lists(st.sampled_from(NAMES), unique=True)))
        return draw(st.sampled_from(NAMES) if task.kind == "label" else json_text)

    predictions = tuple(
        Prediction(
            (draw(st.booleans()) and value()) or None,
            draw(st.sampled_from([0.25, 1.0])),
            model,
            ((NAMES[0], 0.5),),
        )
        for model in draw(st.lists(st.sampled_from(["a@1", "b/c@2f"]), unique=True))
    )
    answers = tuple(_answer(draw, who, value) for who in draw(people))
    (record,) = records_of(task, [dict(content)])
    return Example(content, answers, predictions, record.id)


people = st.lists(st.sampled_from(["Ada", "Bo 😀", "中,\"'"]), unique=True, min_size=1)


def _answer(draw: st.DrawFn, who: str, value: Any) -> Answer:
    decision: Decision = draw(st.sampled_from([one for one in DECISIONS if one != "undone"]))
    return Answer(
        decision=decision,
        value=value() if decision in ("accepted", "corrected") else None,
        annotator=who,
        role=draw(st.sampled_from(["annotator", "adjudicator"])),
        share=draw(st.sampled_from(["chosen", "audit", "blind"])),
        blind=draw(st.booleans()),
        seconds=draw(st.sampled_from([None, 1.5])),
        note=draw(plain_text),
        beside=draw(st.sampled_from(["", "a@1"])),
        key=f"key-{who.encode().hex()}-{draw(st.integers(0, 9))}",
        created=datetime(2026, 1, draw(st.integers(1, 28)), tzinfo=UTC),
    )


def records_of(task: Task, contents: Sequence[dict[str, str]]) -> list[Any]:
    frame = pd.DataFrame(
        {name: [one.get(name) for one in contents] for name in task.columns}, dtype=object
    )
    return list(read_records(frame, task, np.arange(len(frame))))
