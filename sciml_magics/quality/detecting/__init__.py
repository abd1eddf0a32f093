"""Detect what is wrong in a table: a task on rows, answered by detectors and then by people."""

from sciml_magics.quality.detecting.detection import Asked, Detection
from sciml_magics.quality.detecting.job import Options, detect

__all__ = ["Asked", "Detection", "Options", "detect"]
