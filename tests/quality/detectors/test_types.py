from __future__ import annotations

import pandas as pd

from sciml_magics.quality.detectors.dates import date_formats
from sciml_magics.quality.detectors.types import Types
from tests.quality.detectors.found import said


def test_what_is_no_number_among_numbers_is_flagged():
    found = said(Types(), pd.DataFrame({"n": [str(n) for n in range(98)] + ["1O", "x"]}))

    assert set(found) == {(98, "n"), (99, "n")}
    assert found[98, "n"].words == "'1O' is no number, unlike 98 % of the column"


def test_a_day_that_the_calendar_does_not_have_is_flagged():
    days = [f"{day}.4.2024" for day in range(1, 31)]

    found = said(Types(), pd.DataFrame({"day": [*days, "31.4.2024", "later"]}))

    assert found[30, "day"].words == "'31.4.2024' is no day of the calendar"
    assert found[31, "day"].score < found[30, "day"].score


def test_a_column_of_many_kinds_has_no_type():
    assert said(Types(), pd.DataFrame({"a": ["1", "x", "2", "y"] * 10})) == {}


def test_dates_are_read_with_their_time_and_their_month_by_name():
    texts = ["2024-05-01T10:30:00Z", "1 May 2024", "May 1st, 2024", "5/1/24 9:05 pm", "0-0-0000"]

    formats = date_formats(texts)

    assert formats is not None
    assert formats[-1] == "no day"
    assert None not in formats
