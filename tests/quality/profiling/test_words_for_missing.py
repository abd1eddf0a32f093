"""The word with which a table writes missing values: a form of the table, or an error of a cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.profiling import profile
from sciml_magics.quality.profiling.detectors import Disguised
from sciml_magics.quality.standard.looking import Standards
from sciml_magics.quality.table import Table

ROWS = 200


def frame(word: str, *, blank: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(1)
    names = [f"name {at}" for at in range(ROWS)]
    levels = [f"{at}%" for at in random.integers(0, 100, ROWS)]
    for at in range(0, ROWS, 10):
        levels[at] = word
    for at in range(1, blank + 1):
        levels[at] = ""
    return pd.DataFrame({"name": names, "level": levels, "spare": word})


def scores(table: pd.DataFrame, column: str) -> list[float]:
    found = [one for one in Disguised().find(Table(table)) if one.column == column]
    return [float(score) for one in found for score in one.scores]


@pytest.mark.parametrize("word", ["empty", "N/A", "unknown", "-"])
def test_a_word_that_stands_wherever_nothing_is_known_is_no_error_of_each_cell(word):
    table = frame(word)
    found = scores(table, "level")
    assert len(found) == ROWS // 10
    assert max(found) < 0.3
    looks = Disguised()
    list(looks.find(Table(table)))
    (note,) = looks.notes
    assert note.startswith(f"'{word}' is how this table writes missing values (220 cells of 2 ")


def test_the_profile_makes_one_suggestion_about_each_column():
    advice = profile(Table(frame("N/A")))["level"].advice
    assert [one.action for one in advice].count("missing as missing") == 1


def test_a_table_that_leaves_cells_blank_too_has_no_such_form():
    table = frame("N/A", blank=15).drop(columns="spare")
    assert min(scores(table, "level")) > 0.9


def test_a_word_that_stands_once_or_twice_is_an_error():
    table = pd.DataFrame({"level": [*map(str, range(50)), "N/A", "n/a"]})
    assert min(scores(table, "level")) > 0.9


def test_a_number_is_taken_for_a_value_however_often_it_stands():
    table = pd.DataFrame({"t": [*np.arange(20.0, 25.0, 0.1), *[-999.0] * 9], "u": -999.0})
    assert min(scores(table, "t")) > 0.9


def spaced(frame: pd.DataFrame) -> dict[str, float]:
    table = Table(frame)
    return {
        table[one.column].text(int(row)): round(float(score), 2)
        for one in Standards().find(table)
        if one.detector == "spaces"
        for row, score in zip(one.rows, one.scores, strict=True)
    }


def test_white_space_that_a_text_always_has_is_how_the_source_writes_it():
    texts = [f"measure {at}" for at in range(40)] * 3
    found = spaced(pd.DataFrame({"a": [*texts, *["given  at arrival"] * 8, "measure  1"]}))
    assert found["given  at arrival"] < 0.2
    assert found["measure  1"] > 0.8


def test_the_same_slip_time_and_again_is_an_error_beside_the_right_way():
    texts = [*["Rome"] * 60, *["Oslo"] * 60, *["Rome "] * 6]
    assert spaced(pd.DataFrame({"a": texts}))["Rome "] > 0.8
