from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.cleaning import changes_of, clean, script_of, take_back
from sciml_magics.quality.cleaning.listing import changes_frame
from sciml_magics.quality.records import cell_records
from sciml_magics.quality.table import Table
from sciml_magics.review import Reviewer
from sciml_magics.store import Store
from tests.quality.cleaning.conftest import Propose
from tests.quality.cleaning.scripts import run_script
from tests.quality.hostile import HOSTILE
from tests.quality.saying import say

EVERYTHING = (
    (1, "city", [("Rome", 0.99), ("Oslo", 0.01)]),
    (3, "city", [("Bonn", 0.97)]),
    (2, "n", [("3", 0.98)]),
    (0, "kind", [("c", 0.99)]),
    (2, "day", [("2024-01-03 00:00:00", 0.99)]),
    (1, "any", [("2", 0.96)]),
    (0, "any", [("7", 0.96)]),
    (3, "any", [("x", 0.96)]),
)


def test_sure_repairs_are_applied_to_a_new_frame_of_the_same_types(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    before = frame.copy()
    propose(frame, *EVERYTHING)
    done = clean(Table(frame, "places"), store, above=0.97)
    pd.testing.assert_frame_equal(frame, before)
    wanted = frame.copy()
    wanted["kind"] = wanted["kind"].cat.add_categories("c")
    wanted.loc["x", "city"], wanted.loc["z", "city"] = "Rome", "Bonn"
    wanted.loc["y", "n"], wanted.loc["w", "kind"] = 3, "c"
    wanted.loc["y", "day"] = pd.Timestamp("2024-01-03")
    pd.testing.assert_frame_equal(done.frame, wanted)
    assert done.summary == "places: 5 cells changed · 4 rows, 4 columns"
    [told] = done.changes[done.changes["old"] == "Rom"].to_dict("records")
    assert [told[name] for name in ("row", "new", "reason", "state", "who")] == [
        "x", "Rome", "most say so", "applied", "repairs, score 0.97 or more"
    ]  # fmt: skip
    listed = changes_frame(changes_of(store, Table(done.frame, "places")))
    pd.testing.assert_frame_equal(listed, done.changes)


def test_only_what_people_agreed_to_is_applied_without_a_score(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    made = propose(frame, *EVERYTHING)
    city, gone, number = cell_records(made.table, [(1, "city"), (3, "city"), (2, "n")])
    say(store, made.task, city, "corrected", "Oslo")
    say(store, made.task, gone, "rejected")
    say(store, made.task, number, "corrected", "")
    done = clean(Table(frame, "places"), store)
    assert done.frame["city"].tolist()[:3] == ["Rome", "Oslo", "Oslo"]
    assert pd.isna(done.frame["city"].iloc[3])
    assert done.frame["n"].dtype == "Int64"
    assert done.frame["n"].isna().tolist() == [False, False, True, False]
    assert done.changes["who"].tolist() == ["ada", "ada"]
    assert set(done.changes["reason"]) == {"most say so", "a person wrote it"}
    again = clean(Table(frame, "places"), store, above=0.5, apply=False)
    assert ("z", "city") not in set(zip(again.changes["row"], again.changes["column"], strict=True))


def test_a_look_ahead_changes_and_notes_nothing(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, *EVERYTHING)
    told = clean(Table(frame, "places"), store, above=0.9, apply=False)
    assert told.frame is frame
    assert told.summary == "places: 8 cells would be changed · 4 rows, 5 columns"
    assert changes_of(store, Table(frame, "places")) == []


def test_a_cell_that_has_changed_and_a_row_that_is_gone_are_refused(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, *EVERYTHING)
    later = frame.drop(index="y").drop(columns="kind")
    later.loc["x", "city"] = "Roma"
    later.loc["z", "city"] = "Bonn"
    done = clean(Table(later, "places"), store, above=0.97)
    assert done.changes.empty
    assert sorted(zip(done.refused["row"], done.refused["why"], strict=True)) == [
        ("w", "the column is no longer there"),
        ("x", "the cell has changed since: it holds 'Roma'"),
        ("y", "the row is no longer there"),
        ("y", "the row is no longer there"),
    ]
    assert done.notes == ("1 cell holds the agreed value already",)
    assert done.summary.endswith("4 refused")


def test_everything_taken_back_is_what_there_was(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    made = propose(frame, *EVERYTHING)
    [number] = cell_records(made.table, [(2, "n")])
    say(store, made.task, number, "corrected", "")
    done = clean(Table(frame, "places"), store, above=0.9)
    back = take_back(Table(done.frame, "places"), store, by="ben")
    pd.testing.assert_frame_equal(back.frame, frame)
    assert back.summary == "places: 8 changes taken back"
    listed = changes_frame(changes_of(store, Table(frame, "places")))
    assert set(listed["state"]) == {"taken back"}
    assert set(listed["who"]) == {"ben"}
    again = clean(Table(back.frame, "places"), store, above=0.9)
    assert again.changes.empty
    with pytest.raises(QualityError, match="no change to take back"):
        take_back(Table(back.frame, "places"), store)


def test_one_change_or_one_column_is_taken_back(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, *EVERYTHING)
    done = clean(Table(frame, "places"), store, above=0.9)
    one = take_back(Table(done.frame, "places"), store, row="x", column="city")
    assert one.frame["city"].tolist()[:2] == ["Rome", "Rom"]
    assert one.frame["n"].tolist() == [1, 2, 3, 4]
    column = take_back(Table(one.frame, "places"), store, column="any")
    assert column.frame["any"].tolist() == [1, "two", 3.5, " "]
    with pytest.raises(QualityError, match="no change in column 'any' of row x to take back"):
        take_back(Table(column.frame, "places"), store, row="x", column="any")
    held = [one.column for one in changes_of(store, Table(column.frame, "places")) if one.holds]
    assert sorted(held) == ["city", "day", "kind", "n"]


def test_what_was_taken_back_is_applied_again_once_people_ask_for_it(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    made = propose(frame, EVERYTHING[0])
    done = clean(Table(frame, "places"), store, above=0.9)
    back = take_back(Table(done.frame, "places"), store)
    say(store, made.task, cell_records(made.table, [(1, "city")])[0], "accepted", "Rome")
    again = clean(Table(back.frame, "places"), store)
    assert again.frame["city"].iloc[1] == "Rome"
    states = [one.holds for one in changes_of(store, Table(again.frame, "places"))]
    assert states[-1] is True


def test_a_changed_cell_is_not_taken_back_over_a_later_value(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, EVERYTHING[0])
    done = clean(Table(frame, "places"), store, above=0.9)
    done.frame.loc["x", "city"] = "Milan"
    back = take_back(Table(done.frame, "places"), store)
    assert back.changes.empty
    assert back.summary == (
        "places: 0 changes taken back · 1 refused: the cell has changed since: it holds 'Milan'"
    )


def test_a_change_that_is_rejected_in_its_review_goes_with_the_next_cleaning(
    store: Store, frame: pd.DataFrame, propose: Propose
) -> None:
    propose(frame, *EVERYTHING[:2])
    done = clean(Table(frame, "places"), store, above=0.9)
    reviewer = Reviewer(store, "places.changes", "ada")
    items = reviewer.next(5).items
    assert {item.record.content[0] for item in items} == {("city", "Rom"), ("city", "")}
    first = next(item for item in items if item.record.content[0] == ("city", "Rom"))
    reviewer.respond("a key of its own", first.record.id, "reject")
    again = clean(Table(done.frame, "places"), store, above=0.9)
    assert again.frame["city"].tolist() == ["Rome", "Rom", "Oslo", "Bonn"]
    assert "1 change that was rejected in the review is taken back" in again.notes


@pytest.mark.parametrize("score", [-0.1, 1.5])
def test_a_score_that_is_none_and_a_table_without_repairs_are_refused(
    store: Store, frame: pd.DataFrame, score: float
) -> None:
    with pytest.raises(QualityError, match="a score from 0 to 1"):
        clean(Table(frame, "places"), store, above=score)
    with pytest.raises(QualityError, match="no repairs of 'places' yet: %repair places"):
        clean(Table(frame, "places"), store)


def test_the_script_does_exactly_what_was_done(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    frame.index = pd.Index(["w", "x", "x", "z"])
    made = propose(frame, *EVERYTHING)
    say(store, made.task, cell_records(made.table, [(2, "n")])[0], "corrected", "")
    first = clean(Table(frame, "places"), store, above=0.9)
    second = propose(first.frame, (2, "n", [("5", 0.99)]), (1, "city", [('"Bonn"\n\\', 0.95)]))
    last = clean(second.table, store, above=0.9)
    kept = take_back(Table(last.frame, "places"), store, row="z", column="city")
    code = script_of("places", changes_of(store, second.table))
    found = run_script(code, frame, tmp_path)
    pd.testing.assert_frame_equal(found, kept.frame)
    assert "sciml_magics import" not in code
    assert found["city"].iloc[1] == '"Bonn"\n\\'


def test_the_script_refuses_another_table(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    propose(frame, EVERYTHING[0])
    clean(Table(frame, "places"), store, above=0.9)
    code = script_of("places", changes_of(store, Table(frame, "places")))
    with pytest.raises(subprocess.CalledProcessError):
        run_script(code, frame.assign(city="Milan"), tmp_path)


@pytest.mark.parametrize(
    "name", sorted(HOSTILE.keys() - {"no columns", "no rows", "10,000 columns"})
)
def test_hostile_frames_are_cleaned_taken_back_and_written_as_a_script(
    store: Store, propose: Propose, tmp_path: Path, name: str
) -> None:
    frame = HOSTILE[name]()
    table = Table(frame, "hostile")
    given = [
        (row, column.name, [(new, 0.99)])
        for column in table
        for row, new in ((0, "12"), (len(table) - 1, ""))
        if column.text(row) != new
    ]
    propose(frame, *{one[:2]: one for one in given}.values(), name="hostile")
    done = clean(table, store, above=0.9)
    after = Table(done.frame, "hostile")
    for row, column, [(new, _)] in {one[:2]: one for one in given}.values():
        assert after[column].text(row) in (new, "12.0", "1970-01-01 00:00:00.000000012", "True")
    code = script_of("hostile", changes_of(store, after))
    pd.testing.assert_frame_equal(run_script(code, frame, tmp_path), done.frame)
    back = take_back(after, store).frame
    assert [Table(back)[c.name].texts_at(np.arange(len(table))) for c in table] == [
        c.texts_at(np.arange(len(table))) for c in table
    ]
