"""What a task learns from people's answers, and how good it then is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from sciml_magics import tasks
from sciml_magics.api.options import LearnOptions
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sciml_magics.api.calibrating import Calibration
    from sciml_magics.api.curves import Curve
    from sciml_magics.api.evaluating import Evaluation
    from sciml_magics.api.learning import Learned
    from sciml_magics.learning.trust.calibrating import Method as CalibrationMethod


@dataclass(frozen=True)
class TaughtTask(tasks.Task):
    """A task that people answer: its models, how good they are, and what their scores mean."""

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
            suggested, where its weights can learn, else the embedded one. Images have no embedded
            model: they need a CLIP, SigLIP or image-classification model.
        epochs, learning_rate, batch_tokens, accumulate, class_weights, consistency, patience, rank
            How to train: see `sciml_magics.tasks.Training`; so are `max_length`, `seed`, `device`
            and `precision`.
        frame
            Holds the images of a task whose images are in no files; see `run`.
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

    def rollback(self, store: str | Path | None = None) -> str:
        """Take the last promotion back, in one line: the model before it answers again.

        Raises
        ------
        LearningError
            If the base model answers the task already.
        """
        from sciml_magics.api.learning import roll_back

        return roll_back(self, open_store(store))

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

        By split conformal prediction on people's answers: see
        `sciml_magics.learning.trust.conformal`.

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

    def label_errors(
        self,
        store: str | Path | None = None,
        *,
        frame: pd.DataFrame | None = None,
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
        frame
            Holds the images of a task on images, where they are in no files.
        encoder
            Hub id or folder of the model whose embeddings are learnt from; ``None`` for the
            embedded one, or what suggested for images.
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
            If the task is not of labels, or too few answers are there.
        """
        from sciml_magics.api.label_errors import label_errors

        return label_errors(
            self, store, frame=frame, encoder=encoder, suggested=suggested, seed=seed
        )
