"""One text at a time: numbers, dates, quantities, characters and names."""

from __future__ import annotations

from datetime import date

import pytest

from sciml_magics.quality.standard.alike import folded, initials, misspelt, opposed, squeezed
from sciml_magics.quality.standard.characters import Characters, one_script
from sciml_magics.quality.standard.digits import read_number
from sciml_magics.quality.standard.moments import read_moment
from sciml_magics.quality.standard.quantities import factor, read_quantity, unit_of
from sciml_magics.quality.standard.spaces import tidy
from tests.quality.standard.columns import changed


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1,234.5", "1234.5", None),
        ("1.234,5", None, "1234.5"),
        ("1 234,5", None, "1234.5"),
        ("1\u2009234\u202f567", "1234567", "1234567"),
        ("1'234.50", "1234.50", None),
        ("12,34,567.8", "1234567.8", None),
        ("12,5", None, "12.5"),
        ("1,234", "1234", "1.234"),
        ("1.234", "1.234", "1234"),
        ("0,123", None, "0.123"),
        ("\u22125", "-5", "-5"),
        ("\uff11\uff12\uff13", "123", "123"),
        ("\u0663\u066b\u0665", None, "3.5"),
        ("1e5", "1e5", "1e5"),
        (".5", "0.5", None),
        ("l2.6", "12.6", None),
    ],
)
def test_numbers_are_read(text, point, comma):
    found = read_number(text)
    assert found is not None
    assert (found.point and found.point.written()) == point
    assert (found.comma and found.comma.written()) == comma


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三百五", "350"), ("三百五十", "350"), ("一百零五", "105"), ("十二", "12"),
        ("一万五", "15000"), ("3.5万", "35000"), ("1.25亿", "125000000"), ("二〇二六", "2026"),
        ("壹佰贰拾叁", "123"), ("三点一四", "3.14"), ("两千", "2000"),
    ],
)  # fmt: skip
def test_chinese_numbers_are_read(text, number):
    found = read_number(text)
    assert found is not None
    assert found.point is not None
    assert found.point.written() == number
    assert found.note == "Chinese digits"


@pytest.mark.parametrize(
    "text",
    ["", "-", ",", "1.2.3", "1,,2", "12 kg", "l", "O", "12-", "030 123 456", "千万点", "9" * 5_000],
)
def test_other_texts_are_no_numbers(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026/3/4", date(2026, 3, 4)),
        ("2026年3月4日", date(2026, 3, 4)),
        ("4 March 1066", date(1066, 3, 4)),
        ("4. März 1848", date(1848, 3, 4)),
        ("Mar 4th, 9999", date(9999, 3, 4)),
        ("Wed, 4 Mar 2026", date(2026, 3, 4)),
        ("4-Mar-26", date(2026, 3, 4)),
        ("4-Mar-70", date(1970, 3, 4)),
        ("20260304", date(2026, 3, 4)),
        ("13/04/0999", date(999, 4, 13)),
        ("04/13/2026", date(2026, 4, 13)),
        ("04/04/2026", date(2026, 4, 4)),
    ],
)
def test_dates_are_read_in_any_year(text, day):
    found = read_moment(text)
    assert found is not None
    assert found.day(None) == day


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3 Apr 2026 8:00 PM", "2026-04-03T20:00"),
        ("3 Apr 2026 12:05 am", "2026-04-03T00:05"),
        ("2026-04-03T08:00:01.250Z", "2026-04-03T08:00:01.250Z"),
        ("2026/04/03 08:00 +02:00", "2026-04-03T08:00+02:00"),
    ],
)
def test_times_are_kept(text, written):
    found = read_moment(text)
    assert found is not None
    day = found.day(None)
    assert day is not None
    assert found.written(day) == written


@pytest.mark.parametrize("text", ["31/02/2020", "2026-13-01", "0000-01-01", "1/1/2020 25:00"])
def test_days_that_are_none_are_known_as_such(text):
    found = read_moment(text)
    assert found is not None
    assert found.day(True) is None
    assert found.day(False) is None


@pytest.mark.parametrize("text", ["", "12 May", "12:30", "3 kg of 2020", "1.2", "12345", "x" * 99])
def test_other_texts_are_no_dates(text):
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [("12.0 oz", "oz"), ("5mg/L", "mg/L"), ("3 m²", "m²"), ("37,5 °C", "°C"), ("12", "")],
)
def test_quantities_are_read(text, unit):
    found = read_quantity(text)
    assert found is not None
    assert found.unit == unit
    assert not unit or unit_of(unit) is not None


@pytest.mark.parametrize("text", ["", "about 3 kg", "kg", "1.2.3 kg", "9" * 100])
def test_other_texts_are_no_quantities(text):
    assert read_quantity(text) is None


@pytest.mark.parametrize("text", ["pigs", "10**9**9", "((", "", "x" * 99, "1/0"])
def test_what_is_no_unit_is_none(text):
    assert unit_of(text) is None


def test_unlike_units_are_not_converted():
    gram, litre = unit_of("g"), unit_of("l")
    assert gram is not None
    assert litre is not None
    assert factor(gram, litre) is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("MÃ¼nchen", "München"),
        ("Cafe\u0301", "Café"),
        ("a\u200bb\ufeff", "ab"),
        ("R\u043eme", "Rome"),
        ("\uff21\uff22\uff23\uff11\uff12", "ABC12"),
        ("\ufb01sh", "fish"),
        ("x\x00y", "xy"),
    ],
)
def test_characters_are_mended(text, new):
    assert changed(Characters(), [text]) == {text: new}


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d🔬",
        "\u0645\u06cc\u200c\u062e\u0648\u0645",
        "\ud800x",
        "\u03bcm",
        "αβγ",
        "Москва",
        "naïve",
        "你好，世界",
    ],
)
def test_characters_that_are_meant_are_left(text):
    assert changed(Characters(), [text]) == {}


def test_a_word_gets_the_script_of_most_of_its_letters():
    assert one_script("Москв" + "a") == "Москва"


def test_line_breaks_are_left():
    assert tidy(" a  \n b ") == "a\n b"
    assert tidy("a\u3000\u00a0b") == "a b"


def test_names_are_compared_without_their_writing():
    assert folded("Hill–Farm ") == folded("hill-farm")
    assert squeezed("U.S.A.") == squeezed("USA")
    assert squeezed("Ring Road") == squeezed("ringroad")
    assert "usa" in initials("United States of America")
    assert misspelt("River Vally", "River Valley")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type 1", "type 2"), ("A+", "A-"), ("<5", ">5"), ("satisfied", "dissatisfied"),
        ("Hepatitis B", "Hepatitis C"), ("stage II", "stage III"), ("North Korea", "South Korea"),
        ("hypotension", "hypertension"), ("male", "female"), ("Monday", "Tuesday"),
    ],
)  # fmt: skip
def test_opposites_are_never_one(one, other):
    assert opposed(one, other)
    assert opposed(other, one)
    assert not misspelt(one, other)
