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
    shutil.copy(NOTEBOOKS / "quickstart.ipynb", notebook.server.root)
    notebook.open_notebook("quickstart.ipynb")
    notebook.page.evaluate(_HIDE_SIDE_BAR)
    notebook.run_all()
    for theme in THEMES:
        notebook.set_theme(theme)
        notebook.page.evaluate(_SCROLL, SHOWN)
        _picture(notebook, folder, "quickstart", theme)
    notebook.close()


def review(notebook: NotebookPage, folder: Path) -> None:
    """A review under a cell, then at the side, then its charts."""
    shutil.copy(NOTEBOOKS / "review.ipynb", notebook.server.root)
    notebook.open_notebook("review.ipynb")
    notebook.page.evaluate(_HIDE_SIDE_BAR)
    notebook.run_first(REVIEW_CELLS)
    cell = Surface(notebook, "cell").take()
    for _ in range(ANSWERS):
        _answer(cell)
    cell.settled()
    for theme in THEMES:
        notebook.set_theme(theme)
        notebook.page.evaluate(_SCROLL, "%review topic")
        _picture(notebook, folder, "review-cell", theme)
    notebook.page.evaluate(_SCROLL, "%%annotate")
    at_the_side(notebook)
    notebook.page.evaluate(_WIDEN_SIDE_BAR, PANEL_WIDTH)
    side = Surface(notebook, "side").take()
    for _ in range(ANSWERS):
        _answer(side)
    side.settled()
    for theme in THEMES:
        notebook.set_theme(theme)
        _picture(notebook, folder, "review-side", theme)
    notebook.page.get_by_role("tab", name="Charts").click()
    expect(notebook.page.locator("#sciml-magics-panel").get_by_role("figure").first).to_be_visible(
        timeout=60_000
    )
    for theme in THEMES:
        notebook.set_theme(theme)
        _picture(notebook, folder, "review-charts", theme)
    notebook.close()


def cleaning(notebook: NotebookPage, folder: Path) -> None:
    """Values for wrong cells of a survey, at the side."""
    shutil.copy(NOTEBOOKS / "clean.ipynb", notebook.server.root)
    notebook.open_notebook("clean.ipynb")
    notebook.page.evaluate(_HIDE_SIDE_BAR)
    notebook.run_first(REPAIR_CELLS)
    notebook.page.evaluate(_SCROLL, "%repair survey")
    at_the_side(notebook, "survey.repairs")
    notebook.page.evaluate(_WIDEN_SIDE_BAR, PANEL_WIDTH)
    side = Surface(notebook, "side").take()
    for at in count():
        # Where the values are hidden there is nothing to accept, and nothing to picture.
        if not side.blind() and at >= ANSWERS:
            break
        side.answer("Space" if side.blind() else "a")
    side.settled()
    for theme in THEMES:
        notebook.set_theme(theme)
        _picture(notebook, folder, "repair-side", theme)
    notebook.close()


def _answer(surface: Surface) -> None:
    if surface.blind():
        surface.press("1")
    surface.answer("a")


def _picture(notebook: NotebookPage, folder: Path, name: str, theme: Theme) -> None:
    notebook.page.wait_for_timeout(1500)
    file = f"{name}.png" if theme == "light" else f"{name}-{theme}.png"
    notebook.page.screenshot(path=folder / file)


SCENES = {quickstart: (1280, 1400), review: (1440, 900), cleaning: (1440, 900)}

if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
