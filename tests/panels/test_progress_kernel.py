"""Progress in a real kernel: one output, its last state, and no flood of messages."""

import pytest
from nbconvert import HTMLExporter

from tests.kernels import Executed, run_cells

CELL = """\
from dataclasses import replace
from time import sleep
from sciml_magics.annotation.progress import Progress
from sciml_magics.panels.progress import show_progress

with show_progress() as listen:
    for done in range(2000):
        listen(Progress("running", "topic", "m", total=2000, done=done, seconds=done / 2000,
                        fraction=done / 2000, labels={"genes": done}))
    listen(Progress("done", "topic", "m", total=2000, done=2000, seconds=1))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return run_cells([CELL], tmp_path_factory.mktemp("here"))


def test_there_is_one_output_and_it_is_the_last(executed: Executed) -> None:
    (output,) = executed.data(0)
    assert len(executed.outputs(0)) == 1
    assert 'aria-valuenow="100"' in output["text/html"]
    assert output["text/plain"] == "topic: done · 2,000 of 2,000 (100 %) · 2,000/s · 1.0 s"


def test_two_thousand_moments_are_a_handful_of_messages(executed: Executed) -> None:
    assert 2 <= executed.drawn <= 40


def test_nbconvert_shows_the_bar(executed: Executed) -> None:
    body, _ = HTMLExporter().from_notebook_node(executed.notebook)
    assert body.count('role="progressbar"') == 1
