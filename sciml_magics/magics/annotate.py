"""``%annotate`` and ``%%annotate``: from what was typed to what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from IPython.display import display

from sciml_magics.errors import Stopped, TaskError
from sciml_magics.magics.arguments import AnnotateLine
from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.showing import draws, few_rows
from sciml_magics.magics.stores import has_store

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics import api
    from sciml_magics.annotation.outcome import Outcome
    from sciml_magics.magics.sciml import SciML
    from sciml_magics.tasks.scheme import Scheme


def annotate(shell: InteractiveShell, settings: SciML, line: AnnotateLine, body: str) -> None:
    """Annotate the frame that `line` names, bind the new frame and show it.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    Stopped
        If the person interrupted; what was done is stored, bound and shown.
    """
    frame = find_frame(shell.user_ns, line.frame)
    out = line.out or str(line.frame)
    check_out(shell.user_ns, out)
    task = find_task(frame, line, body, line.store or settings.store)
    options = _options(shell, settings, line)
    try:
        if line.dry_run:
            from sciml_magics.panels.results import plan_view

            display(plan_view(task.plan(frame, **options)))
            return
        outcome = task.run(frame, **options)
    except Stopped as stop:
        if stop.outcome is not None:
            _finish(shell, settings, line, out, cast("Outcome", stop.outcome))
        raise
    _finish(shell, settings, line, out, outcome)


def find_task(frame: pd.DataFrame, line: AnnotateLine, body: str, store: str | None) -> api.Task:
    """The task that a line and a body ask for: a new one, or one that the store knows.

    Raises
    ------
    SciMLError
        If they do not make a task.
    """
    from sciml_magics import api

    scheme = _scheme(line, body)
    if scheme is None and line.task is not None:
        known = _stored(line, store)
        if known is not None:
            return _changed(known, frame, line)
    if not line.column:
        names = ", ".join(f"'{name}'" for name in list(frame.columns)[:8])
        raise TaskError(f"which column? name one with --column; {line.frame} has {names}")
    return api.make_task(
        frame,
        line.column,
        line.task or "label",
        labels=scheme.labels if scheme else None,
        kind=line.kind or "label",
        input=line.input,
        instructions=scheme.instructions if scheme else "",
    )


def _scheme(line: AnnotateLine, body: str) -> Scheme | None:
    from sciml_magics.tasks.scheme import Scheme, as_labels, parse_body

    scheme = parse_body(body)
    if line.labels:
        if scheme.labels:
            raise TaskError("the labels stand in --labels and in the body: keep one of the two")
        scheme = Scheme(as_labels(line.labels), scheme.instructions)
    return scheme if scheme != Scheme() else None


def _stored(line: AnnotateLine, store: str | None) -> api.Task | None:
    """The stored task of that name, or ``None`` where the line asks for a new one."""
    from sciml_magics import api

    if not has_store(store):
        if line.column:
            return None
        raise TaskError(
            f"no task '{line.task}' yet: say what is asked with --column and --labels, or in the "
            "body of a %%annotate cell"
        )
    try:
        return api.stored_task(str(line.task), store)
    except TaskError:
        if line.column:
            return None
        raise


def _changed(task: api.Task, frame: pd.DataFrame, line: AnnotateLine) -> api.Task:
    from sciml_magics.frames import check_frame

    columns = line.column or task.columns
    check_frame(frame, columns)
    return replace(
        task, columns=columns, kind=line.kind or task.kind, input=line.input or task.input
    )


def _options(shell: InteractiveShell, settings: SciML, line: AnnotateLine) -> api.RunOptions:
    options: dict[str, Any] = {
        "model": line.model,
        "otherwise": settings.model,
        "device": line.device or settings.device,
        "precision": line.precision or settings.precision,
        "window": line.window or "max",
        "shortlist": line.shortlist,
        "threshold": line.threshold,
        "where": line.where,
        "variables": shell.user_ns,
        "sample": line.sample,
        "limit": line.limit,
        "seed": line.seed,
        "provenance": line.provenance,
        "raw_scores": line.raw_scores,
        "by": settings.annotator,
        "store": line.store or settings.store,
        "progress": settings.progress and not line.quiet,
    }
    if line.max_new_tokens is not None:
        options["max_new_tokens"] = line.max_new_tokens
    return cast("api.RunOptions", options)


def _finish(
    shell: InteractiveShell, settings: SciML, line: AnnotateLine, out: str, outcome: Outcome
) -> None:
    """Bind the new frame, then show it, the summary and the chart."""
    shell.push({out: outcome.frame})
    if line.quiet:
        return
    from sciml_magics.panels.results import SummaryView

    with few_rows():
        display(outcome.frame)
    display(SummaryView(outcome))
    if draws(settings, line.no_chart):
        from sciml_magics.charts.labels import label_chart

        display(label_chart(outcome.frame, outcome.task, outcome.threshold))
