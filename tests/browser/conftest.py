"""JupyterLab and Notebook 7 in Chromium.

Take the fixture ``lab`` or ``notebook7``, or ``host`` to run in both, and mark the test
``browser``; see `tests.browser.pages.NotebookPage` for what they can do. Servers and the browser
start once for all tests; every test has a fresh page and a fresh kernel.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import Watch, launch
from tests.browser.pages import NotebookPage
from tests.browser.servers import Server, running

# Long enough for a machine with other work to do; nothing waits longer than it has to.
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running JupyterLab."""
    with running("jupyterlab", tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def notebook_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Notebook 7."""
    with running("notebook", tmp_path_factory.mktemp("notebook")) as server:
        yield server


@pytest.fixture(scope="session")
def old_kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running JupyterLab whose kernels are of ipykernel 6, which has no subshells."""
    packages = tmp_path_factory.mktemp("ipykernel6")
    asked = ["--no-deps", "--target", str(packages), "ipykernel>=6.30,<7"]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *asked], check=True)
    with running("jupyterlab", tmp_path_factory.mktemp("old"), packages) as server:
        yield server


@pytest.fixture
def old_lab(chromium: Browser, old_kernels: Server) -> Iterator[NotebookPage]:
    """A page of JupyterLab with a kernel of ipykernel 6."""
    with _opened(chromium, old_kernels) as page:
        yield page


@pytest.fixture
def lab(chromium: Browser, lab_server: Server) -> Iterator[NotebookPage]:
    """A page of JupyterLab; the test fails if it asks for anything outside of this machine."""
    with _opened(chromium, lab_server) as page:
        yield page


@pytest.fixture
def notebook7(chromium: Browser, notebook_server: Server) -> Iterator[NotebookPage]:
    """A page of Notebook 7; the test fails if it asks for anything outside of this machine."""
    with _opened(chromium, notebook_server) as page:
        yield page


@pytest.fixture(params=["lab", "notebook7"])
def host(request: pytest.FixtureRequest) -> NotebookPage:
    """Each of the two in turn."""
    page: NotebookPage = request.getfixturevalue(request.param)
    return page


@contextmanager
def _opened(chromium: Browser, server: Server) -> Iterator[NotebookPage]:
    server.forget_settings()
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch()
    watch.over(context)
    opened = NotebookPage(server, context.new_page(), watch)
    yield opened
    opened.close()
    assert not watch.outside, f"requests left this machine: {watch.outside}"
