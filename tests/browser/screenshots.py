"""Take the pictures of the README in JupyterLab, in the light and dark theme.

python -m tests.browser.screenshots notebooks/images [quickstart] [review] [cleaning]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from itertools import count
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import Watch, launch
from tests.browser.pages import NotebookPage, Theme
from tests.browser.reviews import Surface, at_the_side
from tests.browser.servers import running

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
THEMES: tuple[Theme, ...] = ("light", "dark")
# The cell that is shown at the top of the picture.
SHOWN = "%%annotate df --column text --task suggested\n"
# Cells of the notebook up to the review.
REVIEW_CELLS = 7
# Cells of the notebook on cleaning up to the suggested values.
REPAIR_CELLS = 19
ANSWERS = 12
PANEL_WIDTH = 520

_HIDE_SIDE_BAR = """async () => {
  if (!window.jupyterapp.shell.leftCollapsed)
    await window.jupyterapp.commands.execute('application:toggle-left-area');
}"""
_WIDEN_SIDE_BAR = """(width) => {
  const split = document.querySelector('#jp-main-split-panel');
  const whole = split.clientWidth;
  window.jupyterapp.shell._hsplitPanel.setRelativeSizes([0, whole - width, width]);
}"""
_SCROLL = """async (start) => {
  const notebook = window.testedPanel.content;
  const at = notebook.widgets.findIndex((cell) => cell.model.sharedModel.source.startsWith(start));
  notebook.activeCellIndex = at;
  await notebook.scrollToItem(at, 'start');
}"""


def main(folder: Path, *names: str) -> None:
    """Write a picture per theme of each scene, or of those that are named, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        running("jupyterlab", Path(home)) as server,
        sync_playwright() as playwright,
    ):
        shutil.copytree(NOTEBOOKS / "data", server.root / "data")
        browser = launch(playwright)
        for scene, size in SCENES.items():
            if names and scene.__name__ not in names:
                continue
            context = browser.new_context(viewport={"width": size[0], "height": size[1]})
            watch = Watch()
            watch.over(context)
            scene(NotebookPage(server, context.new_page(), watch), folder)
            assert not watch.outside, f"requests left this machine: {watch.outside}"
        browser.close()


def quickstart(notebook: NotebookPage, folder: Path) -> None:
    """A column of texts, labelled."""
    _open(notebook, "quickstart.ipynb")
    notebook.run_all()
    _picture(notebook, folder, "quickstart", SHOWN)
    notebook.close()


def review(notebook: NotebookPage, folder: Path) -> None:
    """A review under a cell, then at the side, then its charts."""
    _open(notebook, "review.ipynb")
    notebook.run_first(REVIEW_CELLS)
    cell = Surface(notebook, "cell").take()
    for _ in range(ANSWERS):
        _answer(cell)
    cell.settled()
    _picture(notebook, folder, "review-cell", "%review topic")
    notebook.page.evaluate(_SCROLL, "%%annotate")
    side = _beside(notebook, "topic")
    for _ in range(ANSWERS):
        _answer(side)
    side.settled()
    _picture(notebook, folder, "review-side")
    notebook.page.get_by_role("tab", name="Charts").click()
    expect(notebook.page.locator("#sciml-magics-panel").get_by_role("figure").first).to_be_visible(
        timeout=60_000
    )
    _picture(notebook, folder, "review-charts")
    notebook.close()


def cleaning(notebook: NotebookPage, folder: Path) -> None:
    """Values for wrong cells of a survey, at the side."""
    _open(notebook, "clean.ipynb")
    notebook.run_first(REPAIR_CELLS)
    notebook.page.evaluate(_SCROLL, "%repair survey")
    side = _beside(notebook, "survey.repairs")
    for at in count():
        # Where the values are hidden there is nothing to accept, and nothing to picture.
        if not side.blind() and at >= ANSWERS:
            break
        side.answer("Space" if side.blind() else "a")
    side.settled()
    _picture(notebook, folder, "repair-side")
    notebook.close()


def _answer(surface: Surface) -> None:
    if surface.blind():
        surface.press("1")
    surface.answer("a")


def _open(notebook: NotebookPage, name: str) -> None:
    shutil.copy(NOTEBOOKS / name, notebook.server.root)
    notebook.open_notebook(name)
    notebook.page.evaluate(_HIDE_SIDE_BAR)


def _beside(notebook: NotebookPage, task: str) -> Surface:
    at_the_side(notebook, task)
    notebook.page.evaluate(_WIDEN_SIDE_BAR, PANEL_WIDTH)
    return Surface(notebook, "side").take()


def _picture(notebook: NotebookPage, folder: Path, name: str, top: str = "") -> None:
    """Picture both themes, from the cell on that begins so."""
    for theme in THEMES:
        notebook.set_theme(theme)
        if top:
            notebook.page.evaluate(_SCROLL, top)
        notebook.page.wait_for_timeout(1500)
        file = f"{name}.png" if theme == "light" else f"{name}-{theme}.png"
        notebook.page.screenshot(path=folder / file)


SCENES = {quickstart: (1280, 1400), review: (1440, 900), cleaning: (1440, 900)}

if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
