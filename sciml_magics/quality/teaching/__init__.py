"""Learn from a few labelled rows which cells of a table are wrong."""

from __future__ import annotations

from sciml_magics.quality.teaching.combining import combine

__all__ = ["combine"]
