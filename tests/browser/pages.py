"""A notebook page in the browser, driven as a person would."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import Watch
from tests.browser.servers import Server

Theme = Literal["light", "dark"]

_THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
_START_MS = 60_000

# A cell that is run before all of these is silently dropped.
_READY = """async ([path, idle]) => {
  const app = window.jupyterapp;
  await app.restored;
  const find = () => [...app.shell.widgets('main')].find(
    (widget) => widget.context?.path === path && widget.sessionContext);
  while (!find()) await new Promise((done) => setTimeout(done, 50));
  const panel = find();
  app.shell.activateById(panel.id);
  await panel.context.ready;
  await panel.revealed;
  await panel.sessionContext.ready;
  if (idle) await panel.sessionContext.session.kernel.info;
  window.testedPanel = panel;
}"""

_RUN_ALL = """async (seconds) => {
  const run = async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    await window.testedPanel.sessionContext.session.kernel.requestKernelInfo();
  };
  const late = new Promise((_, fail) => setTimeout(
    () => fail(new Error(`the cells still run after ${seconds} s`)), seconds * 1000));
  await Promise.race([run(), late]);
}"""

_LAYOUT_SAVED = """async () => {
  const { workspaces } = window.jupyterapp.serviceManager;
  const shown = (selector) => document.querySelector(selector)?.offsetParent != null;
  const saved = async () => {
    const { data = {} } = await workspaces.fetch('default').catch(() => ({}));
    const current = data['layout-restorer:data']?.right?.current ?? null;
    const tasks = (data['sciml-magics:panel']?.notebooks ?? []).map(([, task]) => task);
    return (current === 'sciml-magics:panel') === shown('#sciml-magics-panel')
      && tasks.some((task) => task !== null) === shown('#sciml-magics-panel .sm-Review');
  };
  while (!await saved()) await new Promise((done) => setTimeout(done, 200));
}"""

_RUN_CELL = """async ([at, wait]) => {
  const notebook = window.testedPanel.content;
  notebook.deselectAll();
  notebook.activeCellIndex = at;
  const ended = window.jupyterapp.commands.execute('notebook:run-cell');
  if (wait) await ended;
}"""

_OUTPUTS = """() => window.testedPanel.content.widgets.flatMap(
  (cell) => cell.model.type === 'code' ? cell.model.outputs.toJSON() : [])"""

_SHUT_DOWN = """async () => {
  const sessions = window.jupyterapp?.serviceManager?.sessions;
  if (sessions) await sessions.shutdownAll();
}"""


class NotebookPage:
    """A page of JupyterLab or Notebook 7 with one notebook open.

    Given by the fixtures ``lab`` and ``notebook7``::

        @pytest.mark.browser
        def test_labels_are_shown(lab):
            lab.open_cells(["%load_ext sciml_magics", "…"])
            lab.run_all()
            expect(lab.outputs().last).to_contain_text("genomics")

    Attributes
    ----------
    server
        The server; ``server.root`` is the folder of the notebooks, for data that they read.
    page
        The Playwright page, for everything that is not here.
    watch
        ``watch.outside`` lists the requests that left the machine. The fixture fails a test at
        whose end there is one.
    """

    def __init__(self, server: Server, page: Page, watch: Watch) -> None:
        self.server = server
        self.page = page
        self.watch = watch

    def open_cells(self, cells: list[str], name: str = "tested.ipynb") -> None:
        """Write a notebook of these code cells and open it."""
        self.server.write_notebook(name, cells)
        self.open_notebook(name)

    def open_notebook(self, path: str) -> None:
        """Open a notebook below ``server.root``; returns when its kernel is ready to run cells."""
        self.page.goto(self.server.page(path))
        self._ready(path)

    def open_beside(self, path: str) -> None:
        """Open another notebook in the same page; the cells that run are then its own."""
        self.command("docmanager:open", path=path)
        self._ready(path)

    def reload(self, path: str, *, idle: bool = True) -> None:
        """Load the page again as it is; returns when the notebook and its kernel are connected.

        Parameters
        ----------
        path
            The notebook.
        idle
            Whether its kernel answers: one that runs a cell may do so only after it.
        """
        if self.server.application == "jupyterlab":
            # It saves its layout some seconds after a change.
            self.page.evaluate(_LAYOUT_SAVED)
        self.page.goto(self.server.page(path).replace("reset&", ""))
        self._ready(path, idle)

    def _ready(self, path: str, idle: bool = True) -> None:
        self.page.wait_for_function("() => window.jupyterapp", timeout=_START_MS)
        self.page.evaluate(_READY, [path, idle])

    def run_all(self, *, fails: bool = False, seconds: int = 600) -> list[dict[str, Any]]:
        """Run all cells and wait for the end; gives the outputs as the notebook holds them.

        Parameters
        ----------
        fails
            Whether a cell may end in an error; otherwise that is an `AssertionError`.
        seconds
            How long the cells may take.
        """
        self.page.evaluate(_RUN_ALL, seconds)
        outputs = self.outputs_held()
        errors = [output for output in outputs if output["output_type"] == "error"]
        assert fails or not errors, errors
        return outputs

    def run_first(self, number: int) -> None:
        """Run the first cells, one after the other, and wait for the end."""
        for at in range(number):
            self.page.evaluate(_RUN_CELL, [at, True])
        errors = [output for output in self.outputs_held() if output["output_type"] == "error"]
        assert not errors, errors

    def start(self, cell: int) -> None:
        """Begin to run a cell."""
        self.page.evaluate(_RUN_CELL, [cell, False])

    def command(self, name: str, **arguments: object) -> None:
        """Execute a command of the application."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, arguments]
        )

    def outputs_held(self) -> list[dict[str, Any]]:
        """The outputs as the notebook holds them now, in nbformat."""
        outputs: list[dict[str, Any]] = self.page.evaluate(_OUTPUTS)
        return outputs

    def outputs(self) -> Locator:
        """The output areas on the page, one for each output, in order."""
        return self.page.locator(".jp-OutputArea-output")

    def charts(self) -> Locator:
        """The charts drawn by the extension: SVG or canvas nodes, in order."""
        return self.page.locator(".sm-Chart-drawing").locator("svg.marks, canvas.marks")

    def set_theme(self, theme: Theme) -> None:
        """Switch to the light or dark theme, and wait until it is in force."""
        self.page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            _THEMES[theme],
        )
        expect(self.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", "true" if theme == "light" else "false"
        )

    def close(self) -> None:
        """Stop the kernel, and leave."""
        self.page.evaluate(_SHUT_DOWN)
        self.page.context.close()
