from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sciml_magics as sm
from sciml_magics.api.protecting import Privacy, export_warning
from sciml_magics.errors import FrameError, QualityError
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Decision, Response, Span, Value
from tests.quality.hostile import HOSTILE
from tests.quality.privacy.texts_made import VALUES, record, written

NOTE = "Call Ada Lovelace at ada@lovelace.org or +44 20 7946 0958."


def look(frame: pd.DataFrame, folder: Path, **options: Any) -> Privacy:
    given: dict[str, Any] = {"name": "df", "store": folder / "s.db", "progress": False, "by": "ada"}
    return sm.privacy(frame, **(given | options))


def protect(frame: pd.DataFrame, folder: Path, **options: Any) -> pd.DataFrame:
    done = look(frame, folder, pseudonymise=True, key_file=folder / "key", **options).frame
    assert done is not None
    return done


def respond(store: Store, text: str, decision: Decision, value: Value) -> None:
    task = store.latest("df.note.personal")
    assert task is not None
    said = Response(f"{decision}{text}", record(text, "note").id, decision, value, "ada")
    store.respond(store.task(task), [said])


def test_counts_by_column_and_kind(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE, NOTE, "All is well.", None], "n": range(4)})
    found = look(frame, tmp_path)
    counts = found.counts.set_index("kind")
    assert list(counts.loc["person"]) == ["note", 2, 2, 1]
    assert found.tasks == ("df.note.personal",)
    assert found.frame is None
    assert "%review df.note.personal" in repr(found)
    assert "Lovelace" not in repr(found) + found._repr_html_()


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE, "All is well."]})
    look(frame, tmp_path)
    look(frame, tmp_path)
    runs = open_store(tmp_path / "s.db").runs("df.note.personal")
    assert [run.counts.computed for run in runs] == [2, 0]


def test_the_frame_is_not_changed_and_the_new_one_is_the_same_each_time(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE, None, "All is well."]}, index=[3, 3, 1])
    before = frame.copy(deep=True)
    first, second = protect(frame, tmp_path), protect(frame, tmp_path)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(first, second)
    assert first.index.equals(frame.index)
    assert first["note"].dtype == frame["note"].dtype
    assert first["note"].iloc[2] == "All is well."
    assert first["note"].isna().tolist() == [False, True, False]


@given(st.lists(written(), min_size=1, max_size=4))
@settings(max_examples=15)
def test_no_original_is_left(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("made")
    done = protect(pd.DataFrame({"note": texts, "copy": texts[::-1]}), folder)
    for new in [*done["note"].dropna(), *done["copy"].dropna()]:
        for kind in ("person", "email", "phone", "card", "account", "id"):
            assert not any(f"My {kind} is {value}," in new for value in VALUES[kind])


def test_equal_values_have_equal_pseudonyms_in_all_columns_and_frames(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"note": [NOTE], "email": ["ADA@lovelace.org"], "phone": ["+442079460958"]}
    )
    done = protect(frame, tmp_path)
    email = re.search(r"\S+@\S+\.example", done["note"][0])
    assert email is not None
    assert email[0] == done["email"][0]
    other = protect(pd.DataFrame({"text": ["Ada Lovelace wrote"]}), tmp_path, name="other")
    assert other["text"][0].removesuffix(" wrote") in done["note"][0]


def test_whole_columns_keep_their_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "phone": [4412345678, 4412345679, 4412345678],
            "last_name": pd.Categorical(["Ada", "Bo", "Ada"]),
            "birth_date": pd.to_datetime(pd.Series(["1990-01-31", None, "2000-02-29"])),
            "visit": pd.to_datetime(["2020-01-01"] * 3),
        }
    )
    done = protect(frame, tmp_path)
    assert done["phone"].dtype == "int64"
    assert done["phone"][0] == done["phone"][2] != 4412345678
    assert isinstance(done["last_name"].dtype, pd.CategoricalDtype)
    assert "Ada" not in done["last_name"].cat.categories
    assert done["visit"].equals(frame["visit"])
    moved = (done["birth_date"] - frame["birth_date"]).dropna().unique()
    assert len(moved) == 1
    assert abs(moved[0].days) >= 366


def test_dates_can_be_shifted_for_each_person(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "note": ["Seen 2020-01-05.", "Seen 2020-01-05.", "Seen 2020-01-09."],
            "who": ["a", "b", "a"],
            "dob": pd.to_datetime(["1990-01-01"] * 3),
        }
    )
    done = protect(frame, tmp_path, by_person="who")
    assert done["note"][0] != done["note"][1]
    days = [pd.Timestamp(text[5:-1]) for text in done["note"]]
    assert (days[2] - days[0]).days == 4
    assert done["dob"][0] == done["dob"][2] != done["dob"][1]


def test_what_people_answered_decides(tmp_path: Path) -> None:
    texts = [NOTE, "Ada Lovelace has a stable called Xyzzy.", "Grete Hermann was here."]
    frame = pd.DataFrame({"note": texts})
    look(frame, tmp_path)
    store = open_store(tmp_path / "s.db")
    start = texts[1].index("Xyzzy")
    respond(store, texts[1], "corrected", (Span(start, start + 5, "place", "Xyzzy"),))
    respond(store, texts[2], "rejected", None)
    done = protect(frame, tmp_path)["note"].tolist()
    assert "Lovelace" not in done[0]
    assert "Ada Lovelace has a stable" in done[1]
    assert "Xyzzy" not in done[1]
    assert done[2] == texts[2]


def test_a_value_found_once_is_replaced_everywhere(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": ["My name is Qorvash Blent.", "qorvash  blent, x"]})
    done = protect(frame, tmp_path)
    assert not any("blent" in text.casefold() for text in done["note"])


def test_a_value_left_in_a_column_that_was_not_looked_at_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE], "tag": ["x ada lovelace"], "n": [1]})
    with pytest.raises(QualityError, match="column 'tag' still holds"):
        protect(frame, tmp_path, columns=["note"])
    with pytest.raises(QualityError, match="the index hold"):
        protect(frame[["note"]].set_axis(["Ada Lovelace"]), tmp_path)


def test_numbers_elsewhere_are_refused_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": ["Phone: 4412345678"], "n": [4412345678]})
    with pytest.raises(QualityError, match="column 'n'"):
        protect(frame, tmp_path)


def test_columns_that_quote_the_texts_are_left_out(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE]})
    look(frame, tmp_path)
    from sciml_magics.api import stored_task

    labelled = stored_task("df.note.personal", tmp_path / "s.db").answers(
        frame, store=tmp_path / "s.db"
    )
    assert "Lovelace" in str(labelled["df.note.personal"][0])
    done = look(labelled, tmp_path, pseudonymise=True, key_file=tmp_path / "key")
    assert done.frame is not None
    assert done.frame.columns.tolist() == ["note"]
    assert "quote the texts" in " ".join(done.notes)


def test_a_second_look_tells_what_is_left(tmp_path: Path) -> None:
    done = look(
        pd.DataFrame({"note": [NOTE]}), tmp_path, pseudonymise=True, key_file=tmp_path / "key"
    )
    assert done.left.columns.tolist() == ["column", "kind", "rows"]
    assert str(tmp_path / "key") in done.key


def test_the_store_never_sees_the_key(tmp_path: Path) -> None:
    protect(pd.DataFrame({"note": [NOTE]}), tmp_path)
    secret = (tmp_path / "key").read_text().strip()
    for path in tmp_path.glob("s.db*"):
        assert secret.encode() not in path.read_bytes()


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_frames(name: str, tmp_path: Path) -> None:
    frame = HOSTILE[name]()
    done = look(frame, tmp_path, pseudonymise=True, key_file=tmp_path / "key")
    assert done.frame is not None
    assert len(done.frame) == len(frame)


def test_columns_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [[1], [2]], "x": [0.5, np.inf], "t": ["a", "b"]})
    with pytest.raises(QualityError, match="nested values"):
        look(frame, tmp_path, columns=["n"])
    with pytest.raises(QualityError, match="fractions"):
        look(frame, tmp_path, columns=["x"])
    with pytest.raises(FrameError, match="no column 'z'"):
        look(frame, tmp_path, columns=["z"])
    assert "'n' holds nested" in " ".join(look(frame, tmp_path).notes)


def test_exports_warn(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [NOTE, "All is well."]})
    store = tmp_path / "s.db"
    task = sm.Task("topic", ("note",), labels=(sm.Label("a"), sm.Label("b")))
    task.annotate(frame, store=store, progress=False)
    assert export_warning(task, store) == ""
    look(frame, tmp_path)
    warning = export_warning(task, store)
    assert warning.startswith("1 of these texts hold personal data (df.note.personal)")
    assert "--pseudonymise" in warning
    assert export_warning(sm.Task("other", ("x",), labels=(sm.Label("a"),)), store) == ""
