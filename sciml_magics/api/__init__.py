"""The public Python functions: the magics are a few lines over them."""

from sciml_magics.api.asking import annotate, make_task, stored_task
from sciml_magics.api.batches import Watched, take_back_state, watch
from sciml_magics.api.evaluating import Evaluation, split
from sciml_magics.api.options import (
    LearnOptions,
    Precision,
    ReviewOptions,
    RunOptions,
    Window,
)
from sciml_magics.api.profiling import Profile, profile
from sciml_magics.api.record import runs, status, trained_models
from sciml_magics.api.rules import as_rules, learn_rules
from sciml_magics.api.task import Task

__all__ = [
    "Evaluation",
    "LearnOptions",
    "Precision",
    "Profile",
    "ReviewOptions",
    "RunOptions",
    "Task",
    "Watched",
    "Window",
    "annotate",
    "as_rules",
    "learn_rules",
    "make_task",
    "profile",
    "runs",
    "split",
    "status",
    "stored_task",
    "take_back_state",
    "trained_models",
    "watch",
]
