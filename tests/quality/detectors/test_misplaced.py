from __future__ import annotations

import pandas as pd

from sciml_magics.quality.detectors.misplaced import Misplaced
from tests.quality.detectors.found import said, sure

CITIES = ["Bend", "Gary", "Salem", "Rome"] * 10
STATES = ["OR", "IN", "OR", "GA"] * 10


def test_a_value_of_another_column_is_flagged():
    frame = pd.DataFrame({"city": [*CITIES, "OR"], "state": [*STATES, "OR"]})

    found = said(Misplaced(), frame)

    assert set(found) == {(40, "city")}
    assert found[40, "city"].words == "'OR' stands 21 times in 'state' and once here"


def test_the_end_of_a_value_belongs_into_the_column_that_is_missing():
    frame = pd.DataFrame({"city": [*CITIES, "Bend OR"], "state": [*STATES, None]})

    found = said(Misplaced(), frame)

    assert found[40, "city"].value == "Bend"
    assert found[40, "state"].value == "OR"


def test_two_columns_of_one_kind_tell_nothing_of_each_other():
    frame = pd.DataFrame({"start": [*CITIES, "Oslo"], "end": [*CITIES[1:], "Bend", "Bend"]})

    assert sure(Misplaced(), frame) == set()


def test_numbers_are_at_home_everywhere():
    frame = pd.DataFrame({"a": [str(n % 7) for n in range(70)], "b": ["9"] * 69 + ["3"]})

    assert said(Misplaced(), frame) == {}
