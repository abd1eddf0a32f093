from __future__ import annotations

import pandas as pd

from sciml_magics.quality.detectors.units import Units
from tests.quality.detectors.found import said


def test_another_unit_is_flagged_the_more_the_rarer_it_is():
    cells = [f"{n} kg" for n in range(60)] + [f"{n} g" for n in range(20)] + ["7", "8 lb"]

    found = said(Units(), pd.DataFrame({"weight": cells}))

    assert found[81, "weight"].words == "'8 lb' has the unit 'lb'; 73 % of the column have 'kg'"
    assert found[80, "weight"].words.startswith("'7' has no unit")
    assert found[60, "weight"].score < found[81, "weight"].score


def test_a_share_among_numbers_is_flagged():
    found = said(Units(), pd.DataFrame({"abv": ["0.05"] * 20 + ["5%"]}))

    assert found[20, "abv"].words == "'5%' has the unit '%'; 95 % of the column have none"


def test_names_with_numbers_are_no_measures():
    cells = [f"{n} {word} street" for n, word in enumerate("abcdefghijklmnopqrstuvwxyz", 10)]

    assert said(Units(), pd.DataFrame({"street": [cell * 2 for cell in cells]})) == {}
