"""What a column decides: decimal signs, the order of day and month, units, categories."""

from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.standard import standardised
from sciml_magics.quality.standard.dates import Dates
from sciml_magics.quality.standard.looking import Standards as Detector
from sciml_magics.quality.standard.meaning import Meaning
from sciml_magics.quality.standard.numbers import Numbers
from sciml_magics.quality.standard.spaces import Spaces
from sciml_magics.quality.standard.units import Units
from sciml_magics.quality.standard.variants import Variants
from sciml_magics.quality.standard.wishes import Wishes
from sciml_magics.quality.table import Table
from tests.quality.standard.columns import changed, find

COLUMN = Wishes(form="column")
SPELT = Wishes(meaning=False)


def test_other_numbers_tell_the_decimal_sign():
    assert changed(Numbers(), ["1,234", "12,5", "3"]) == {"1,234": "1.234", "12,5": "12.5"}
    assert changed(Numbers(), ["1,234", "12.5", "3"]) == {"1,234": "1234"}
    (note,) = find(Numbers(), ["1,234", "12.5", "3"]).notes
    assert note == (
        "column: decimal point: of the numbers that tell, 1 with a decimal point, "
        "0 with a decimal comma"
    )


def test_small_whole_numbers_tell_that_a_comma_groups():
    found = find(Numbers(), ["1,234", "2,500", "5", "30", "400"])
    assert [change.text for change in found.changes.values()] == ["1234", "2500"]
    assert "',' stands for thousands: 3 numbers below 1,000 have none" in found.notes[0]


@pytest.mark.parametrize(
    "texts", [["1,234", "2,500", "5,000"], ["1.234,5", "2.500", "12.75", "1,234"]]
)
def test_numbers_are_left_where_the_column_does_not_tell(texts):
    found = find(Numbers(), texts)
    assert "1,234" not in {texts[at] for at in found.changes}
    assert "can be read in two ways" in found.notes[0]
    assert "say --decimal . or --decimal ," in found.notes[0]


def test_a_person_tells_the_decimal_sign():
    wishes = Wishes(decimal=",")
    assert changed(Numbers(), ["1,234", "2,500"], wishes) == {"1,234": "1.234", "2,500": "2.500"}
    with pytest.raises(QualityError, match="the decimal sign is"):
        Wishes(decimal=";")  # type: ignore[arg-type]


def test_what_pandas_reads_as_numbers_is_left():
    assert changed(Numbers(), ["1.234", "-2.5", "7", "1e-3", "00123"]) == {}


def test_numbers_follow_the_column_where_errors_are_looked_for():
    texts = ["12,5", "13,1", "14,2", "14.9", "15,0"]
    assert changed(Numbers(), texts, COLUMN) == {"14.9": "14,9"}


def test_telephone_numbers_are_no_amounts():
    assert changed(Numbers(), ["612 345 678", "612 345 679"]) == {}


def test_other_dates_tell_whether_the_day_stands_first():
    assert changed(Dates(), ["03/04/2026", "13/04/2026"]) == {
        "03/04/2026": "2026-04-03", "13/04/2026": "2026-04-13",
    }  # fmt: skip
    assert changed(Dates(), ["03/04/2026", "04/13/2026"])["03/04/2026"] == "2026-03-04"


def test_dates_that_surround_tell_it_too():
    known = ["2026-03-01", "2026-03-05", "2026-03-08"]
    found = find(Dates(), [*known, "02/03/2026", "05/03/2026"])
    assert [change.text for change in found.changes.values()] == ["2026-03-02", "2026-03-05"]
    assert "all lie between the column's other dates" in found.notes[0]


@pytest.mark.parametrize(
    "texts", [["03/04/2026", "05/06/2026"], ["13/04/2026", "04/13/2026", "03/04/2026"]]
)
def test_no_order_is_guessed(texts):
    found = find(Dates(), texts)
    assert "03/04/2026" not in {texts[at] for at in found.changes}
    assert "say --day-first or --month-first" in found.notes[0]
    told = changed(Dates(), texts, Wishes(day_first=False))
    assert told["03/04/2026"] == "2026-03-04"


def test_days_that_are_none_have_no_new_text():
    assert changed(Dates(), ["2026-02-30", "2026-02-28", "2024-02-29"]) == {"2026-02-30": None}


def test_the_blank_before_a_time_follows_the_column():
    texts = ["2026-03-01 00:00", "2026-03-02 00:00", "2026-03-06 8:00 PM"]
    assert changed(Dates(), texts) == {"2026-03-06 8:00 PM": "2026-03-06 20:00"}
    assert changed(Dates(), ["4 Mar 2026 8:00"]) == {"4 Mar 2026 8:00": "2026-03-04 08:00"}


def test_days_of_a_spreadsheet_are_read_among_dates():
    texts = [*(f"2021-{month:02}-01" for month in range(1, 10)), "44320", "99999"]
    assert changed(Dates(), texts) == {"44320": "2021-05-04"}


def test_dates_follow_the_column_where_errors_are_looked_for():
    texts = ["13/04/2026", "14/04/2026", "15/4/2026", "2026-04-16"]
    assert changed(Dates(), texts, COLUMN) == {"2026-04-16": "16/04/2026"}
    unknown = ["03/04/2026", "03/05/2026", "03/06/2026", "2026-04-16"]
    assert changed(Dates(), unknown, COLUMN) == {}


def test_numbers_of_eight_digits_alone_are_no_dates():
    assert changed(Dates(), ["20260304", "20260305"]) == {}


def test_the_unit_of_most_cells_is_that_of_all():
    texts = ["5 mg/L"] * 3 + ["500 µg/L", "0.007 g/l", "8mg/L"]
    assert changed(Units(), texts) == {
        "500 µg/L": "0.5 mg/L", "0.007 g/l": "7 mg/L", "8mg/L": "8 mg/L",
    }  # fmt: skip


def test_decimal_commas_before_a_unit_follow_the_others():
    texts = ["13.5 g", "14.5 g", "15.5 g", "12,5 g"]
    assert changed(Units(), texts) == {"12,5 g": "12.5 g"}
    assert changed(Units(), ["13,5 g", "14,5 g", "15.5 g"], COLUMN) == {}


def test_a_person_chooses_the_unit():
    wishes = Wishes(units={"column": "K"})
    assert changed(Units(), ["36.6 °C", "36.9 °C"], wishes) == {
        "36.6 °C": "309.8 K", "36.9 °C": "310.0 K",
    }  # fmt: skip


def test_ounces_beside_volumes_are_fluid():
    found = find(Units(), ["12.0 oz"] * 9 + ["0.35 l"])
    assert [change.text for change in found.changes.values()] == ["11.8 oz"]
    assert "fluid ounces (US)" in found.notes[0]


def test_unlike_units_are_left_and_told():
    found = find(Units(), ["5 mg/L"] * 5 + ["3 mmol/L"])
    assert found.changes == {}
    assert found.notes == ("column: 1 in 'mmol/L' cannot be told in mg/L: left as they are",)


def test_a_number_without_a_unit_is_taken_for_the_column_s_where_it_fits():
    texts = ["12.0 oz"] * 10 + ["16.0 oz"] * 10 + ["14.0", "900"]
    assert changed(Units(), texts) == {"14.0": "14.0 oz"}


def test_numbers_in_two_readings_are_not_converted():
    found = find(Units(), ["1,234 g", *(f"{n} kg" for n in range(2, 9))])
    assert found.changes == {}
    assert "can be read in two ways" in found.notes[0]


@pytest.mark.parametrize("unit", ["pigs", ""])
def test_a_unit_that_is_none_is_told(unit):
    with pytest.raises(QualityError, match="no unit"):
        find(Units(), ["5 g"], Wishes(units={"column": unit}))
    with pytest.raises(QualityError, match="no quantities"):
        find(Units(), ["a"], Wishes(units={"column": "g"}))


def test_without_pint_units_are_left_unless_they_are_asked_for(monkeypatch):
    monkeypatch.setattr("sciml_magics.quality.standard.units.has_pint", lambda: False)
    assert changed(Units(), ["5 g", "5 kg", "6 kg"]) == {}


def test_that_pint_is_not_there_is_said_once_where_there_are_units(monkeypatch):
    monkeypatch.setattr("sciml_magics.quality.standard.units.has_pint", lambda: False)
    frame = pd.DataFrame({"a": ["5 g", "5 kg", "6 kg"], "b": ["1 m", "2 m", "30 cm"], "c": "x"})
    notes = standardised(Table(frame)).notes
    assert notes == [
        "units were not read: pint is not installed (pip install 'sciml_magics[units]' brings it)"
    ]
    looks = Detector()
    list(looks.find(Table(frame)))
    assert list(looks.notes) == notes
    assert standardised(Table(frame[["c"]])).notes == []
    assert standardised(Table(pd.DataFrame({"n": ["5", "6", "7 x"]}))).notes == []


def test_rare_spellings_of_a_category_become_the_frequent_one():
    texts = ["Hill Farm"] * 8 + ["hill farm", "Hill\u2013Farm", "Harbour", "Harbour"]
    assert changed(Variants(), texts) == {"hill farm": "Hill Farm"}
    found = find(Variants(), ["Rome"] * 9 + ["ROME"])
    (change,) = found.changes.values()
    assert change.score == pytest.approx(0.95 * 0.9)
    assert change.words == "the same as 'Rome' but for letter case, which 9 of 10 rows have"


def test_a_lone_value_gets_the_letter_case_of_the_column():
    names = ["Rome", "Oslo", "New York", "Kyiv", "Rio de Janeiro"]
    assert changed(Variants(), names * 9 + ["san marino", "iPhone"]) == {"san marino": "San Marino"}


def test_values_that_do_not_repeat_are_no_categories():
    assert changed(Variants(), ["a1", "A1", "b2"]) == {}
    assert changed(Meaning(), ["USA", "United States"], SPELT) == {}


def test_categories_are_merged_by_spelling_and_initials():
    texts = (
        ["River Valley"] * 9 + ["River Vally", "Rivervalley"] + ["United Kingdom"] * 5 + ["U.K."]
    )
    assert changed(Meaning(), texts, SPELT) == {
        "River Vally": "River Valley", "Rivervalley": "River Valley", "U.K.": "United Kingdom",
    }  # fmt: skip


def test_words_that_other_values_have_are_not_misspelt():
    texts = ["time;health"] * 8 + ["home;health"] + ["home"] * 5
    assert changed(Meaning(), texts, SPELT) == {}


def test_categories_are_merged_by_meaning():
    texts = ["United States"] * 9 + ["USA", "U.S.", "US"] + ["Germany"] * 5 + ["Deutschland"]
    assert changed(Meaning(), texts) == {
        "USA": "United States", "U.S.": "United States", "US": "United States",
        "Deutschland": "Germany",
    }  # fmt: skip
    found = find(Meaning(), ["physician"] * 9 + ["doctor"])
    (change,) = found.changes.values()
    assert 0.5 <= change.score < 0.6
    assert "cosine 0.86" in change.words


def test_relatives_and_opposites_are_not_merged():
    texts = ["north", "south", "Monday", "Tuesday", "married", "divorced", "Sweden", "Norway"]
    assert changed(Meaning(), texts * 3) == {}


def test_white_space_is_told():
    found = find(Spaces(), [" a", "b ", " c ", "d  e", "f\u00a0g", "h i"])
    assert [change.words.split("white ")[-1] for change in found.changes.values()] == [
        "space before the text",
        "space behind the text",
        "space around the text",
        "more than one blank between words",
        "a blank of an unusual kind between words",
    ]
