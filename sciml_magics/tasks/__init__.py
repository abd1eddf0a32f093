"""The words of the kit as small frozen objects. Imports nothing heavy."""

from sciml_magics.tasks.allowed import check_response, possible
from sciml_magics.tasks.record import Record, record_id, record_ids
from sciml_magics.tasks.response import (
    DECISIONS,
    ROLES,
    SHARES,
    Decision,
    KeptResponse,
    Response,
    Role,
    Share,
    same_value,
)
from sciml_magics.tasks.run import Counts, Estimate, Execution, ModelIdentity, Run, RunState
from sciml_magics.tasks.suggestion import Span, Suggestion, Value, default_threshold
from sciml_magics.tasks.task import INPUTS, KINDS, Input, Kind, Label, Task
from sciml_magics.tasks.training import METHODS, Example, Fit, Method, Moment, Training, Watcher

__all__ = [
    "DECISIONS",
    "INPUTS",
    "KINDS",
    "METHODS",
    "ROLES",
    "SHARES",
    "Counts",
    "Decision",
    "Estimate",
    "Example",
    "Execution",
    "Fit",
    "Input",
    "KeptResponse",
    "Kind",
    "Label",
    "Method",
    "ModelIdentity",
    "Moment",
    "Record",
    "Response",
    "Role",
    "Run",
    "RunState",
    "Share",
    "Span",
    "Suggestion",
    "Task",
    "Training",
    "Value",
    "Watcher",
    "check_response",
    "default_threshold",
    "possible",
    "record_id",
    "record_ids",
    "same_value",
]
