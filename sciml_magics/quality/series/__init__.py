"""Time series in a table: when its rows were taken, and what looks wrong in their course.

Each of `MODULES` registers detectors when it is imported.
"""

from __future__ import annotations

MODULES = (
    "sciml_magics.quality.series.stamps",
    "sciml_magics.quality.series.course",
    "sciml_magics.quality.series.unusual",
)
"""The modules whose import registers a detector."""
