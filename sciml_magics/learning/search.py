"""Search for settings: train several times, and keep the model that validates best.

Optuna proposes the settings (a tree-structured Parzen estimator, Bergstra et al. 2011), the
method's own first; a training that does worse after an epoch than half of the earlier ones did is
ended there. What a model is judged by in the end, the held-out answers, plays no part in it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sciml_magics.errors import LearningError
from sciml_magics.models.training.contrastive import EPOCHS, MORE_EPOCHS, RATE, usual_epochs
from sciml_magics.models.training.recipes import RECIPES, WORDS, plan
from sciml_magics.store.trained import Trained
from sciml_magics.tasks import Fit, Kind, Method, Moment, Training

if TYPE_CHECKING:
    import pandas as pd
    from optuna import Study
    from optuna import Trial as Proposal
    from optuna.distributions import BaseDistribution
    from transformers import TrainerCallback

Attempt = Callable[[Training, Path, Sequence["TrainerCallback"]], Fit]
End = Literal["done", "pruned", "failed"]

_FILE = "trials.json"
# Words of a sentence, about, where each of them is learned.
_WORDS = 20.0
# Fewest and most epochs that are tried.
_EPOCHS: Mapping[Method, tuple[int, int]] = {"fewshot": (EPOCHS // 3, MORE_EPOCHS)}
# Trials before the estimator is asked, and before a training can be ended early.
_STARTUP, _BEFORE_PRUNING = 5, 3


@dataclass(frozen=True, slots=True)
class Trial:
    """One training of a search.

    Parameters
    ----------
    number
        From 0, which has the method's own settings.
    settings
        What was tried.
    score
        On the validation examples, 0 to 1, higher is better; ``None`` if training failed.
    end
        ``"done"``, ``"pruned"`` (ended early, since others did better), or ``"failed"``.
    epochs
        Validation score by epoch.
    seconds
        Time that it took.
    note
        Why it failed; else empty.
    """

    number: int
    settings: Mapping[str, Any]
    score: float | None
    end: End
    epochs: Mapping[int, float]
    seconds: float
    note: str = ""


class Searched(NamedTuple):
    """What a search came to.

    Parameters
    ----------
    fit
        The best training; its folder holds the model.
    training
        Its settings.
    trials
        All of them, in order.
    notes
        What the person should know, a sentence each.
    """

    fit: Fit
    training: Training
    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """The trials, one a row."""
        return trials_frame(self.trials)


class Subject(NamedTuple):
    """What is trained: its kind, the number of examples, and the base model's parameters."""

    kind: Kind
    examples: int
    parameters: int


def check_search() -> None:
    """Raise `LearningError` unless the search for settings is installed."""
    if find_spec("optuna") is None:
        raise LearningError(
            "the search for settings needs Optuna: run %pip install optuna, or leave --search"
        )


def search(
    training: Training,
    wanted: int,
    attempt: Attempt,
    folder: Path,
    subject: Subject,
    tell: Callable[[int], None] = lambda number: None,
) -> Searched:
    """Train with several settings, and keep the best model.

    Interrupted, it ends with the best so far. Killed, the same call goes on after the last trial
    that ended.

    Parameters
    ----------
    training
        Whose settings that are ``None`` are searched for; what is set stays as it is.
    wanted
        How many trials.
    attempt
        Trains once into a folder that is not there yet, with callbacks for the Trainer.
    folder
        Where trials live; the best model is left in it.
    subject
        What is trained.
    tell
        Told the number of each trial that begins.

    Raises
    ------
    LearningError
        If Optuna is not installed, nothing is left to search for, no training can be validated, or
        every one fails.
    """
    check_search()
    return _Search(training, wanted, attempt, folder, subject, tell).run()


def read_searched(folder: Path, training: Training) -> Searched | None:
    """What a search left in a folder, ``None`` if it found nothing."""
    try:
        data = json.loads((folder / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    trials = tuple(_as_trial(one) for one in data["trials"])
    if data["fit"] is None:
        return None
    best = _best(trials)
    return Searched(_as_fit(data["fit"], folder), replace(training, **best.settings), trials)


def told(searched: Searched | None, asked: Training, wanted: int) -> dict[str, Any]:
    """What is noted of a search beside its model: what was asked, and every trial."""
    if searched is None:
        return {}
    trials = [asdict(trial) for trial in searched.trials]
    return {"search": {"asked": asdict(asked), "wanted": wanted, "trials": trials}}


def trained_as(model: Trained, asked: Training, wanted: int) -> bool:
    """Whether a model was trained, or searched for in `wanted` trials, as it is asked now."""
    noted = model.made.metrics.get("search")
    if noted is None:
        return not wanted and model.made.training == asked
    return bool(noted["asked"] == asdict(asked) and noted["wanted"] == wanted)


def trials_frame(trials: Sequence[Trial]) -> pd.DataFrame:
    """Trials, one a row, the best first."""
    import pandas as pd

    rows = [
        {**one.settings, "score": one.score, "end": one.end, "seconds": one.seconds}
        for one in trials
    ]
    frame = pd.DataFrame(rows, index=pd.Index([one.number for one in trials], name="trial"))
    return frame.sort_values("score", ascending=False, kind="stable") if rows else frame


class _Search:
    def __init__(
        self,
        training: Training,
        wanted: int,
        attempt: Attempt,
        folder: Path,
        subject: Subject,
        tell: Callable[[int], None],
    ) -> None:
        self._training, self._wanted, self._attempt = training, wanted, attempt
        self._folder, self._subject, self._tell = folder, subject, tell
        self._space = _space(training, subject.kind)
        self._trials: list[Trial] = []
        self._fit: Fit | None = None
        if not self._space:
            raise LearningError(
                "all settings are set, so that nothing is left to search for: leave some of them, "
                "or --search"
            )

    def run(self) -> Searched:
        notes: list[str] = []
        if self._training.method == "head":
            notes.append("a head chooses how strongly it is regularised by itself")
        with _quiet_optuna():
            study = self._begin()
            while len(self._trials) < self._most():
                try:
                    self._one(study)
                except KeyboardInterrupt:
                    if self._fit is None:
                        raise
                    notes.append(
                        f"the search was stopped after {len(self._trials)} of {self._wanted} "
                        "trials: the best so far was kept"
                    )
                    break
        if self._fit is None:
            raise LearningError(f"no trial could be trained: {self._trials[-1].note}")
        best = _best(self._trials)
        notes.append(
            f"trial {best.number} of {len(self._trials)} validated best: "
            + ", ".join(f"{name} {_shown(value)}" for name, value in best.settings.items())
        )
        training = replace(self._training, **best.settings)
        return Searched(self._fit, training, tuple(self._trials), tuple(notes))

    def _most(self) -> int:
        """Trials to make: of few choices, no more than there are."""
        choices = 1
        for _, distribution in self._space.items():
            several = getattr(distribution, "choices", None)
            if several is None:
                return self._wanted
            choices *= len(several)
        return min(self._wanted, choices)

    def _begin(self) -> Study:
        """A study that knows the trials of an earlier call, and tries the usual settings first."""
        import optuna

        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=self._training.seed, n_startup_trials=_STARTUP),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_BEFORE_PRUNING, n_warmup_steps=1),
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        found = read_searched(self._folder, self._training)
        if found is not None and found.fit.folder.is_dir():
            self._fit, self._trials = found.fit, list(found.trials)
            study.add_trials([self._known(trial) for trial in self._trials])
        for settings in self._first()[len(self._trials) :]:
            study.enqueue_trial(settings)
        return study

    def _known(self, trial: Trial) -> Any:
        from optuna.trial import TrialState, create_trial

        state = {
            "done": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL
        }[trial.end]  # fmt: skip
        return create_trial(
            state=state,
            value=trial.score if trial.end == "done" else None,
            params=dict(trial.settings),
            distributions=self._space,
            intermediate_values=dict(trial.epochs),
        )

    def _first(self) -> list[dict[str, Any]]:
        """The method's own settings; of a head all there are."""
        usual = _usual(self._training, self._subject)
        first = {name: usual[name] for name in self._space}
        if self._training.method == "head":
            return [first, {"class_weights": "balanced"}]
        return [first]

    def _one(self, study: Study) -> None:
        """Make one trial, and keep its model if it is the best so far."""
        from optuna.trial import TrialState

        number = len(self._trials)
        self._tell(number)
        proposal = study.ask(self._space)
        settings = dict(proposal.params)
        watched = _Watched(proposal)
        target = self._folder / f"trial-{number}"
        shutil.rmtree(target, ignore_errors=True)
        began = perf_counter()
        try:
            fit = self._attempt(
                replace(self._training, **settings), target, watched.callbacks(self._training)
            )
        except LearningError as error:
            study.tell(proposal, state=TrialState.FAIL)
            took = round(perf_counter() - began, 2)
            self._end(Trial(number, settings, None, "failed", watched.scores, took, str(error)))
            return
        if fit.ending == "stopped":
            shutil.rmtree(target, ignore_errors=True)
            raise KeyboardInterrupt
        if fit.validation is None:
            raise LearningError(
                "a search needs answers to validate by, and there are too few: answer more "
                "records, or leave --search"
            )
        if watched.pruned:
            study.tell(proposal, state=TrialState.PRUNED)
        else:
            study.tell(proposal, fit.validation)
        end: End = "pruned" if watched.pruned else "done"
        seconds = round(perf_counter() - began, 2)
        trial = Trial(number, settings, fit.validation, end, watched.scores, seconds)
        self._end(trial, fit)

    def _end(self, trial: Trial, fit: Fit | None = None) -> None:
        """Note a trial; of the models the better one stays."""
        before = self._fit
        better = fit is not None and (
            before is None or (fit.validation or 0.0) > (before.validation or 0.0)
        )
        self._trials.append(trial)
        if better:
            self._fit = fit
        data = {
            "fit": None if self._fit is None else _fit_json(self._fit),
            "trials": [asdict(one) for one in self._trials],
        }
        draft = self._folder / f"{_FILE}.new"
        draft.write_text(json.dumps(data), "utf-8")
        draft.replace(self._folder / _FILE)
        worse = before if better else fit
        if worse is not None:
            shutil.rmtree(worse.folder, ignore_errors=True)


class _Watched:
    """Follows one trial by its epochs."""

    def __init__(self, proposal: Proposal) -> None:
        self._proposal = proposal
        self.scores: dict[int, float] = {}
        self.pruned = False

    def callbacks(self, training: Training) -> tuple[TrainerCallback, ...]:
        """For the Trainer; heads and few-shot learning have none."""
        if training.method in ("head", "fewshot"):
            return ()
        from sciml_magics.models.training.pruning import Pruning

        return (Pruning(self._hopeless),)

    def _hopeless(self, epoch: int, score: float) -> bool:
        self.scores[epoch] = score
        self._proposal.report(score, epoch)
        self.pruned = self._proposal.should_prune()
        return self.pruned


def _space(training: Training, kind: Kind) -> dict[str, BaseDistribution]:
    """What is searched for: settings that are not set."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    found: dict[str, BaseDistribution] = {}
    if training.method != "head":
        usual = _rate(training.method, kind)
        if training.learning_rate is None:
            found["learning_rate"] = FloatDistribution(usual / 5, usual * 4, log=True)
        if training.epochs is None:
            found["epochs"] = IntDistribution(*_EPOCHS.get(training.method, (2, 20)))
    if training.method in RECIPES:
        if training.batch_tokens is None:
            found["batch_tokens"] = CategoricalDistribution((512, 1_024, 2_048, 4_096))
        if training.rank is None and training.method != "full":
            found["rank"] = CategoricalDistribution((4, 8, 16, 32, 64))
    if kind != "spans" and training.class_weights == "none":
        found["class_weights"] = CategoricalDistribution(("none", "balanced"))
    return found


def _usual(training: Training, subject: Subject) -> dict[str, Any]:
    """What the method does where nothing is set."""
    if training.method not in RECIPES:
        epochs = usual_epochs(subject.examples)
        return {"learning_rate": RATE, "epochs": epochs, "class_weights": "none"}
    words = _WORDS if subject.kind == "spans" else 0.0
    own = plan(training, subject.examples, subject.parameters, cpu=True, words=words)
    return {
        "learning_rate": own.rate,
        "epochs": own.epochs,
        "batch_tokens": own.tokens,
        "rank": own.rank,
        "class_weights": "none",
    }


def _rate(method: Method, kind: Kind) -> float:
    if method not in RECIPES:
        return RATE
    return (WORDS if kind == "spans" else RECIPES)[method].rate


def _best(trials: Sequence[Trial]) -> Trial:
    return max(trials, key=lambda one: (one.score if one.score is not None else -1.0, -one.number))


def _shown(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else f"{value}"


def _fit_json(fit: Fit) -> dict[str, Any]:
    return asdict(fit) | {"folder": fit.folder.name}


def _as_fit(data: Mapping[str, Any], folder: Path) -> Fit:
    history = tuple(Moment(**moment) for moment in data["history"])
    told = {"folder": folder / data["folder"], "history": history, "notes": tuple(data["notes"])}
    return Fit(**{**data, **told})


def _as_trial(data: Mapping[str, Any]) -> Trial:
    epochs = {int(epoch): score for epoch, score in data["epochs"].items()}
    return Trial(**{**data, "epochs": epochs})


@contextmanager
def _quiet_optuna() -> Iterator[None]:
    """Without a line for every trial: the training shows its own progress."""
    from optuna import logging

    level = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        logging.set_verbosity(level)
