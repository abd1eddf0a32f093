from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.quality.detectors.patterns import Patterns
from sciml_magics.quality.detectors.shapes import shapes
from tests.quality.detectors.found import said, sure


def test_a_rare_shape_among_codes_is_flagged_with_the_share_that_fits():
    frame = pd.DataFrame({"zip": [f"{n:05}" for n in range(99)] + ["7001x"]})

    found = said(Patterns(), frame)

    assert set(found) == {(99, "zip")}
    assert found[99, "zip"].score > 0.7
    assert found[99, "zip"].words.startswith("'7001x' does not fit the pattern of 99 %")


def test_another_length_is_odd_only_where_all_others_have_one():
    fixed = pd.DataFrame({"zip": [f"{n + 10000}" for n in range(99)] + ["123"]})
    free = pd.DataFrame({"price": [str(n) for n in range(1, 200)] + ["12345"]})

    assert sure(Patterns(), fixed) == {(99, "zip")}
    assert sure(Patterns(), free) == set()


def test_names_may_have_shapes_of_their_own():
    names = [f"{chr(65 + n % 26)}bc{chr(97 + n // 26)} Town" for n in range(100)]
    frame = pd.DataFrame({"name": [*names, "St. Mary's-on-Sea"]})

    assert sure(Patterns(), frame) == set()


def test_texts_and_numbers_have_no_pattern():
    frame = pd.DataFrame(
        {
            "note": [f"some long note, that goes on and on, and on: {n}!" * 2 for n in range(50)],
            "number": [1.5, -2.0] * 25,
        }
    )

    assert said(Patterns(), frame) == {}


def test_a_rare_value_that_stands_often_is_no_error():
    frame = pd.DataFrame({"kind": ["heart", "lung"] * 480 + ["children's care"] * 40})

    assert sure(Patterns(), frame) == set()


@pytest.mark.parametrize("text", ["a\x00b", "", "٣٤", "é", "a\nb", "😀"])
def test_every_text_has_one_shape(text):
    for level in ("words", "runs", "exact"):
        assert len(shapes([text, "x", text], level)) == 3
