"""What a front end asks, and what it is told."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sciml_magics.learning.doubts.label_errors import find_label_errors
from sciml_magics.panels import handlers
from sciml_magics.panels.handlers import HANDLERS, reply
from sciml_magics.panels.messages import METHODS, PROTOCOL
from sciml_magics.panels.service import Caller, Service
from sciml_magics.store import Store
from sciml_magics.tasks import Label, Record, Task
from tests.learning import doubts_made
from tests.panels.conftest import TOPIC, Ask, suggest
from tests.store.examples import MODEL


def key() -> str:
    return uuid4().hex


def answer(ask: Ask, opened: dict[str, Any], item: dict[str, Any], **said: Any) -> dict[str, Any]:
    suggestion = item["suggestion"]
    return ask(
        "respond",
        queue=opened["queue"],
        key=said.pop("key", None) or key(),
        record=item["record"],
        share=item["share"],
        blind=item["blind"],
        suggestion=suggestion["id"] if suggestion else None,
        **{"verb": "accept", "value": "genes", **said},
    )


def test_every_method_has_a_handler() -> None:
    assert set(HANDLERS) == set(METHODS)


def test_hello_tells_who_answers_and_where(ask: Ask, store: Store) -> None:
    welcome = ask("hello", protocol=PROTOCOL, client="test")
    assert welcome["annotator"] == "ada"
    assert welcome["store"].endswith("record.db")
    assert not welcome["subshells"]


def test_on_another_thread_requests_are_answered_while_a_cell_runs(ask: Ask) -> None:
    found: list[bool] = []
    thread = threading.Thread(
        target=lambda: found.append(ask("hello", protocol=PROTOCOL, client="t")["subshells"])
    )
    thread.start()
    thread.join()
    assert found == [True]


def test_another_protocol_is_refused_with_the_way_out(ask: Ask) -> None:
    problem = ask("hello", protocol=PROTOCOL + 1, client="test", problem=True)
    assert problem["kind"] == "protocol"
    assert "upgrade the package" in problem["message"]


def test_tasks_tell_how_far_they_are(ask: Ask, store: Store, names: list[Record]) -> None:
    first, second = ask("tasks")["tasks"]
    assert (first["name"], second["name"]) == ("names", "topic")
    assert second["counts"]["records"] == second["counts"]["left"] == 40
    assert second["labels"][0] == {"name": "genes", "description": "genes and DNA"}
    assert second["instructions"] == "Choose the field."
    assert len(second["models"]) == 1


def test_a_task_without_suggestions_is_listed(ask: Ask, store: Store) -> None:
    store.task(Task("new", ("abstract",), labels=(Label("a"),)))
    listed = {task["name"]: task for task in ask("tasks")["tasks"]}
    assert listed["new"]["counts"]["records"] == 0
    assert listed["new"]["models"] == []
    problem = ask("open", task="new", problem=True)
    assert problem["kind"] == "mistake"


def test_asking_for_tasks_makes_no_store(ask: Ask, place: Path) -> None:
    assert ask("tasks")["tasks"] == []
    assert "annotate something first" in ask("open", task="topic", problem=True)["message"]
    assert not place.exists()


def test_a_review_answers_every_record_once(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    items, seen = opened["items"], []
    done: dict[str, Any] = {}
    while items:
        for item in items:
            seen.append(item["record"])
            assert item["why"]
            assert (item["suggestion"] is None) == item["blind"]
            done = answer(ask, opened, item)
            assert done["response"]["decision"] == "accepted"
            assert (done["revealed"] is not None) == item["blind"]
        items = ask("next", queue=opened["queue"], count=20)["items"]
    assert len(seen) == len(set(seen)) == 40
    assert done["counts"]["answered"] == 40
    assert done["counts"]["agreement"] == 1.0
    assert len(store.responses("topic")) == 40


def test_another_value_is_a_correction(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    done = answer(ask, opened, opened["items"][0], value="brains", note="sure", seconds=1.5)
    assert done["response"]["decision"] == "corrected"
    assert done["response"]["value"] == "brains"
    assert done["response"]["note"] == "sure"
    assert done["response"]["seconds"] == 1.5


def test_a_response_that_is_sent_twice_is_kept_once(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    same = key()
    first = answer(ask, opened, opened["items"][0], key=same)
    again = answer(ask, opened, opened["items"][0], key=same)
    assert first["response"]["id"] == again["response"]["id"]
    assert len(store.responses("topic")) == 1


def test_a_label_that_is_none_is_a_mistake(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    item = opened["items"][0]
    said = {"queue": opened["queue"], "key": key(), "record": item["record"], "share": "audit"}
    problem = ask("respond", verb="accept", value="stars", problem=True, **said)
    assert problem["kind"] == "mistake"
    assert "stars" in problem["message"]
    assert "\n" not in problem["message"]
    ask("respond", verb="accept", value=["genes"], problem=True, **said)
    assert store.responses("topic") == []


def test_undo_goes_back_to_the_first(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    for item in opened["items"][:3]:
        answer(ask, opened, item)
    undone: dict[str, Any] = {}
    for item in reversed(opened["items"][:3]):
        undone = ask("undo", queue=opened["queue"], key=key())
        assert undone["item"]["record"] == item["record"]
    assert undone["counts"]["answered"] == 0
    problem = ask("undo", queue=opened["queue"], key=key(), problem=True)
    assert problem["kind"] == "mistake"


def test_history_tells_what_was_said(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    first, second = opened["items"][:2]
    answer(ask, opened, first)
    answer(ask, opened, second, verb="reject", value=None)
    ask("undo", queue=opened["queue"], key=key())
    newest, oldest = ask("history", queue=opened["queue"])["entries"]
    assert newest["response"]["undone"]
    assert newest["response"]["decision"] == "rejected"
    assert oldest["excerpt"] == first["fields"][0]["text"]
    looked = ask("look", queue=opened["queue"], record=first["record"])["item"]
    assert looked["mine"]["decision"] == "accepted"


def test_many_are_answered_and_taken_back_as_one(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    high = {"low": 0.6}
    counted = ask("bulk_count", queue=opened["queue"], filter=high)
    assert counted["items"]
    bulk = key()
    done = ask("bulk", queue=opened["queue"], key=bulk, filter=high, verb="accept", value="cells")
    assert done["stored"] == counted["count"] == done["counts"]["corrected"]
    undone = ask("undo", queue=opened["queue"], key=key(), undoes=bulk)
    assert undone["counts"]["answered"] == 0


def test_charts_come_as_specifications(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    assert ask("chart", task="topic", name="annotators")["problem"]
    answer(ask, opened, opened["items"][0])
    charted = ask("chart", task="topic", name="labels")
    assert charted["spec"]["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
    assert charted["clicks"]


def test_a_queue_of_another_kernel_is_not_known(ask: Ask, store: Store) -> None:
    problem = ask("next", queue="gone", problem=True)
    assert problem["kind"] == "queue"


def test_a_queue_that_goes_on_has_its_records_back(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic", order="uncertain")
    again = ask("open", task="topic", order="uncertain", queue=opened["queue"])
    assert again["queue"] == opened["queue"]
    assert [i["record"] for i in again["items"]] == [i["record"] for i in opened["items"]]
    other = ask("open", task="topic", order="uncertain")
    held = {item["record"] for item in again["items"]}
    assert not held & {item["record"] for item in other["items"]}
    released = ask("release", queue=again["queue"], records=sorted(held))
    assert released["released"] == len(held)


def test_label_errors_that_nobody_looked_for_are_told_with_the_way(ask: Ask, store: Store) -> None:
    problem = ask("open", task="topic", order="errors", problem=True)
    assert problem["kind"] == "mistake"
    assert "run %review topic --order errors in a cell" in problem["message"]


def test_likely_label_errors_come_with_what_was_given_and_what_is_likelier(
    ask: Ask, store: Store
) -> None:
    doubts_made.reviewed(store, {"We study the genome.": "money"})
    find_label_errors(store, doubts_made.FIELDS)
    opened = ask("open", task="field", order="errors", annotator="Ada")
    item = opened["items"][0]
    assert opened["task"]["models"] == [MODEL.short]
    assert (item["share"], item["mine"]["value"]) == ("errors", "money")
    assert item["why"].startswith("Likely label error: Ada said money; by the other answers it is")
    assert item["suggestion"]["value"] == "genes"
    assert item["suggestion"]["evidence"]["given"] == "money"
    answered = ask(
        "respond",
        queue=opened["queue"],
        key="key-of-errors",
        record=item["record"],
        verb="accept",
        value="genes",
        suggestion=item["suggestion"]["id"],
        share=item["share"],
    )
    assert answered["response"]["decision"] == "accepted"
    assert answered["counts"]["left"] == opened["task"]["counts"]["left"] - 1


def test_a_review_may_name_its_annotator(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic", annotator="grace")
    done = answer(ask, opened, opened["items"][0])
    assert done["response"]["annotator"] == "grace"


def test_who_the_server_knows_answers_in_their_own_name(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCIML_ANNOTATOR", raising=False)
    monkeypatch.setattr("tests.panels.conftest._Settings.annotator", None)
    caller = Caller()
    hello = {"protocol": PROTOCOL, "client": "t", "identity": "grace"}
    told = reply(service, caller, {"id": "1", "method": "hello", "params": hello})
    assert told["result"]["annotator"] == "grace"


def test_spans_are_exact_in_hard_text(ask: Ask, store: Store, names: list[Record]) -> None:
    opened = ask("open", task="names")
    (item,) = opened["items"]
    text = item["fields"][0]["text"]
    assert len(text) == len(names[0].text)
    assert text.endswith("�.")
    at = text.index("Bob")
    spans = [
        {"start": 2, "end": 5, "label": "person", "text": "Ada"},
        {"start": at, "end": len(text), "label": "place", "text": text[at:]},
    ]
    done = answer(ask, opened, item, value=spans)
    assert done["response"]["decision"] == "corrected"
    (kept,) = store.responses("names")
    assert isinstance(kept.response.value, tuple)
    for span in kept.response.value:
        assert names[0].text[span.start : span.end] == span.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "span",
    [
        {"start": 2, "end": 5, "label": "person", "text": "Bob"},
        {"start": -3, "end": 5, "label": "person", "text": "x"},
        {"start": 2, "end": 99, "label": "person", "text": "x"},
        {"start": 2, "end": 5, "label": "thing", "text": "Ada"},
    ],
)
def test_spans_that_do_not_fit_are_mistakes(
    ask: Ask, store: Store, names: list[Record], span: dict[str, Any]
) -> None:
    opened = ask("open", task="names")
    said = {"queue": opened["queue"], "key": key(), "record": names[0].id.hex(), "share": "chosen"}
    problem = ask("respond", verb="accept", value=[span], problem=True, **said)
    assert problem["kind"] == "mistake"


def test_a_long_text_is_cut_unless_it_is_asked_for_whole(ask: Ask, store: Store) -> None:
    long = Task("long", ("abstract",), labels=TOPIC.labels)
    suggest(store, long, ["x" * 1_000_000])
    opened = ask("open", task="long")
    field = opened["items"][0]["fields"][0]
    assert len(field["text"]) + field["cut"] == 1_000_000
    record = opened["items"][0]["record"]
    whole = ask("look", queue=opened["queue"], record=record, whole=True)
    assert len(whole["item"]["fields"][0]["text"]) == 1_000_000


def test_long_records_come_a_few_at_a_time(
    ask: Ask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_SENT", 100)
    opened = ask("open", task="topic")
    have = [item["record"] for item in opened["items"]]
    more = ask("next", queue=opened["queue"], count=30, have=have)["items"]
    assert 0 < len(more) < 30
    assert not set(have) & {item["record"] for item in more}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "hello",
        {"method": "tasks"},
        {"id": 3, "method": "tasks"},
        {"id": "1", "method": "eval"},
        {"id": "1", "method": "__class__"},
        {"id": "1", "method": "tasks", "params": {"more": 1}},
        {"id": "1", "method": "open", "params": {"task": "topic", "overlap": 0}},
    ],
)
def test_what_is_no_request_is_refused(service: Service, data: Any) -> None:
    answered = reply(service, Caller(), data)
    assert answered["problem"]["kind"] == "protocol"
    json.dumps(answered).encode()


def test_half_a_character_is_replaced(ask: Ask, store: Store) -> None:
    opened = ask("open", task="topic")
    done = answer(ask, opened, opened["items"][0], note="a\ud800b\0<script>")
    assert done["response"]["note"] == "a�b\0<script>"
    assert ask("open", task="a\ud800", problem=True)["kind"] == "mistake"


def test_what_fails_is_told_and_not_raised(
    ask: Ask, store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setitem(HANDLERS, "tasks", broken)
    problem = ask("tasks", problem=True)
    assert problem == {"kind": "failure", "message": "RuntimeError: two lines"}
    assert capfd.readouterr() == ("", "")


def test_a_store_that_was_replaced_is_opened_anew(ask: Ask, store: Store, place: Path) -> None:
    opened = ask("open", task="topic")
    store.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{place}{suffix}").unlink(missing_ok=True)
    assert ask("next", queue=opened["queue"], problem=True)["kind"] == "mistake"
    assert ask("next", queue=opened["queue"], problem=True)["kind"] == "queue"
    assert ask("tasks")["tasks"] == []


def test_passwords_are_not_told(service: Service) -> None:
    shown = service.shown_place(Caller(store="postgresql://ada:secret@host/db"))
    assert shown == "postgresql://host/db"
