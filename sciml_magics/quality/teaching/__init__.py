"""Learn from a few labelled rows which cells of a table are wrong.

`combine` needs no label: it makes one probability of what the detectors say of a cell. `Teacher`
goes on from there. The log odds of a cell move by its features (its value, its letters, its shape,
how rare they are, what each detector says, what the rest of its row looks like) times weights that
labelled cells teach; all columns share a part of each weight, and each column has its own. The rows
to label next are those whose cells stand for the most cells that look alike and are unsure.
"""

from __future__ import annotations

from sciml_magics.quality.teaching.choosing import Next
from sciml_magics.quality.teaching.combining import combine
from sciml_magics.quality.teaching.teaching import Taught, Teacher, teach

__all__ = ["Next", "Taught", "Teacher", "combine", "teach"]
