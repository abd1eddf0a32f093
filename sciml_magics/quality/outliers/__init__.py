"""Outliers: numbers far from others, alone and together, and texts and images unlike the rest.

Each of `MODULES` registers detectors when it is imported.
"""

from __future__ import annotations

MODULES = (
    "sciml_magics.quality.outliers.alone",
    "sciml_magics.quality.outliers.together",
    "sciml_magics.quality.outliers.unlike",
)
"""The modules whose import registers a detector."""
