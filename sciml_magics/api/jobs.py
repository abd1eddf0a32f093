"""What a long job tells: to the person who began it, and to the panel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sciml_magics.annotation import Listener, Progress, silent
from sciml_magics.errors import Stopped
from sciml_magics.panels.jobs import JOBS


@contextmanager
def watched(task: str, progress: bool | Listener, stopped: str = "") -> Iterator[Listener]:
    """A listener for a job of a task: it shows what it hears, and lets the panel stop the job.

    Parameters
    ----------
    task
        Name of the task.
    progress
        Show a bar; or a function that is called with every moment.
    stopped
        What is said where the person interrupts and the job itself says nothing; empty lets the
        interrupt through as it is.

    Raises
    ------
    Stopped
        If the person interrupted.
    """
    with JOBS.watch(task) as watch, _shown(progress) as show:

        def listen(moment: Progress) -> None:
            show(moment)
            watch(moment)

        try:
            yield listen
        except Stopped:
            raise
        except KeyboardInterrupt:
            if stopped:
                raise Stopped(stopped) from None
            raise


def _shown(progress: bool | Listener) -> AbstractContextManager[Listener]:
    """What shows the progress of a job: a bar, a function of the caller's, or nothing."""
    if callable(progress):
        return nullcontext(progress)
    if not progress:
        return nullcontext(silent)
    from sciml_magics.panels.progress import show_progress

    return show_progress()
