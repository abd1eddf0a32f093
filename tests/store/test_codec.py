from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.store import codec
from sciml_magics.tasks import Span, Value
from tests.store.examples import HARD, any_text

probability = st.floats(0, 1)
spans = st.builds(
    Span,
    start=st.integers(0, 1_000),
    end=st.integers(1, 2_000),
    label=any_text,
    text=any_text,
    score=probability,
)
values = st.one_of(
    st.none(), any_text, st.lists(any_text).map(tuple), st.lists(spans, min_size=1).map(tuple)
)


@given(any_text)
def test_any_text_survives_as_ascii_without_nul(text: str) -> None:
    written = codec.dump_text(text)
    assert written.isascii()
    assert "\x00" not in written
    assert codec.load_text(written) == text


def test_two_surrogates_side_by_side_do_not_become_one_character() -> None:
    apart = "a\ud83d" + "\ude00b"
    assert codec.load_text(codec.dump_text(apart)) == apart
    assert len(codec.load_text(codec.dump_text(apart))) == 4
    assert codec.load_text(codec.dump_text("\U0001f600")) == "\U0001f600"


@given(st.lists(st.tuples(any_text, any_text), min_size=1).map(tuple))
def test_content_survives(content: tuple[tuple[str, str], ...]) -> None:
    assert codec.load_content(codec.dump_content(content)) == content


@given(values)
def test_values_survive(value: Value) -> None:
    assert codec.load_value(codec.dump_value(value)) == value


def test_a_value_longer_than_the_cached_ones_survives() -> None:
    text = HARD * 100
    assert codec.load_value(codec.dump_value(text)) == text
    assert codec.load_value(codec.dump_value((text, "short"))) == (text, "short")


@given(st.lists(st.tuples(any_text, probability), max_size=30).map(tuple))
def test_the_first_twenty_alternatives_survive_to_six_decimals(
    alternatives: tuple[tuple[str, float], ...],
) -> None:
    read = codec.load_alternatives(codec.dump_alternatives(alternatives))
    assert [name for name, _ in read] == [name for name, _ in alternatives[:20]]
    assert [p for _, p in read] == pytest.approx([p for _, p in alternatives[:20]], abs=5.1e-7)


def test_an_alternative_without_a_number_is_left_out() -> None:
    written = codec.dump_alternatives((("a", 0.5), ("b", float("nan")), ("c", float("inf"))))
    assert written is not None
    assert json.loads(written) == [["a", 0.5]]
