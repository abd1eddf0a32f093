"""The job over the real store and frames, with a suggester of a few lines."""

from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.annotation import Outcome, Progress, Request, annotate, plan
from sciml_magics.errors import SciMLError, Stopped, StoreError
from sciml_magics.store import Store
from sciml_magics.tasks import Label, Task
from tests.annotation.keywords import TASK, Keywords


def test_every_row_gets_value_score_and_status(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    outcome = annotate(frame, Request(TASK), model, store)
    assert outcome.frame["topic"].head(2).tolist() == ["gene", "star"]
    assert outcome.frame["topic"].iloc[2:4].isna().all()
    assert outcome.statuses["suggested"] == 50
    assert outcome.statuses["abstained"] == 50
    assert outcome.run.state == "done"
    assert outcome.run.counts.computed == 100


def test_a_lower_threshold_costs_no_second_run(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    annotate(frame, Request(TASK), model, store)
    outcome = annotate(frame, Request(TASK, threshold=0.3), model, store)
    assert len(model.read) == 100
    assert outcome.statuses["suggested"] == 75
    assert outcome.statuses["abstained"] == 25


def test_equal_and_missing_rows_are_not_sent(model: Keywords, store: Store) -> None:
    frame = pd.DataFrame({"text": ["gene", "gene", None, "", "  ", "star", "gene"]})
    outcome = annotate(frame, Request(TASK), model, store)
    assert sorted(model.read) == ["gene", "star"]
    assert outcome.statuses["missing"] == 3
    assert outcome.run.counts.unique == 2


def test_the_same_call_again_computes_nothing(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    first = annotate(frame, Request(TASK), model, store)
    again = annotate(frame, Request(TASK), model, store)
    assert len(model.read) == 100
    assert again.run.counts.reused == 100
    assert again.run.counts.computed == 0
    pd.testing.assert_frame_equal(first.frame, again.frame)


def test_the_annotated_frame_can_be_annotated_again(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    first = annotate(frame, Request(TASK), model, store)
    again = annotate(first.frame, Request(TASK), model, store)
    pd.testing.assert_frame_equal(first.frame, again.frame)


def test_only_new_rows_are_computed(frame: pd.DataFrame, model: Keywords, store: Store) -> None:
    annotate(frame, Request(TASK), model, store)
    more = pd.concat([frame, pd.DataFrame({"text": ["gene sure new"]})], ignore_index=True)
    outcome = annotate(more.sample(frac=1, random_state=0), Request(TASK), model, store)
    assert model.read[100:] == ["gene sure new"]
    assert outcome.run.counts.reused == 100


def test_a_changed_scheme_is_a_new_version(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    annotate(frame, Request(TASK), model, store)
    changed = Task("topic", ("text",), labels=(Label("gene"), Label("star")))
    outcome = annotate(frame, Request(changed), model, store)
    assert outcome.run.task_version == 2
    assert len(model.read) == 200


def test_another_revision_answers_anew(frame: pd.DataFrame, model: Keywords, store: Store) -> None:
    annotate(frame, Request(TASK), model, store)
    newer = Keywords(revision="r2")
    annotate(frame, Request(TASK), newer, store)
    assert len(newer.read) == 100


def test_an_interrupt_keeps_what_is_done(frame: pd.DataFrame, store: Store) -> None:
    with pytest.raises(Stopped, match="30 records stored and 70 to go") as stopped:
        annotate(frame, Request(TASK), Keywords(fail_after=30), store)
    partial = stopped.value.outcome
    assert isinstance(partial, Outcome)
    assert partial.statuses["pending"] == 70
    assert partial.run.state == "stopped"
    model = Keywords()
    outcome = annotate(frame, Request(TASK), model, store)
    assert len(model.read) == 70
    whole = annotate(frame, Request(TASK), Keywords(revision="whole"), store)
    pd.testing.assert_frame_equal(outcome.frame, whole.frame)


def test_a_failure_is_recorded_and_raised(frame: pd.DataFrame, store: Store) -> None:
    broken = Keywords(fail_after=20, failure=StoreError("the disk is full"))
    with pytest.raises(StoreError, match="the disk is full"):
        annotate(frame, Request(TASK), broken, store)
    (run,) = store.runs()
    assert run.state == "failed"
    assert run.counts.computed == 20


def test_progress_ends_with_all_the_work(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    seen: list[Progress] = []
    annotate(frame, Request(TASK), model, store, seen.append)
    assert [seen[0].phase, seen[-1].phase] == ["reading", "done"]
    assert seen[-1].done == seen[-1].total == 100
    assert seen[-1].fraction == pytest.approx(1)
    assert seen[-1].labels == {"gene": 25, "star": 25, "law": 25, None: 25}
    done = [moment.done for moment in seen]
    assert done == sorted(done)


def test_where_limit_and_sample_leave_the_rest_pending(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    frame["year"] = range(100)
    outcome = annotate(frame, Request(TASK, where="year >= 50", limit=10), model, store)
    assert outcome.statuses["pending"] == 0
    assert outcome.frame["topic_status"].eq("pending").sum() == 90
    assert outcome.frame["topic_status"].iloc[50] != "pending"
    annotate(frame, Request(TASK, sample=5, seed=3), model, store)
    assert len(set(model.read)) <= 15


def test_rows_left_out_keep_their_answers(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    frame["year"] = range(100)
    first = annotate(frame, Request(TASK, where="year < 50"), model, store)
    second = annotate(first.frame, Request(TASK, where="year >= 50"), model, store)
    assert second.frame["topic_status"].eq("pending").sum() == 0
    assert second.run.counts.selected == second.run.counts.computed == 50
    whole = annotate(frame, Request(TASK), model, store)
    pd.testing.assert_frame_equal(second.frame, whole.frame)


def test_longest_records_go_first(model: Keywords, store: Store) -> None:
    frame = pd.DataFrame({"text": ["gene", "gene " * 50, "gene " * 10]})
    annotate(frame, Request(TASK), model, store)
    assert [len(text) for text in model.read] == [250, 50, 4]


def test_a_dry_run_stores_no_suggestion(frame: pd.DataFrame, model: Keywords, store: Store) -> None:
    made = plan(frame, Request(TASK), model, store)
    assert made.to_compute == 100
    assert made.sampled == 96
    assert made.seconds == pytest.approx(1.0 + 0.5 * 100 / 96, rel=0.05)
    assert store.runs() == []
    assert store.tasks() == []
    annotate(frame, Request(TASK), model, store)
    assert plan(frame, Request(TASK), model, store).to_compute == 0


def test_empty_and_all_missing_frames(model: Keywords, store: Store) -> None:
    empty = annotate(pd.DataFrame({"text": []}), Request(TASK), model, store)
    assert list(empty.frame.columns) == ["text", "topic", "topic_score", "topic_status"]
    missing = annotate(pd.DataFrame({"text": [None, " "]}), Request(TASK), model, store)
    assert missing.statuses["missing"] == 2
    assert model.read == []


def test_provenance_names_the_run_of_every_label(
    frame: pd.DataFrame, model: Keywords, store: Store
) -> None:
    annotate(frame.head(10), Request(TASK, by="ada"), model, store)
    outcome = annotate(frame, Request(TASK, by="bo", provenance=True), model, store)
    assert outcome.frame["topic_by"].tolist() == ["ada"] * 10 + ["bo"] * 90
    assert set(outcome.frame["topic_revision"]) == {"r1"}


@pytest.mark.parametrize("threshold", [-0.1, 1.5])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(SciMLError, match="between 0 and 1"):
        Request(TASK, threshold=threshold)
