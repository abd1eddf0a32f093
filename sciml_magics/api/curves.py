"""Learning curves as the public functions give them: drawn while they are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sciml_magics.annotation import Progress
from sciml_magics.api.jobs import watched
from sciml_magics.api.learning import images_of, training_of
from sciml_magics.errors import Stopped
from sciml_magics.learning.bases import base_model
from sciml_magics.learning.curve import Point, learning_curve, score_without, sizes_of
from sciml_magics.learning.registry import Registry
from sciml_magics.learning.teachable import version_to_learn
from sciml_magics.panels.progress import in_kernel
from sciml_magics.store import open_store
from sciml_magics.tasks import Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.api.options import LearnOptions


@dataclass(frozen=True)
class Curve:
    """How good a model gets with more answers.

    Parameters
    ----------
    task
        Name of the task.
    points
        The least answers first.
    before
        Score of what answers without learning, ``None`` where it is not known.
    """

    task: str
    points: tuple[Point, ...]
    before: float | None

    @property
    def frame(self) -> pd.DataFrame:
        """The points, one a row."""
        import pandas as pd

        return pd.DataFrame(
            [
                (one.examples, one.score, one.low, one.high, one.held_out, one.measure)
                for one in self.points
            ],
            columns=["examples", "score", "low", "high", "held_out", "measure"],
        )

    def chart(self) -> alt.LayerChart:
        """The curve with its 95 % interval."""
        from sciml_magics.charts.learning import learning_curve_chart

        return learning_curve_chart(self.points, self.task, self.before)

    def __repr__(self) -> str:
        told = ", ".join(f"{one.score:.3f} with {one.examples:,} answers" for one in self.points)
        return f"{self.task}: {told}"


def curve_of(task: Task, options: LearnOptions, sizes: Sequence[int] | None = None) -> Curve:
    """Draw a learning curve; see `sciml_magics.api.Task.learning_curve`."""
    store = open_store(options.get("store"))
    known = version_to_learn(store, task)
    current = Registry(store).current(known)
    base = base_model(store, known, options.get("model"), current)
    training = training_of(options, options.get("method") or "head")
    if known.kind == "labels" and options.get("method") is None:
        training = replace(training, class_weights="balanced")  # as `choose_method` has it
    images = images_of(known, options.get("frame"), store)
    progress = options.get("progress", True)
    draw = _Drawn(bool(progress))
    before = score_without(store, known)
    wanted = sizes_of(store, known, sizes)
    curve = Curve(known.name, (), before)
    try:
        # The curve that grows is its own progress; the panel is told of it, and can stop it.
        with watched(known.name, False) as listen:
            for point in learning_curve(store, known, base, training, wanted, images):
                curve = Curve(known.name, (*curve.points, point), before)
                draw(curve)
                listen(_moment(curve, sum(wanted)))
            listen(_moment(curve, sum(wanted), ended=True))
    except KeyboardInterrupt:
        count = len(curve.points)
        raise Stopped(
            f"{known.name}: stopped after {count} of {len(wanted)} points", curve
        ) from None
    return curve


class _Drawn:
    """The curve in a notebook, renewed in place."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and in_kernel()
        self._handle: Any = None

    def __call__(self, curve: Curve) -> None:
        if not self._wanted:
            return
        from IPython.display import display

        if self._handle is None:
            self._handle = display(curve.chart(), display_id=True)
        else:
            self._handle.update(curve.chart())


def _moment(curve: Curve, total: int, ended: bool = False) -> Progress:
    done = sum(one.examples for one in curve.points)
    return Progress(
        "done" if ended else "training",
        curve.task,
        "",
        total=total,
        done=done,
        fraction=done / total if total else 1.0,
        validation=curve.points[-1].score if curve.points else None,
    )
