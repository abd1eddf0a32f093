"""The comms in a real kernel: answered while cells run, told of runs, and closed in time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from sciml_magics.panels.messages import PROTOCOL
from sciml_magics.store import open_store
from tests.live_kernel import LiveKernel, live_kernel
from tests.panels.conftest import TOPIC, suggest

MOST_SECONDS = 0.5
BUSY = """\
import time
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    sum(range(10_000))
"""
# Lets go of the interpreter, and takes it back, more often than Python's own turns are long.
GREEDY = """\
import pathlib, time
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    pathlib.Path("none").exists()
    sum(range(20_000))
"""
RUN = """\
from sciml_magics.annotation.job import annotate
from sciml_magics.models import Suggester
import pandas as pd, time
from sciml_magics.store import Store
append = Store.append
def slowly(self, *rest):
    append(self, *rest)
    time.sleep({seconds})
Store.append = slowly
frame = pd.DataFrame({{"abstract": [f"We sequenced genome number {{i}}." for i in range(3_000)]}})
"""
PUSH = """\
from sciml_magics.panels.service import service
service().announcements.changed("topic")
"""
SLOW_CHART = """\
import time
from sciml_magics.panels import handlers
from sciml_magics.panels.messages import Charted
def chart(*_):
    time.sleep(3)
    return Charted(problem="slow")
handlers.HANDLERS["chart"] = chart
"""
ANNOTATE = "%annotate frame -c abstract --labels genes,cells --task fields --no-chart"


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[LiveKernel]:
    with open_store(tmp_path / "sciml_magics.db") as store:
        suggest(store, TOPIC, [f"Abstract {i}." for i in range(60)])
    with live_kernel(tmp_path) as live:
        live.run("%load_ext sciml_magics")
        yield live


@pytest.mark.parametrize("code", [BUSY, GREEDY], ids=["busy", "greedy"])
def test_requests_are_answered_while_a_cell_runs(kernel: LiveKernel, code: str) -> None:
    kernel.connect()
    welcome = kernel.ask("hello", protocol=PROTOCOL, client="test")["result"]
    assert welcome["subshells"]
    opened = kernel.ask("open", task="topic")["result"]  # imports what it needs
    cell = kernel.begin(code.format(seconds=6))
    kernel.listen(0.5)
    seconds = []
    for item in opened["items"]:
        began = time.monotonic()
        reply = kernel.ask(
            "respond", queue=opened["queue"], key=uuid4().hex, record=item["record"],
            verb="accept", value="cells", share=item["share"],
        )  # fmt: skip
        seconds.append(time.monotonic() - began)
        assert reply["problem"] is None
    assert not kernel.is_over(cell), "the replies came after the cell"
    assert sorted(seconds)[len(seconds) // 2] <= MOST_SECONDS
    kernel.wait(cell)


def test_pushes_do_not_make_requests_wait(kernel: LiveKernel) -> None:
    """What ipykernel 7.4 does to a comm on which the main thread publishes must not befall RPC."""
    kernel.connect()
    kernel.ask("tasks")
    push = (
        "from sciml_magics.panels.service import service\nservice().announcements.changed('topic')"
    )
    kernel.run(push)
    kernel.listen(0.2)
    assert kernel.events == [{"event": "changed", "task": "topic"}]
    cell = kernel.begin(PUSH + BUSY.format(seconds=4))
    kernel.listen(0.5)
    began = time.monotonic()
    kernel.ask("tasks")
    assert time.monotonic() - began <= MOST_SECONDS + 1
    assert not kernel.is_over(cell)
    kernel.wait(cell)


def test_what_takes_long_holds_up_nobody(kernel: LiveKernel) -> None:
    kernel.connect()
    kernel.ask("tasks")
    kernel.run(SLOW_CHART)
    slow = kernel.send("chart", task="topic", name="labels")
    began = time.monotonic()
    assert kernel.ask("tasks")["problem"] is None
    assert time.monotonic() - began < 3
    assert kernel.receive(slow)["result"]["problem"] == "slow"
    cell = kernel.begin(BUSY.format(seconds=4))
    kernel.listen(0.5)
    kernel.ask("tasks")
    assert not kernel.is_over(cell), "its reply made later requests wait"
    kernel.wait(cell)


def test_without_a_subshell_answers_come_after_the_cell(kernel: LiveKernel) -> None:
    kernel.connect(subshell=False)
    assert not kernel.ask("hello", protocol=PROTOCOL, client="test")["result"]["subshells"]
    cell = kernel.begin(BUSY.format(seconds=1))
    kernel.ask("tasks")
    assert kernel.is_over(cell)


def test_a_request_is_no_cell(kernel: LiveKernel) -> None:
    kernel.run("seen = []\nget_ipython().events.register('post_execute', lambda: seen.append(1))")
    kernel.connect()
    for _ in range(3):
        kernel.ask("tasks")
    kernel.run("print('cells', len(seen))")
    # The cell that registered, and the one that prints is not over yet.
    assert "".join(kernel.texts).strip() == "cells 1"


def test_runs_are_told_and_can_be_stopped(kernel: LiveKernel) -> None:
    kernel.run(RUN.format(seconds=0.4))
    kernel.connect()
    kernel.ask("tasks")
    cell = kernel.begin(ANNOTATE)
    while not any(e["event"] == "progress" and e["progress"]["done"] for e in kernel.events):
        kernel.listen(0.1)
        assert not kernel.is_over(cell), kernel.texts
    (running,) = kernel.ask("tasks")["result"]["running"]
    assert running["task"] == "fields"
    assert kernel.ask("cancel", task="fields")["result"] == {"found": True}
    kernel.wait(cell)
    assert any("fields: stopped with" in text for text in kernel.texts)
    kernel.listen(0.2)
    phases = [e["progress"]["phase"] for e in kernel.events if e["event"] == "progress"]
    assert phases[-1] == "stopped"
    assert {"event": "changed", "task": "fields"} in kernel.events
    kernel.texts.clear()
    kernel.run("print(frame['fields_status'].value_counts().to_dict())")
    assert "suggested" in "".join(kernel.texts)
    assert "pending" in "".join(kernel.texts)
    assert kernel.ask("cancel", task="fields")["result"] == {"found": False}


@pytest.mark.skipif(os.name == "nt", reason="a sleeping main thread is not woken there")
def test_a_run_whose_batch_takes_long_is_interrupted(kernel: LiveKernel) -> None:
    kernel.run(RUN.format(seconds=600))
    kernel.connect()
    kernel.ask("tasks")
    cell = kernel.begin(ANNOTATE)
    while not any(e["event"] == "progress" for e in kernel.events):
        kernel.listen(0.1)
    kernel.listen(8)  # so that it sleeps
    assert kernel.ask("cancel", task="fields")["result"] == {"found": True}
    kernel.wait(cell)
    assert any("fields: stopped" in text for text in kernel.texts), kernel.texts


def test_unloading_closes_the_comms(kernel: LiveKernel) -> None:
    kernel.connect()
    kernel.ask("tasks")
    kernel.run("%unload_ext sciml_magics")
    kernel.listen(0.2)
    assert len(kernel.closed) == 2
    kernel.connect()
    kernel.listen(1)
    assert len(kernel.closed) == 4


def test_a_response_is_seen_at_once_by_another_kernel(kernel: LiveKernel, tmp_path: Path) -> None:
    kernel.connect()
    opened = kernel.ask("open", task="topic")["result"]
    item = opened["items"][0]
    kernel.ask(
        "respond", queue=opened["queue"], key=uuid4().hex, record=item["record"],
        verb="reject", share=item["share"],
    )  # fmt: skip
    with open_store(tmp_path / "sciml_magics.db") as store:
        assert len(store.responses("topic")) == 1
