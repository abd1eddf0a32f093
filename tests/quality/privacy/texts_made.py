"""Texts with personal data, made up here: where each value stands is known."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from sciml_magics.quality.privacy.kinds import personal_task
from sciml_magics.quality.privacy.suggester import PersonalData
from sciml_magics.tasks import Record, Span, Task, record_id

VALUES = {
    "person": ("Ada Lovelace", "Grete Hermann", "José Núñez", "Zoe\u0308 Müller"),
    "email": ("ada@lovelace.org", "grete.h@uni-bremen.de"),
    "phone": ("+44 20 7946 0958", "+49 421 5550 1234"),
    "card": ("4111 1111 1111 1111",),
    "account": ("GB82 WEST 1234 5698 7654 32",),
    "ip": ("192.168.10.44",),
    "web": ("https://www.ada-lovelace.org/notes",),
    "id": ("11010519491231002X",),
}
BETWEEN = ("😀 ", "\r\n", "e\u0301 ", "数据 ", "🏳️‍🌈 ", "\t", " – ", "\n\n")


@st.composite
def written(draw: st.DrawFn) -> str:
    """A text with some values in it, and signs of all sorts around them."""
    parts = [draw(st.sampled_from(BETWEEN))]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(sorted(VALUES)))
        parts.append(f"My {kind} is {draw(st.sampled_from(VALUES[kind]))}, ")
        parts.append(draw(st.sampled_from(BETWEEN)))
        parts.append(draw(st.text(max_size=12)))
    return "".join(parts)


def spans_of(text: str, column: str = "text", model: PersonalData | None = None) -> list[Span]:
    """What is found in one text."""
    task = personal_task("made", column)
    return next(_found([text], task, model or PersonalData()))


def kinds_of(text: str, column: str = "text") -> dict[str, str]:
    """What is found in one text: kinds by their values."""
    return {span.text: span.label for span in spans_of(text, column)}


def record(text: str, column: str = "text") -> Record:
    """A record of one column."""
    return Record(record_id("text", column, text), ((column, text),))


def _found(texts: list[str], task: Task, model: PersonalData) -> Iterator[list[Span]]:
    records = [record(text, task.columns[0]) for text in texts]
    for batch in model.suggest(records, task):
        for one in batch:
            yield [part for part in one.value or () if isinstance(part, Span)]
