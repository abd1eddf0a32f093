"""Evaluating a task: by people's answers, and by columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import sciml_magics as sm
from sciml_magics.api import Evaluation, Task
from sciml_magics.errors import FrameError, LearningError, ModelError
from sciml_magics.learning.answers import part_for
from sciml_magics.store import open_store
from sciml_magics.tasks import Label, Record, Response, Share, Suggestion, record_id
from sciml_magics.tasks.record import record_ids
from tests.store.examples import MODEL, begin

NAMES = ("genes", "cells")
TASK = Task("topic", ("abstract",), labels=tuple(map(Label, NAMES)))
OTHER = replace(MODEL, id="other")


def frame(rows: int = 60) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "abstract": [f"text {at}" for at in range(rows)],
            "right": [NAMES[at % 2] for at in range(rows)],
            "theirs": ["genes"] * rows,
            "theirs_score": [0.6] * rows,
            "year": [2000 + at for at in range(rows)],
            "journal": ["A" if at % 3 else None for at in range(rows)],
        }
    )


def address(text: str) -> bytes:
    return record_ids(["text", "abstract"], [[text]])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A model that calls every fourth cell a gene, and another that knows genes alone."""
    where = tmp_path / "record.db"
    with open_store(where) as opened:
        for model, values in (
            (OTHER, ["genes"] * 60),
            (MODEL, ["genes" if at % 8 == 1 else NAMES[at % 2] for at in range(60)]),
        ):
            texts = frame()["abstract"].tolist()
            found = [Record(address(text), (("abstract", text),)) for text in texts]
            opened.append(
                begin(opened, TASK, model),
                found,
                [
                    Suggestion(one.id, value, 0.8, ((value, 0.8),))
                    for one, value in zip(found, values, strict=True)
                ],
            )
    return where


def answer(store: Path, rows: range, share: Share = "audit") -> None:
    with open_store(store) as opened:
        said = [
            Response(
                f"k{at}", address(f"text {at}"), "corrected", NAMES[at % 2], "Ada", share=share
            )
            for at in rows
        ]
        opened.respond(opened.task(TASK), said)


def held_out(rows: int = 60) -> list[int]:
    return [at for at in range(rows) if part_for(address(f"text {at}")) == "held_out"]


def test_by_default_only_held_out_answers_of_people_count(store):
    answer(store, range(60))
    found = TASK.evaluate(store=store)
    assert isinstance(found, Evaluation)
    assert found.n == len(held_out())
    wrong = sum(at % 8 == 1 for at in held_out())
    assert found.accuracy == pytest.approx(1 - wrong / len(held_out()))
    assert found.source == f"{MODEL.short} against held-out answers of people"
    assert found.ece == pytest.approx(abs(found.accuracy - 0.8))
    everything = TASK.evaluate(part="all", store=store)
    assert everything.n == 60
    assert "models may have learnt from some of these answers" in " ".join(everything.notes)


def test_answers_that_were_not_drawn_at_random_are_told(store):
    answer(store, range(60), "uncertain")
    notes = TASK.evaluate(store=store).notes
    assert notes[0].startswith(f"0 of {len(held_out())} answers are to records that were drawn")


def test_another_model_may_be_named(store):
    answer(store, range(60))
    found = TASK.evaluate(model="other", part="all", store=store)
    assert found.accuracy == 0.5
    with pytest.raises(ModelError, match="no suggestions of 'mine' for task 'topic', only of: "):
        TASK.evaluate(model="mine", store=store)


def test_what_people_did_not_answer_yet_is_said(store):
    with pytest.raises(LearningError, match="nobody has answered a record of 'topic' yet"):
        TASK.evaluate(store=store)
    learnt = next(at for at in range(60) if at not in held_out())
    answer(store, range(learnt, learnt + 1))
    with pytest.raises(LearningError, match="none of the 1 answers to 'topic' is held out"):
        TASK.evaluate(store=store)


def test_a_column_can_be_right(store):
    found = TASK.evaluate(frame(), gold="right", store=store)
    assert found.n == 60
    assert found.accuracy == pytest.approx(1 - 8 / 60)
    assert found.source == f"{MODEL.short} against column 'right'"
    assert "genes" in found.frame().index


def test_a_column_can_be_judged_without_a_store(tmp_path):
    found = TASK.evaluate(frame(), gold="right", predicted="theirs", store=tmp_path / "none.db")
    assert found.accuracy == 0.5
    assert found.ece == pytest.approx(0.1)
    assert not (tmp_path / "none.db").exists()


def test_equal_rows_count_each_and_rows_without_a_suggestion_are_left_out(store):
    more = pd.concat([frame(), frame().head(5), frame(62).tail(2)], ignore_index=True)
    more.loc[0, "right"] = None
    found = TASK.evaluate(more, gold="right", store=store)
    assert found.n == 64
    assert found.notes == (
        f"2 of 67 records have no suggestion of {MODEL.short}: left out",
        "1 record has no right answer: left out",
    )


def test_scores_are_those_that_frames_show(store):
    answer(store, range(60))
    before = TASK.evaluate(part="all", store=store)
    TASK.calibrate(method="temperature", store=store)
    after = TASK.evaluate(part="all", store=store)
    assert after.accuracy == before.accuracy
    assert after.ece < before.ece
    assert after.notes[-1].startswith("scores calibrated on 60 answers (temperature")
    by_column = TASK.evaluate(frame(), gold="right", store=store)
    assert by_column.ece == pytest.approx(after.ece)


def test_slices_are_values_or_ranges_of_a_column(store):
    answer(store, range(60))
    by_year = TASK.evaluate(frame(), gold="right", by="year", store=store).slices
    assert by_year is not None
    assert by_year["slice"].tolist()[0] == "2000 to 2011"
    assert by_year["n"].tolist() == [12] * 5
    people = TASK.evaluate(frame(), by="journal", part="all", store=store).slices
    assert people is not None
    assert people[["slice", "n"]].to_numpy().tolist() == [["A", 40], ["(missing)", 20]]


def test_a_frame_limits_the_records(store):
    answer(store, range(60))
    assert TASK.evaluate(frame(10), part="all", store=store).n == 10
    elsewhere = frame(2).assign(abstract=["x", "y"])
    with pytest.raises(LearningError, match="none of the 60 answered records is in this frame"):
        TASK.evaluate(elsewhere, part="all", store=store)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gold": "right"}, "which frame has the column 'right'?"),
        ({"by": "year"}, "which frame has the column 'year'?"),
        ({"frame": frame(), "gold": "rihgt"}, "no column 'rihgt': did you mean 'right'?"),
        ({"frame": frame(), "predicted": "theirs"}, "add --gold"),
        ({"frame": frame().assign(right=None), "gold": "right"}, "has no answer in any row"),
        ({"frame": frame(), "gold": "right", "by": "nope"}, "no column 'nope'"),
    ],
)
def test_what_is_missing_is_one_line(store, options, message):
    answer(store, range(60))
    with pytest.raises(FrameError) as failed:
        TASK.evaluate(store=store, **options)
    assert message in str(failed.value)


def test_labels_that_the_task_does_not_have_are_named(store):
    odd = frame().assign(right=["stars", "planets"] * 30)
    with pytest.raises(LearningError, match="right answers name 'planets', 'stars', which task"):
        TASK.evaluate(odd, gold="right", store=store)


def test_a_frame_that_no_model_read_is_said(store):
    with pytest.raises(LearningError, match="has suggested nothing for these records of 'topic'"):
        TASK.evaluate(frame(2).assign(abstract=["x", "y"]), gold="right", store=store)
    with pytest.raises(ModelError, match="no model has suggested anything for 'topic' yet"):
        TASK.evaluate(frame(), gold="right", store=store.with_name("empty.db"))


def test_a_notebook_shows_names_as_text():
    hostile = Task("<i>t</i>", ("abstract",), labels=(Label("<img src=x onerror=y>"), Label("b")))
    table = frame(4).assign(right=["<img src=x onerror=y>", "b"] * 2, theirs="b")
    found = hostile.evaluate(table, gold="right", predicted="theirs", by="abstract")
    html = found._repr_html_()
    assert "<img" not in html
    assert "<i>" not in html
    assert "&lt;img src=x onerror=y&gt;" in html
    assert "95 % from" in html
    assert "macro" in repr(found)
    assert set(found.charts()) == {"confusion", "labels", "slices", "reliability"}
    for name in found.charts():
        found.chart(name).to_dict(validate=True)


def test_spans_have_a_table_of_words():
    task = Task("people", ("note",), kind="spans", labels=(Label("PER"),))
    cell = [{"start": 0, "end": 3, "label": "PER", "text": "Ada"}]
    notes = pd.DataFrame({"note": ["Ada met Bo."], "right": [cell], "given": [cell]})
    found = task.evaluate(notes, gold="right", predicted="given")
    assert found.tokens is not None
    assert found.tokens["tag"].tolist() == ["B-PER", "O", "micro", "macro", "weighted"]
    assert "tags of single words" in found._repr_html_()


def test_split_is_a_function_too():
    table = frame()
    done = sm.split(table, "abstract", by="right", shares={"train": 3, "test": 1})
    assert done["split"].value_counts().to_dict() == {"train": 45, "test": 15}
    assert "split" not in table


def test_records_of_the_examples_have_the_addresses_that_frames_give_them():
    from sciml_magics.frames import read_records

    records = read_records(frame(1), TASK, pd.RangeIndex(1).to_numpy())
    assert records.ids.tolist() == [address("text 0")]
    assert address("text 0") != record_id("text 0")
