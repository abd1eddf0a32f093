"""Calibration as the public functions give it: what was found, shown; sets; labels to trust."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sciml_magics.annotation import person
from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.trust.acceptance import WANTED, above, lowest_threshold
from sciml_magics.learning.trust.calibrating import Calibrated, Method, calibrate, judged_scores
from sciml_magics.learning.trust.labelling import label_sets_of
from sciml_magics.learning.trust.rescoring import Rescoring
from sciml_magics.panels.views import lines_html
from sciml_magics.review.frame import labels_frame, model_of, version_of
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import ModelIdentity, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.learning.evaluating.reliability import Reliability


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How far a model's scores can be taken at their word; a notebook shows it in a few lines.

    Parameters
    ----------
    found
        What was found.
    """

    found: Calibrated

    @property
    def before(self) -> Reliability:
        """Of the scores as the model gives them; ``.ece`` is their calibration error."""
        return self.found.before

    @property
    def after(self) -> Reliability:
        """Of calibrated scores, cross-validated."""
        return self.found.after

    @property
    def acceptance(self) -> pd.DataFrame:
        """How far people agree with the answers above each score, a score a row."""
        return self.found.acceptance.frame()

    @property
    def summary(self) -> str:
        """One line: task, error before and after, method, answers, model."""
        found = self.found
        return " · ".join(
            (
                f"{found.task.name}: calibration error {self.before.ece:.3f} before, "
                f"{self.after.ece:.3f} after",
                found.calibrator.words,
                f"{found.answers:,} answers",
                found.model.short,
            )
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of it, a sentence each."""
        return self.found.notes

    def threshold(self, agree: float = WANTED) -> float | None:
        """The lowest score above which people agree so often, shown by a test; ``None`` if none.

        See `sciml_magics.learning.trust.acceptance.lowest_threshold`.
        """
        return lowest_threshold(*self.found.judged, agree)

    def accepting(self, agree: float = WANTED) -> str:
        """In a sentence from which score on answers can be accepted."""
        at = self.threshold(agree)
        if at is None:
            return (
                f"no score can be shown to reach {_percent(agree)} agreement yet: more answers, "
                "or a better model"
            )
        scores, right = self.found.judged
        found = above(at, scores, right)
        taken = self.found.acceptance
        share = float(np.interp(at, taken.thresholds, taken.share))
        agrees = found.words if found else "?"
        return (
            f"accept above {at:.3g}: {agrees} agree with people, {_percent(share)} of all answers "
            f"(95 % sure of at least {_percent(agree)})"
        )

    def chart(self) -> alt.HConcatChart:
        """How often answers are right at each score, before and after."""
        from sciml_magics.charts.calibration import calibration_chart

        found = self.found
        return calibration_chart(found.before, found.after, found.task.name, found.calibrator.words)

    def acceptance_chart(self, agree: float = WANTED) -> alt.HConcatChart:
        """How far people agree above each score, and what share of the answers that takes in."""
        from sciml_magics.charts.calibration import acceptance_chart

        found = self.found
        return acceptance_chart(found.acceptance, found.task.name, self.threshold(agree))

    def __repr__(self) -> str:
        return "\n".join((self.summary, *self.notes))

    def _repr_html_(self) -> str:
        head, _, facts = self.summary.partition(": ")
        table = self.acceptance
        rows = table.iloc[:: max(1, len(table) // 8)]
        shown = rows.to_html(index=False, float_format=lambda number: f"{number:.3f}")
        return lines_html(head, facts.split(" · "), self.notes) + shown


class Labelled(NamedTuple):
    """A frame with answers, and what a person should know of them.

    Parameters
    ----------
    frame
        The new frame.
    notes
        A sentence each.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]


def calibrate_task(
    task: Task, model: str | None, method: Method, store: str | Path | None
) -> Calibration:
    """Hold a model's scores against people's answers; see `sciml_magics.api.Task.calibrate`."""
    opened = open_store(store)
    known, chosen = _chosen(opened, task, model)
    return Calibration(calibrate(opened, known, chosen, method, by=person()))


def label_frame(
    task: Task,
    frame: pd.DataFrame,
    *,
    model: str | None = None,
    threshold: float | None = None,
    accept_above: float | None = None,
    raw_scores: bool = False,
    store: str | Path | None = None,
) -> Labelled:
    """The answers that hold now, and what to know of them; see `sciml_magics.api.Task.answers`."""
    if accept_above is not None and not 0 <= accept_above <= 1:
        raise LearningError(f"answers are accepted above a score from 0 to 1, not {accept_above:g}")
    if accept_above is not None and raw_scores:
        raise LearningError("raw scores promise nothing: accept answers above a calibrated one")
    opened = open_store(store)
    rescoring = Rescoring(opened, needed=accept_above is not None, threshold=threshold)
    done = labels_frame(
        frame,
        task,
        opened,
        model=model,
        threshold=threshold,
        accept_above=accept_above,
        calibrate=None if raw_scores else rescoring,
    )
    notes = [rescoring.held.words] if rescoring.held else []
    if accept_above is not None:
        notes.append(_trusted(opened, rescoring, accept_above))
    return Labelled(done, tuple(notes))


def sets_frame(
    task: Task,
    frame: pd.DataFrame,
    coverage: float,
    model: str | None,
    store: str | Path | None,
) -> Labelled:
    """Sets of labels for the rows of a frame; see `sciml_magics.api.Task.sets`."""
    opened = open_store(store)
    known, chosen = _chosen(opened, task, model)
    return Labelled(*label_sets_of(opened, known, chosen, frame, coverage))


def _chosen(store: Store, task: Task, model: str | None) -> tuple[Task, ModelIdentity]:
    known = version_of(task, store)
    chosen = model_of(known, store, model)
    if chosen is None:
        raise ModelError(
            f"no model suggested anything for '{task.name}' yet: %annotate a frame first"
        )
    return known, chosen


def _trusted(store: Store, rescoring: Rescoring, accept_above: float) -> str:
    """How far people agree with what is trusted now."""
    task, model, held = rescoring.task, rescoring.model, rescoring.held
    assert task is not None
    assert model is not None
    assert held is not None
    scores, right, random = judged_scores(store, task, model, held.calibrator)
    found = above(accept_above, scores, right)
    if found is None:
        return f"people judged no answer above {accept_above:g}: how right these are is unknown"
    drawn = "drawn at random" if random else "not drawn at random"
    return (
        f"trusted above {accept_above:g}: {found.words} agree with people, "
        f"on {found.n:,} answers {drawn}"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
