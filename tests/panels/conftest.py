"""Tasks with suggestions in a store, and a service that knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sciml_magics.panels.handlers import reply
from sciml_magics.panels.service import Caller, Service
from sciml_magics.panels.settings import choose
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, Record, Span, Suggestion, Task, record_id
from tests.store.examples import begin

TOPIC = Task(
    "topic",
    ("abstract",),
    labels=(Label("genes", "genes and DNA"), Label("cells"), Label("brains")),
    instructions="Choose the field.",
)
NAMES = Task("names", ("note",), kind="spans", labels=(Label("person"), Label("place")))

Ask = Callable[..., dict[str, Any]]


def text_record(task: Task, text: str) -> Record:
    return Record(record_id("text", *task.columns, text), ((task.columns[0], text),))


def suggest(store: Store, task: Task, texts: list[str], value: Any = "genes") -> list[Record]:
    """Let a model suggest the same for each text."""
    records = [text_record(task, text) for text in texts]
    run = begin(store, task)
    suggestions = [
        Suggestion(record.id, value, 0.4 + 0.01 * (at % 50), (("genes", 0.4), ("cells", 0.3)))
        for at, record in enumerate(records)
    ]
    store.append(run, records, suggestions)
    return records


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    with open_store(place) as opened:
        suggest(opened, TOPIC, [f"Abstract {i}." for i in range(40)])
        yield opened


@pytest.fixture
def names(store: Store) -> list[Record]:
    """Records of a task that marks spans, in a text that is hard to count in."""
    text = "😀 Ada\r\nmet é Bob \ud800."
    return suggest(store, NAMES, [text], (Span(2, 5, "person", "Ada", 0.9),))


class _Settings:
    store: str | None = None
    annotator: str | None = "ada"


@pytest.fixture
def service(place: Path) -> Iterator[Service]:
    settings = _Settings()
    settings.store = str(place)
    choose(settings)
    served = Service()
    yield served
    served.close()
    choose(None)


@pytest.fixture
def ask(service: Service) -> Ask:
    """Asks as a front end does, and gives the result; with ``problem=True`` the problem."""
    caller, numbers = Caller(), count()

    def run(method: str, *, problem: bool = False, **params: Any) -> dict[str, Any]:
        name = str(next(numbers))
        answer = reply(service, caller, {"id": name, "method": method, "params": params})
        assert answer["id"] == name
        assert (answer["problem"] is not None) == problem, answer
        part: dict[str, Any] = answer["problem" if problem else "result"]
        return part

    return run
