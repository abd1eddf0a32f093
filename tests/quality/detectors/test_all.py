"""What holds for every detector of this folder."""

from __future__ import annotations

import importlib

import pytest

from sciml_magics.quality.detectors import MODULES
from sciml_magics.quality.findings import Detector, detectors
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import combine
from tests.quality.detectors.found import said
from tests.quality.hostile import HOSTILE
from tests.quality.planting import planted

for module in MODULES:
    importlib.import_module(module)
NAMES = [name for name, made in detectors().items() if made.__module__ in MODULES]


def test_each_module_registers_one():
    assert len(NAMES) == len(MODULES)
    assert all(isinstance(detectors()[name](), Detector) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frame", HOSTILE)
def test_no_frame_makes_it_fall(name, frame):
    said(detectors()[name](), HOSTILE[frame]())


def test_together_they_find_sparse_errors_and_little_else():
    hits = flagged = wrong = 0
    for seed in range(3):
        table = planted(seed)
        data = Table(table.dirty, "planted")
        findings = [one for name in NAMES for one in detectors()[name]().find(data)]
        sparse = [at for at in range(table.wrong.shape[1]) if table.wrong[:, at].mean() < 0.1]
        flags = combine(data, findings)[:, sparse] >= 0.5
        hits += int((flags & table.wrong[:, sparse]).sum())
        flagged += int(flags.sum())
        wrong += int(table.wrong[:, sparse].sum())

    assert hits / flagged > 0.85
    assert hits / wrong > 0.5
