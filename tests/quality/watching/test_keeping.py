"""States are records, accepting one is a response, and both are only ever added."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sciml_magics as sm
from sciml_magics.api import as_rules, take_back_state, watch
from sciml_magics.errors import FrameError, QualityError, Stopped
from sciml_magics.quality.table import Table
from sciml_magics.quality.watching import accept, keep, last_accepted, report, take_back
from sciml_magics.review.reviewer import Reviewer
from sciml_magics.store import open_store
from tests.quality.watching.batches_made import batch


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


def kept(where: Path, frame: pd.DataFrame, by: str = "Ada", accepted: bool = True) -> str:
    """Keep a batch, and tell its state in one line."""
    with open_store(where) as store:
        found = report(Table(frame, "readings"), None)
        keep(store, found, by)
        if accepted:
            accept(store, "readings", found.state, by)
    return found.state.summary


def summary(where: Path) -> str | None:
    with open_store(where) as store:
        found = last_accepted(store, "readings")
    return None if found is None else found.state.summary


def test_only_accepted_states_count_and_the_newest_does(where):
    assert summary(where) is None
    kept(where, batch(0, 50), accepted=False)
    assert summary(where) is None
    first = kept(where, batch(0, 60))
    assert summary(where) == first
    second = kept(where, batch(1, 70), by="Bo")
    assert summary(where) == second
    again = kept(where, batch(0, 60))
    assert summary(where) == again == first


def test_accepting_is_taken_back_by_who_accepted(where):
    first, _ = kept(where, batch(0, 60)), kept(where, batch(1, 70), by="Bo")
    with open_store(where) as store:
        with pytest.raises(QualityError, match="Cy has accepted no state of 'readings'"):
            take_back(store, "readings", "Cy")
        state = take_back(store, "readings", "Bo")
        assert state is not None
        assert state.summary == first
        assert take_back(store, "readings", "Ada") is None
        with pytest.raises(QualityError):
            take_back(store, "readings", "Ada")
        assert [one.response.decision for one in store.responses("readings.state")] == [
            "accepted",
            "accepted",
            "undone",
            "undone",
        ]


def test_a_state_is_accepted_and_taken_back_in_the_review_too(where):
    options = {"name": "readings", "store": where, "by": "Ada", "progress": False}
    watch(batch(0), **options)
    with open_store(where) as store:
        reviewer = Reviewer(store, "readings.state", "Ada")
        (item,) = reviewer.next().items
        assert item.suggestion is not None
        assert last_accepted(store, "readings") is None
        reviewer.respond("key", item.record.id, "accept", item.suggestion.suggestion.value)
        found = last_accepted(store, "readings")
        assert found is not None
        assert found.state.summary == item.suggestion.suggestion.value
        reviewer.undo("undo")
        assert last_accepted(store, "readings") is None


def test_every_batch_is_a_record_of_a_task_with_what_is_new_as_evidence(where):
    options = {"name": "readings", "store": where, "by": "Ada", "progress": False}
    watch(batch(0), accept=True, **options)
    later = batch(1)
    later["value"] += 5
    watch(later, **options)
    with open_store(where) as store:
        task = store.latest("readings.state")
        assert task is not None
        assert task.kind == "text"
        runs = store.runs("readings.state")
        assert [(run.state, run.counts.rows, run.by) for run in runs] == [("done", 800, "Ada")] * 2
        (said,) = store.responses("readings.state")
        record = store.record(said.response.record_id)
        assert record is not None
        assert dict(record.content)["summary"] == said.response.value


def test_tables_of_other_names_are_not_compared(where):
    watch(batch(0), name="a", accept=True, store=where, progress=False)
    assert watch(batch(1), name="b", store=where, progress=False).before is None


def test_states_survive_closing_the_store(where):
    sm.watch(batch(0), name="a", accept=True, store=where, progress=False)
    found = sm.watch(batch(1), name="a", store=where, progress=False)
    assert found.changes == ()
    assert found.notes[0].startswith("accepted by ")


def test_taking_back_tells_what_is_compared_with_now(where):
    options = {"name": "a", "store": where, "by": "Ada", "progress": False}
    watch(batch(0), accept=True, **options)
    watch(batch(1), accept=True, **options)
    assert "that before: 800 rows" in take_back_state("a", by="Ada", store=where)
    assert "no state is accepted now" in take_back_state("a", by="Ada", store=where)


def test_rules_are_given_as_yaml_or_as_a_file(where, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("columns: {value: {max: 90}}", encoding="utf-8")
    for rules in ("columns: {value: {max: 90}}", file, as_rules(file)):
        found = watch(batch(0), rules=rules, store=where, progress=False)
        assert list(found.state.broken) == ["value: at most 90"]


def test_rules_are_learned_as_a_function():
    rules = sm.learn_rules(batch(0))
    assert "site: one of 4 values" in [
        one.told(part) for one in rules.columns for part in one.parts
    ]


def test_the_frame_is_not_changed_and_must_be_one(where):
    frame = batch(0)
    before = frame.copy(deep=True)
    watch(frame, accept=True, store=where, progress=False)
    pd.testing.assert_frame_equal(frame, before)
    with pytest.raises(FrameError):
        watch([1, 2], store=where, progress=False)  # type: ignore[arg-type]


def test_progress_is_told_and_an_interruption_keeps_nothing(where):
    seen: list[float] = []
    watch(batch(0), store=where, progress=lambda moment: seen.append(moment.fraction or 0.0))
    assert seen[-1] == 1
    assert seen == sorted(seen)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match="nothing was kept"):
        watch(batch(1), name="other", store=where, progress=stop)
    with open_store(where) as store:
        assert store.runs("other.state") == []
