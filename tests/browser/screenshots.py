"""Take the pictures of the README: the quickstart in JupyterLab, in the light and dark theme.

python -m tests.browser.screenshots notebooks/images
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import Watch, launch
from tests.browser.pages import NotebookPage, Theme
from tests.browser.servers import running

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
THEMES: tuple[Theme, ...] = ("light", "dark")
# The cell that is shown at the top of the picture.
SHOWN = "%%annotate df --column text --task suggested\n"

_HIDE_SIDE_BAR = """async () => {
  if (!window.jupyterapp.shell.leftCollapsed)
    await window.jupyterapp.commands.execute('application:toggle-left-area');
}"""
_SCROLL = """async (start) => {
  const notebook = window.testedPanel.content;
  const at = notebook.widgets.findIndex((cell) => cell.model.sharedModel.source.startsWith(start));
  notebook.activeCellIndex = at;
  await notebook.scrollToItem(at, 'start');
}"""


def main(folder: Path) -> None:
    """Write a picture per theme into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, running("jupyterlab", Path(home)) as server:
        shutil.copytree(NOTEBOOKS / "data", server.root / "data")
        shutil.copy(NOTEBOOKS / "quickstart.ipynb", server.root)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            context = browser.new_context(viewport={"width": 1280, "height": 1400})
            watch = Watch()
            watch.over(context)
            notebook = NotebookPage(server, context.new_page(), watch)
            notebook.open_notebook("quickstart.ipynb")
            notebook.page.evaluate(_HIDE_SIDE_BAR)
            notebook.run_all()
            for theme in THEMES:
                notebook.set_theme(theme)
                notebook.page.evaluate(_SCROLL, SHOWN)
                notebook.page.wait_for_timeout(1500)
                name = "quickstart.png" if theme == "light" else f"quickstart-{theme}.png"
                notebook.page.screenshot(path=folder / name)
            notebook.close()
            browser.close()
            assert not watch.outside, f"requests left this machine: {watch.outside}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
