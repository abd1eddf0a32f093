"""Watching a table: what is new in the next batch, compared with the state that was accepted."""

from sciml_magics.quality.watching.keeping import Accepted, accept, keep, last_accepted, take_back
from sciml_magics.quality.watching.reports import Change, Report
from sciml_magics.quality.watching.states import State
from sciml_magics.quality.watching.watching import report

__all__ = [
    "Accepted",
    "Change",
    "Report",
    "State",
    "accept",
    "keep",
    "last_accepted",
    "report",
    "take_back",
]
