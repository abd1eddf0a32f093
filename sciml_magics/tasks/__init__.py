"""The words of the kit as small frozen objects. Imports nothing heavy."""

from sciml_magics.tasks.record import Record, record_id, record_ids
from sciml_magics.tasks.run import Counts, Estimate, Execution, ModelIdentity, Run, RunState
from sciml_magics.tasks.suggestion import Span, Suggestion, Value, default_threshold
from sciml_magics.tasks.task import INPUTS, KINDS, Input, Kind, Label, Task

__all__ = [
    "INPUTS",
    "KINDS",
    "Counts",
    "Estimate",
    "Execution",
    "Input",
    "Kind",
    "Label",
    "ModelIdentity",
    "Record",
    "Run",
    "RunState",
    "Span",
    "Suggestion",
    "Task",
    "Value",
    "default_threshold",
    "record_id",
    "record_ids",
]
