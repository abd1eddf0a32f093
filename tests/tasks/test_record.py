"""Records are addressed by their content."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.tasks import Record, record_id, record_ids

PART = st.text(max_size=4) | st.text(st.characters(categories=["Cs"]), max_size=2)


def test_the_address_is_the_hash_that_is_described() -> None:
    framed = (2).to_bytes(8, "little") + "é".encode() + (1).to_bytes(8, "little") + b"b"
    assert record_id("é", b"b") == hashlib.blake2b(framed, digest_size=16).digest()


def test_bytes_and_their_text_share_an_address() -> None:
    assert record_id("abc") == record_id(b"abc")


@given(st.lists(PART, max_size=4).map(tuple), st.lists(PART, max_size=4).map(tuple))
def test_different_parts_have_different_addresses(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert (record_id(*one) == record_id(*other)) == (one == other)


@given(st.lists(PART, max_size=3), st.lists(st.lists(PART, max_size=3), max_size=5))
def test_many_addresses_are_those_of_each(head: list[str], rows: list[list[str]]) -> None:
    assert record_ids(head, rows) == b"".join(record_id(*head, *row) for row in rows)


def test_the_text_of_one_column_is_its_value() -> None:
    assert Record(b"", (("note", "a\nb"),)).text == "a\nb"


def test_the_text_of_several_columns_names_them() -> None:
    assert Record(b"", (("title", "t"), ("note", "n"))).text == "title: t\nnote: n"


def test_how_an_image_opens_is_not_what_it_is() -> None:
    assert Record(b"x", (("image", "a.png"),), open_image=None) == Record(
        b"x",
        (("image", "a.png"),),
        open_image=lambda: None,  # type: ignore[arg-type,return-value]  # never called
    )
