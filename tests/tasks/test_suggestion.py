"""Spans quote their text, and thresholds follow the number of labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import TaskError
from sciml_magics.tasks import Span, default_threshold

TEXT = "😀 gene\r\n中文 e\u0301 👩‍👩‍👧"


@pytest.mark.parametrize(
    ("start", "end", "quoted"),
    [
        (0, 1, "😀"),
        (2, 6, "gene"),
        (6, 8, "\r\n"),
        (8, 10, "中文"),
        (11, 13, "e\u0301"),
        (14, 19, "👩‍👩‍👧"),
    ],
)
def test_spans_count_code_points(start: int, end: int, quoted: str) -> None:
    Span(start, end, "x", quoted).check(TEXT)


@pytest.mark.parametrize(
    ("start", "end", "quoted"),
    [
        (2, 6, "Gene"),
        (3, 7, "gene"),
        (0, 0, ""),
        (6, 2, ""),
        (-4, -1, "bcd"),
        (len(TEXT), len(TEXT) + 1, ""),
        (0, len(TEXT) + 1, TEXT),
    ],
)
def test_a_span_that_does_not_quote_is_refused(start: int, end: int, quoted: str) -> None:
    with pytest.raises(TaskError, match="does not quote"):
        Span(start, end, "x", quoted).check(TEXT)


@given(st.text(min_size=1), st.data())
def test_what_is_cut_out_of_a_text_quotes_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span(start, end, "x", text[start:end])
    span.check(text)
    other = "y" if text[start] == "x" else "x"
    with pytest.raises(TaskError, match="does not quote"):
        span.check(text[:start] + other + text[start + 1 :])


@pytest.mark.parametrize(
    ("kind", "labels", "threshold"),
    [
        ("label", 2, 0.5),
        ("label", 3, 0.5),
        ("label", 4, 0.375),
        ("label", 77, 1.5 / 77),
        ("label", 0, 0.5),
        ("labels", 77, 0.5),
        ("spans", 3, 0.5),
        ("text", 0, 0.0),
    ],
)
def test_the_threshold_is_above_an_even_guess(kind: str, labels: int, threshold: float) -> None:
    assert default_threshold(kind, labels) == pytest.approx(threshold)
