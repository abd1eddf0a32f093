"""``%detect`` and ``%repair``: what looks wrong, and what could stand there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from IPython.display import display

from sciml_magics.errors import Stopped
from sciml_magics.magics.names import find_frame
from sciml_magics.magics.showing import draws

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.detect_arguments import DetectLine, RepairLine
    from sciml_magics.magics.sciml import SciML
    from sciml_magics.quality.rules import Rules


class _Found(Protocol):
    @property
    def frame(self) -> pd.DataFrame: ...
    def chart(self) -> alt.Chart: ...


def detect(shell: InteractiveShell, settings: SciML, line: DetectLine, body: str) -> None:
    """Show what looks wrong in a frame.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    Stopped
        If the person interrupted; what was found is stored and shown.
    """
    frame = find_frame(shell.user_ns, line.frame)
    name = line.name or str(line.frame)
    if line.learn_rules:
        print(_learn_rules(frame, name, line.learn_rules))
        return
    from sciml_magics.api.detecting import detect as detect_frame

    with stopped_shown(quiet=line.quiet):
        found = detect_frame(
            frame,
            _rules(line.rules, body),
            name=name,
            detectors=_names(line.detectors),
            time=_names(line.time) or (),
            image_model=line.image_model,
            above=line.above,
            ask=line.ask,
            seed=line.seed,
            by=settings.annotator,
            store=line.store or settings.store,
            progress=settings.progress and not line.quiet,
        )
    if not line.quiet:
        show(settings, found, no_chart=line.no_chart)


def repair(shell: InteractiveShell, settings: SciML, line: RepairLine) -> None:
    """Show what could stand in the cells that look wrong.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    Stopped
        If the person interrupted; what was proposed is stored and shown.
    """
    from sciml_magics.api.repairing import repair as repair_frame

    with stopped_shown(quiet=line.quiet):
        made = repair_frame(
            find_frame(shell.user_ns, line.frame),
            _rules(line.rules, ""),
            name=line.name or str(line.frame),
            above=line.above,
            model=line.model,
            seed=line.seed,
            by=settings.annotator,
            store=line.store or settings.store,
            progress=settings.progress and not line.quiet,
        )
    if not line.quiet:
        show(settings, made, no_chart=line.no_chart)


@contextmanager
def stopped_shown(*, quiet: bool) -> Iterator[None]:
    """Show how far a job came that the person stopped, before the line that says so."""
    try:
        yield
    except Stopped as stopped:
        if stopped.outcome is not None and not quiet:
            display(stopped.outcome)
        raise


def show(settings: SciML, found: _Found, *, no_chart: bool) -> None:
    """Show a result, and below it its chart where a notebook can draw one."""
    display(found)
    if len(found.frame) and draws(settings, no_chart):
        display(found.chart())


def _names(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [name.strip() for name in text.split(",") if name.strip()]


def _rules(file: str | None, body: str) -> Rules | None:
    from sciml_magics.errors import QualityError

    if file and body.strip():
        raise QualityError("the rules stand in --rules and in the body: keep one of the two")
    if file:
        from sciml_magics.quality.rules.reading import read_rules

        return read_rules(file)
    if body.strip():
        from sciml_magics.quality.rules import parse

        return parse(body)
    return None


def _learn_rules(frame: pd.DataFrame, name: str, file: str) -> str:
    from sciml_magics.quality.rules import learn
    from sciml_magics.quality.table import Table

    rules = learn(Table(frame, name))
    path = Path(file).expanduser()
    path.write_text(rules.to_yaml(), encoding="utf-8")
    return f"{name}: {len(rules):,} rules in {path}: edit them, then %detect {name} --rules {file}"
