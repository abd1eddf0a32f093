"""``%review``, ``%labels`` and ``%agreement``: what people say of what models suggest."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from IPython.display import display

from sciml_magics.charts.words import listed
from sciml_magics.errors import FrameError, SciMLError, TaskError
from sciml_magics.magics.names import check_out, find_frame, frame_names
from sciml_magics.magics.showing import few_rows
from sciml_magics.magics.stores import DEFAULT_STORE, has_store
from sciml_magics.panels.progress import in_kernel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics import api
    from sciml_magics.magics.review_arguments import AgreementLine, LabelsLine, ReviewLine
    from sciml_magics.magics.sciml import SciML


def review(shell: InteractiveShell, settings: SciML, line: ReviewLine) -> None:
    """Show the panel that reviews a task, or bring it up at the side.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    task = stored(line.task, line.store or settings.store)
    if not in_kernel():
        raise SciMLError("a review needs a notebook: in JupyterLab, Notebook, VS Code or Colab")
    from sciml_magics.api.reviewing import review_asked
    from sciml_magics.panels.host import review_panel
    from sciml_magics.panels.service import service

    frame = find_frame(shell.user_ns, line.frame) if line.frame else None
    options = cast(
        "api.ReviewOptions",
        {
            "where": line.where,
            "variables": shell.user_ns,
            "order": line.order or "mixed",
            "model": line.model,
            "annotator": line.annotator,
            "overlap": line.overlap,
            "adjudicate": line.adjudicate,
            "store": line.store,
        },
    )
    asked = review_asked(task, frame, options)
    if line.panel and service().announcements.show(task.name, asked):
        return
    if line.panel:
        print("The side panel is not open: here is the review instead.")
    display(review_panel(asked, line.store))


def labels(shell: InteractiveShell, settings: SciML, line: LabelsLine) -> None:
    """Bind a new frame with the answers that hold now, and show it.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    task = stored(line.task, store)
    name = line.frame or only_frame(shell.user_ns, task)
    frame = find_frame(shell.user_ns, name)
    out = line.out or name
    check_out(shell.user_ns, out)
    from sciml_magics.api.calibrating import label_frame

    done, notes = label_frame(
        task,
        frame,
        model=line.model,
        threshold=line.threshold,
        accept_above=line.accept_above,
        raw_scores=line.raw_scores,
        store=store,
    )
    shell.push({out: done})
    if line.quiet:
        return
    with few_rows():
        display(done)
    counts = done[f"{task.name}_status"].value_counts()
    parts = [f"{count:,} {status}" for status, count in counts.items() if count]
    print(f"{task.name}: {len(done):,} rows · {' · '.join([*parts, *notes])}")


def agreement(settings: SciML, line: AgreementLine) -> None:
    """Show how far people agree, or what they answer differently.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    task = stored(line.task, store)
    if line.disagreements:
        found = task.disagreements(line.limit, store)
        _show(found, f"No two people have answered a record of '{task.name}' differently.")
        return
    _show(task.agreement(store).frame(), f"Nobody has answered a record of '{task.name}' yet.")


def stored(name: str | None, store: str | None) -> api.Task:
    """The task that a line means: the one of that name, or the only one that there is.

    Raises
    ------
    TaskError
        If there is none of that name, or several to choose from.
    """
    if not has_store(store):
        raise TaskError(
            f"no store yet at {store or DEFAULT_STORE}: annotate something first, with %%annotate"
        )
    from sciml_magics import api
    from sciml_magics.store import open_store

    with open_store(store) as opened:
        known = sorted({version.task.name for version in opened.tasks()})
    if name is None and len(known) == 1:
        return api.stored_task(known[0], store)
    if name is None:
        raise TaskError(f"which task? the store knows {listed(known) if known else 'none yet'}")
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"it knows {', '.join(known) or 'none'}"
        raise TaskError(f"the store knows no task '{name}': {hint}")
    return api.stored_task(name, store)


def only_frame(namespace: Mapping[str, Any], task: api.Task) -> str:
    """The one frame that has the columns which a task reads.

    Raises
    ------
    FrameError
        If none or several have them.
    """
    fitting = [
        name
        for name in frame_names(namespace)
        if set(task.columns) <= {str(column) for column in namespace[name].columns}
    ]
    if len(fitting) == 1:
        return fitting[0]
    columns = ", ".join(f"'{column}'" for column in task.columns)
    found = f"{listed(fitting)} have" if fitting else "none has"
    raise FrameError(f"which frame? {found} the column{'s' * (len(task.columns) > 1)} {columns}")


def _show(frame: pd.DataFrame, otherwise: str) -> None:
    if len(frame):
        display(frame)
    else:
        print(otherwise)
