"""``%privacy``: personal data in a frame, found and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.magics.names import check_out, find_frame

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.privacy_arguments import PrivacyLine
    from sciml_magics.magics.sciml import SciML


def privacy(shell: InteractiveShell, settings: SciML, line: PrivacyLine) -> None:
    """Show what personal data a frame holds; bind a frame without it where that is asked for.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    Stopped
        If the person interrupted; what was done is stored.
    """
    frame = find_frame(shell.user_ns, line.frame)
    name = line.name or str(line.frame)
    out = line.out or f"{line.frame}_pseudonymised"
    if line.pseudonymise:
        check_out(shell.user_ns, out)
    from sciml_magics.api.protecting import privacy as look

    found = look(
        frame,
        line.columns or None,
        name=name,
        model=line.model,
        threshold=line.threshold,
        pseudonymise=line.pseudonymise,
        key_file=line.key_file,
        by_person=line.person,
        device=line.device or settings.device,
        by=settings.annotator,
        store=line.store or settings.store,
        progress=settings.progress and not line.quiet,
    )
    if found.frame is not None:
        shell.push({out: found.frame})
    if not line.quiet:
        display(found)
        if found.frame is not None:
            print(f"The frame without personal data is now called {out}.")
