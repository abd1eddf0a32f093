"""Rows that are others written again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.annotation import Progress
from sciml_magics.api import changes, deduplicate, take_back
from sciml_magics.errors import QualityError, Stopped
from sciml_magics.quality.cleaning.dropped import dropped_task
from sciml_magics.quality.detecting.keeping import kept_by
from sciml_magics.quality.repeated import neighbours, repeated
from sciml_magics.quality.repeated.keeping import repeated_task
from sciml_magics.quality.repeated.neighbours import near_pairs
from sciml_magics.quality.repeated.sketches import meeting, sketches
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store
from sciml_magics.tasks import Response
from tests.quality.hostile import HOSTILE

SYLLABLES = ["ber", "man", "stein", "ko", "lini", "dor", "wal", "hof", "ger", "ran", "tis", "mel"]


def people(rows: int, again: int) -> tuple[pd.DataFrame, set[int]]:
    """Invented people, some of them a second time with up to two cells mistyped."""
    rng = np.random.default_rng(7)
    names = ["".join(rng.choice(SYLLABLES, 3)).capitalize() for _ in range(300)]
    towns = ["Oslo", "Rome", "Lyon", "Graz", "Bonn", "Kyiv", "Porto", "Turku"]
    frame = pd.DataFrame(
        {
            "id": [f"P{at:05d}" for at in range(rows)],
            "name": [f"{rng.choice(names)} {rng.choice(names)}" for _ in range(rows)],
            "born": pd.to_datetime(rng.integers(0, 20_000, rows), unit="D").strftime("%Y-%m-%d"),
            "town": rng.choice(towns, rows),
            "street": [f"{rng.choice(names)}weg {rng.integers(1, 99)}" for _ in range(rows)],
        }
    )
    second = frame.iloc[rng.choice(rows, again, replace=False)].copy()
    second["id"] = [f"P{rows + at:05d}" for at in range(again)]
    for at in range(again):
        for column in rng.choice(["name", "town", "street"], rng.integers(0, 3), replace=False):
            text = str(second.iloc[at][column])
            place = int(rng.integers(1, len(text) - 1))
            second.iat[at, list(frame).index(column)] = text[:place] + text[place + 1 :]
    return pd.concat([frame, second], ignore_index=True), set(range(rows, rows + again))


@pytest.mark.parametrize(("rows", "again"), [(100, 8), (3_000, 90)])
def test_people_who_stand_twice_are_found_and_nobody_else(rows, again):
    frame, planted = people(rows, again)
    found = repeated(Table(frame))
    assert set(found.rows.tolist()) <= planted
    assert len(found.rows) >= 0.95 * again
    assert "id" not in found.compared
    same = frame["born"].to_numpy()
    assert (same[found.rows] == same[found.kept]).all()


def test_readings_that_follow_each_other_are_no_repetition():
    stamps = pd.date_range("2026-01-01", periods=500, freq="h")
    frame = pd.DataFrame(
        {"station": "Hill Farm", "t": stamps, "v": np.round(np.sin(stamps.hour), 1)}
    )
    assert len(repeated(Table(frame)).rows) == 0


def test_short_answers_that_many_give_are_no_repetition():
    frame = pd.DataFrame({"answer": ["no change", "don't know", "yes"] * 50})
    assert len(repeated(Table(frame)).rows) == 0


def test_numbers_that_differ_speak_against_it():
    text = "The sample was kept at room temperature for a night and then measured."
    frame = pd.DataFrame(
        {"note": [text, text, "Another one altogether, of course."], "n": [1, 2, 3]}
    )
    assert repeated(Table(frame)).rows.tolist() == [1]
    for column in "abcdefgh":
        frame[column] = [3, 1, 2]
    assert repeated(Table(frame)).rows.tolist() == []


def test_the_row_with_the_fewest_missing_cells_stays():
    long = [f"A long enough sentence about the subject number {at}." for at in range(5)]
    frame = pd.DataFrame({"text": [*long, long[0]], "more": [None, "b", "c", "d", "e", "a"]})
    found = repeated(Table(frame), ["text"])
    assert (found.rows.tolist(), found.kept.tolist()) == ([0], [5])


def test_long_texts_meet_by_their_letters():
    texts = [f"Paper {at} is about {word} and nothing else at all." * 2 for at, word in enumerate(
        ["cells", "comets", "corals", "prices", "schools"])]  # fmt: skip
    texts.append(texts[1].replace("nothing", "nothin"))
    assert [1, 5] in meeting(sketches(texts)).tolist()
    assert repeated(Table(pd.DataFrame({"text": texts}))).rows.tolist() == [5]


def test_texts_of_the_same_meaning_are_found_by_embeddings():
    texts = ["I lost my card", "My card is lost", "What is the exchange rate?", "A good restaurant"]
    table = Table(pd.DataFrame({"q": texts}))
    assert len(repeated(table, threshold=0.3).rows) == 0
    assert repeated(table, by="meaning", threshold=0.3).rows.tolist() == [1]


def test_neighbours_among_many_are_those_among_all(monkeypatch):
    rng = np.random.default_rng(0)
    own = rng.normal(size=(300, 16)).astype(np.float32)
    own = np.concatenate([own, own + 0.05 * rng.normal(size=own.shape).astype(np.float32)])
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    every, _ = near_pairs(own, 0.95)
    monkeypatch.setattr(neighbours, "ALL", 100)
    some, cosines = near_pairs(own, 0.95)
    assert len(every) >= 290
    known = set(map(tuple, every.tolist()))
    assert set(map(tuple, some.tolist())) <= known
    assert len(some) >= 0.95 * len(every)
    assert (cosines >= 0.95).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_any_frame_is_survived(name):
    table = Table(HOSTILE[name]())
    found = repeated(table)
    assert len(found.rows) == len(found.kept) == len(found.words)
    assert not set(found.rows.tolist()) & set(found.kept.tolist())


def test_mistakes_are_told(tmp_path):
    frame = pd.DataFrame({"a": ["x"]})
    with pytest.raises(QualityError, match="no column 'b' in 't': there are a"):
        repeated(Table(frame, "t"), ["b"])
    with pytest.raises(QualityError, match="no way 'ear' to compare rows: choose of text, meaning"):
        repeated(Table(frame), by="ear")  # type: ignore[arg-type]
    with pytest.raises(QualityError, match="a probability is from 0 to 1, not 2"):
        deduplicate(frame, apply=True, above=2, store=tmp_path / "s.db")


def answer(store, name: str, frame: pd.DataFrame, decision: str, value: str | None) -> None:
    with open_store(store) as opened:
        task = repeated_task(Table(frame, name))
        run = opened.runs(task.name)[-1]
        (kept, *_) = kept_by(opened, opened.task(task), run.model)
        said = Response("k", kept.suggestion.record_id, decision, value, "ada")  # type: ignore[arg-type]
        opened.respond(opened.task(task), [said])


@pytest.mark.parametrize(
    ("decision", "value", "left"),
    [("accepted", "repeated", 100), ("rejected", None, 101), ("corrected", "different", 101)],
)
def test_people_decide_what_is_dropped(tmp_path, decision, value, left):
    frame, _ = people(100, 1)
    store = tmp_path / "s.db"
    found = deduplicate(frame, name="people", store=store)
    assert found.cleaned is None
    assert found.frame["said"].tolist() == [""]
    nobody = deduplicate(frame, name="people", apply=True, store=store)
    assert nobody.cleaned is not None
    assert len(nobody.cleaned) == 101
    answer(store, "people", frame, decision, value)
    done = deduplicate(frame, name="people", apply=True, above=0.0, store=store)
    assert done.cleaned is not None
    assert len(done.cleaned) == left
    assert "1 answered" in repr(done)
    with open_store(store) as opened:
        noted = [run for run in opened.runs("people.dropped") if run.state == "done"]
        assert len(noted) == 101 - left
        if noted:
            task = dropped_task(Table(frame, "people"))
            (kept,) = kept_by(opened, opened.task(task), noted[0].model)
            record = opened.record(kept.suggestion.record_id)
            assert kept.suggestion.evidence["row"] == "100"
            assert kept.suggestion.evidence["who"] == "ada"
            assert record is not None
            assert dict(record.content)["id"] == frame["id"][100]
    assert "<table" in done._repr_html_()
    assert len(frame) == 101


def test_rows_are_dropped_by_position_whatever_their_labels(tmp_path):
    frame, planted = people(100, 3)
    frame.index = pd.Index([0] * len(frame))
    done = deduplicate(frame, apply=True, above=0.5, store=tmp_path / "s.db")
    assert done.cleaned is not None
    assert len(done.cleaned) == 100
    assert len(done.dropped) == len(planted)


def test_a_search_tells_how_far_it_is_and_stops(tmp_path):
    frame, _ = people(100, 1)
    told: list[Progress] = []
    store = tmp_path / "s.db"
    deduplicate(frame, apply=True, above=0.5, store=store, progress=told.append)
    assert [told[0].phase, told[1].phase, told[-1].phase] == ["reading", "running", "done"]
    shares = [moment.fraction for moment in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(moment: Progress) -> None:
        if moment.phase == "running" and moment.fraction > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(Stopped, match="nothing was dropped"):
        deduplicate(frame.iloc[::-1], apply=True, above=0.5, store=store, progress=stop)
    assert len(changes(store=store).frame) == 1


def test_a_row_that_was_taken_back_is_not_dropped_again(tmp_path):
    frame, _ = people(100, 1)
    store = tmp_path / "s.db"
    once = deduplicate(frame, apply=True, above=0.5, store=store, progress=False)
    assert once.cleaned is not None
    assert len(once.cleaned) == 100
    listed = changes(store=store)
    assert listed.summary == "table: 0 changes · 0 rows, 0 columns · 1 row dropped"
    back = take_back(once.cleaned, row=once.dropped[0], column="(row)", store=store)
    pd.testing.assert_frame_equal(back.frame, frame)
    again = deduplicate(back.frame, apply=True, above=0.5, store=store, progress=False)
    assert again.cleaned is not None
    assert len(again.cleaned) == 101
    assert again.frame["said"].tolist() == ["different"]
