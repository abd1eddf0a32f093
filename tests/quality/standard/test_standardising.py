"""All standards over a table: one after the other, over any frame, and as repairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.api import Standards, standardise
from sciml_magics.errors import QualityError
from sciml_magics.quality.standard import STANDARDS, Wishes, standardised
from sciml_magics.quality.standard.looking import Standards as Detector
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE

SPELT = Wishes(meaning=False)


def told(found):
    """Column, row, standard and new text of every cell."""
    return {
        (one.column, row): (one.detector, value)
        for one in found.findings
        for row, value in zip(one.rows.tolist(), one.values or (), strict=True)
    }


def test_each_standard_reads_what_the_one_before_has_written():
    frame = pd.DataFrame(
        {"city": ["Rome"] * 9 + [" R\u043eME "], "mass": ["1\u00a0kg"] * 9 + ["\uff12 g"]}
    )
    found = standardised(Table(frame), wishes=SPELT)
    assert told(found)["city", 9] == ("variants", "Rome")
    assert told(found)["mass", 9] == ("units", "0.002 kg")
    (city,) = [one for one in found.findings if one.column == "city"]
    assert city.why(0) == (
        "letters of another script that look alike; white space around the text; "
        "the same as 'Rome' but for letter case, which 9 of 10 rows have"
    )
    assert city.scores[0] < 0.8


def test_a_text_that_ends_as_it_began_is_no_finding():
    frame = pd.DataFrame({"n": ["1,5"] * 3})
    assert told(standardised(Table(frame), only=["spaces"])) == {}


def test_rows_missing_cells_and_other_cells_are_told_apart():
    frame = pd.DataFrame({"d": ["13/4/2026", None, 7, "13/4/2026", "3/4/2026", " "]}, dtype=object)
    found = standardised(Table(frame))
    assert {row for _, row in told(found)} == {0, 3, 4}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["standard", "column"])
def test_any_frame_is_survived(name, form):
    table = Table(HOSTILE[name]())
    found = standardised(table, wishes=Wishes(form=form, meaning=False))
    for one in found.findings:
        assert one.rows.max(initial=-1) < len(table)
        assert len(one.rows) == len(one.scores) == len(one.words) == len(one.values or ())
        assert ((one.scores >= 0) & (one.scores <= 1)).all()


def test_odd_texts_are_survived():
    odd = [
        "\ud800",
        "\x00",
        "9" * 10_000,
        "1e999999",
        "-",
        "1/1/0000",
        "\u066b",
        "\u200b",
        "\u2019",
        "∞ kg",
    ]
    frame = pd.DataFrame({"a": odd, "b": odd[::-1], "c": ["x" * 100_000] * 10}, dtype=object)
    standardised(Table(frame), wishes=SPELT)


def test_columns_and_standards_that_are_none_are_told():
    table = Table(pd.DataFrame({"a": ["x"]}), "t")
    with pytest.raises(QualityError, match="no column 'b' in 't': there are a"):
        standardised(table, ["b"])
    with pytest.raises(QualityError, match="no column 'b'"):
        standardised(table, wishes=Wishes(units={"b": "g"}))
    with pytest.raises(QualityError, match="no standard 'colour': choose of characters"):
        standardised(table, only=["colour"])


def test_the_detector_tells_what_deviates_and_less_surely_where_much_does():
    rare = pd.DataFrame({"a": ["Rome", "Oslo"] * 50 + [" Rome"]})
    (found,) = Detector().find(Table(rare))
    assert (found.detector, found.rows.tolist(), found.values) == ("spaces", [100], ["Rome"])
    common = pd.DataFrame({"a": [" Rome", " Oslo"] * 50 + ["Rome"]})
    assert max(one.scores.max() for one in Detector().find(Table(common))) < 0.05
    american = pd.DataFrame({"d": [f"04/{day}/2026" for day in range(13, 29)]})
    assert list(Detector().find(Table(american))) == []
    assert "meaning" in STANDARDS


def test_a_frame_is_standardised_and_kept_for_the_review(tmp_path):
    frame = pd.DataFrame({"day": ["13/4/2026", "3/4/2026", "31/4/2026"]}, index=["x", "x", "y"])
    given = frame.copy()
    store = tmp_path / "s.db"
    found = standardise(frame, name="visits", store=store, progress=False)
    assert isinstance(found, Standards)
    assert found.task.name == "visits.repairs"
    assert found.frame["row"].tolist() == ["x", "x (2)"]
    assert found.frame["new"].tolist() == ["2026-04-13", "2026-04-03"]
    assert found.frame["source"].unique().tolist() == ["dates"]
    assert found.notes == ("day: in 2 dates the day can only stand first",)
    pd.testing.assert_frame_equal(frame, given)
    again = standardise(frame, name="visits", store=store, progress=False)
    assert again.reused
    assert sorted(again.frame["new"]) == sorted(found.frame["new"])
    assert "visits: a value for 2 of 2 cells" in repr(found)
    assert "<table" in found._repr_html_()


def test_nothing_to_write_is_an_empty_frame(tmp_path):
    frame = pd.DataFrame({"n": np.arange(3)})
    found = standardise(frame, store=tmp_path / "s.db", progress=False)
    assert len(found.frame) == 0
    assert "0 of 0 cells" in repr(found)
    assert found._repr_html_()
