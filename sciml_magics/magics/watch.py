"""``%watch``: what is new in a batch of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.charts.words import printable
from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.showing import draws

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.sciml import SciML
    from sciml_magics.magics.watch_arguments import WatchLine


def watch(shell: InteractiveShell, settings: SciML, line: WatchLine) -> None:
    """Show what is new in a batch, accept it, or take that back.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api import watching

    store = line.store or settings.store
    name = line.name or line.frame
    if line.undo and name is not None:  # the frame itself may be gone
        print(printable(watching.take_back_state(name, by=settings.annotator, store=store)))
        return
    frame = find_frame(shell.user_ns, line.frame)
    if line.out:
        check_out(shell.user_ns, line.out)
    found = watching.watch(
        frame,
        name=str(name),
        accept=line.accept,
        rules=None if line.rules is None else Path(line.rules),
        detect=line.detect,
        by=settings.annotator,
        store=store,
        progress=settings.progress and not line.quiet,
    )
    if line.out:
        shell.push({line.out: found.frame()})
    if line.quiet:
        return
    display(found)
    if found.measured and draws(settings, line.no_chart):
        display(found.chart())
