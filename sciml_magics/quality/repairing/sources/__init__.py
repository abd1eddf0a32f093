"""Where values for cells come from: one small module for each kind of source."""

from sciml_magics.quality.repairing.sources import dependencies, spelling
from sciml_magics.quality.repairing.sources.base import Offer, Source, source, sources

__all__ = ["Offer", "Source", "dependencies", "source", "sources", "spelling"]
