"""``%learn`` in a real kernel with the embedded model: every method, and a stop."""

from __future__ import annotations

import os
import re

import pytest

from sciml_magics.tasks import Method
from tests.kernels import Executed, run_cells

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

# Every moment is told and a checkpoint follows every step; after the third the person stops.
STOP = """\
import os, signal
from sciml_magics.learning import learner
from sciml_magics.models.training import watching

usual = watching.CHECKPOINT_SECONDS, watching._EVERY
watching.CHECKPOINT_SECONDS = watching._EVERY = 0.0
watch = learner._Learner._watch

def third(self, moment):
    watch(self, moment)
    if moment.step == 3:
        os.kill(os.getpid(), signal.SIGINT)

learner._Learner._watch = third
"""

AS_USUAL = """\
watching.CHECKPOINT_SECONDS, watching._EVERY = usual
learner._Learner._watch = watch
"""

EACH: tuple[Method, ...] = ("fewshot", "lora", "adalora", "adapter")

LINE = re.compile(
    r"topic: topic-(\d) by (\w+) · \d+ answers learned from · macro F1 [01]\.\d{3} on \d+ held-out "
    r"answers · (not promoted|promoted) · [\d,]+\.\d s"
)


def learned(method: Method, options: str = "") -> str:
    return f"%learn topic --method {method} --epochs 2 --no-suggest {options}"


FULL = learned("full", "--learning-rate 1e-4")
# One kernel for all: each takes seconds to load what trains.
CELLS: dict[str, str] = {
    "setup": SETUP,
    "at the third step": STOP,
    "stopped": FULL,
    "as usual": AS_USUAL,
    "went on": FULL,
    "again": FULL,
    "models": "%sciml models",
    "runs": "%sciml runs topic",
    "back": "%learn topic --rollback",
    "too far back": "%learn topic --rollback",
    **{method: learned(method, "--no-promote") for method in EACH},
}
NUMBERS = {name: at for at, name in enumerate(CELLS)}


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """All cells, one after the other."""
    return run_cells([*CELLS.values()], tmp_path_factory.mktemp("learn"))


def _said(taught: Executed, cell: str) -> str:
    at = NUMBERS[cell]
    return "\n".join(one.get("text/plain", "") for one in taught.data(at)) + taught.text(at)


@pytest.mark.skipif(os.name == "nt", reason="the stop button sends no signal there")
def test_the_stop_button_keeps_the_model_and_the_same_line_goes_on(taught: Executed) -> None:
    stopped = NUMBERS["stopped"]
    [error] = [one for one in taught.outputs(stopped) if one["output_type"] == "error"]
    assert error["ename"] == "Stopped"
    assert error["traceback"] == [
        "topic: stopped, and what answers the task now stays; run the same cell again to go on"
    ]
    assert taught.data(stopped)[0]["text/plain"].startswith("topic: stopped")
    assert "training went on from where it had been stopped" in _said(taught, "went on")


def test_a_training_shows_its_progress_and_what_came_of_it(taught: Executed) -> None:
    progress, summary = taught.data(NUMBERS["went on"])
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
    assert "--force trains it anew" in _said(taught, "again")


def test_models_and_runs_are_listed(taught: Executed) -> None:
    assert "topic-1" in _said(taught, "models")
    assert "done" in _said(taught, "runs")


def test_a_step_back_is_one_line_and_so_is_one_too_many(taught: Executed) -> None:
    assert "its base model answers again" in _said(taught, "back")
    outputs = taught.outputs(NUMBERS["too far back"])
    [error] = [one for one in outputs if one["output_type"] in ("error", "stream")]
    assert "nothing to go back from" in str(error)


@pytest.mark.parametrize("method", EACH)
def test_every_method_learns(method: Method, taught: Executed) -> None:
    line = taught.data(NUMBERS[method])[-1]["text/plain"].splitlines()[0]
    found = LINE.fullmatch(line)
    assert found is not None, line
    assert found[2] == method
