"""Detectors of wrong cells, rows and labels, which need to be told nothing of the table.

Each module holds one detector, registered under its name. All of them look at the different values
of a column rather than at its rows, and say in words, with numbers, why a cell looks wrong.
"""

from __future__ import annotations

MODULES = (
    "sciml_magics.quality.detectors.patterns",
    "sciml_magics.quality.detectors.types",
    "sciml_magics.quality.detectors.typos",
    "sciml_magics.quality.detectors.misplaced",
    "sciml_magics.quality.detectors.broken",
    "sciml_magics.quality.detectors.formats",
    "sciml_magics.quality.detectors.units",
    "sciml_magics.quality.detectors.duplicates",
    "sciml_magics.quality.detectors.doubtful",
)
"""The modules whose import registers a detector."""
