"""``%learn``: what can be typed, and a head that really learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api.learning import Learned
from sciml_magics.errors import SciMLError
from sciml_magics.frames import read_records
from sciml_magics.magics import learn as learn_module
from sciml_magics.magics.learn_arguments import learn_help, learn_parser, parse_learn
from sciml_magics.magics.reading import flags
from sciml_magics.store import open_store
from sciml_magics.tasks import METHODS, Response
from tests.magics.conftest import Fails

SUBJECTS = {
    "alpha": "gene DNA genome mutation allele chromosome",
    "beta": "telescope galaxy comet orbit planet nebula",
}
CELL = "%annotate notes --column text --task topic --labels alpha,beta --quiet"


@pytest.fixture
def answered(shell: InteractiveShell) -> InteractiveShell:
    """Labels that say nothing of what they mean, and answers that do."""
    texts = [
        f"the {first} and the {second} of number {at}"
        for words in SUBJECTS.values()
        for at, first in enumerate(words.split())
        for second in words.split()
    ]
    shell.push({"texts": texts})
    shell.run_cell("notes = pd.DataFrame({'text': texts})").raise_error()
    shell.run_cell(CELL).raise_error()
    respond(shell, 72)
    return shell


def respond(shell: InteractiveShell, count: int) -> None:
    with open_store() as store:
        task = store.latest("topic")
        assert task is not None
        frame = shell.user_ns["notes"]
        records = list(read_records(frame, task, frame.reset_index().index.to_numpy()))
        given = [
            Response(
                record.text,
                record.id,
                "corrected",
                "alpha" if record.text.split()[1] in SUBJECTS["alpha"] else "beta",
                "Ada",
            )
            for record in records[:count]
        ]
        store.respond(store.task(task), given)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Learned]:
    """What a notebook would show."""
    found: list[Learned] = []
    monkeypatch.setattr(learn_module, "display", found.append)
    return found


def test_answers_teach_a_model_that_answers_then(
    answered: InteractiveShell, shown: list[Learned], capsys: pytest.CaptureFixture[str]
) -> None:
    answered.run_cell("%learn topic --method head").raise_error()
    [found] = shown
    assert found.promoted
    assert found.comparison is not None
    assert found.comparison.other > 0.9
    assert Path("sciml_magics_models/topic-1/model.safetensors").is_file()
    answered.run_cell("%annotate notes --task topic --quiet").raise_error()
    frame = answered.user_ns["notes"]
    right = ["alpha" if text.split()[1] in SUBJECTS["alpha"] else "beta" for text in frame["text"]]
    assert (frame["topic"] == right).mean() > 0.9
    capsys.readouterr()
    answered.run_cell("%sciml models").raise_error()
    assert "topic-1" in capsys.readouterr().out
    answered.run_cell("%learn topic --rollback").raise_error()
    assert "its base model answers again" in capsys.readouterr().out
    answered.run_cell("%learn topic --promote topic-1").raise_error()
    assert "topic-1 answers from now on" in capsys.readouterr().out
    names = completions(answered, "%learn topic --promote to")
    assert names == ["topic-1"]


def test_settings_are_searched_for(answered: InteractiveShell, shown: list[Learned]) -> None:
    answered.run_cell("%learn topic --method head --search 4 --no-suggest").raise_error()
    [found] = shown
    trials = found.trials_frame()
    assert sorted(trials["class_weights"]) == ["balanced", "none"]
    assert trials["score"].is_monotonic_decreasing
    assert found.trained.made.training.class_weights == trials["class_weights"].iloc[0]


def test_mistakes_are_one_line(answered: InteractiveShell, fails: Fails) -> None:
    assert "no method 'heads'" in fails("%learn topic --method heads")
    assert "did you mean 'topic'?" in fails("%learn topik")
    assert "nothing to go back from" in fails("%learn topic --rollback")
    assert "no model 'topic-7'" in fails("%learn topic --promote topic-7")
    assert "no such folder" in fails("%learn topic --model ./nowhere")
    assert "what is 'more'?" in fails("%learn topic more")


def test_nothing_to_learn_from_is_one_line(shell: InteractiveShell, fails: Fails) -> None:
    shell.run_cell("notes = pd.DataFrame({'text': ['a gene', 'a star']})").raise_error()
    shell.run_cell(CELL).raise_error()
    line = fails("%learn topic --quiet")
    assert line == ("task 'topic' has no answer to learn from yet: answer some with %review topic")


def test_a_line_is_read() -> None:
    line = parse_learn(
        "topic --method lora --model ./base --epochs 3 --learning-rate 2e-4 --rank 8 "
        "--class-weights balanced --consistency 1 --patience 0 --accumulate 4 --seed 7 "
        "--device cpu --precision bf16 --force --no-suggest --no-promote --search 8 --track wandb "
        "--track tensorboard"
    )
    assert (line.task, line.method, line.model, line.epochs) == ("topic", "lora", "./base", 3)
    assert (line.learning_rate, line.rank, line.class_weights) == (2e-4, 8, "balanced")
    assert (line.consistency, line.patience, line.accumulate, line.seed) == (1, 0, 4, 7)
    assert (line.device, line.precision) == ("cpu", "bf16")
    assert (line.search, line.track) == (8, ["wandb", "tensorboard"])
    assert line.force
    assert line.no_suggest
    assert line.no_promote


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--rollback --promote topic-1", "use one of the two"),
        ("--promote topic-1 --no-promote", "use one of the two"),
        ("--learning-rate 0", "needs a number above 0, not '0'"),
        ("--consistency 0", "needs a number above 0, not '0'"),
        ("--learning-rate fast", "needs a number above 0, not 'fast'"),
        ("--search 0", "needs a whole number of 1 or more"),
        ("--track mlflow", "no tracker 'mlflow': choose one of tensorboard, wandb"),
        ("--rollback --search 3", "train nothing: leave --search and --track out"),
        ("--epochs 0", "needs a whole number of 1 or more"),
        ("--class-weights some", "no class weights 'some': choose one of balanced, none"),
        ("--metod head", "did you mean --method?"),
    ],
)
def test_what_cannot_be_read_is_said(line: str, message: str) -> None:
    with pytest.raises(SciMLError) as caught:
        parse_learn(line)
    assert message in str(caught.value)


def test_the_help_tells_every_option(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%learn --help").raise_error()
    out = capsys.readouterr().out
    assert out.strip() == learn_help().strip()
    assert all(flag in out for flag in flags(learn_parser()))


def completions(shell: InteractiveShell, text: str) -> list[str]:
    with provisionalcompleter():
        return [each.text for each in shell.Completer.completions(text, len(text))]


def test_methods_and_tasks_are_completed(answered: InteractiveShell) -> None:
    assert completions(answered, "%learn to") == ["topic"]
    assert completions(answered, "%learn topic --method ") == sorted(METHODS)
    assert completions(answered, "%learn topic --class-weights b") == ["balanced"]
    assert completions(answered, "%learn topic --track t") == ["tensorboard"]
    assert completions(answered, "%learn topic --no-p") == ["--no-promote"]
