"""Learning as the public functions give it: what was learned, shown; models, and steps back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from sciml_magics.annotation import person
from sciml_magics.api.jobs import watched
from sciml_magics.api.showing import shown_as
from sciml_magics.errors import LearningError
from sciml_magics.learning import learned
from sciml_magics.learning.again import suggest_again
from sciml_magics.learning.assignment import Assignment
from sciml_magics.learning.learner import learn
from sciml_magics.learning.registry import Registry
from sciml_magics.models import Options, open_model
from sciml_magics.panels.views import lines_html
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Method, Task, Training
from sciml_magics.tasks.training import Tracker

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.annotation import Outcome
    from sciml_magics.api.options import LearnOptions
    from sciml_magics.learning.pictures import Openers
    from sciml_magics.store.trained import Trained

_COLUMNS = (
    "task", "model", "promoted", "method", "examples", "measure", "score", "low", "high",
    "held_out", "base", "parent", "version", "seed", "by", "created", "folder", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Learned(learned.Learned):
    """What came of a learning; a notebook shows it in a few lines.

    Parameters
    ----------
    outcome
        The run in which the new model suggested for the records of the task; ``None`` where there
        was nothing to suggest.
    """

    outcome: Outcome | None = None

    def chart(self) -> alt.Chart | alt.LayerChart:
        """How loss and validation went in training.

        Raises
        ------
        NothingToDrawError
            If nothing was trained.
        """
        from sciml_magics.charts.learning import training_chart

        return training_chart(self.fit.history if self.fit else (), self.trained.name)

    def trials_frame(self) -> pd.DataFrame:
        """The trials of a search, one a row, the best first; empty where none was asked for."""
        from sciml_magics.learning.search import trials_frame

        return trials_frame(self.trials)

    def __repr__(self) -> str:
        return "\n".join((self.summary, *self.remarks))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        head, _, facts = self.summary.partition(": ")
        html = lines_html(head, facts.split(" · "), self.remarks)
        return {"text/html": html, "text/plain": repr(self)}


def learn_task(task: Task, options: LearnOptions) -> Learned:
    """Teach a model what people answered; see `sciml_magics.api.Task.learn`."""
    store = open_store(options.get("store"))
    progress = options.get("progress", True)
    by = options.get("by") or person()
    images = images_of(task, options.get("frame"), store)
    assignment = Assignment(
        method=options.get("method"),
        model=options.get("model"),
        training=training_of(options),
        force=options.get("force", False),
        promote=options.get("promote", True),
        by=by,
        search=options.get("search", 0),
        track=_trackers(options.get("track", ())),
        images=images,
    )
    with watched(task.name, progress) as listen:
        found = learn(store, task, assignment, listen)
    outcome = None
    if found.promoted and options.get("suggest", True):
        run_on = Options(assignment.training.device, assignment.training.precision)
        suggester = open_model(Registry(store).files(found.trained), run_on)
        with watched(task.name, progress) as listen:
            version = found.trained.task
            outcome = suggest_again(store, version, suggester, by, listen, images)
    return shown_as(Learned, found, outcome=outcome)


def images_of(task: Task, frame: pd.DataFrame | None, store: Store) -> Openers:
    """What opens the images of a frame; nothing where there is none.

    Raises
    ------
    LearningError
        If a frame is named for a task on texts, which are in the store.
    """
    if frame is None:
        return {}
    known = store.latest(task.name) or task
    if known.input != "image":
        raise LearningError(
            f"task '{task.name}' reads texts, which are in the store: leave the frame out"
        )
    from sciml_magics.learning.pictures import openers_of

    return openers_of(frame, known)


def models_table(store: Store, task: Task | None = None) -> pd.DataFrame:
    """Models that were trained, newest first, one a row: for all tasks, or for one."""
    import pandas as pd

    registry = Registry(store)
    known = registry.all(task)
    names = {one.id: one.name for one in known}
    current = {one.id for one in map(registry.current, {each.task for each in known}) if one}
    rows = [_row(registry, one, one.id in current, names) for one in reversed(known)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def roll_back(task: Task, store: Store, by: str | None = None) -> str:
    """Take the last promotion back; what answers now, in a line."""
    back, notes = Registry(store).rollback(task, by or person())
    _tell(task)
    now = "its base model" if back is None else back.name
    return " · ".join((f"{task.name}: {now} answers again", *notes))


def promote(task: Task, name: str, store: Store, by: str | None = None) -> str:
    """Let a model that was trained answer the task; what answers now, in a line."""
    registry = Registry(store)
    chosen = registry.find(task, name)
    who = by or person()
    registry.promote(task, chosen, f"promoted by {who}", who)
    _tell(task)
    return f"{task.name}: {chosen.name} answers from now on"


def _tell(task: Task) -> None:
    """Let an open panel know that another model speaks for a task."""
    import sys

    if "sciml_magics.panels.service" in sys.modules:
        from sciml_magics.panels.service import service

        service().announcements.changed(task.name)


def training_of(options: LearnOptions, method: Method = "full") -> Training:
    """The settings that are among the options of a learning."""
    given: dict[str, Any] = dict(options)
    names = {field.name for field in fields(Training)} - {"method"}
    return Training(method, **{name: given[name] for name in names if name in given})


def _trackers(names: str | Sequence[str]) -> tuple[Tracker, ...]:
    """Names of trackers; an unknown one is told when the learning begins."""
    listed = [names] if isinstance(names, str) else names
    return tuple(cast("Tracker", name) for name in listed)


def _row(registry: Registry, one: Trained, current: bool, names: dict[int, str]) -> dict[str, Any]:
    metrics = one.made.metrics
    held_out = metrics.get("held_out") or {}
    values = (
        one.task.name, one.name, current, one.method, metrics.get("examples"),
        held_out.get("measure"), held_out.get("score"), held_out.get("low"), held_out.get("high"),
        held_out.get("n"),
        one.made.base, names.get(one.made.parent or 0), one.task_version, one.seed, one.made.by,
        one.created, one.made.folder, _state(registry, one),
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


def _state(registry: Registry, one: Trained) -> str:
    """Whether the model can be used: ``"here"``, or what is wrong with its folder."""
    return registry.problem(one) or "here"
