"""``%standardise`` and ``%deduplicate``: texts written in one way, and rows only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display

from sciml_magics.magics.names import check_out, find_frame

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.sciml import SciML
    from sciml_magics.magics.standardise_arguments import DeduplicateLine, StandardiseLine


def standardise(shell: InteractiveShell, settings: SciML, line: StandardiseLine) -> None:
    """Show what should be written in another way, and keep it as repairs.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api.standardising import standardise as standardise_frame

    form: Any = line.form  # the parser has checked them
    decimal: Any = line.decimal
    found = standardise_frame(
        find_frame(shell.user_ns, line.frame),
        line.column or (),
        name=line.name or str(line.frame),
        only=line.only or (),
        form=form,
        day_first=True if line.day_first else False if line.month_first else None,
        decimal=decimal,
        units=dict(line.unit or ()),
        meaning=not line.no_meaning,
        by=settings.annotator,
        store=line.store or settings.store,
        progress=settings.progress and not line.quiet,
    )
    if not line.quiet:
        display(found)


def deduplicate(shell: InteractiveShell, settings: SciML, line: DeduplicateLine) -> None:
    """Show the rows that repeat another; bind a new frame without them where asked.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api.standardising import deduplicate as deduplicate_frame

    frame = find_frame(shell.user_ns, line.frame)
    out = line.out or str(line.frame)
    if line.apply:
        check_out(shell.user_ns, out)
    compare: Any = line.compare  # the parser has checked it
    found = deduplicate_frame(
        frame,
        line.column or (),
        name=line.name or str(line.frame),
        compare=compare,
        threshold=line.threshold,
        apply=line.apply,
        above=line.above,
        by=settings.annotator,
        store=line.store or settings.store,
        progress=settings.progress and not line.quiet,
    )
    if found.cleaned is not None:
        shell.push({out: found.cleaned})
    if not line.quiet:
        display(found)
