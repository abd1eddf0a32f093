from __future__ import annotations

import pandas as pd

from sciml_magics.quality.detectors.near import nearest
from sciml_magics.quality.detectors.typos import Typos
from tests.quality.detectors.found import said, sure


def test_a_rare_value_a_letter_off_is_flagged_with_what_is_meant():
    frame = pd.DataFrame({"city": ["birmingham"] * 25 + ["mobile"] * 10 + ["birminghxm"]})

    found = said(Typos(), frame)

    assert found[35, "city"].words == (
        "'birminghxm' is nearly 'birmingham', which stands 25 times: 1 letter differs"
    )
    assert found[35, "city"].value == "birmingham"
    assert found[35, "city"].score > 0.7


def test_codes_that_differ_in_digits_are_no_typos():
    frame = pd.DataFrame({"code": ["scip-inf-1"] * 20 + ["scip-inf-2"]})

    assert said(Typos(), frame) == {}


def test_another_known_word_is_no_typo():
    frame = pd.DataFrame({"style": ["pale ale"] * 40 + ["dark lager"] * 20 + ["dark ale"]})

    assert sure(Typos(), frame) == set()


def test_many_letters_off_in_a_long_text_are_found():
    text = "patients who were given the right antibiotic at the right time before surgery"
    spoilt = text.replace("patients", "patixnts").replace("surgery", "sxrgexy")
    frame = pd.DataFrame(
        {"note": [text] * 10 + ["another text that has nothing to do"] * 5 + [spoilt]}
    )

    assert said(Typos(), frame)[15, "note"].value == text


def test_a_rare_word_in_texts_is_measured_by_the_frequent_ones():
    rows = [f"{a} hospital of {b}" for a in ("north", "south") for b in ("rome", "oslo", "bern")]
    frame = pd.DataFrame({"name": rows * 5 + ["north hospitla of oslo"]})

    assert said(Typos(), frame)[30, "name"].value == "north hospital of oslo"


def test_many_values_are_compared_by_deletions_with_the_same_result():
    frequent = [f"city{chr(97 + n % 26)}{chr(97 + n // 26)}ville" for n in range(600)]
    rare = [text[:4] + "#" + text[5:] for text in frequent[:20]]

    few = nearest(rare, frequent)
    many = nearest(rare * 1_000, frequent)

    assert len(many) == 20_000
    assert all(near.edits == 1 for near in few)
