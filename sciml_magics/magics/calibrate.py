"""``%calibrate``: from what was typed to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.review import only_frame, stored
from sciml_magics.magics.showing import draws, few_rows

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics import api
    from sciml_magics.api.calibrating import Calibration
    from sciml_magics.magics.calibrate_arguments import CalibrateLine
    from sciml_magics.magics.sciml import SciML


def calibrate(shell: InteractiveShell, settings: SciML, line: CalibrateLine) -> None:
    """Calibrate a task's model and show what came of it; write label sets where they are asked for.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    task = stored(line.task, store)
    name = None
    if line.coverage is not None:
        name = line.frame or only_frame(shell.user_ns, task)
        find_frame(shell.user_ns, name)
        check_out(shell.user_ns, line.out or name)
    found = task.calibrate(line.model, line.method, store)
    if not line.quiet:
        _show(found, settings, line)
    if name is not None:
        _sets(shell, task, line, name, store)


def _show(found: Calibration, settings: SciML, line: CalibrateLine) -> None:
    display(found)
    print(found.accepting(line.agree))
    if draws(settings, line.no_chart):
        display(found.chart())
        display(found.acceptance_chart(line.agree))


def _sets(
    shell: InteractiveShell, task: api.Task, line: CalibrateLine, name: str, store: str | None
) -> None:
    from sciml_magics.api.calibrating import sets_frame

    frame = find_frame(shell.user_ns, name)
    assert line.coverage is not None
    done = sets_frame(task, frame, line.coverage, line.model, store)
    shell.push({line.out or name: done.frame})
    if line.quiet:
        return
    with few_rows():
        display(done.frame)
    print(f"{task.name}: " + " · ".join(done.notes))
