"""The public Python functions: the magics are a few lines over them."""

from sciml_magics.api.asking import annotate, make_task, stored_task
from sciml_magics.api.cleaning import Changes, Cleaned, TakenBack, changes, clean, take_back
from sciml_magics.api.detecting import Detection, detect
from sciml_magics.api.evaluating import Evaluation, split
from sciml_magics.api.options import (
    LearnOptions,
    Precision,
    ReviewOptions,
    RunOptions,
    Window,
)
from sciml_magics.api.profiling import Profile, profile
from sciml_magics.api.protecting import Privacy, privacy
from sciml_magics.api.record import runs, status, trained_models
from sciml_magics.api.repairing import Repairs, repair
from sciml_magics.api.rules import as_rules, learn_rules
from sciml_magics.api.standardising import Repeats, Standards, deduplicate, standardise
from sciml_magics.api.task import Task
from sciml_magics.api.watching import Watched, take_back_state, watch

__all__ = [
    "Changes",
    "Cleaned",
    "Detection",
    "Evaluation",
    "LearnOptions",
    "Precision",
    "Privacy",
    "Profile",
    "Repairs",
    "Repeats",
    "ReviewOptions",
    "RunOptions",
    "Standards",
    "TakenBack",
    "Task",
    "Watched",
    "Window",
    "annotate",
    "as_rules",
    "changes",
    "clean",
    "deduplicate",
    "detect",
    "learn_rules",
    "make_task",
    "privacy",
    "profile",
    "repair",
    "runs",
    "split",
    "standardise",
    "status",
    "stored_task",
    "take_back",
    "take_back_state",
    "trained_models",
    "watch",
]
