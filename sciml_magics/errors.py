"""Errors a person can mend: one clear line that names the problem and the way out.

The magics show the line without a traceback; the Python functions raise it.
"""


class SciMLError(Exception):
    """Base of every error that this package raises for a mistake its user can mend."""


class TaskError(SciMLError):
    """The task is not well defined: its name, kind, columns, labels or body."""


class FrameError(SciMLError):
    """The frame cannot be read or written as the task asks."""


class ModelError(SciMLError):
    """The model cannot be found, is refused, or cannot do what the task asks."""


class StoreError(SciMLError):
    """The store cannot be opened, read or written."""


class ExchangeError(SciMLError):
    """A file cannot be written, or what stands in it does not fit."""


class LearningError(SciMLError):
    """There is too little to learn from, or training cannot go on."""


class Stopped(KeyboardInterrupt):
    """A run was interrupted by its user; what it had done is stored.

    A ``KeyboardInterrupt``, so that "run all cells" stops as usual, shown as one line in IPython.

    Parameters
    ----------
    message
        The line that is shown.
    outcome
        What there is so far: the job's own result object.
    """

    def __init__(self, message: str, outcome: object = None) -> None:
        super().__init__(message)
        self.outcome = outcome

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class QualityError(SciMLError):
    """Something asked of a table's data quality does not work."""
