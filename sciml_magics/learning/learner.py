"""The loop: people's answers teach a model, and it answers the task if it is better.

A model learns from what people answered, except the records that are held out: it is judged by
those, beside whatever answers the task now. Nothing is lost on the way: until the new model is
complete, judged and noted, the one that answers now is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sciml_magics._version import __version__
from sciml_magics.annotation import Listener, Progress, silent
from sciml_magics.annotation.progress import Phase
from sciml_magics.errors import LearningError, ModelError, Stopped
from sciml_magics.learning.answers import Answered, Snapshot, gather
from sciml_magics.learning.assignment import Assignment
from sciml_magics.learning.bases import base_model, models_that_ran
from sciml_magics.learning.card import write_card
from sciml_magics.learning.choice import Situation, choose_method
from sciml_magics.learning.evaluating.comparison import Comparison, compare
from sciml_magics.learning.fitting import Fitting
from sciml_magics.learning.judging import (
    Incumbent,
    as_stored,
    birth_temperature,
    complete,
    head_vectors,
    judge,
    predict,
    write_temperature,
)
from sciml_magics.learning.learned import Learned
from sciml_magics.learning.naming import slug
from sciml_magics.learning.pictures import readable
from sciml_magics.learning.promotion import decide, few
from sciml_magics.learning.registry import Registry
from sciml_magics.learning.search import Searched, check_search, read_searched, told, trained_as
from sciml_magics.learning.splitting.splits import Halves, train_validation
from sciml_magics.learning.teachable import check_enough, version_to_learn
from sciml_magics.learning.workshop import Workshop, workshop
from sciml_magics.models import ModelFiles, Options, Suggester, open_model
from sciml_magics.models.training.saving import disk_errors
from sciml_magics.models.training.tracking import check_trackers
from sciml_magics.models.training.train import check_method
from sciml_magics.store import Store
from sciml_magics.store.trained import Made, Trained
from sciml_magics.tasks import Fit, ModelIdentity, Moment, Task, Training

if TYPE_CHECKING:
    from transformers import TrainerCallback

    from sciml_magics.learning.evaluating.evaluation import Evaluation

# Methods that choose their settings within the answers they learn from.
_UNWATCHED = ("head", "fewshot")
# Beside the models, where trackers write.
RUNS = "runs"
# From so many answers on a part of them is worth more for the temperature than for learning.
_SPARED = 200


def learn(
    store: Store,
    task: Task,
    assignment: Assignment,
    listen: Listener = silent,
    callbacks: Sequence[TrainerCallback] = (),
) -> Learned:
    """Train a model on people's answers, judge it, and promote it if it is better.

    Parameters
    ----------
    store
        Where answers and models are.
    task
        The version to learn.
    assignment
        How.
    listen
        Told of the training as it goes.
    callbacks
        Given to the Trainer of transformers.

    Raises
    ------
    LearningError
        If there is too little to learn from, or training cannot go on; what answers now stays.
    ModelError
        If the base cannot be found or trained.
    Stopped
        If the person interrupted; the same call goes on from there.
    """
    learner = _Learner(store, task, assignment, listen)
    try:
        return learner.learn(callbacks)
    except KeyboardInterrupt:
        learner.tell("stopped")
        raise Stopped(
            f"{task.name}: stopped, and what answers the task now stays; run the same cell again "
            "to go on"
        ) from None


@dataclass(frozen=True, slots=True)
class _Given:
    """What a model is made of, and what it is judged by and beside."""

    base: ModelFiles
    training: Training
    learned: Snapshot
    halves: Halves
    held_out: Answered
    current: Trained | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """How a model does on held-out answers, and beside what."""

    evaluation: Evaluation | None = None
    comparison: Comparison | None = None
    incumbent: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A model that may take the place of the incumbent."""

    trained: Trained
    fit: Fit | None
    judged: _Judged
    searched: Searched | None = None


class _Learner:
    """One learning: what it has in hand, and what it tells."""

    def __init__(self, store: Store, task: Task, assignment: Assignment, listen: Listener) -> None:
        self._began = perf_counter()
        self._store, self._assignment, self._listen = store, assignment, listen
        self._registry = Registry(store)
        self._task = version_to_learn(store, task)
        self._last = Progress("loading", self._task.name, "")
        self._notes: list[str] = []

    def learn(self, callbacks: Sequence[TrainerCallback]) -> Learned:
        """Do it all."""
        check_trackers(self._assignment.track)
        if self._assignment.search:
            check_search()
        answered = gather(self._store, self._task)
        self._notes += answered.notes
        check_enough(answered)
        current = self._registry.current(self._task)
        if current is not None and not current.knows(self._task):
            self._notes.append(f"{current.name} does not know all labels that the task has now")
            current = None
        base = base_model(self._store, self._task, self._assignment.model, current)
        training, why = self._training(answered, base)
        check_method(self._task, training.method)
        self._last = replace(self._last, model=f"{base.id}@{base.revision[:12]}")
        if self._task.input == "image":
            answered = self._readable(answered, base)
        given = _Given(
            base,
            training,
            answered.part("learn").snapshot(),
            self._halves(answered, training),
            answered.part("held_out"),
            current,
        )
        earlier = self._earlier(given)
        if earlier is not None:
            found = self._judged_again(earlier, given)
        else:
            self.tell("loading")
            found = self._made(given, callbacks)
            self._notes += [*given.halves.notes, *(found.fit.notes if found.fit else ())]
        promoted, reason = self._promote(found, given)
        self.tell("done")
        return Learned(
            task=self._task.name,
            trained=found.trained,
            promoted=promoted,
            reason=reason,
            method_why=why,
            fit=found.fit,
            evaluation=found.judged.evaluation,
            comparison=found.judged.comparison,
            examples=len(given.halves.train),
            validation=len(given.halves.validation),
            held_out=len(given.held_out),
            seconds=perf_counter() - self._began,
            notes=tuple(dict.fromkeys(self._notes)),
            trials=found.searched.trials if found.searched else (),
        )

    def tell(self, phase: Phase) -> None:
        """Tell the listener of the last moment, in another phase."""
        self._last = replace(self._last, phase=phase)
        self._listen(self._last)

    def _watch(self, moment: Moment) -> None:
        self._last = replace(
            self._last,
            phase="training",
            # What is done in one step has no way to go.
            total=moment.steps if moment.steps > 1 else 0,
            done=moment.step if moment.steps > 1 else 0,
            seconds=moment.seconds,
            fraction=moment.step / moment.steps if moment.steps else 0.0,
            epoch=moment.epoch,
            loss=moment.loss if isfinite(moment.loss) else None,
            validation=moment.validation,
        )
        self._listen(self._last)

    def _readable(self, answered: Answered, base: ModelFiles) -> Answered:
        """The answers about images that can be read; what is left out is noted."""
        self.tell("loading")
        images = self._assignment.images
        seen = readable(self._store, answered, base, self._options(), images)
        self._notes += seen.notes
        check_enough(seen)
        return seen

    def _training(self, answered: Answered, base: ModelFiles) -> tuple[Training, str]:
        settings = self._assignment.training
        if self._assignment.method is not None:
            return replace(settings, method=self._assignment.method), ""
        examples = len(answered.part("learn"))
        choice = choose_method(
            Situation(
                self._task.kind,
                examples,
                len(self._task.labels),
                base.parameters,
                self._task.input,
            )
        )
        if choice.balanced:
            settings = replace(settings, class_weights="balanced")
        return replace(settings, method=choice.method), choice.why

    def _halves(self, answered: Answered, training: Training) -> Halves:
        """What is learned from, and what training is watched by.

        A head has nothing to be watched for: of few answers it learns from all.
        """
        halves = train_validation(answered, self._store)
        own = answered.part("learn")
        alone = training.method in _UNWATCHED and not self._assignment.search
        if alone and len(own) < _SPARED:
            return Halves(own, own.take([]), halves.seed)
        return halves

    def _earlier(self, given: _Given) -> Trained | None:
        """The model that this learning would make once more, if it is still there."""
        if self._assignment.force:
            return None
        for one in reversed(self._registry.all(self._task)):
            same = (
                one.made.snapshot.get("digest") == given.learned.digest
                and one.made.snapshot.get("split") == given.halves.seed
                and one.made.base_revision == given.base.revision
                and trained_as(one, given.training, self._assignment.search)
                and one.task == self._task
            )
            if same and not self._registry.problem(one):
                self._notes.append(
                    f"nothing new was answered since {one.name} was trained in this way; "
                    "--force trains it anew"
                )
                return one
        return None

    def _judged_again(self, earlier: Trained, given: _Given) -> _Candidate:
        """An earlier model, beside what answers now."""
        if given.current is not None and given.current.id == earlier.id:
            return _Candidate(earlier, None, _Judged())
        self.tell("evaluating")
        suggester = open_model(self._registry.files(earlier), self._options())
        return _Candidate(earlier, None, self._judge(suggester, given))

    def _made(self, given: _Given, callbacks: Sequence[TrainerCallback]) -> _Candidate:
        """Train, calibrate, judge and note a model."""
        models = self._registry.folder
        decided = self._decided(given)
        with disk_errors(models), workshop(models, slug(self._task.name), decided) as shop:
            fit = shop.kept() or self._trained(given, shop, callbacks)
            self.tell("evaluating")
            if not shop.tempered:
                self._temper(given, shop)
            suggester = open_model(shop.model, self._options())
            judged = self._judge(suggester, given)
            searched = read_searched(shop.trials, given.training)
            made = self._note(given, suggester.identity, fit, judged, searched)
            trained = self._registry.add(self._task, shop.model, made)
            write_card(self._registry.files(trained).path, trained)
        return _Candidate(trained, fit, judged, searched)

    def _trained(self, given: _Given, shop: Workshop, callbacks: Sequence[TrainerCallback]) -> Fit:
        """Train, and remember that it is done."""
        shop.clear()
        fit = self._fitted(given, shop, callbacks)
        if fit.ending == "stopped":
            raise KeyboardInterrupt
        shop.keep(fit)
        return fit

    def _temper(self, given: _Given, shop: Workshop) -> None:
        """Give a model that was trained its temperature."""
        validation = given.halves.validation
        suggester = open_model(shop.model, self._options())
        suggested = predict(suggester, self._task, validation, self._store)
        temperature = birth_temperature(self._task, validation, suggested)
        if temperature is not None:
            write_temperature(shop.model, temperature)
        shop.keep_tempered()

    def _fitted(self, given: _Given, shop: Workshop, callbacks: Sequence[TrainerCallback]) -> Fit:
        """Train once, or several times to take the best model."""
        training, wanted = given.training, self._assignment.search
        track = self._assignment.track
        if track and training.method in _UNWATCHED:
            self._notes.append(f"{training.method} does without the Trainer: nothing was tracked")
            track = ()
        both = (*given.halves.train.records, *given.halves.validation.records)
        fitting = Fitting(
            given.base,
            self._task,
            given.halves,
            head_vectors(self._store, self._task, given.base, training, both, self._options()),
            self._watch,
            callbacks,
            track,
            self._registry.folder / RUNS,
        )
        if not wanted:
            return fitting.once(training, shop)
        base = self._last.model

        def tell(number: int) -> None:
            self._last = replace(self._last, model=f"{base} · trial {number + 1} of {wanted}")

        fit, found = fitting.search(training, wanted, shop, tell)
        self._last = replace(self._last, model=base)
        self._notes += found.notes
        return fit

    def _decided(self, given: _Given) -> dict[str, Any]:
        """What decides the model that is made."""
        return {
            "task": self._task.fingerprint,
            "base": given.base.revision,
            "training": asdict(given.training),
            **({"search": self._assignment.search} if self._assignment.search else {}),
            "learned": given.learned.digest,
            "split": given.halves.seed,
            "watched": given.halves.validation.snapshot().digest,
            "code": __version__,
        }

    def _judge(self, suggester: Suggester, given: _Given) -> _Judged:
        """How good a model is on the held-out records, and compared with the incumbent."""
        held_out = given.held_out
        if not len(held_out):
            return _Judged(incumbent=self._name_of(given.current))
        suggested = predict(suggester, self._task, held_out, self._store)
        evaluation = judge(self._task, held_out, suggested)
        before = self._incumbent(given)
        if before is None:
            return _Judged(evaluation)
        shared = held_out.take(before.known)
        comparison = compare(
            shared.values,
            [before.values[at] for at in before.known],
            [suggested[at].value for at in before.known],
            self._task,
        )
        return _Judged(evaluation, comparison, before.name)

    def _name_of(self, current: Trained | None) -> str:
        """What answers the task now, for people to read; empty where nothing does."""
        if current is not None:
            return current.name
        return next((identity.short for identity in models_that_ran(self._store, self._task)), "")

    def _incumbent(self, given: _Given) -> Incumbent | None:
        """What answers the task now, and what it says of the held-out records."""
        current = given.current
        ran = models_that_ran(self._store, self._task)
        if current is None and not ran:
            return None
        identity = ran[0] if current is None else current.model
        name = self._name_of(current)
        files = self._registry.files
        found = as_stored(self._store, self._task, given.held_out, identity)
        try:
            model = identity.id if current is None else files(current)
            values = complete(found, model, identity, self._task, given.held_out, self._options())
            return Incumbent(name, values, tuple(range(len(given.held_out))))
        except (ModelError, LearningError) as error:
            if found:
                values = [found.get(at) for at in range(len(given.held_out))]
                return Incumbent(name, values, tuple(sorted(found)))
            self._notes.append(f"{name} could not be compared with: {error}")
            return None

    def _note(
        self,
        given: _Given,
        identity: ModelIdentity,
        fit: Fit,
        judged: _Judged,
        searched: Searched | None,
    ) -> Made:
        """What is noted of the model that was made."""
        halves, evaluation, comparison = given.halves, judged.evaluation, judged.comparison
        snapshot = asdict(given.learned)
        return Made(
            name="",
            folder="",
            model=identity,
            base=given.base.id,
            base_revision=given.base.revision,
            parent=None if given.current is None else given.current.id,
            snapshot={**snapshot, "split": halves.seed, "people": list(halves.train.people)},
            training=searched.training if searched else given.training,
            metrics={
                **told(searched, given.training, self._assignment.search),
                "examples": len(halves.train),
                "validation_examples": len(halves.validation),
                "validation": fit.validation,
                "ending": fit.ending,
                "tokens_per_second": fit.tokens_per_second,
                "history": [_point(moment) for moment in fit.history],
                "held_out": None if evaluation is None else evaluation.to_json(),
                "comparison": None if comparison is None else comparison.to_json(),
                "incumbent": judged.incumbent,
            },
            by=self._assignment.by,
            code_version=__version__,
        )

    def _promote(self, found: _Candidate, given: _Given) -> tuple[bool, str]:
        """Promote the model if it is better; whether, and why."""
        chosen = found.trained
        if given.current is not None and given.current.id == chosen.id:
            return True, f"{chosen.name} answers the task already"
        if note := few(len(given.held_out)):
            self._notes.append(note)
        verdict = decide(found.judged.comparison, found.judged.incumbent)
        if not self._assignment.promote:
            return False, f"not promoted, as asked; {verdict.why}"
        if verdict.promote:
            comparison = found.judged.comparison
            numbers = {} if comparison is None else comparison.to_json()
            self._registry.promote(self._task, chosen, verdict.why, self._assignment.by, numbers)
        return verdict.promote, verdict.why

    def _options(self) -> Options:
        settings = self._assignment.training
        return Options(device=settings.device, precision=settings.precision)


def _point(moment: Moment) -> dict[str, Any]:
    return {
        "epoch": moment.epoch,
        "loss": moment.loss if isfinite(moment.loss) else None,
        "validation": moment.validation,
        "seconds": round(moment.seconds, 2),
    }
