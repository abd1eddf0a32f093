"""The main job: a model suggests an answer for every row of a frame."""

from sciml_magics.annotate.job import annotate, plan
from sciml_magics.annotate.outcome import Outcome, Plan
from sciml_magics.annotate.progress import Listener, Progress, silent
from sciml_magics.annotate.request import Request
from sciml_magics.annotate.who import person

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
