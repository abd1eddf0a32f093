"""Frames that nobody wants to read are profiled, shown and drawn all the same."""

from __future__ import annotations

import pytest

from sciml_magics.api.profiling import profile
from sciml_magics.quality.findings import Detector
from sciml_magics.quality.profiling.detectors import Disguised, Missing
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_profiled_shown_and_drawn(name: str) -> None:
    frame = HOSTILE[name]()
    before = frame.copy(deep=True)
    found = profile(frame, progress=False)
    assert found.rows == len(frame)
    assert len(found.columns) == frame.shape[1] == len(found.frame())
    assert "table" in repr(found)
    assert "table" in found._repr_html_()
    found.chart().to_dict(validate=True)
    assert frame.equals(before)


@pytest.mark.parametrize("detector", [Missing(), Disguised()])
@pytest.mark.parametrize("name", HOSTILE)
def test_missing_values_are_sought(name: str, detector: Detector) -> None:
    table = Table(HOSTILE[name]())
    for finding in detector.find(table):
        assert finding.column in table
        assert 0 <= finding.rows.min() <= finding.rows.max() < len(table)
        assert ((finding.scores > 0) & (finding.scores <= 1)).all()
