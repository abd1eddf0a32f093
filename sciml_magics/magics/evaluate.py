"""``%evaluate`` and ``%split``: how good suggestions are, and parts to learn from and judge by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from sciml_magics.charts.words import printable
from sciml_magics.magics.names import check_out, find_frame
from sciml_magics.magics.review import only_frame, stored
from sciml_magics.magics.showing import draws

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.evaluate_arguments import EvaluateLine, SplitLine
    from sciml_magics.magics.sciml import SciML


def evaluate(shell: InteractiveShell, settings: SciML, line: EvaluateLine) -> None:
    """Show how good the suggestions of a task are.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    task = stored(line.task, store)
    name = line.frame
    if name is None and (line.gold or (line.by and line.by not in task.columns)):
        name = only_frame(shell.user_ns, task)
    found = task.evaluate(
        None if name is None else find_frame(shell.user_ns, name),
        gold=line.gold,
        predicted=line.predicted,
        model=line.model,
        by=line.by,
        part="all" if line.all else "held_out",
        store=store,
        seed=line.seed,
    )
    display(found)
    if not draws(settings, line.no_chart):
        return
    for chart in found.charts():
        if chart != "labels":  # the table tells as much
            display(found.chart(chart))


def split(shell: InteractiveShell, line: SplitLine) -> None:
    """Bind a new frame with a column that splits its rows, and tell the counts.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    from sciml_magics.api.evaluating import split_counted

    frame = find_frame(shell.user_ns, line.frame)
    out = line.out or str(line.frame)
    check_out(shell.user_ns, out)
    done = split_counted(
        frame,
        line.column or (),
        by=line.by,
        group=line.group,
        shares=line.shares,
        seed=line.seed,
        name=line.name,
    )
    shell.push({out: done.frame})
    if line.quiet:
        return
    everything, *_ = done.counts.itertuples(index=False)
    parts = zip(done.counts.columns, everything, strict=True)
    told = " · ".join(f"{part} {number:,}" for part, number in parts)
    print(printable(f"{out}: {len(done.frame):,} rows · {told} · seed {line.seed}"))
    for note in done.notes:
        print(printable(note))
    if len(done.counts) > 1:
        display(done.counts)
