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

__all__ = [
    "DECISIONS",
    "INPUTS",
    "KINDS",
    "ROLES",
    "SHARES",
    "Counts",
    "Decision",
    "Estimate",
    "Execution",
    "Input",
    "KeptResponse",
    "Kind",
    "Label",
    "ModelIdentity",
    "Record",
    "Response",
    "Role",
    "Run",
    "RunState",
    "Share",
    "Span",
    "Suggestion",
    "Task",
    "Value",
    "check_response",
    "default_threshold",
    "possible",
    "record_id",
    "record_ids",
    "same_value",
]
