"""The standards as a detector: what is written in another way than most of its column."""

from __future__ import annotations

from collections.abc import Iterator

from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.standard.standardising import STANDARDS, standardised
from sciml_magics.quality.standard.units import NO_PINT
from sciml_magics.quality.standard.wishes import Wishes
from sciml_magics.quality.table import Table

_SPELLINGS = tuple(name for name in STANDARDS if name != "meaning")


@detector("standards")
class Standards:
    """Characters, white space, numbers, dates, units and letter case unlike the column's own.

    The findings are named after the standard. Categories are not merged by meaning here: that is
    no error, and needs a model.
    """

    def __init__(self) -> None:
        self.notes: tuple[str, ...] = ()

    def find(self, table: Table) -> Iterator[Finding]:
        """Cells that deviate from the form of their column, with what would stand in that form."""
        done = standardised(table, only=_SPELLINGS, wishes=Wishes(form="column"))
        self.notes = tuple(note for note in done.notes if note == NO_PINT)
        yield from done.findings
