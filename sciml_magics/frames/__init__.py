"""DataFrames in and out: records from rows, typed columns from answers."""

from sciml_magics.frames.answers import Answers
from sciml_magics.frames.columns import write_columns
from sciml_magics.frames.images import detect_input
from sciml_magics.frames.lookup import check_frame
from sciml_magics.frames.naming import (
    ANSWERED,
    STATUSES,
    TRUSTED,
    check_columns,
    is_annotated,
    result_columns,
)
from sciml_magics.frames.people import People
from sciml_magics.frames.provenance import add_provenance
from sciml_magics.frames.records import MISSING, UNREADABLE, Records, read_records
from sciml_magics.frames.selection import select_rows

__all__ = [
    "ANSWERED",
    "MISSING",
    "STATUSES",
    "TRUSTED",
    "UNREADABLE",
    "Answers",
    "People",
    "Records",
    "add_provenance",
    "check_columns",
    "check_frame",
    "detect_input",
    "is_annotated",
    "read_records",
    "result_columns",
    "select_rows",
    "write_columns",
]
