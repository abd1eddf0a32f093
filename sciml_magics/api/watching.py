"""Watch the batches of a table: what is new compared with the state that was accepted last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from sciml_magics.annotation import Listener, Progress, person
from sciml_magics.api.jobs import watched
from sciml_magics.api.rules import as_rules
from sciml_magics.quality import watching
from sciml_magics.quality.rules import Rules
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    import pandas as pd

    from sciml_magics.quality.findings import Finding
    from sciml_magics.quality.table import Table
    from sciml_magics.quality.watching.reading import Heard

# Shares of the work, roughly: the detectors, then the state of each column.
_DETECTED = 0.6


@dataclass(frozen=True, repr=False)
class Watched(watching.Report):
    """What is new in a batch, as a notebook shows it."""

    def chart(self) -> alt.VConcatChart:
        """All of it on one page: see `sciml_magics.charts.watching.watching_chart`."""
        from sciml_magics.charts.watching import watching_chart

        return watching_chart(self)

    def __repr__(self) -> str:
        from sciml_magics.panels.watching import report_text

        return report_text(self)

    def _repr_html_(self) -> str:
        from sciml_magics.panels.watching import report_html

        return report_html(self)


def watch(
    frame: pd.DataFrame,
    *,
    name: str = "table",
    accept: bool = False,
    rules: Rules | str | Path | None = None,
    detect: bool = False,
    by: str | None = None,
    store: str | Path | None = None,
    progress: bool | Listener = True,
) -> Watched:
    """What is new in a batch of a table: ``%watch`` as a function.

    Compared with the state that was accepted last: columns and types, how values lie and are
    spelt, values that were never met, missing cells, and in how many rows rules are broken. What
    chance alone may have done is not told: of a hundred batches that are like the accepted one,
    one at most is said to differ.

    Parameters
    ----------
    frame
        The batch; it is not changed.
    name
        What the table is called; batches of one name are compared.
    accept
        Whether this batch is as it should be: later ones are compared with it.
    rules
        Rules to watch; a text is YAML, a ``Path`` a file of it. Without any those of the accepted
        state are watched; where there is none, those that the batch keeps are learned.
    detect
        Whether to count what detectors find, too. It takes as long as ``%detect``. They look at a
        batch as a whole, so that only greater differences are told: the promise above is not
        theirs.
    by
        Who accepts.
    store
        Store file or database URL.
    progress
        Show a bar; or a function that is called with every moment.

    Raises
    ------
    SciMLError
        If it is no frame, the rules do not fit, or the store cannot be used.
    Stopped
        If it was interrupted.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> folder = tempfile.TemporaryDirectory()
    >>> kept = {"name": "sites", "store": folder.name + "/my.db", "progress": False}
    >>> first = watch(pd.DataFrame({"site": ["Oslo", "Rome"] * 50}), accept=True, **kept)
    >>> later = watch(pd.DataFrame({"site": ["Oslo", "Room"] * 50}), **kept)
    >>> [change.what for change in later.changes]
    ['values', 'new values', 'rule']
    >>> folder.cleanup()
    """
    from sciml_magics.quality.table import Table

    table = Table(frame, name)
    opened = open_store(store)
    who = person(by)
    before = watching.last_accepted(opened, name)
    began = monotonic()
    with watched(f"{name}.state", progress, f"{name}: stopped; nothing was kept") as listen:

        def heard(_: str, share: float) -> None:
            passed = monotonic() - began
            done = int(share * len(table))
            phase = "done" if share >= 1 else "running"
            listen(
                Progress(
                    phase,  # type: ignore[arg-type]  # one of two phases
                    name,
                    "",
                    total=len(table),
                    done=done,
                    seconds=passed,
                    fraction=share,
                )
            )

        found = _found(table, before, rules, detect, heard)
        watching.keep(opened, found, who)
        heard("done", 1.0)
    notes = list(found.notes)
    if before is not None:
        notes.insert(0, f"accepted by {before.by} on {before.when:%Y-%m-%d %H:%M} UTC")
    if accept:
        watching.accept(opened, name, found.state, who)
        notes.append(f"accepted by {who}: later batches are compared with it")
    elif before is None:
        notes.append("accept it, and later batches are compared with it")
    return Watched(**{**vars(found), "notes": tuple(notes)})


def take_back_state(name: str, *, by: str | None = None, store: str | Path | None = None) -> str:
    """Take back the last accepting of a batch: ``%watch --undo`` as a function.

    Parameters
    ----------
    name
        What the table is called.
    by
        Who accepted it.
    store
        Store file or database URL.

    Returns
    -------
    str
        What batches are compared with now, in a sentence.

    Raises
    ------
    QualityError
        If this person accepted none.
    """
    state = watching.take_back(open_store(store), name, person(by))
    if state is None:
        return f"{name}: taken back; no state is accepted now"
    return f"{name}: taken back; batches are compared with that before: {state.summary}"


def _found(
    table: Table,
    before: watching.Accepted | None,
    rules: Rules | str | Path | None,
    detect: bool,
    heard: Heard,
) -> watching.Report:
    share = _DETECTED if detect else 0.0
    findings = _findings(table, lambda what, done: heard(what, share * done)) if detect else None
    return watching.report(
        table,
        None if before is None else before.state,
        None if rules is None else as_rules(rules),
        findings,
        lambda what, done: heard(what, share + (1 - share) * done),
    )


def _findings(table: Table, heard: Heard) -> Mapping[str, Sequence[Finding]]:
    from sciml_magics.quality.detecting.looking import Looked, choose, look, state_of

    # What is missing is counted in any case, and tested cell by cell.
    chosen = {name: make for name, make in choose().items() if name != "missing"}

    def told(looked: Looked) -> None:
        heard("detectors", len(looked.findings) / len(chosen))

    looked = look(table, state_of(table), chosen, told)
    if looked.stopped:
        raise KeyboardInterrupt
    return looked.findings
