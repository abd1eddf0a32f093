"""A task, and everything that can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sciml_magics.annotation import Outcome, Plan, Request, person
from sciml_magics.annotation import annotate as annotate_frame
from sciml_magics.annotation import plan as plan_frame
from sciml_magics.api.jobs import watched
from sciml_magics.api.models import model_for
from sciml_magics.api.options import ReviewOptions, RunOptions
from sciml_magics.api.record import runs
from sciml_magics.api.taught import TaughtTask
from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.store import Store, open_store

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from sciml_magics.charts.review import Name as ChartName
    from sciml_magics.exchange import Exported, Format, Imported, What
    from sciml_magics.panels.host import ReviewPanel
    from sciml_magics.review.agreement import Agreement


@dataclass(frozen=True)
class Task(TaughtTask):
    """A named question about the rows of a frame, and what can be done with it.

    The parameters are those of `sciml_magics.tasks.Task`.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from sciml_magics import Label, Task
    >>> frame = pd.DataFrame({"note": ["The gene was sequenced.", "A telescope saw a comet."]})
    >>> labels = (Label("genomics", "genes and DNA"), Label("astronomy", "stars and comets"))
    >>> task = Task("topic", ("note",), labels=labels)
    >>> folder = tempfile.TemporaryDirectory()
    >>> done = task.annotate(frame, store=folder.name + "/sciml_magics.db", progress=False)
    >>> done["topic"].tolist()
    ['genomics', 'astronomy']
    >>> folder.cleanup()
    """

    def run(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> Outcome:
        """Annotate `frame` and return all there is to know of the run.

        Parameters
        ----------
        frame
            The user's frame; it is never changed.
        model
            Hub id, ``id@revision`` or folder, or the name of a model that was trained for this
            task. ``None`` is the one that was promoted, else `otherwise`.
        otherwise
            As `model`, where none was promoted; ``None`` for the embedded model.
        device, precision, window, max_new_tokens, shortlist
            How the model runs: see `sciml_magics.models.Options`.
        threshold, where, variables, sample, limit, seed, provenance, by
            Which rows are asked about, and how answers are written: see
            `sciml_magics.annotation.Request`. `by` defaults to the person at the keyboard.
        raw_scores
            Write the model's own scores also where a calibration of it holds.
        store
            File or database URL of the store; ``None`` for ``sciml_magics.db`` in the current
            folder.
        progress
            Show a progress bar, or a function that is called with every
            `sciml_magics.annotation.Progress`.

        Raises
        ------
        SciMLError
            If the frame, the task, the model or the store does not allow it.
        Stopped
            If the person interrupted; what was done is stored.
        """
        suggester, request, where = self._prepare(options)
        from sciml_magics.learning.trust.rescoring import Rescoring

        calibrate = None
        if not options.get("raw_scores"):
            calibrate = Rescoring(where, threshold=request.threshold)
        early = f"{self.name}: stopped before anything was computed"
        with watched(self.name, options.get("progress", True), early) as listen:
            return annotate_frame(frame, request, suggester, where, listen, calibrate)

    def annotate(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> pd.DataFrame:
        """Annotate `frame` and return the new frame; options as in `run`."""
        return self.run(frame, **options).frame

    def plan(self, frame: pd.DataFrame, **options: Unpack[RunOptions]) -> Plan:
        """Measure on a sample what `run` would cost; nothing is stored. Options as in `run`."""
        suggester, request, where = self._prepare(options)
        return plan_frame(frame, request, suggester, where)

    def chart(self, frame: pd.DataFrame, threshold: float | None = None) -> alt.HConcatChart:
        """Altair chart of the task's labels and scores in an annotated frame."""
        from sciml_magics.charts.labels import label_chart

        return label_chart(frame, self, threshold)

    def runs(self, store: str | Path | None = None) -> pd.DataFrame:
        """The task's runs, newest first, one a row."""
        return runs(self.name, store=store)

    def review(
        self, frame: pd.DataFrame | None = None, **options: Unpack[ReviewOptions]
    ) -> ReviewPanel:
        """A panel in which a person answers the task's records, one after the other.

        Parameters
        ----------
        frame
            Where `where` looks, and where the images of an image task come from if they are not
            in files.
        where
            A pandas query on `frame`; only the records of rows for which it holds come up.
        variables
            What ``@name`` in the query refers to.
        order
            What comes first: see `sciml_magics.review.Order`.
        model
            Whose suggestions, as ``id@revision`` or ``id``; the model that ran last by default.
        annotator
            Who answers; the person at the keyboard by default.
        overlap
            How many people answer each record.
        adjudicate
            Answer as the one who decides where annotators differ.
        store
            As in `run`.

        Returns
        -------
        ReviewPanel
            A widget: a notebook shows it.

        Raises
        ------
        SciMLError
            If the query does not work, or the store does not know the task.
        """
        from sciml_magics.api.reviewing import review_task

        return review_task(self, frame, options)

    def answers(
        self,
        frame: pd.DataFrame,
        *,
        model: str | None = None,
        threshold: float | None = None,
        accept_above: float | None = None,
        raw_scores: bool = False,
        store: str | Path | None = None,
    ) -> pd.DataFrame:
        """A new frame with the answers that hold now: people's, else the model's.

        Parameters
        ----------
        frame
            The user's frame; it is not changed.
        model
            Whose suggestions stand where nobody answered; the model that ran last by default.
        threshold
            A suggestion with a lower score is an abstention; people's answers always stand.
            ``None`` is the usual one, which labels are held against by the model's own scores,
            calibrated or not.
        accept_above
            A suggestion that nobody answered, with this calibrated score or a higher one, has the
            status ``"trusted"``; `Calibration.threshold` tells what that is worth.
        raw_scores
            Write the model's own scores also where a calibration of it holds.
        store
            As in `run`.

        Returns
        -------
        pandas.DataFrame
            The columns of `frame`, then the task's value, score, status, annotator and time.

        Raises
        ------
        LearningError
            If answers are to be accepted, and no calibration of the model holds.
        """
        from sciml_magics.api.calibrating import label_frame

        return label_frame(
            self,
            frame,
            model=model,
            threshold=threshold,
            accept_above=accept_above,
            raw_scores=raw_scores,
            store=store,
        ).frame

    def agreement(self, store: str | Path | None = None) -> Agreement:
        """How far people agree with each other and with the model; `Agreement.frame` lists it."""
        from sciml_magics.review.agreement import agreement_of

        return agreement_of(open_store(store), self)

    def disagreements(
        self, limit: int | None = None, store: str | Path | None = None
    ) -> pd.DataFrame:
        """The records that people answer differently, newest first, with what came of each."""
        from sciml_magics.review.disagreements import disagreements_of

        return disagreements_of(open_store(store), self, limit)

    def review_chart(
        self, name: ChartName = "labels", store: str | Path | None = None
    ) -> alt.Chart | alt.LayerChart:
        """A chart of the task as it stands in the store: see `sciml_magics.charts.review`."""
        from sciml_magics.charts.review import review_chart

        return review_chart(open_store(store), self.name, name).chart

    def export(
        self,
        path: str | Path,
        format: Format | None = None,
        *,
        what: What = "answers",
        store: str | Path | None = None,
    ) -> Exported:
        """Write answers and suggestions into a file: see `sciml_magics.exchange.export_task`."""
        from sciml_magics.exchange import export_task

        return export_task(open_store(store), self, path, format, what=what)

    def import_answers(
        self,
        path: str | Path,
        format: Format | None = None,
        *,
        annotator: str | None = None,
        store: str | Path | None = None,
    ) -> Imported:
        """Bring in what people answered: see `sciml_magics.exchange.import_answers`."""
        from sciml_magics.exchange import import_answers

        return import_answers(
            open_store(store), self, path, format, annotator=annotator or person()
        )

    def import_predictions(
        self,
        path: str | Path,
        format: Format | None = None,
        *,
        model: str | None = None,
        by: str | None = None,
        store: str | Path | None = None,
    ) -> Imported:
        """Bring in what a model suggested: see `sciml_magics.exchange.import_predictions`."""
        from sciml_magics.exchange import import_predictions

        where = open_store(store)
        return import_predictions(where, self, path, format, by=by or person(), model=model)

    def _prepare(self, options: RunOptions) -> tuple[Suggester, Request, Store]:
        store = open_store(options.get("store"))
        suggester = open_model(
            model_for(store, self, options.get("model"), options.get("otherwise")),
            Options(
                device=options.get("device", "auto"),
                precision=options.get("precision", "auto"),
                window=options.get("window", "max"),
                max_new_tokens=options.get("max_new_tokens", 64),
                shortlist=options.get("shortlist", 0),
            ),
        )
        request = Request(
            task=self,
            where=options.get("where"),
            variables=options.get("variables") or {},
            sample=options.get("sample"),
            limit=options.get("limit"),
            seed=options.get("seed", 0),
            threshold=options.get("threshold"),
            provenance=options.get("provenance", False),
            by=options.get("by") or person(),
        )
        return suggester, request, store
