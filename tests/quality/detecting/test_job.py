from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from sciml_magics.annotation.progress import Progress
from sciml_magics.errors import QualityError, Stopped
from sciml_magics.quality.detecting import Options, detect, looking
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.records import row_records
from sciml_magics.quality.table import Table
from sciml_magics.review import Reviewer
from sciml_magics.store import Store
from tests.quality.detecting.conftest import Letters
from tests.quality.hostile import HOSTILE
from tests.quality.saying import say

FEW = Options(ask=3, audit=2)


@pytest.mark.usefixtures("three")
def test_what_looks_wrong_is_told_with_reasons_and_kept(store: Store, cities: pd.DataFrame) -> None:
    found = detect(Table(cities, "cities"), store, FEW)
    assert found.frame.to_dict("list") == {
        "row": ["103", "139", "104"],
        "column": ["zip", "(row)", "city"],
        "value": ["x", "", "Rom"],
        "probability": pytest.approx([0.9, 0.7, 0.6]),
        "detector": ["letters", "twice", "rare"],
        "why": ["there are letters in it", "it is there twice", "'Rom' is there once"],
    }
    assert found.rows.tolist() == [3, 39, 4]
    assert found.cells == [(3, "zip"), (39, "(row)"), (4, "city")]
    assert found.summary.startswith("cities: 40 rows × 3 columns · 3 cells look wrong in 3 rows")
    [run] = store.runs("cities.errors")
    assert (run.state, run.counts.computed) == ("done", found.stored)
    reviewer = Reviewer(store, "cities.errors", "ada")
    items = {item.record.id: item for item in reviewer.next(20).items}
    record = row_records(found.table, np.array([3]))[0]
    said = items[record.id].suggestion
    assert said is not None
    assert said.suggestion.value == ("zip",)
    assert said.suggestion.evidence["words"]["zip"] == "there are letters in it"
    assert len(items) == found.stored


@pytest.mark.usefixtures("three")
def test_rows_that_would_teach_most_come_first_with_their_reason(
    store: Store, cities: pd.DataFrame
) -> None:
    found = detect(Table(cities, "cities"), store, FEW)
    reviewer = Reviewer(store, "cities.errors", "ada")
    first = reviewer.next(3).items
    wanted = row_records(found.table, np.array([one.row for one in found.asked]))
    assert [item.record.id for item in first] == wanted.ids.tolist()
    assert all(one.why in item.why for one, item in zip(found.asked, first, strict=True))
    assert {item.share for item in first} == {"chosen"}
    rest = reviewer.next(40, have=[item.record.id for item in first]).items
    assert len(rest) + 3 == found.stored


@pytest.mark.usefixtures("three")
def test_the_same_again_is_read_from_the_store(store: Store, cities: pd.DataFrame) -> None:
    first = detect(Table(cities, "cities"), store, FEW)
    looking._found.clear()
    again = detect(Table(cities, "cities"), store, FEW)
    assert again.reused
    assert Letters.looks == 1
    pd.testing.assert_frame_equal(again.frame, first.frame)
    assert again.rows.tolist() == first.rows.tolist()
    assert list(again.asked) == list(first.asked)
    assert len(store.runs("cities.errors")) == 1
    other = detect(Table(cities.replace("x", "0010"), "cities"), store, FEW)
    assert not other.reused
    assert "zip" not in set(other.frame["column"])


@pytest.mark.usefixtures("three")
def test_what_people_say_of_a_row_holds_wherever_it_stands(
    store: Store, cities: pd.DataFrame
) -> None:
    found = detect(Table(cities, "cities"), store, Options(audit=40))
    right, wrong = row_records(found.table, np.array([3, 10]))
    say(store, found.task, right, "corrected", ())
    say(store, found.task, wrong, "corrected", ("n", "(row)"))
    mixed = cities.sample(frac=1, random_state=1)
    again = detect(Table(mixed, "cities"), store, FEW)
    cells = set(zip(again.frame["row"], again.frame["column"], strict=True))
    assert cells == {
        ("110", "n"),
        ("110", "(row)"),
        (str(mixed.index[-1]), "(row)"),
        ("104", "city"),
    }
    assert again.answered == 2
    assert again.frame["detector"].tolist()[:2] == ["answers", "answers"]
    assert "learnt from 2 answers" in again.summary
    assert not {one.row for one in again.asked} & {
        mixed.index.get_loc(103), mixed.index.get_loc(110)
    }  # fmt: skip


@pytest.mark.usefixtures("three")
def test_answers_to_rows_that_are_gone_are_counted(store: Store, cities: pd.DataFrame) -> None:
    found = detect(Table(cities, "cities"), store, FEW)
    say(store, found.task, row_records(found.table, np.array([3]))[0], "accepted", ("zip",))
    again = detect(Table(cities.drop(index=103), "cities"), store, FEW)
    assert again.answered == 0
    assert again.notes == ("1 answered row is no longer in the table: changed or taken out since",)


@pytest.mark.usefixtures("three")
def test_an_interruption_loses_nothing(store: Store, cities: pd.DataFrame) -> None:
    class Slow:
        def find(self, table: Table) -> Iterator[Finding]:
            yield from ()
            raise KeyboardInterrupt

    detector("slow")(Slow)
    with pytest.raises(Stopped, match="stopped after 3 of 4 detectors") as stopped:
        detect(Table(cities, "cities"), store, FEW)
    outcome: object = stopped.value.outcome
    assert len(outcome.frame) == 3  # type: ignore[attr-defined]
    assert [run.state for run in store.runs("cities.errors")] == ["stopped"]
    assert len(Reviewer(store, "cities.errors", "ada").next(20).items) > 3
    Slow.find = lambda self, table: iter(())  # type: ignore[method-assign]
    done = detect(Table(cities, "cities"), store, FEW)
    assert Letters.looks == 1
    assert len(done.frame) == 3


@pytest.mark.usefixtures("three")
def test_progress_tells_what_each_detector_found(store: Store, cities: pd.DataFrame) -> None:
    heard: list[Progress] = []
    detect(Table(cities, "cities"), store, FEW, heard.append)
    assert [one.phase for one in heard] == [
        "reading", "running", "running", "running", "running", "writing", "done"
    ]  # fmt: skip
    assert dict(heard[-1].labels) == {"letters": 1, "rare": 1, "twice": 1}
    assert heard[2].fraction == pytest.approx(1 / 3)


@pytest.mark.usefixtures("three")
def test_detectors_can_be_chosen_and_one_that_fails_is_told(
    store: Store, cities: pd.DataFrame
) -> None:
    with pytest.raises(QualityError, match="no detector 'leters': did you mean 'letters'"):
        detect(Table(cities), store, Options(detectors=["leters"]))
    with pytest.raises(QualityError, match="from 0 to 1, not 2"):
        Options(above=2)

    class Broken:
        def find(self, table: Table) -> Iterator[Finding]:
            yield from ()
            raise ValueError("no such thing")

    detector("broken")(Broken)
    found = detect(Table(cities), store, Options(detectors=["letters", "broken"]))
    assert found.notes == ("'broken' could not look: no such thing",)
    assert found.frame["detector"].tolist() == ["letters"]


@pytest.mark.usefixtures("three")
def test_a_rule_of_a_person_looks_too(store: Store, cities: pd.DataFrame) -> None:
    class Rule:
        def find(self, table: Table) -> Iterator[Finding]:
            sure = np.ones(1, dtype=np.float32)
            yield Finding("rules", "n", np.array([0]), sure, "n is to be above 0")

    found = detect(Table(cities, "cities"), store, Options(rules=Rule(), ask=0, audit=0))
    assert found.frame.iloc[0].to_list()[:2] == ["100", "n"]


@pytest.mark.usefixtures("three")
def test_more_rows_than_a_person_reviews_are_not_kept(
    store: Store, cities: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sciml_magics.quality.detecting.job.MOST_STORED", 2)
    found = detect(Table(cities, "cities"), store, Options(ask=0, audit=0))
    assert (len(found.frame), found.stored) == (3, 2)
    assert found.notes == ("the surest 2 of 3 rows can be reviewed",)
    assert not detect(Table(cities, "cities"), store, Options(ask=0, audit=0)).reused


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"no columns", "10,000 columns"}))
def test_hostile_frames_are_looked_at_by_all_detectors(store: Store, name: str) -> None:
    table = Table(HOSTILE[name](), "hostile")
    found = detect(table, store, FEW)
    assert found.notes == ()
    assert set(found.frame["column"]) <= {column.name for column in table} | {"(row)"}
    pd.testing.assert_frame_equal(detect(table, store, FEW).frame, found.frame)


def test_notes_of_detectors_are_told_once_and_again_from_memory(store: Store) -> None:
    born = pd.to_datetime("1950-01-01") + pd.to_timedelta(np.arange(60) ** 3 % 20_011, "D")
    frame = pd.DataFrame({"born": born.strftime("%Y-%m-%d"), "v": np.arange(60.0) % 7})
    table = Table(frame, "people")
    found = detect(table, store, Options(detectors=["spike", "shift", "stamps"], ask=1, audit=1))
    assert found.notes == (
        "not looked at as a time series: the times of 'born' repeat or have no usual step "
        "(--time born looks all the same)",
    )
    asked = Options(detectors=["spike", "shift"], time=["born"], ask=1, audit=1)
    assert detect(table, store, asked).notes == ()
    with pytest.raises(QualityError, match="no column 'when'"):
        detect(table, store, Options(time=["when"]))


def test_half_characters_are_told_as_question_marks(store: Store) -> None:
    cells = ["a1"] * 60 + ["\ud800?!"]
    table = Table(pd.DataFrame({"s": cells}, dtype=object))
    found = detect(table, store, Options(detectors=["pattern"], above=0.1, ask=1, audit=1))
    assert found.frame["value"].tolist() == ["??!"]
