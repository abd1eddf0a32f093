"""Where values for cells come from: one small module for each kind of source."""

from sciml_magics.quality.repairing.sources import (
    dependencies,
    formats,
    interpolation,
    mending,
    merged,
    neighbours,
    spelling,
)
from sciml_magics.quality.repairing.sources.base import (
    Offer,
    Registered,
    Source,
    source,
    sources,
)

__all__ = [
    "Offer",
    "Registered",
    "Source",
    "dependencies",
    "formats",
    "interpolation",
    "mending",
    "merged",
    "neighbours",
    "source",
    "sources",
    "spelling",
]
