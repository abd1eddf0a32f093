"""A kernel killed between a key press and its acknowledgement, again and again: what is lost?

In JupyterLab, a review at the side. Each round answers a few records, presses a key and kills the
kernel (SIGKILL) at a random moment of the next milliseconds: before the response leaves the page,
is stored, or is acknowledged, or after that. The extension is then loaded into the kernel that
Jupyter starts anew, and what was not acknowledged has to arrive, once.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
from pathlib import Path
from threading import Timer

from playwright.sync_api import expect, sync_playwright

from sciml_magics.store import open_store
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.store_speed import TASK, fill
from tests.browser.chromium import Watch, launch
from tests.browser.pages import NotebookPage
from tests.browser.reviews import Surface, opened
from tests.browser.servers import running

ROUNDS = 50
BEFORE = 2
MOST_SECONDS = 0.04
SUGGESTIONS = 5_000
PID = "import os, pathlib\npathlib.Path('kernel.pid').write_text(str(os.getpid()))"


def stored(where: Path) -> list[str]:
    """Records with a response, in the order in which it was stored."""
    with open_store(where) as store:
        return [one.response.record_id.hex() for one in store.responses(TASK.name)]


def one_round(surface: Surface, where: Path, after: float) -> tuple[list[str], int, int]:
    """What was answered, and how many of it were stored and shown as unsaved after the kill."""
    host = surface.host
    pid = int((where.parent / "kernel.pid").read_text())
    known = len(stored(where))
    done = [surface.answer("Space") for _ in range(BEFORE)]
    surface.settled()
    acknowledged = len(stored(where)) - known
    assert acknowledged == BEFORE, f"{acknowledged} of {BEFORE} acknowledged responses are stored"
    done.append(surface.shown())
    killing = Timer(after, os.kill, (pid, signal.SIGKILL))
    killing.start()
    surface.press("Space")
    killing.join()
    panel = host.page.locator("#sciml-magics-panel")
    expect(panel).to_contain_text("not loaded in this kernel", timeout=60_000)
    # JupyterLab says that the kernel died.
    host.page.locator(".jp-Dialog .jp-mod-accept").click()
    kept = len(stored(where)) - known - BEFORE
    unsaved = int(surface.pending.count() > 0)
    host.run_first(2)
    surface.settled()
    surface.take()
    return done, kept, unsaved


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    draw = random.Random(0)
    done: list[str] = []
    before, shown = 0, 0
    with (
        tempfile.TemporaryDirectory() as home,
        running("jupyterlab", Path(home)) as server,
        sync_playwright() as playwright,
    ):
        where = server.root / "killed.db"
        fill(where, SUGGESTIONS)
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        watch = Watch()
        watch.over(context)
        host = NotebookPage(server, context.new_page(), watch)
        surface = opened(host, "side", where.name, TASK.name, then=[PID])
        host.run_first(2)
        surface.take()
        for _ in range(ROUNDS):
            answered, kept, unsaved = one_round(surface, where, draw.uniform(0, MOST_SECONDS))
            done += answered
            before += kept
            shown += unsaved
        found = stored(where)
        host.close()
        browser.close()
    twice = len(found) - len(set(found))
    total = ROUNDS * (BEFORE + 1)
    rows = [
        ("responses given", f"{len(done)}", f"{total}"),
        ("of these in the store at the end", f"{len(set(done) & set(found))}", f"{total}"),
        ("in the order in which they were given", "yes" if found == done else "no", "yes"),
        ("stored twice", f"{twice}", "0"),
        ("kernels killed after the response was stored", f"{before} of {ROUNDS}", ""),
        ("kernels killed before it was acknowledged: shown as not saved", f"{shown}", ""),
    ]
    report(
        "A review over killed kernels",
        table(("what", "measured", "goal"), rows),
        record=arguments.record,
    )


if __name__ == "__main__":
    main()
