"""Clean a table: propose repairs, apply what is agreed to a new frame, and take it back."""

from sciml_magics.quality.cleaning.applying import Cleaned, clean
from sciml_magics.quality.cleaning.changes import Change, changes_of
from sciml_magics.quality.cleaning.mending import Repairs, keep_repairs, repair
from sciml_magics.quality.cleaning.script import script_of
from sciml_magics.quality.cleaning.undoing import TakenBack, take_back

__all__ = [
    "Change",
    "Cleaned",
    "Repairs",
    "TakenBack",
    "changes_of",
    "clean",
    "keep_repairs",
    "repair",
    "script_of",
    "take_back",
]
