from __future__ import annotations

import pandas as pd

from sciml_magics.quality.detectors.duplicates import Duplicates
from sciml_magics.quality.findings import WHOLE_ROW
from tests.quality.detectors.found import said


def test_a_row_that_equals_an_earlier_one_is_flagged_by_the_label_of_that_row():
    frame = pd.DataFrame(
        {"name": [f"n{n}" for n in range(20)], "height": range(20)},
        index=[f"r{n}" for n in range(20)],
    )
    frame = pd.concat([frame, frame.iloc[[3]].rename(index={"r3": "again"})])

    found = said(Duplicates(), frame)

    assert found[20, WHOLE_ROW].words == "equals row r3 in all 2 columns"
    assert found[20, WHOLE_ROW].score > 0.7


def test_a_column_that_numbers_the_rows_does_not_hide_them():
    frame = pd.DataFrame(
        {"id": range(30), "a": [f"a{n % 29}" for n in range(30)], "b": [n % 29 for n in range(30)]}
    )

    assert said(Duplicates(), frame)[29, WHOLE_ROW].words == "equals row 0 in all columns but 'id'"


def test_rows_that_chance_makes_equal_get_a_low_score():
    frame = pd.DataFrame({"sex": ["f", "m"] * 50, "smokes": ["yes"] * 40 + ["no"] * 60})

    assert all(one.score < 0.1 for one in said(Duplicates(), frame).values())
