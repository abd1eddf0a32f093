"""A review goes on while cells run, over restarts of the kernel, and over reloads of the page."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NotebookPage
from tests.browser.reviews import (
    BUSY,
    HOSTS_AND_PLACES,
    LOAD,
    Place,
    Surface,
    at_the_side,
    numbered,
    opened,
    said,
    suggest,
)

pytestmark = pytest.mark.browser

PID = "import os, pathlib\npathlib.Path({file!r}).write_text(str(os.getpid()))"


def made(host: NotebookPage, name: str, number: int = 60) -> Path:
    store = host.server.root / f"{name}.db"
    suggest(store, numbered(number), ("genomics", "imaging"))
    return store


@contextmanager
def busy(host: NotebookPage, cell: int, stop: Path) -> Iterator[None]:
    """A cell that needs the main thread all the time."""
    host.start(cell)
    expect(host.page.locator(".jp-InputPrompt").nth(cell)).to_have_text("[*]:")
    yield
    assert not stop.exists()
    stop.touch()
    output = host.page.locator(".jp-Cell").nth(cell).locator(".jp-OutputArea-output")
    expect(output).to_contain_text("stopped")


@HOSTS_AND_PLACES
def test_answers_are_stored_while_a_cell_runs(host: NotebookPage, place: Place) -> None:
    store = made(host, f"busy-{host.server.application}-{place}")
    stop = store.with_suffix(".stop")
    surface = opened(host, place, store.name, then=[BUSY.format(stop=stop.name)])
    with busy(host, 2 if place == "cell" else 1, stop):
        surface.root.focus()
        done = [surface.answer("Space") for _ in range(50)]
        surface.settled()
        assert [one.response.record_id.hex() for one in said(store, len(done))] == done


def test_without_subshells_answers_wait_visibly(old_lab: NotebookPage) -> None:
    store = made(old_lab, "old")
    stop = store.with_suffix(".stop")
    surface = opened(old_lab, "side", store.name, then=[BUSY.format(stop=stop.name)])
    with busy(old_lab, 1, stop):
        surface.root.focus()
        done = [surface.answer("Space") for _ in range(3)]
        expect(surface.pending).to_contain_text("3")
        assert said(store) == []
    surface.settled()
    assert [one.response.record_id.hex() for one in said(store, len(done))] == done
    surface.root.focus()
    done.append(surface.answer("f"))
    surface.settled()
    assert len(said(store, 4)) == 4


def test_the_review_survives_a_restart_of_the_kernel(lab: NotebookPage) -> None:
    store = made(lab, "restart")
    surface = opened(lab, "side", store.name)
    first = surface.answer("Space")
    surface.settled()
    lab.page.evaluate("() => window.testedPanel.sessionContext.restartKernel()")
    panel = lab.page.locator("#sciml-magics-panel")
    expect(panel).to_contain_text("not loaded in this kernel")
    # What is on the table can be answered meanwhile; it is shown as not saved.
    surface.root.focus()
    second = surface.answer("f")
    expect(surface.pending).to_contain_text("1")
    lab.run_first(1)
    surface.settled()
    surface.root.focus()
    third = surface.answer("Space")
    surface.settled()
    assert [one.response.record_id.hex() for one in said(store, 3)] == [first, second, third]


def test_the_panel_loads_the_extension_when_asked(lab: NotebookPage) -> None:
    store = lab.server.root / "sciml_magics.db"
    suggest(store, numbered(5), ("genomics",))
    lab.open_cells(["1 + 1"], "plain.ipynb")
    lab.command("sciml-magics:review")
    lab.page.get_by_role("button", name="Load it").click()
    lab.page.locator("#sciml-magics-panel .sm-Panel-task", has_text="topic").click()
    surface = Surface(lab, "side").take()
    surface.answer("Space")
    surface.settled()
    assert len(said(store, 1)) == 1


def test_a_killed_kernel_loses_no_answer(lab: NotebookPage) -> None:
    store = made(lab, "killed")
    pid = store.with_suffix(".pid")
    surface = opened(lab, "side", store.name, then=[PID.format(file=pid.name)])
    lab.run_first(2)
    surface.root.focus()
    done = [surface.answer("Space") for _ in range(3)]
    os.kill(int(pid.read_text()), signal.SIGKILL)
    done += [surface.answer("f") for _ in range(2)]
    expect(lab.page.locator("#sciml-magics-panel")).to_contain_text("not loaded in this kernel")
    lab.run_first(1)
    surface.settled()
    assert [one.response.record_id.hex() for one in said(store, len(done))] == done


def test_the_panel_and_what_is_not_saved_survive_a_reload(old_lab: NotebookPage) -> None:
    store = made(old_lab, "reload")
    stop = store.with_suffix(".stop")
    surface = opened(old_lab, "side", store.name, then=[BUSY.format(stop=stop.name)])
    done = [surface.answer("Space")]
    surface.settled()
    old_lab.start(1)
    expect(old_lab.page.locator(".jp-InputPrompt").nth(1)).to_have_text("[*]:")
    surface.root.focus()
    done += [surface.answer("f") for _ in range(2)]
    expect(surface.pending).to_contain_text("2")
    old_lab.reload("tested.ipynb", idle=False)
    expect(old_lab.page.locator("#sciml-magics-panel")).to_be_visible()
    stop.touch()
    surface = Surface(old_lab, "side").wait()
    surface.settled()
    assert [one.response.record_id.hex() for one in said(store, len(done))] == done


def test_the_panel_is_there_after_a_reload(host: NotebookPage) -> None:
    store = made(host, f"restored-{host.server.application}")
    surface = opened(host, "side", store.name)
    surface.answer("Space")
    surface.settled()
    host.reload("tested.ipynb")
    surface = Surface(host, "side").wait()
    surface.root.focus()
    surface.answer("Space")
    surface.settled()
    kept = [one.response.record_id for one in said(store, 2)]
    assert len(set(kept)) == len(kept) == 2


def test_the_panel_follows_the_notebook_in_front(lab: NotebookPage) -> None:
    for name in ("first", "second"):
        store = lab.server.root / f"{name}.db"
        suggest(store, [f"a text of the {name} notebook"], ("genomics",))
        lab.server.write_notebook(f"{name}.ipynb", [LOAD.format(store=store.name)])
    lab.open_notebook("first.ipynb")
    lab.run_first(1)
    at_the_side(lab)
    text = lab.page.locator("#sciml-magics-panel .sm-Review-text:visible")
    expect(text).to_have_text("a text of the first notebook")
    lab.open_beside("second.ipynb")
    lab.run_first(1)
    lab.page.locator("#sciml-magics-panel .sm-Panel-task:visible", has_text="topic").click()
    expect(text).to_have_text("a text of the second notebook")
    lab.page.locator(".lm-DockPanel-tabBar").get_by_text("first.ipynb").click()
    expect(text).to_have_text("a text of the first notebook")


def test_a_run_is_stopped_from_the_panel(lab: NotebookPage) -> None:
    cells = [
        "import numpy as np, pandas as pd\n%load_ext sciml_magics\n"
        "%config SciML.store = 'stopped-at-the-side.db'\n"
        "words = np.array('cell gene star law market river alloy virus school comet'.split())\n"
        "rng = np.random.default_rng(0)\n"
        "df = pd.DataFrame({'text': [' '.join(rng.choice(words, 60)) for _ in range(6000)]})",
        "%annotate df --column text --task topic --labels genes,stars",
        "%annotate df --column text --task topic --labels genes,stars",
    ]
    lab.open_cells(cells)
    lab.run_first(1)
    lab.command("sciml-magics:review")
    lab.start(1)
    panel = lab.page.locator("#sciml-magics-panel")
    bar = panel.get_by_role("progressbar").first
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"[1-9]"), timeout=60_000)
    panel.get_by_role("button", name=re.compile("Stop|Cancel")).click()
    output = lab.page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea")
    expect(output).to_contain_text("run the same cell again to go on", timeout=60_000)
