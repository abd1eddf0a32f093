"""Several trainings, the best of which is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sciml_magics.errors import LearningError
from sciml_magics.learning import search as module
from sciml_magics.learning.search import Subject, read_searched, search, trials_frame
from sciml_magics.models.training.recipes import RECIPES
from sciml_magics.tasks import Fit, Training
from tests.models.training.lessons_for_tests import ONE, base_model, one_label, train, training

LABELS = Subject("label", 200, 22_000_000)


class Attempts:
    """Trains nothing: the score falls with the distance of the step size from the best one."""

    def __init__(self, best: float = 3e-4, **endings: Any) -> None:
        self.best, self.endings = best, endings
        self.made: list[Training] = []

    def __call__(self, asked: Training, folder: Path, callbacks: Any) -> Fit:
        self.made.append(asked)
        number = f"trial_{len(self.made) - 1}"
        ending = self.endings.get(number, "done")
        if isinstance(ending, BaseException):
            raise ending
        folder.mkdir(parents=True)
        (folder / "model").write_text(number)
        rate = asked.learning_rate or 0.0
        score = None if ending == "blind" else 1 - min(1, abs(rate - self.best) / self.best)
        return Fit(folder, "stopped" if ending == "stopped" else "done", (), score, 0.0)


def rates(found) -> list[float]:
    return [trial.settings["learning_rate"] for trial in found.trials]


def test_the_best_model_is_kept_and_the_others_are_removed(tmp_path):
    attempts = Attempts()
    found = search(Training(), 12, attempts, tmp_path, LABELS)
    scores = [trial.score or 0.0 for trial in found.trials]
    assert len(scores) == 12
    assert found.fit.validation == max(scores) > scores[0]
    best = scores.index(max(scores))
    assert (found.fit.folder / "model").read_text() == f"trial_{best}"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [f"trial-{best}"]
    assert found.training == attempts.made[best]
    assert f"trial {best} of 12 validated best" in found.notes[-1]


def test_the_methods_own_settings_come_first(tmp_path):
    found = search(Training(method="lora"), 1, Attempts(), tmp_path, LABELS)
    [first] = found.trials
    assert first.settings["learning_rate"] == RECIPES["lora"].rate
    assert first.settings["rank"] == RECIPES["lora"].rank


def test_a_seed_gives_the_same_trials(tmp_path):
    one = search(Training(seed=3), 8, Attempts(), tmp_path / "1", LABELS)
    two = search(Training(seed=3), 8, Attempts(), tmp_path / "2", LABELS)
    other = search(Training(seed=4), 8, Attempts(), tmp_path / "3", LABELS)
    assert rates(one) == rates(two) != rates(other)


def test_the_estimator_does_better_than_the_beginning(tmp_path):
    found = search(Training(), 30, Attempts(3e-4), tmp_path, LABELS)
    scores = [trial.score or 0.0 for trial in found.trials]
    assert sum(scores[-10:]) > sum(scores[1:11])


def test_what_is_set_stays(tmp_path):
    asked = Training(learning_rate=1e-4, rank=4, class_weights="balanced", method="lora")
    found = search(asked, 3, Attempts(), tmp_path, LABELS)
    assert {frozenset(trial.settings) for trial in found.trials} == {
        frozenset({"epochs", "batch_tokens"})
    }
    assert found.training.learning_rate == 1e-4
    everything = Training(learning_rate=1e-4, epochs=2, batch_tokens=512, class_weights="balanced")
    with pytest.raises(LearningError, match="nothing is left to search for"):
        search(everything, 3, Attempts(), tmp_path, LABELS)


def test_a_head_has_few_choices_and_each_is_tried_once(tmp_path):
    found = search(Training(method="head"), 9, Attempts(), tmp_path, LABELS)
    assert [trial.settings for trial in found.trials] == [
        {"class_weights": "none"},
        {"class_weights": "balanced"},
    ]
    assert found.notes[0] == "a head chooses how strongly it is regularised by itself"


@pytest.mark.parametrize("ending", ["stopped", KeyboardInterrupt()])
def test_an_interrupted_search_keeps_the_best_so_far(tmp_path, ending):
    found = search(Training(), 9, Attempts(trial_3=ending), tmp_path, LABELS)
    assert len(found.trials) == 3
    assert found.fit.folder.is_dir()
    assert any("stopped after 3 of 9 trials: the best so far was kept" in n for n in found.notes)
    with pytest.raises(KeyboardInterrupt):
        search(Training(), 9, Attempts(trial_0=ending), tmp_path / "other", LABELS)


def test_a_killed_search_goes_on_after_the_last_trial(tmp_path):
    attempts = Attempts(trial_4=RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        search(Training(), 6, attempts, tmp_path, LABELS)
    rest = Attempts()
    found = search(Training(), 6, rest, tmp_path, LABELS)
    assert len(rest.made) == 2
    assert [trial.number for trial in found.trials] == list(range(6))
    again = read_searched(tmp_path, Training())
    assert again is not None
    assert (again.fit, again.training, again.trials) == (found.fit, found.training, found.trials)


def test_trials_that_fail_are_noted_and_the_search_goes_on(tmp_path):
    found = search(Training(), 4, Attempts(trial_1=LearningError("no")), tmp_path, LABELS)
    assert [trial.end for trial in found.trials] == ["done", "failed", "done", "done"]
    assert found.trials[1].note == "no"
    assert trials_frame(found.trials)["score"].isna().sum() == 1
    failing: Mapping[str, Any] = {f"trial_{at}": LearningError("memory") for at in range(3)}
    with pytest.raises(LearningError, match="no trial could be trained: memory"):
        search(Training(), 3, Attempts(**failing), tmp_path / "other", LABELS)


def test_without_validation_there_is_nothing_to_search_by(tmp_path):
    with pytest.raises(LearningError, match="answers to validate by"):
        search(Training(), 3, Attempts(trial_0="blind"), tmp_path, LABELS)


def test_optuna_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(LearningError, match="run %pip install optuna, or leave --search"):
        search(Training(), 3, Attempts(), tmp_path, LABELS)


def test_real_trainings_are_searched_and_hopeless_ones_end_early(tmp_path):
    files = base_model(tmp_path / "base")
    learn, check = one_label(60), one_label(30, seed=1)

    def attempt(asked, folder, callbacks):
        return train(files, ONE, learn, check, asked, folder, callbacks=callbacks)

    asked = training(learning_rate=None, epochs=4)
    subject = Subject("label", len(learn), files.parameters)
    found = search(asked, 10, attempt, tmp_path / "search", subject)
    assert found.fit.validation == max(trial.score or 0.0 for trial in found.trials)
    assert (found.fit.folder / "model.safetensors").is_file()
    pruned = [trial for trial in found.trials if trial.end == "pruned"]
    assert pruned
    assert all(len(trial.epochs) < 4 for trial in pruned)
    assert all(len(trial.epochs) == 4 for trial in found.trials if trial.end == "done")
