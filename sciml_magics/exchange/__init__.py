"""Answers and suggestions to and from the files of other tools."""

from sciml_magics.exchange.formats import FORMATS, Format, format_of
from sciml_magics.exchange.incoming import Imported, import_answers, import_predictions
from sciml_magics.exchange.outgoing import Exported, What, export_task

__all__ = [
    "FORMATS",
    "Exported",
    "Format",
    "Imported",
    "What",
    "export_task",
    "format_of",
    "import_answers",
    "import_predictions",
]
