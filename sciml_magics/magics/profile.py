"""``%profile``: what a frame tells of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.showing import draws

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.profile_arguments import ProfileLine
    from sciml_magics.magics.sciml import SciML


def profile(shell: InteractiveShell, settings: SciML, line: ProfileLine) -> None:
    """Show what is known of a frame.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api.profiling import profile as profile_frame

    frame = find_frame(shell.user_ns, line.frame)
    if line.out:
        check_out(shell.user_ns, line.out)
    progress = settings.progress and not line.quiet
    found = profile_frame(frame, line.column or (), name=str(line.frame), progress=progress)
    if line.out:
        shell.push({line.out: found.frame()})
    if line.quiet:
        return
    display(found)
    if found.columns and draws(settings, line.no_chart):
        display(found.chart())
