from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.quality.detectors.formats import Formats, plain
from tests.quality.detectors.found import said


@pytest.mark.parametrize("other", ["new york", " New York", "New-York", "NEW YORK.", "Néw York"])
def test_the_rarer_of_two_spellings_is_flagged_with_the_usual_one(other):
    found = said(Formats(), pd.DataFrame({"city": ["New York"] * 9 + [other]}))

    assert found[9, "city"].value == "New York"
    assert found[9, "city"].score > 0.7


@pytest.mark.parametrize(("one", "other"), [("1.5", "15"), ("-1", "1"), ("5%", "5"), ("C", "C++")])
def test_signs_that_mean_something_tell_values_apart(one, other):
    assert plain(one) != plain(other)


def test_the_rarer_format_of_dates_is_flagged():
    days = [f"2024-01-{day:02}" for day in range(1, 29)]

    found = said(Formats(), pd.DataFrame({"day": [*days, "1/29/2024"]}))

    assert set(found) == {(28, "day")}
    assert "3 % of the column are" in found[28, "day"].words


def test_spellings_that_stand_equally_often_are_left_alone():
    assert said(Formats(), pd.DataFrame({"a": ["x y", "x-y"] * 10})) == {}
