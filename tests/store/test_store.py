from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isnan

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from sciml_magics.errors import TaskError
from sciml_magics.store import Store, open_store
from sciml_magics.store.lookup import looked_up
from sciml_magics.store.schema import suggestions
from sciml_magics.tasks import Counts, Execution, Label, Record, Span, Suggestion, Task, record_id
from tests.store.examples import (
    MODEL,
    TOPIC,
    add,
    answered,
    any_name,
    any_text,
    begin,
    ids_of,
    record,
    suggestion,
)

NAMES = Task("names", ("abstract",), kind="spans", labels=(Label("person"),))


def test_equal_tasks_share_an_id_and_changed_ones_are_versions(store: Store) -> None:
    changed = replace(TOPIC, labels=TOPIC.labels[:2])
    other = replace(TOPIC, name="other")
    assert store.find_task(TOPIC) is None
    first = store.task(TOPIC)
    assert store.find_task(TOPIC) == first
    assert len({first, store.task(changed), store.task(other)}) == 3
    assert store.task(replace(TOPIC)) == first
    assert [(task.name, version) for task, version, _ in store.tasks()] == [
        ("topic", 1),
        ("topic", 2),
        ("other", 1),
    ]
    assert [task for task, _, _ in store.tasks()] == [TOPIC, changed, other]


def test_the_latest_version_is_the_one_that_ran_last(store: Store) -> None:
    changed = replace(TOPIC, instructions="Read the title first.")
    assert store.latest("topic") is None
    store.task(TOPIC)
    store.task(changed)
    assert store.latest("topic") == changed
    begin(store, TOPIC)
    assert store.latest("topic") == TOPIC
    begin(store, changed)
    assert store.latest("topic") == changed


def test_what_is_appended_is_read_back_by_position(store: Store) -> None:
    run = begin(store)
    store.append(
        run,
        [record("a"), record("b"), record("c")],
        [suggestion("c", "cells", 0.5), suggestion("a", "genes", 0.25), suggestion("b", None, 0.0)],
    )
    assert answered(store, ["b", "?", "c", "a", "c"]) == {
        0: (None, 0.0),
        2: ("cells", 0.5),
        3: ("genes", 0.25),
        4: ("cells", 0.5),
    }


def test_answers_come_in_chunks_with_positions_in_the_whole(store: Store) -> None:
    texts = [f"text {number}" for number in range(100)]
    add(store, begin(store), texts[::2])
    chunks = list(store.answers(store.task(TOPIC), MODEL, ids_of(texts), chunk=7))
    assert [len(at) for at, _, _ in chunks] == [7, 7, 7, 7, 7, 7, 7, 1]
    at = np.concatenate([positions for positions, _, _ in chunks])
    assert sorted(at.tolist()) == list(range(0, 100, 2))
    assert at.dtype == np.int64
    assert chunks[0][2].dtype == np.float32


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=st.lists(st.integers(0, 39)), chunk=st.integers(1, 30))
def test_records_are_found_in_any_order_and_any_number_of_times(
    store: Store, asked: list[int], chunk: int
) -> None:
    stored = [str(number) for number in range(20)]
    run = begin(store)
    store.append(
        run, [record(text) for text in stored], [suggestion(text, text) for text in stored]
    )
    found = answered(store, [str(number) for number in asked], chunk=chunk)
    assert found == {
        at: (str(number), 0.75) for at, number in enumerate(asked) if number < len(stored)
    }
    origin = store.provenance(store.task(TOPIC), MODEL, ids_of(map(str, asked)))
    assert np.flatnonzero(origin.runs > 0).tolist() == sorted(found)


def test_other_tasks_and_models_have_answers_of_their_own(store: Store) -> None:
    other_model = replace(MODEL, settings='{"window":"mean"}')
    changed = replace(TOPIC, instructions="Only the title.")
    add(store, begin(store), ["a"], "genes")
    add(store, begin(store, model=other_model), ["a"], "cells")
    add(store, begin(store, changed), ["a"], "brains")
    assert answered(store, ["a"])[0][0] == "genes"
    assert answered(store, ["a"], model=other_model)[0][0] == "cells"
    assert answered(store, ["a"], changed)[0][0] == "brains"
    assert answered(store, ["a"], changed, other_model) == {}
    assert answered(store, ["a"], model=replace(MODEL, revision="unknown")) == {}


def test_of_two_suggestions_the_first_is_kept(store: Store) -> None:
    run = begin(store)
    add(store, run, ["a"], "genes")
    add(store, run, ["a", "b"], "cells")
    add(store, begin(store), ["a"], "brains")
    assert [value for value, _ in answered(store, ["a", "b"]).values()] == ["genes", "cells"]
    assert len(store.suggestions_of(record_id("a"), store.task(TOPIC))) == 1


def test_addresses_with_zeros_at_their_end_are_whole(store: Store) -> None:
    addresses = [bytes([7]) + bytes(15), bytes(16), bytes([7, 0, 1]) + bytes(13)]
    run = begin(store)
    for address, value in zip(addresses, ["genes", "cells", "brains"], strict=True):
        found = Record(address, (("abstract", value),))
        store.append(run, [found], [Suggestion(address, value, 1.0)])
    ids = np.frombuffer(b"".join(addresses), dtype="V16")
    [(_, values, _)] = store.answers(store.task(TOPIC), MODEL, ids)
    assert values == ["genes", "cells", "brains"]


def test_no_ids_no_answers(store: Store) -> None:
    add(store, begin(store), ["a"])
    assert answered(store, []) == {}
    assert len(store.provenance(store.task(TOPIC), MODEL, ids_of([])).runs) == 0


def test_ids_of_the_wrong_size_are_refused(store: Store) -> None:
    add(store, begin(store), ["a"])
    with pytest.raises(ValueError, match="16-byte"):
        list(store.answers(store.task(TOPIC), MODEL, np.zeros(3, dtype="V8")))


def test_an_empty_batch_writes_nothing(store: Store) -> None:
    store.append(begin(store), [], [])
    assert store.holdings() == []


def test_records_without_suggestions_are_kept(store: Store) -> None:
    store.append(begin(store), [record("a")], [])
    assert store.record(record_id("a")) == record("a")
    assert store.record(record_id("b")) is None


def test_a_suggestion_for_a_record_outside_the_batch_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="not in the batch"):
        store.append(begin(store), [record("a")], [suggestion("b")])


def test_a_span_that_does_not_quote_its_text_stops_the_whole_batch(store: Store) -> None:
    run = begin(store, NAMES)
    good = Suggestion(record_id("Ada 😀"), (Span(4, 5, "person", "😀"),), 0.9)
    bad = Suggestion(record_id("Bob"), (Span(0, 2, "person", "Ba"),), 0.9)
    with pytest.raises(TaskError, match="0:2"):
        store.append(run, [record("Ada 😀"), record("Bob")], [good, bad])
    assert store.record(record_id("Ada 😀")) is None
    store.append(run, [record("Ada 😀")], [good])
    assert answered(store, ["Ada 😀"], NAMES)[0][0] == good.value


def test_a_score_that_is_no_number_comes_back_as_such(store: Store) -> None:
    store.append(begin(store), [record("a")], [Suggestion(record_id("a"), None, float("nan"))])
    [(value, score)] = answered(store, ["a"]).values()
    assert value is None
    assert isnan(score)
    [kept] = store.suggestions_of(record_id("a"), store.task(TOPIC))
    assert isnan(kept.suggestion.score)
    assert isnan(kept.entropy)


def test_everything_about_a_suggestion_is_kept(store: Store) -> None:
    run = begin(store)
    alternatives = tuple((f"label {number}", (40 - number) / 820) for number in range(40))
    full = Suggestion(
        record_id("a"),
        "label 0",
        40 / 820,
        alternatives,
        evidence={"windows": 3, "over": "max", "text": "\x00\ud800"},
        reason="cut \x00 short",
    )
    store.append(run, [record("a")], [full])
    [kept] = store.suggestions_of(record_id("a"), store.task(TOPIC))
    read = kept.suggestion
    assert replace(read, alternatives=()) == replace(full, alternatives=())
    assert len(read.alternatives) == 20
    assert dict(read.alternatives) == pytest.approx(dict(alternatives[:20]), abs=1e-6)
    shares = np.array([p for _, p in alternatives])
    assert kept.entropy == pytest.approx(-(shares * np.log(shares)).sum())
    assert kept.margin == pytest.approx(1 / 820)
    assert kept.run == run
    assert abs(datetime.now(UTC) - kept.created) < timedelta(minutes=5)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), text=any_text.filter(bool), label=any_name)
def test_any_text_span_and_label_survives(
    store: Store, data: st.DataObject, text: str, label: str
) -> None:
    task = Task("any", ("abstract",), kind="spans", labels=(Label(label),))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span(start, end, label, text[start:end], data.draw(st.floats(0, 1)))
    run = begin(store, task)
    store.append(run, [record(text)], [Suggestion(record_id(text), (span,), span.score)])
    stored = store.record(record_id(text))
    assert stored == record(text)
    [kept] = store.suggestions_of(record_id(text), store.task(task))[:1]
    assert isinstance(kept.suggestion.value, tuple)
    for part in kept.suggestion.value:
        assert isinstance(part, Span)
        part.check(stored.text)
        assert part.label == label


def test_provenance_tells_the_run_of_every_position(store: Store) -> None:
    before = np.datetime64(datetime.now(UTC).replace(tzinfo=None), "ms")
    first, second = begin(store), begin(store)
    add(store, first, ["a", "b"])
    add(store, second, ["c", "a"])
    origin = store.provenance(store.task(TOPIC), MODEL, ids_of(["c", "?", "a", "b"]))
    assert origin.runs.tolist() == [second, -1, first, first]
    assert np.isnat(origin.times).tolist() == [False, True, False, False]
    assert (origin.times[[0, 2, 3]] >= before).all()
    unknown = store.provenance(store.task(TOPIC), replace(MODEL, id="?"), ids_of(["a"]))
    assert unknown.runs.tolist() == [-1]


def test_holdings_count_suggestions_by_task_and_model(store: Store) -> None:
    other = replace(MODEL, id="other")
    add(store, begin(store), ["a", "b"])
    add(store, begin(store, model=other), ["a"])
    assert [(one.task, one.version, one.model, one.suggestions) for one in store.holdings()] == [
        ("topic", 1, MODEL, 2),
        ("topic", 1, other, 1),
    ]


def test_a_run_is_kept_with_all_that_was_said_of_it(store: Store) -> None:
    run_id = begin(store)
    assert store.run(run_id).state == "running"
    assert store.run(run_id).finished is None
    counts = Counts(rows=9, selected=8, unique=7, reused=1, computed=6, missing=2, abstained=3)
    store.finish(run_id, "done", counts)
    run = store.run(run_id)
    assert (run.task, run.task_version, run.model) == ("topic", 1, MODEL)
    assert (run.by, run.seed, run.code_version) == ("Ada", 7, "1.2.3")
    assert (run.state, run.counts, run.execution) == ("done", counts, Execution("cpu", "bf16"))
    assert run.finished is not None
    assert run.started.tzinfo is UTC
    assert run.started <= run.finished


def test_the_first_end_of_a_run_stays(store: Store) -> None:
    run_id = begin(store)
    store.finish(run_id, "failed", Counts(rows=1))
    store.finish(run_id, "done", Counts(rows=2))
    assert store.run(run_id).state == "failed"
    assert store.run(run_id).counts.rows == 1


def test_a_run_that_needed_no_model_ran_nowhere(store: Store) -> None:
    run_id = store.begin(store.task(TOPIC), MODEL, by="Ada", seed=None, code_version="1")
    assert store.run(run_id).execution is None


def test_runs_of_one_task(store: Store) -> None:
    runs = [begin(store), begin(store, NAMES), begin(store)]
    assert [run.id for run in store.runs()] == runs
    assert [run.id for run in store.runs("topic")] == [runs[0], runs[2]]
    assert store.runs("nothing") == []
    with pytest.raises(KeyError):
        store.run(12345)


def test_names_of_any_characters_are_kept(store: Store) -> None:
    name = "\x00 \ud800 \ud83d\ude00 \U0001f600 'x' \"y\""
    task = replace(TOPIC, name="\x00 \U0001f600 'x' \"y\"")
    model = replace(MODEL, id=name, settings='{"a": "\ud800"}')
    execution = Execution(name, name)
    run_id = store.begin(store.task(task), model, execution, by=name, seed=None, code_version="1")
    run = store.run(run_id)
    assert (run.task, run.by, run.model, run.execution) == (task.name, name, model, execution)
    assert store.latest(task.name) == task
    add(store, run_id, ["a"])
    assert answered(store, ["a"], task, model)[0][0] == "genes"


def test_an_interrupted_append_leaves_nothing_behind(store: Store) -> None:
    run_id = begin(store)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    engine = store._database._engine
    event.listen(engine, "after_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        add(store, run_id, ["a", "b"])
    event.remove(engine, "after_cursor_execute", interrupt)
    assert store.record(record_id("a")) is None
    add(store, run_id, ["a", "b"])
    assert len(answered(store, ["a", "b"])) == 2


def test_a_second_store_on_the_same_place_sees_everything(store: Store, where: str) -> None:
    run_id = begin(store)
    add(store, run_id, ["a"])
    with open_store(where) as other:
        assert len(answered(other, ["a"])) == 1
        add(other, run_id, ["b"])
    assert len(answered(store, ["a", "b"])) == 2


def test_a_closed_store_opens_again_when_it_is_used(store: Store) -> None:
    run_id = begin(store)
    store.close()
    add(store, run_id, ["a"])
    assert len(answered(store, ["a"])) == 1


def test_reading_holds_no_transaction_between_chunks(store: Store) -> None:
    run_id = begin(store)
    add(store, run_id, [f"text {number}" for number in range(20)])
    ids = ids_of(f"text {number}" for number in range(20))
    chunks = looked_up(store._database, store.task(TOPIC), 1, ids, (suggestions.c.value,), chunk=5)
    next(chunks)
    assert store._database._engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    chunks.close()  # type: ignore[attr-defined]
