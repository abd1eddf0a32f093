"""What files tell comes into the store: answers as responses, predictions as suggestions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange import export_task, import_answers, import_predictions
from sciml_magics.exchange.formats import Format
from sciml_magics.review.holding import holding
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import (
    Counts,
    Label,
    ModelIdentity,
    Response,
    Span,
    Suggestion,
    Task,
    record_id,
)
from tests.exchange.made import records_of

TOPIC = Task("topic", ("note",), labels=(Label("genes"), Label("cells")))
TOPICS = Task("topics", ("note",), kind="labels", labels=(Label("genes"), Label("cells")))
PARTS = Task("parts", ("note",), kind="spans", labels=(Label("x"), Label("y")))
MODEL = ModelIdentity("all-MiniLM", "53aa", "encoder")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "one.db") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "other.db") as opened:
        yield opened


def address(text: str) -> bytes:
    return record_id("text", "note", text)


def write(folder: Path, name: str, *lines: Any) -> Path:
    path = folder / name
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    path.write_text(text + "\n", encoding="utf-8", newline="")
    return path


def said(store: Store, task: Task) -> dict[str, tuple[str, Any]]:
    """Decision and value of the verdict, by text."""
    found = verdicts(store.responses(task.name, task.kind))
    texts = {one: store.record(one) for one in found}
    return {
        record.text: (found[one].status, found[one].value)
        for one, record in texts.items()
        if record
    }


def suggested(store: Store, task: Task, text: str) -> list[tuple[Any, float, str]]:
    kept = store.suggestions_of(address(text), store.task(task))
    return [(one.suggestion.value, one.suggestion.score, one.model.id) for one in kept]


def fill(store: Store) -> None:
    """Two texts with suggestions, and what Ada, Bo and an adjudicator say of them."""
    task_id = store.task(TOPIC)
    run = store.begin(task_id, MODEL, by="Ada", seed=0, code_version="1")
    batch = records_of(TOPIC, [{"note": "a"}, {"note": "b"}, {"note": "c"}])
    store.append(run, batch, [Suggestion(one.id, "genes", 0.75) for one in batch])
    store.finish(run, "done", Counts())
    beside = {one.id: store.suggestions_of(one.id, task_id)[0].id for one in batch}
    given: list[tuple[str, str, str, str | None, dict[str, Any]]] = [
        ("a", "Ada", "accepted", "genes", {"share": "audit"}),
        ("a", "Bo", "corrected", "cells", {"share": "blind", "blind": True, "seconds": 2.5}),
        ("a", "Cy", "corrected", "cells", {"role": "adjudicator", "note": "see §2"}),
        ("b", "Ada", "rejected", None, {}),
    ]
    for number, (text, who, decision, value, more) in enumerate(given):
        one = address(text)
        words: dict[str, Any] = {"decision": decision, "value": value, "annotator": who, **more}
        response = Response(f"key-{number}", one, suggestion=beside[one], **words)
        store.respond(task_id, [response])


def comparable(store: Store) -> dict[tuple[bytes, str], Any]:
    return {
        (one, who): (
            kept.response.key, kept.response.decision, kept.response.value, kept.response.role,
            kept.response.share, kept.response.blind, kept.response.seconds, kept.response.note,
        )
        for one, by in holding(store.responses("topic")).items()
        for who, kept in by.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    "format", ["prodigy", "labelstudio", "doccano", "csv", "parquet", "datasets"]
)
def test_a_store_moves_into_another(store: Store, other: Store, tmp_path: Path, format: Format):
    fill(store)
    path = tmp_path / "file"
    made = export_task(store, TOPIC, path, format, what="all")
    assert (made.records, made.answers, made.predictions) == (3, 4, 3)
    brought = import_predictions(other, TOPIC, path, format, by="Dee")
    assert (brought.records, brought.added, brought.known) == (3, 3, 0)
    assert other.responses("topic") == []
    assert suggested(other, TOPIC, "c") == [("genes", 0.75, "all-MiniLM")]
    brought = import_answers(other, TOPIC, path, format, annotator="Dee")
    assert (brought.records, brought.added, brought.known) == (2, 4, 0)
    assert comparable(other) == comparable(store)
    linked = [one.response.suggestion for one in other.responses("topic")]
    assert None not in linked
    # Once more, and nothing changes.
    assert import_answers(other, TOPIC, path, format, annotator="Dee").added == 0
    assert import_predictions(other, TOPIC, path, format, by="Dee").added == 0
    assert import_answers(store, TOPIC, path, format, annotator="Dee").added == 0
    assert len(store.responses("topic")) == len(other.responses("topic")) == 4


@pytest.mark.postgresql
def test_a_store_moves_to_a_server_and_back(
    store: Store, other: Store, on_server: str, tmp_path: Path
):
    fill(store)
    with open_store(on_server) as server:
        for source, target in ((store, server), (server, other)):
            path = tmp_path / "file.jsonl"
            export_task(source, TOPIC, path, what="all")
            assert import_predictions(target, TOPIC, path, by="Dee").added == 3
            assert import_answers(target, TOPIC, path, annotator="Dee").added == 4
    assert comparable(other) == comparable(store)


def test_answers_alone_are_exported_unless_everything_is_asked_for(store: Store, tmp_path: Path):
    fill(store)
    assert export_task(store, TOPIC, tmp_path / "f.csv").records == 2
    with pytest.raises(ExchangeError, match="no 'some' to export: choose one of answers, all"):
        export_task(store, TOPIC, tmp_path / "f.csv", what="some")  # type: ignore[arg-type]


def test_an_old_file_takes_nothing_back(store: Store, tmp_path: Path):
    fill(store)
    path = tmp_path / "file.jsonl"
    export_task(store, TOPIC, path)
    newer = Response("newer", address("b"), "corrected", "cells", "Ada")
    store.respond(store.task(TOPIC), [newer])
    assert import_answers(store, TOPIC, path, annotator="Dee").added == 0
    assert said(store, TOPIC)["b"] == ("corrected", "cells")


def test_what_another_tool_changed_is_believed(store: Store, other: Store, tmp_path: Path):
    fill(store)
    path = tmp_path / "file.jsonl"
    export_task(store, TOPIC, path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    changed = next(line for line in lines if line["text"] == "b")
    changed |= {"answer": "accept", "accept": ["cells"]}
    import_answers(other, TOPIC, write(tmp_path, "changed.jsonl", *lines), annotator="Dee")
    assert said(other, TOPIC) == {"a": ("corrected", "cells"), "b": ("corrected", "cells")}
    keys = {one.response.key for one in other.responses("topic")}
    assert "key-3" not in keys
    assert {"key-0", "key-1", "key-2"} <= keys


def test_a_foreign_answer_that_says_what_the_model_says_is_accepted(store: Store, tmp_path: Path):
    fill(store)
    path = write(tmp_path, "f.csv", "note,label", "c,genes", "b,cells")
    import_answers(store, TOPIC, path, annotator="Dee")
    found = {one.response.record_id: one.response for one in store.responses("topic")[-2:]}
    assert found[address("c")].decision == "accepted"
    assert found[address("b")].decision == "corrected"
    assert found[address("c")].suggestion is None


def test_of_several_answers_in_a_file_the_last_counts(store: Store, tmp_path: Path):
    path = write(tmp_path, "f.csv", "note,label", "a,genes", "a,cells", "a,genes")
    brought = import_answers(store, TOPIC, path, annotator="Dee")
    assert (brought.records, brought.added) == (1, 1)
    assert said(store, TOPIC) == {"a": ("corrected", "genes")}


def test_predictions_leave_records_open(store: Store, tmp_path: Path):
    path = write(tmp_path, "f.csv", "note,label,topic_score", "a,genes,0.5", "b,cells,")
    brought = import_predictions(store, TOPIC, path, by="Dee", model="rules")
    assert (brought.added, store.responses("topic")) == (2, [])
    assert suggested(store, TOPIC, "a") == [("genes", 0.5, "rules")]
    assert suggested(store, TOPIC, "b") == [("cells", 1.0, "rules")]
    (run,) = store.runs("topic")
    assert (run.model.family, run.by, run.state, run.counts.computed) == (
        "import",
        "Dee",
        "done",
        2,
    )
    (kept,) = store.suggestions_of(address("b"), store.task(TOPIC))
    assert kept.suggestion.reason == "the file gave no score"


def test_another_file_of_the_same_name_is_another_model(store: Store, tmp_path: Path):
    for label in ("genes", "cells"):
        path = write(tmp_path, "f.csv", "note,label", f"a,{label}")
        assert import_predictions(store, TOPIC, path, by="Dee").added == 1
    assert [value for value, _, _ in suggested(store, TOPIC, "a")] == ["genes", "cells"]


def test_a_file_is_stored_whole_or_not_at_all(store: Store, tmp_path: Path):
    path = write(tmp_path, "f.csv", "note,label", "a,genes", "b,stars")
    message = r"f.csv, row 3: task 'topic' has no label 'stars': choose one"
    with pytest.raises(ExchangeError, match=message):
        import_answers(store, TOPIC, path, annotator="Dee")
    with pytest.raises(ExchangeError, match=message):
        import_predictions(store, TOPIC, path, by="Dee")
    assert store.responses("topic") == []
    assert store.holdings() == []


@pytest.mark.parametrize(
    ("named", "known"), [(None, "my@file.csv"), ("rules", "rules"), ("rules@2", "rules")]
)
def test_a_model_is_called_as_asked_or_as_the_file(
    store: Store, tmp_path: Path, named: str | None, known: str
):
    path = write(tmp_path, "my@file.csv", "note,label", "a,genes")
    import_predictions(store, TOPIC, path, by="Dee", model=named)
    (run,) = store.runs("topic")
    assert run.model.id == known
    assert (run.model.revision == "2") == (named == "rules@2")


def test_a_score_is_a_probability(store: Store, tmp_path: Path):
    path = write(tmp_path, "f.csv", "note,label,topic_score", "a,genes,95")
    with pytest.raises(ExchangeError, match=r"f.csv, row 2: the score 95 is not between 0 and 1"):
        import_predictions(store, TOPIC, path, by="Dee")


def test_a_file_without_the_kind_that_is_asked_for_says_so(store: Store, tmp_path: Path):
    answers = write(tmp_path, "a.jsonl", {"text": "a", "accept": ["genes"], "answer": "accept"})
    with pytest.raises(ExchangeError, match="holds no predictions: import its values as answers"):
        import_predictions(store, TOPIC, answers, by="Dee")
    predictions = write(tmp_path, "p.jsonl", {"text": "a", "accept": ["genes"]})
    with pytest.raises(ExchangeError, match="holds no answers: import its values as predictions"):
        import_answers(store, TOPIC, predictions, annotator="Dee")
    assert import_predictions(store, TOPIC, predictions, by="Dee").added == 1


def test_entries_that_say_nothing_are_counted(store: Store, tmp_path: Path):
    path = write(tmp_path, "f.csv", "note,label", "a,genes", "b,")
    assert import_answers(store, TOPIC, path, annotator="Dee").left_out == 1


def test_images_are_known_again_by_their_address(store: Store, other: Store, tmp_path: Path):
    from PIL import Image

    picture = tmp_path / "cell.png"
    Image.new("RGB", (4, 4), "red").save(picture)
    task = Task("kind", ("file",), input="image", labels=(Label("round"), Label("long")))
    foreign = write(tmp_path, "f.csv", "file,label", f"{picture},round")
    import_answers(store, task, foreign, annotator="Dee")
    path = tmp_path / "out.jsonl"
    export_task(store, task, path)
    picture.unlink()
    assert import_answers(other, task, path, annotator="Eve").added == 1
    assert [one.response.record_id for one in other.responses("kind")] == [
        one.response.record_id for one in store.responses("kind")
    ]
    with pytest.raises(ExchangeError, match=r"f.csv, row 2: .*cell.png: No such file"):
        import_answers(other, task, foreign, annotator="Dee")


def test_overlapping_spans_come_in_where_the_task_lets_them(store: Store, tmp_path: Path):
    line = {
        "text": "two mice",
        "spans": [
            {"start": 0, "end": 8, "label": "x"},
            {"start": 4, "end": 8, "label": "y"},
        ],
        "answer": "accept",
    }
    path = write(tmp_path, "f.jsonl", line)
    with pytest.raises(ExchangeError, match="'two mice' and 'mice' overlap"):
        import_answers(store, PARTS, path, annotator="Dee")
    task = Task("parts", ("note",), kind="spans", labels=PARTS.labels, overlapping=True)
    import_answers(store, task, path, annotator="Dee")
    spans = (Span(0, 8, "x", "two mice"), Span(4, 8, "y", "mice"))
    assert said(store, task) == {"two mice": ("corrected", spans)}
