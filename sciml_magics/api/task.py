"""A task, and everything that can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from sciml_magics import tasks
from sciml_magics.annotation import Outcome, Plan, Request, person
from sciml_magics.annotation import annotate as annotate_frame
from sciml_magics.annotation import plan as plan_frame
from sciml_magics.api.models import model_for
from sciml_magics.api.options import LearnOptions, ReviewOptions, RunOptions
from sciml_magics.api.record import runs
from sciml_magics.api.watching import watched
from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt
    import pandas as pd

    from sciml_magics.api.calibrating import Calibration
    from sciml_magics.api.curves import Curve
    from sciml_magics.api.evaluating import Evaluation
    from sciml_magics.api.learning import Learned
    from sciml_magics.charts.review import Name as ChartName
    from sciml_magics.exchange import Exported, Format, Imported, What
    from sciml_magics.learning.calibrating import Method as CalibrationMethod
    from sciml_magics.panels.host import ReviewPanel
    from sciml_magics.review.agreement import Agreement


@dataclass(frozen=True)
class Task(tasks.Task):
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
        from sciml_magics.learning.rescoring import Rescoring

        calibrate = None
        if not options.get("raw_scores"):
            calibrate = Rescoring(where, threshold=request.threshold)
        with watched(self.name, options.get("progress", True)) as listen:
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

    def calibrate(
        self,
        model: str | None = None,
        method: CalibrationMethod = "auto",
        store: str | Path | None = None,
    ) -> Calibration:
        """Learn from people's answers how far a model's scores can be taken at their word.

        From then on frames show calibrated scores of this model: probabilities that people agree.

        Parameters
        ----------
        model
            Whose scores; the model that speaks for the task by default.
        method
            ``"temperature"``, ``"isotonic"``, or the better of the two, if either is better than
            the scores as they are.
        store
            As in `run`.

        Returns
        -------
        Calibration
            The error before and after, and from which score on people agree how often.

        Raises
        ------
        LearningError
            If people judged fewer than thirty of its suggestions, those left out that it learned
            from.
        """
        from sciml_magics.api.calibrating import calibrate_task

        return calibrate_task(self, model, method, store)

    def sets(
        self,
        frame: pd.DataFrame,
        coverage: float = 0.9,
        *,
        model: str | None = None,
        store: str | Path | None = None,
    ) -> pd.DataFrame:
        """A new frame with a column of sets of labels that hold the right one so often.

        By split conformal prediction on people's answers: see `sciml_magics.learning.conformal`.

        Parameters
        ----------
        frame
            The user's frame; it is not changed.
        coverage
            How often, at least, a set is to hold what people say: above 0, below 1.
        model
            Whose suggestions; the model that speaks for the task by default.
        store
            As in `run`.

        Returns
        -------
        pandas.DataFrame
            The columns of `frame`, then ``{task}_set``: a list of labels, which may be empty.

        Raises
        ------
        LearningError
            If there are too few answers, or the task asks for no labels.
        """
        from sciml_magics.api.calibrating import sets_frame

        return sets_frame(self, frame, coverage, model, store).frame

    def learn(self, **options: Unpack[LearnOptions]) -> Learned:
        """Teach a model what people answered, and let it answer if it is better.

        A model learns from what was accepted and corrected, except three records of ten, which are
        held out: by those it is judged, beside whatever answers the task now. It is promoted if it
        does better: from then on it is the task's model, and suggests for all its records.

        Parameters
        ----------
        method
            ``"head"``, ``"fewshot"``, ``"lora"``, ``"adalora"``, ``"adapter"`` or ``"full"``: see
            `sciml_magics.tasks.Training`. ``None`` chooses by the number of answers, and says why.
        model
            The base, as in `run`; ``None`` is the base of the promoted model, else the model that
            suggested, where its weights can learn, else the embedded one.
        epochs, learning_rate, batch_tokens, accumulate, class_weights, patience, rank, seed
            How to train: see `sciml_magics.tasks.Training`; so are `max_length`, `device` and
            `precision`.
        force
            Train even where nothing was answered since.
        promote
            Promote the model if it is better; else it is only kept.
        suggest
            Let a promoted model suggest for all records of the task.
        search
            Train so many times with different settings (those that are not given), and take the
            model that does best on answers set aside for this; 0 trains once. Needs Optuna.
        track
            ``"tensorboard"``, ``"wandb"`` or both: what the training writes lies in ``runs`` beside
            the models. Weights & Biases runs offline unless ``WANDB_MODE`` is set.
        by
            Who asks; the person at the keyboard by default.
        store, progress
            As in `run`.

        Returns
        -------
        Learned
            The model, how it does, and whether it was promoted and why. `Learned.chart` draws the
            training.

        Raises
        ------
        LearningError
            If there is too little to learn from, or training cannot go on; what answers now stays.
        Stopped
            If the person interrupted; the same call goes on from there.
        """
        from sciml_magics.api.learning import learn_task

        return learn_task(self, options)

    def learning_curve(
        self, sizes: Sequence[int] | None = None, **options: Unpack[LearnOptions]
    ) -> Curve:
        """How good a model gets with more answers, to see whether more are worth the work.

        Models learn from more and more of the answers, and each is judged by the same held-out
        ones. In a notebook the curve is drawn while it is computed. Nothing is kept.

        Parameters
        ----------
        sizes
            Numbers of answers to learn from; by default 8, 16, 32, … and all there are.
        method
            As in `learn`; ``"head"`` by default, which takes seconds.
        model, epochs, learning_rate, rank, class_weights, seed, device, precision, store
            As in `learn`.
        progress
            Draw the curve as it grows.

        Returns
        -------
        Curve
            Its `frame` holds the points, its `chart` draws them.

        Raises
        ------
        LearningError
            If there is nothing to learn from, or nothing held out to judge by.
        Stopped
            If the person interrupted; its ``outcome`` is the curve so far.
        """
        from sciml_magics.api.curves import curve_of

        return curve_of(self, options, sizes)

    def models(self, store: str | Path | None = None) -> pd.DataFrame:
        """The models that were trained for the task, newest first, one a row."""
        from sciml_magics.api.learning import models_table

        return models_table(open_store(store), self)

    def rollback(self, store: str | Path | None = None) -> str:
        """Take the last promotion back, in one line: the model before it answers again.

        Raises
        ------
        LearningError
            If the base model answers the task already.
        """
        from sciml_magics.api.learning import roll_back

        return roll_back(self, open_store(store))

    def promote(self, name: str, store: str | Path | None = None) -> str:
        """Let a model that was trained for the task answer it, by its name.

        Raises
        ------
        LearningError
            If there is no such model.
        ModelError
            If its folder is gone, or was changed.
        """
        from sciml_magics.api.learning import promote

        return promote(self, name, open_store(store))

    def evaluate(
        self,
        frame: pd.DataFrame | None = None,
        *,
        gold: str | None = None,
        predicted: str | None = None,
        model: str | None = None,
        by: str | None = None,
        part: Literal["held_out", "all"] = "held_out",
        store: str | Path | None = None,
        seed: int = 0,
    ) -> Evaluation:
        """How good suggestions are: by people's answers, or by a column that is right.

        Parameters
        ----------
        frame
            Only records of its rows; it is needed for `gold`, `predicted` and most of `by`.
        gold
            Column of right answers: labels, lists of labels, or lists of spans. Without it, what
            people answered is right.
        predicted
            Column of the answers to judge, instead of the suggestions in the store.
        model
            Whose suggestions: ``id@revision``, ``id`` or the name of a model that was trained for
            the task; the promoted one by default, else the one that ran last.
        by
            Column whose values the scores are told for, too; numbers are put into ranges.
        part
            ``"held_out"``: only answers that no model learns from, three records of ten.
            ``"all"``: also the others, by which a trained model looks better than it is.
        store
            As in `run`.
        seed
            Of the intervals.

        Returns
        -------
        Evaluation
            Scores of each label, averages, intervals, confusion, calibration; a notebook shows the
            tables. `Evaluation.chart` draws it, `Evaluation.frame` is the table.

        Raises
        ------
        LearningError
            If there is nothing to compare, or an answer names a label that the task does not have.
        ModelError
            If no such model suggested anything.
        FrameError
            If the frame lacks a column.
        """
        from sciml_magics.api.evaluating import evaluate_task

        return evaluate_task(
            self,
            frame,
            gold=gold,
            predicted=predicted,
            model=model,
            by=by,
            part=part,
            store=store,
            seed=seed,
        )

    def agreement(self, store: str | Path | None = None) -> Agreement:
        """How far people agree with each other and with the model; `Agreement.frame` lists it."""
        from sciml_magics.review.agreement import agreement_of

        return agreement_of(open_store(store), self)

    def label_errors(
        self,
        store: str | Path | None = None,
        *,
        encoder: str | None = None,
        suggested: int = 2_000,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Answers of people and labels of the model that other answers speak against.

        Confident learning (Northcutt et al. 2021): each answer is judged by a model that learnt
        from the others. What is found comes up in `review` with ``order="errors"``.

        Parameters
        ----------
        store
            As in `run`.
        encoder
            Hub id or folder of the model whose embeddings are learnt from; ``None`` for the
            embedded one.
        suggested
            How many of the model's labels for records that nobody answered are looked at, at most.
        seed
            Of everything random.

        Returns
        -------
        pandas.DataFrame
            A row for each, the likeliest error first: what was read, the given value and by whom,
            the likely value and its probability, the quality of the given one (0 to 1, lower is
            more likely wrong), and all this in a sentence.

        Raises
        ------
        LearningError
            If the task is not of labels of texts, or too few answers are there.
        """
        from sciml_magics.api.label_errors import label_errors

        return label_errors(self, store, encoder=encoder, suggested=suggested, seed=seed)

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
