from __future__ import annotations

import numpy as np
import pandas as pd

from sciml_magics.quality.detectors.doubtful import DoubtfulLabels
from tests.quality.detectors.found import said, sure


def flowers(rows: int = 300) -> pd.DataFrame:
    """Two measures that tell three kinds apart."""
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, rows)
    return pd.DataFrame(
        {
            "length": rng.normal(3 * kind, 0.3),
            "width": rng.normal(2 * kind, 0.3),
            "kind": np.array(["iris", "rose", "lily"])[kind],
        }
    )


def test_a_label_that_the_row_speaks_against_is_doubted():
    frame = flowers()
    right = frame.loc[4, "kind"]
    frame.loc[4, "kind"] = "rose" if right != "rose" else "iris"

    found = said(DoubtfulLabels(), frame)

    assert sure(DoubtfulLabels(), frame) == {(4, "kind")}
    assert found[4, "kind"].value == right
    assert f"the other columns tell '{right}'" in found[4, "kind"].words


def test_labels_that_nothing_tells_are_left_alone():
    frame = flowers()
    frame["kind"] = np.random.default_rng(1).choice(["a", "b"], len(frame))

    assert said(DoubtfulLabels(), frame) == {}
