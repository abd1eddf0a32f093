from __future__ import annotations

import numpy as np
import pandas as pd

from sciml_magics.quality.detectors.broken import BrokenDependencies
from sciml_magics.quality.detectors.dependencies import dependencies
from sciml_magics.quality.detectors.votes import votes
from sciml_magics.quality.table import Table
from tests.quality.detectors.found import said, sure


def places(rows: int = 200) -> pd.DataFrame:
    """Ten places, each with a zip, a city and a phone; and a measure that has nothing to do."""
    rng = np.random.default_rng(0)
    at = rng.integers(0, 10, rows)
    return pd.DataFrame(
        {
            "zip": [f"{10000 + n}" for n in at],
            "city": [f"city {n}" for n in at],
            "phone": [f"555-{n}" for n in at],
            "measure": rng.integers(0, 1000, rows),
        }
    )


def test_the_columns_that_fix_one_another_are_found():
    found = {(one.left, one.right) for one in dependencies(Table(places()))}

    assert found == {((a,), b) for a in range(3) for b in range(3) if a != b}


def test_the_cell_that_most_columns_are_against_is_the_wrong_one():
    frame = places()
    frame.loc[0, "city"] = "city 3" if frame.loc[0, "city"] != "city 3" else "city 4"

    found = said(BrokenDependencies(), frame)

    assert sure(BrokenDependencies(), frame) == {(0, "city")}
    assert "disagree with" in found[0, "city"].words
    assert found[0, "city"].value == f"city {str(frame.loc[0, 'phone'])[-1]}"


def test_a_missing_cell_is_against_the_others_of_its_group():
    frame = places()
    frame.loc[0, "city"] = None

    found = said(BrokenDependencies(), frame)

    assert sure(BrokenDependencies(), frame) == {(0, "city")}
    assert found[0, "city"].words.startswith("a missing cell and ")


def test_no_cell_is_said_to_disagree_with_rows_that_hold_the_same():
    frame = places()
    pair = pd.DataFrame({"zip": "1", "city": ["a", "b"], "phone": "1", "measure": 0})

    found = said(BrokenDependencies(), pd.concat([frame, pair], ignore_index=True))

    told = [row for row, column in found if column == "city" and row >= len(frame)]
    assert len(told) == 1
    assert found[told[0], "city"].value == ("b" if told[0] == len(frame) else "a")


def test_missing_cells_are_against_nothing():
    frame = places()
    frame.loc[frame["zip"] == "10001", "phone"] = None
    frame.loc[np.flatnonzero(frame["zip"] == "10001")[0], "phone"] = "555-1"

    assert sure(BrokenDependencies(), frame) == set()


def test_a_dependency_on_two_columns_is_found():
    rng = np.random.default_rng(1)
    state, code = rng.integers(0, 8, 600), rng.integers(0, 8, 600)
    frame = pd.DataFrame({"state": state, "code": code, "both": state * 8 + code})
    frame = frame.astype(str)
    frame.loc[5, "both"] = "99"

    assert any(one.left == (0, 1) and one.right == 2 for one in dependencies(Table(frame)))


def test_a_kind_of_exceptions_is_left_alone():
    frame = places()
    frame["country"] = "here"
    frame["state"] = "north"
    exceptions = np.flatnonzero(frame["zip"] == "10001")[:4]
    frame.loc[exceptions, ["country", "state"]] = ["there", "south"]

    assert sure(BrokenDependencies(), frame) == set()


def test_columns_that_fix_nothing_have_no_votes():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.integers(0, 5, (300, 4)).astype(str), columns=list("abcd"))

    assert votes(Table(frame)) == {}
