from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciml_magics.errors import QualityError
from sciml_magics.quality.privacy.kinds import KINDS
from sciml_magics.quality.privacy.pseudonyms.dates import days_of, shifted
from sciml_magics.quality.privacy.pseudonyms.keys import Key, open_key
from sciml_magics.quality.privacy.pseudonyms.values import Pseudonyms

KEY = Key(b"k" * 32)
OTHER = Key(b"o" * 32)


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=30))
@settings(max_examples=300)
def test_a_pseudonym_is_never_the_value_and_always_the_same(kind: str, text: str) -> None:
    found = Pseudonyms(KEY).of(kind, text)
    assert found == Pseudonyms(KEY).of(kind, text)
    assert found != text


@given(st.sampled_from(["phone", "card", "ssn", "id", "licence", "account", "postcode"]),
       st.from_regex(r"[0-9A-Z][0-9A-Z ()\-]{4,18}[0-9]", fullmatch=True))  # fmt: skip
@settings(max_examples=200)
def test_numbers_keep_their_form(kind: str, text: str) -> None:
    found = Pseudonyms(KEY).of(kind, text)
    assert re.sub(r"[0-9]", "0", re.sub(r"[A-Z]", "A", found)) == re.sub(
        r"[0-9]", "0", re.sub(r"[A-Z]", "A", text)
    )


def test_equal_values_are_equal_in_whatever_form() -> None:
    ours = Pseudonyms(KEY)
    assert ours.of("person", "ada lovelace") == ours.of("person", "Ada Lovelace").lower()
    assert ours.of("person", "Lovelace") == ours.of("person", "Ada Lovelace").split()[1]
    digits = re.sub(r"\D", "", ours.of("phone", "0490 75 40 81"))
    assert digits == ours.of("phone", "0490754081")
    assert ours.of("email", "Ada@X.org") == ours.of("email", "ada@x.org")


def test_another_key_gives_other_pseudonyms() -> None:
    for kind, text in (("person", "Ada"), ("phone", "0490754081"), ("email", "a@b.org")):
        assert Pseudonyms(KEY).of(kind, text) != Pseudonyms(OTHER).of(kind, text)


def test_different_names_stay_different() -> None:
    ours = Pseudonyms(KEY)
    names = [f"{a}{b}{c}" for a in "abcdefghij" for b in "aeiouy" for c in "klmnprst"]
    assert len({ours.of("person", name) for name in names}) == len(names)


def test_forms_are_kept() -> None:
    ours = Pseudonyms(KEY)
    assert re.fullmatch(r"[a-z]+@[a-z]+\.example", ours.of("email", "ada@lovelace.org"))
    assert re.fullmatch(r"https://[a-z]+\.example/", ours.of("web", "https://www.Foo.se/"))
    assert re.fullmatch(r"10(\.\d{1,3}){3}", ours.of("ip", "192.168.1.7"))
    assert ours.of("ip", "fe80::1").startswith("fd00:")
    assert ours.of("ip", "00:1A:2B:3C:4D:5E").startswith("02:")
    assert ours.of("address", "12 Elm Street").endswith(" Street")
    assert ours.of("organisation", "Usaa Group").endswith(" Group")
    assert len(ours.of("person", "王小明")) == 3
    assert ours.of("person", "王小明") != "王小明"
    assert 30 <= int(ours.of("age", "38")) <= 39
    assert ours.of("title", "Dr.") == "Mx."


@given(st.dates().filter(lambda day: 1600 < day.year < 2100))
def test_dates_are_shifted_by_the_days_of_the_key(day: object) -> None:
    import datetime

    assert isinstance(day, datetime.date)
    new = Pseudonyms(KEY).of("date", day.isoformat())
    assert datetime.date.fromisoformat(new) - day == datetime.timedelta(days=days_of(KEY))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("31/12/1999", "4/2/2001"),
        ("12/31/1999", "2/4/2001"),
        ("2000-02-29 10:11:12", "2001-04-05 10:11:12"),
        ("29.02.2000", "05.04.2001"),
        ("May 3rd, 1999", "June 7th, 2000"),
        ("3 MAY 1999", "7 JUNE 2000"),
        ("3. März 1999", "7. April 2000"),
        ("May 1999", "June 2000"),
        ("tuesday", "wednesday"),
        ("1999年5月3日", "2000年6月7日"),
        ("the spring", None),
        ("99/99/9999", None),
    ],
)
def test_shifted_dates(text: str, new: str | None) -> None:
    assert shifted(text, 401 if "uesday" not in text else 400) == new


def test_the_shift_changes_weekday_month_and_year() -> None:
    for at in range(200):
        days = days_of(KEY, str(at))
        assert 366 <= abs(days) <= 1826
        assert days % 7
        assert 20 < days % 365 < 345 or 20 < -days % 365 < 345
    assert days_of(KEY, "a") != days_of(KEY, "b") or days_of(KEY, "a") != days_of(KEY, "c")


def test_a_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    place = tmp_path / "keys" / "key"
    made = open_key(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert open_key(place) == made
    assert len(made.secret) == 32
    assert made.secret.hex() not in repr(made)
    assert open_key(tmp_path / "other").fingerprint != made.fingerprint


@pytest.mark.skipif(os.name != "posix", reason="files have no mode there")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "key"
    open_key(place)
    place.chmod(0o644)
    with pytest.raises(QualityError, match="chmod 600"):
        open_key(place)


@pytest.mark.parametrize("text", ["", "not a key", "ab" * 8, "ü"])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "key"
    place.write_text(text, "utf-8")
    place.chmod(0o600)
    with pytest.raises(QualityError, match="--key-file"):
        open_key(place)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(QualityError, match="cannot use"):
        open_key(tmp_path)
