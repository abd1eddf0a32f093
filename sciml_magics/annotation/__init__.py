"""The main job: a model suggests an answer for every row of a frame.

Its words are known without its work: pandas is imported when a frame is annotated.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sciml_magics.annotation.outcome import Outcome, Plan
from sciml_magics.annotation.progress import Listener, Progress, silent
from sciml_magics.annotation.request import Request
from sciml_magics.annotation.who import person

if TYPE_CHECKING:
    from sciml_magics.annotation.job import annotate, plan

__all__ = [
    "Listener",
    "Outcome",
    "Plan",
    "Progress",
    "Request",
    "annotate",
    "person",
    "plan",
    "silent",
]


def __getattr__(name: str) -> Any:
    if name not in ("annotate", "plan"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("sciml_magics.annotation.job"), name)
