"""``%learn`` in a real kernel with the embedded model: every method, a stop, a kill."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from sciml_magics.tasks import Method
from tests.kernels import Executed, run_cells
from tests.live_kernel import live_kernel

SETUP = """\
%load_ext sciml_magics
import random
import pandas as pd
import torch
from sciml_magics.frames import read_records
from sciml_magics.store import open_store
from sciml_magics.tasks import Response

torch.set_num_threads(1)
SUBJECTS = {  # without answers, the model takes one for the other
    "alpha": "telescope galaxy comet orbit planet nebula".split(),
    "beta": "gene DNA genome mutation allele chromosome".split(),
}
draw = random.Random(0)
right = [draw.choice(["alpha", "beta"]) for _ in range(70)]
texts = [
    f"note {at}: the {draw.choice(SUBJECTS[label])} and the {draw.choice(SUBJECTS[label])}"
    for at, label in enumerate(right)
]
notes = pd.DataFrame({"text": texts})
%annotate notes --column text --task topic --labels alpha,beta --quiet
with open_store() as store:
    task = store.latest("topic")
    records = list(read_records(notes, task, notes.index.to_numpy()))
    said = [
        Response(one.text, one.id, "corrected", label, "Ada")
        for one, label in zip(records, right)
    ]
    store.respond(store.task(task), said)
"""

# Every moment is told and a checkpoint follows every step; at the third the process waits or stops.
HURRY = """\
from sciml_magics.models.training import watching

watching.CHECKPOINT_SECONDS = watching._EVERY = 0.0
"""

AT_THIRD = """\
import os, signal, time
from sciml_magics.learning import learner

watch = learner._Learner._watch

def third(self, moment):
    watch(self, moment)
    if moment.step == 3:
        {then}

learner._Learner._watch = third
"""

EACH: tuple[Method, ...] = ("fewshot", "lora", "adalora", "adapter")

LINE = re.compile(
    r"topic: topic-(\d) by (\w+) · \d+ answers learned from · macro F1 [01]\.\d{3} on \d+ held-out "
    r"answers · (not promoted|promoted) · [\d,]+\.\d s"
)


def learned(method: Method, options: str = "") -> str:
    return f"%learn topic --method {method} --epochs 2 --no-suggest {options}"


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """One cell after the other; the numbers of the cells are those of the tests."""
    cells = [
        SETUP,
        learned("full", "--learning-rate 1e-4"),
        learned("full", "--learning-rate 1e-4"),
        "%sciml models",
        "%sciml runs topic",
        "%learn topic --rollback",
        "%learn topic --rollback",
    ]
    return run_cells(cells, tmp_path_factory.mktemp("learn"))


def test_a_training_shows_its_progress_and_what_came_of_it(taught: Executed) -> None:
    progress, summary = taught.data(1)
    assert 'role="progressbar"' in progress["text/html"]
    assert progress["text/plain"].startswith("topic: done")
    line, reason, *_ = summary["text/plain"].splitlines()
    found = LINE.fullmatch(line)
    assert found is not None, line
    assert found[3] == "promoted"
    numbers = (
        r"macro F1 0\.\d{3} → [01]\.\d{3} on \d+ records, difference \+[01]\.\d{3} \(95 %: .+\)"
    )
    assert re.search(f"better than all-MiniLM-L6-v2@[0-9a-f]+: {numbers}", reason), reason


def test_the_same_line_again_trains_nothing(taught: Executed) -> None:
    assert "--force trains it anew" in taught.data(2)[-1]["text/plain"]


def test_models_and_runs_are_listed(taught: Executed) -> None:
    listed = "\n".join(one.get("text/plain", "") for one in taught.data(3)) + taught.text(3)
    assert "topic-1" in listed
    runs = "\n".join(one.get("text/plain", "") for one in taught.data(4)) + taught.text(4)
    assert "done" in runs


def test_a_step_back_is_one_line_and_so_is_one_too_many(taught: Executed) -> None:
    assert "its base model answers again" in taught.text(5)
    [error] = [one for one in taught.outputs(6) if one["output_type"] in ("error", "stream")]
    assert "nothing to go back from" in str(error)


@pytest.fixture(scope="module")
def by_each(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Every method but that of `taught`, from the same base."""
    lines = [learned(method, "--no-promote") for method in EACH]
    return run_cells([SETUP, *lines], tmp_path_factory.mktemp("each"))


@pytest.mark.parametrize("method", EACH)
def test_every_method_learns(method: Method, by_each: Executed) -> None:
    line = by_each.data(1 + EACH.index(method))[-1]["text/plain"].splitlines()[0]
    found = LINE.fullmatch(line)
    assert found is not None, line
    assert found[2] == method


@pytest.mark.skipif(os.name == "nt", reason="the stop button sends no signal there")
def test_the_stop_button_keeps_the_model_and_the_same_line_goes_on(tmp_path: Path) -> None:
    stop = AT_THIRD.format(then="os.kill(os.getpid(), signal.SIGINT)")
    cells = [SETUP, HURRY + stop, learned("full"), "learner._Learner._watch = watch"]
    done = run_cells([*cells, learned("full")], tmp_path)
    [error] = [one for one in done.outputs(2) if one["output_type"] == "error"]
    assert error["ename"] == "Stopped"
    assert error["traceback"] == [
        "topic: stopped, and what answers the task now stays; run the same cell again to go on"
    ]
    assert done.data(2)[0]["text/plain"].startswith("topic: stopped")
    assert "training went on from where it had been stopped" in done.data(4)[-1]["text/plain"]


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_a_kernel_that_was_killed_in_a_training_loses_none_of_it(tmp_path: Path) -> None:
    sign = tmp_path / "third"
    told = f"open({str(sign)!r}, 'w').write(str(os.getpid()))"
    wait = AT_THIRD.format(then=f"{told}; time.sleep(600)")
    with live_kernel(tmp_path) as kernel:
        kernel.run(SETUP)
        kernel.begin(HURRY + wait)
        kernel.begin(learned("full"))
        until = time.monotonic() + 600
        while not (sign.exists() and sign.read_text()):
            assert time.monotonic() < until, "".join(kernel.texts)
            time.sleep(0.2)
        os.kill(int(sign.read_text()), signal.SIGKILL)
    again = "%load_ext sciml_magics\nimport torch; torch.set_num_threads(1)"
    done = run_cells([again, learned("full"), "%sciml runs topic"], tmp_path)
    assert "training went on from where it had been stopped" in done.data(1)[-1]["text/plain"]
    assert LINE.fullmatch(done.data(1)[-1]["text/plain"].splitlines()[0])
