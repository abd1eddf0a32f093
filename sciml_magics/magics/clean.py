"""``%clean`` and ``%changes``: what was agreed in a new frame, listed and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.errors import QualityError
from sciml_magics.magics.detect import show
from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.stores import DEFAULT_STORE, has_store

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.api.cleaning import Changes, TakenBack
    from sciml_magics.magics.clean_arguments import ChangesLine, CleanLine
    from sciml_magics.magics.sciml import SciML


def clean(shell: InteractiveShell, settings: SciML, line: CleanLine) -> None:
    """Tell what was agreed, or bind a new frame that has it.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    frame = find_frame(shell.user_ns, line.frame)
    out = line.out or str(line.frame)
    if line.apply:
        check_out(shell.user_ns, out)
    from sciml_magics.api.cleaning import clean as clean_frame

    done = clean_frame(
        frame,
        name=line.name or str(line.frame),
        accept_above=line.accept_above,
        apply=line.apply,
        by=settings.annotator,
        store=_store(line.store or settings.store),
    )
    if line.apply:
        shell.push({out: done.frame})
    if line.quiet:
        return
    show(settings, done, no_chart=line.no_chart or done.changes.empty)


def changes(shell: InteractiveShell, settings: SciML, line: ChangesLine) -> None:
    """List the changes of a table, write them into files, or take them back.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api.cleaning import changes as changes_of

    store = _store(line.store or settings.store)
    name = line.name or line.frame
    if name is None:
        raise QualityError("which table? write %changes FRAME")
    if line.take_back is not None:
        back = _take_back(shell, settings, line, name, store)
        if not line.quiet:
            display(back)
        return
    found = changes_of(name, store=store)
    if written := _written(found, line):
        print(written)
    elif not line.quiet:
        show(settings, found, no_chart=line.no_chart)


def _take_back(
    shell: InteractiveShell, settings: SciML, line: ChangesLine, name: str, store: str | None
) -> TakenBack:
    from sciml_magics.api.cleaning import take_back

    frame = find_frame(shell.user_ns, line.frame)
    out = line.out or str(line.frame)
    check_out(shell.user_ns, out)
    *row, column = line.take_back or ["all"]
    back = take_back(
        frame,
        name=name,
        row=row[0] if row else None,
        column=None if not row and column == "all" else column,
        by=settings.annotator,
        store=store,
    )
    shell.push({out: back.frame})
    return back


def _written(found: Changes, line: ChangesLine) -> str:
    told = []
    if line.csv:
        told.append(f"{found.name}: {len(found.frame):,} changes in {found.to_csv(line.csv)}")
    if line.script:
        path = found.to_script(line.script)
        told.append(f"{found.name}: the changes that hold as a script in {path}")
    return "\n".join(told)


def _store(where: str | None) -> str | None:
    if not has_store(where):
        raise QualityError(
            f"no store yet at {where or DEFAULT_STORE}: %repair FRAME proposes repairs first"
        )
    return where
