"""Key press to next record on the screen, and opening a large task, in a real browser.

Chromium drives JupyterLab and Notebook 7; a key is pressed every quarter of a second. The clock
starts at the time that the browser gives the key press, and stops when the frame with the next
record has been painted. While a cell runs, it needs the kernel's main thread all the time. Opening
is from the click on the task at the side, or from the start of the cell with ``%review``, to the
first record on the screen.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import numpy as np
from playwright.sync_api import Browser, expect, sync_playwright

from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.store_speed import TASK, fill
from tests.browser.chromium import Watch, launch
from tests.browser.pages import NotebookPage
from tests.browser.reviews import BUSY, LOAD, PLACES, Place, Surface, opened
from tests.browser.servers import Application, Server, running

QUEUE = 100_000
LARGE = 1_000_000
PRESSES = 150
PACE_MS = 250
OPENINGS = 5
APPLICATIONS: tuple[Application, ...] = get_args(Application)
OPENED = ("at the side", "under a cell, the first of a kernel", "under a cell, another")
NAMES = {"cell": "under a cell", "side": "at the side"}

# Milliseconds from a click, or from running a cell, to the first record on the screen.
_OPENING = """async (at) => {
  const panel = document.getElementById('sciml-magics-panel');
  const place = at === null ? panel : window.testedPanel.content.widgets[at].node;
  const began = performance.now();
  if (at === null) {
    panel.querySelector('.sm-Panel-task').click();
  } else {
    window.testedPanel.content.activeCellIndex = at;
    window.jupyterapp.commands.execute('notebook:run-cell');
  }
  while (!place.querySelector('[data-record]')) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


@contextmanager
def page(browser: Browser, server: Server) -> Iterator[NotebookPage]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch()
    watch.over(context)
    host = NotebookPage(server, context.new_page(), watch)
    yield host
    host.close()
    assert not watch.outside


def presses(browser: Browser, server: Server, place: Place) -> tuple[list[float], list[float]]:
    """Milliseconds of each press, without and with a cell that runs."""
    stop = server.root / f"{place}.stop"
    with page(browser, server) as host:
        surface = opened(host, place, "queue.db", TASK.name, then=[BUSY.format(stop=stop.name)])
        idle = timed(surface)
        host.start(2 if place == "cell" else 1)
        host.page.wait_for_timeout(1_000)
        surface.root.focus()
        busy = timed(surface)
        stop.touch()
    return idle, busy


def timed(surface: Surface) -> list[float]:
    surface.clock()
    for number in range(PRESSES):
        surface.press("1" if number % 2 else "Space")
        if number % 2:
            surface.press("a")
        surface.host.page.wait_for_timeout(PACE_MS)
    surface.settled()
    found = surface.times()
    assert len(found) == PRESSES, f"{len(found)} of {PRESSES} records came"
    return found


def opening(browser: Browser, server: Server) -> dict[str, list[float]]:
    """Milliseconds of each opening, by where."""
    times: dict[str, list[float]] = {name: [] for name in OPENED}
    load = f"import pandas as pd\n{LOAD.format(store='large.db')}"
    for _ in range(OPENINGS):
        with page(browser, server) as host:
            host.open_cells([load, *2 * [f"%review {TASK.name}"]])
            host.run_first(1)
            for name, cell in zip(OPENED[1:], (1, 2), strict=True):
                times[name].append(float(host.page.evaluate(_OPENING, cell)))
        with page(browser, server) as host:
            host.open_cells([load])
            host.run_first(1)
            host.command("sciml-magics:review")
            expect(host.page.locator("#sciml-magics-panel .sm-Panel-task")).to_be_visible()
            times[OPENED[0]].append(float(host.page.evaluate(_OPENING, None)))
    return times


def store(server: Server, name: str, size: int, kept: Path | None) -> None:
    """A store in the folder of the notebooks."""
    known = kept / f"{size}.db" if kept else None
    if known and known.exists():
        shutil.copy(known, server.root / name)
    else:
        fill(server.root / name, size)


def spread(times: list[float]) -> tuple[str, str, str]:
    return (
        f"{np.median(times):.0f} ms",
        f"{np.quantile(times, 0.95):.0f} ms",
        f"{max(times):.0f} ms",
    )


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--keep", type=Path, help="folder with stores of review_open.py")
    arguments = options.parse_args()
    pressed, opens = [], []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for application in APPLICATIONS:
            with tempfile.TemporaryDirectory() as home, running(application, Path(home)) as server:
                store(server, "queue.db", QUEUE, arguments.keep)
                store(server, "large.db", LARGE, arguments.keep)
                for place in PLACES:
                    where = (application, NAMES[place])
                    idle, busy = presses(browser, server, place)
                    pressed.append((*where, "no", *spread(idle)))
                    pressed.append((*where, "yes", *spread(busy)))
                for name, times in opening(browser, server).items():
                    opens.append((application, name, *spread(times)))
        browser.close()
    heads = ("median", "95 %", "slowest")
    latency = table(("application", "review", "a cell runs", *heads), pressed)
    first = table(("application", "review", *heads), opens)
    report(
        "A review in the browser",
        f"Key press to next record, {QUEUE:,} suggestions, {PRESSES} presses (goal: 95 % within "
        f"100 ms):\n\n{latency}\n\nOpening a task of {LARGE:,} suggestions, {OPENINGS} times "
        f"(goal: 1 s):\n\n{first}",
        record=arguments.record,
    )


if __name__ == "__main__":
    main()
