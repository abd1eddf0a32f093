"""The main job: a model suggests an answer for every row of a frame."""

from sciml_magics.annotation.job import annotate, plan
from sciml_magics.annotation.outcome import Outcome, Plan
from sciml_magics.annotation.progress import Listener, Progress, silent
from sciml_magics.annotation.request import Request
from sciml_magics.annotation.who import person

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
