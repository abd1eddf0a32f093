"""Clean a table: propose repairs, apply what is agreed to a new frame, and take it back."""

from sciml_magics.quality.cleaning.applying import Cleaned, clean
from sciml_magics.quality.cleaning.changes import Change
from sciml_magics.quality.cleaning.dropped import Doomed, Dropped
from sciml_magics.quality.cleaning.dropping import drop_rows
from sciml_magics.quality.cleaning.listing import changes_of
from sciml_magics.quality.cleaning.mending import Repairs, keep_repairs, repair
from sciml_magics.quality.cleaning.script import script_of
from sciml_magics.quality.cleaning.undoing import TakenBack, take_back

__all__ = [
    "Change",
    "Cleaned",
    "Doomed",
    "Dropped",
    "Repairs",
    "TakenBack",
    "changes_of",
    "clean",
    "drop_rows",
    "keep_repairs",
    "repair",
    "script_of",
    "take_back",
]
