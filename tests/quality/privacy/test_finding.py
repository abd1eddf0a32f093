from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sciml_magics.errors import QualityError
from sciml_magics.quality.privacy.columns import fits, kind_of_column
from sciml_magics.quality.privacy.kinds import KINDS, LABELS, kind_of, personal_task
from sciml_magics.quality.privacy.recognisers.chinese import is_identity_number
from sciml_magics.quality.privacy.suggester import PersonalData
from tests.quality.privacy.texts_made import VALUES, kinds_of, spans_of, written


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("My name is Ada Lovelace.", "Ada Lovelace", "person"),
        ("Dr. Szilárd called this morning.", "Szilárd", "person"),
        ("Dr. Szilárd called this morning.", "Dr.", "title"),
        ("They moved from Bremen to Norway.", "Norway", "place"),
        (
            "She works for Wessex Instruments Ltd. in Leeds.",
            "Wessex Instruments Ltd.",
            "organisation",
        ),
        ("We hired Baker, Nolan and Whitfield.", "Baker, Nolan and Whitfield", "organisation"),
        ("He used to work there as a staff nurse.", "staff nurse", "title"),
        ("The patient is a 38-year-old man.", "38", "age"),
        ("Many Norwegian users wrote.", "Norwegian", "group"),
        ("We met on 3 May 1999 at noon.", "3 May 1999", "date"),
        ("It closed in 1987.", "1987", "date"),
        ("See you on Tuesday.", "Tuesday", "date"),
        ("He lives at 12 Elm Street, Springfield.", "12 Elm Street, Springfield", "address"),
        ("Send it to Lindenstraße 14, 28203 Bremen", "Lindenstraße 14, 28203 Bremen", "address"),
        ("Write to P.O. Box 1234 please", "P.O. Box 1234", "address"),
        ("my ssn is 536-22-1234", "536-22-1234", "ssn"),
        ("Driver's license: H12234567 valid", "H12234567", "licence"),
        ("Passport number: C01X00T47.", "C01X00T47", "id"),
        ("zip code 90210", "90210", "postcode"),
        ("mac 00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E", "ip"),
        ("server fe80::1ff:fe23:4567:890a down", "fe80::1ff:fe23:4567:890a", "ip"),
        ("my iban is gb82west12345698765432", "gb82west12345698765432", "account"),
        ("mein name ist egal, but call sofia lindqvist", "sofia lindqvist", "person"),
    ],
)
def test_finds(text: str, value: str, kind: str) -> None:
    assert kinds_of(text).get(value) == kind


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, vs in VALUES.items() for v in vs])
def test_finds_what_the_made_texts_hold(kind: str, value: str) -> None:
    assert kinds_of(f"My {kind} is {value}, thanks")[value] == kind


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("患者王小明，男，35岁。", "王小明", "person"),
        ("患者王小明，男，35岁。", "35", "age"),
        ("联系人：欧阳娜娜，手机：13812345678", "欧阳娜娜", "person"),
        ("联系人：欧阳娜娜，手机：13812345678", "13812345678", "phone"),
        ("身份证号11010519491231002X", "11010519491231002X", "id"),
        ("住址：北京市朝阳区建国路88号3单元501室", "北京市朝阳区建国路88号3单元501室", "address"),
        ("毕业于北京大学，邮箱li.lei@pku.edu.cn", "li.lei@pku.edu.cn", "email"),
        ("出生于1949年12月31日", "1949年12月31日", "date"),
        ("座机010-62751234", "010-62751234", "phone"),
    ],
)
def test_finds_in_chinese(text: str, value: str, kind: str) -> None:
    assert kinds_of(text).get(value) == kind


def test_chinese_identity_numbers_are_checked() -> None:
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")


@pytest.mark.parametrize(
    "text",
    [
        "The mean was 3.14 and the sample had 120 rows.",
        "Use the method of least squares, and report the error.",
        "WHAT SHOULD I PRESS NEXT?",
        "3374.86",
        "Income: 3420,24 a month",
        "本文提出一种新的方法，结果优于基线。",
        "",
        " ",
        "😀🏳️‍🌈",
    ],
)
def test_finds_nothing_where_there_is_nothing(text: str) -> None:
    assert kinds_of(text) == {}


@given(written())
@example("Zoe\u0308 Müller\r\nada@lovelace.org 😀 数据")
@settings(max_examples=60)
def test_spans_quote_their_text(text: str) -> None:
    spans = spans_of(text)
    for span in spans:
        span.check(text)
        assert span.label in KINDS
        assert 0.4 <= span.score <= 1.0
    assert all(left.end <= right.start for left, right in pairwise(spans))


@given(st.text(max_size=80))
@settings(max_examples=60)
def test_any_text_can_be_read(text: str) -> None:
    for span in spans_of(text):
        span.check(text)


@pytest.mark.parametrize("piece", ["a", "1 ", "A b ", "12 Elm Street, ", "\n>1 ", "@", "Ada "])
def test_a_long_text_takes_seconds(piece: str) -> None:
    began = time.process_time()
    spans_of((piece * 20_000)[:20_000])
    assert time.process_time() - began < 60


def test_a_column_that_says_what_it_holds_is_marked_whole() -> None:
    assert kinds_of("小明", column="姓名") == {"小明": "person"}
    assert kinds_of("Xyzzy", column="last_name") == {"Xyzzy": "person"}
    assert kinds_of("555 0123", column="phone") == {"555 0123": "phone"}
    assert kinds_of("n/a", column="phone") == {}
    assert kinds_of("Lyon", column="city") == {"Lyon": "place"}
    assert kinds_of("12", column="country") == {}
    assert kinds_of("Xyzzy", column="gene_name") == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("E-Mail", "email"),
        ("birthDate", "date"),
        ("IPAddress", "ip"),
        ("home address", "address"),
        ("身份证号", "id"),
        ("home_city", "place"),
        ("velocity", None),
        ("file_name", None),
        ("unit", None),
        ("tip", None),
    ],
)
def test_kinds_of_columns(name: str, kind: str | None) -> None:
    assert kind_of_column(name) == kind


def test_cells_must_look_like_their_kind() -> None:
    assert not fits("person", "see 12 notes")
    assert fits("ssn", "536-22-1234")
    assert not fits("ssn", "unknown")


def test_the_task_has_all_kinds() -> None:
    task = personal_task("df", "note")
    assert task.labels == LABELS
    assert PersonalData().resolve(task) is task
    assert {kind_of(alias) for label in LABELS for alias in label.aliases} == set(KINDS)


def test_the_identity_is_the_rules() -> None:
    assert PersonalData().identity == PersonalData().identity
    assert PersonalData().identity.id == "presidio"


def test_no_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert kinds_of("Mail sofia@example.org or see https://example.org/x")


def test_without_presidio_one_line_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sciml_magics.quality.privacy.words.find_spec", lambda name: None)
    with pytest.raises(QualityError, match=r"pip install 'sciml-magics\[privacy\]'"):
        PersonalData()
